"""The inference configuration: read, made ready for this program, and turned into objects."""

from __future__ import annotations

import importlib.util
import json
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Any

from medapp_segmentation.monai_bundle.source import BundleError
from medapp_segmentation.monai_bundle.trust import used_part

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

_NETWORKS = ("network_def", "network", "net")
_SECTIONS = ("preprocessing", "inferer", "postprocessing")
_LOADERS, _SAVERS, _CHANNEL_ADDERS = ("LoadImage",), ("SaveImage",), ("AddChannel",)
_CHANNEL_FIRST = "EnsureChannelFirst"
# Arguments that networks no longer take and do not need.
_GONE = {"SwinUNETR": ("img_size",)}
_IMPORT_NAMES = {
    "pytorch-ignite": "ignite",
    "scikit-image": "skimage",
    "pyyaml": "yaml",
    "opencv-python": "cv2",
}
_SCRIPTS = "scripts"


@dataclass(frozen=True)
class Prepared:
    """A configuration that only awaits its objects.

    Attributes:
        config: Sections by name.
        network: Name of the section with the network, empty where there is none.
        channel_first: Whether the pre-processing expects an image with its channel already in front.
        reasons: In words, what of it would run code of the bundle; empty where nothing does.
        reorients: Whether the pre-processing brings every image to one orientation.
    """

    config: dict[str, Any]
    network: str
    channel_first: bool
    reasons: tuple[str, ...]
    reorients: bool


def parse_config(text: str, name: str) -> dict[str, Any]:
    """Read the text of ``inference.json`` or ``inference.yaml``.

    Raises:
        BundleError: Where it cannot be read.
    """
    try:
        found = json.loads(text) if name.endswith(".json") else _from_yaml(text, name)
    except ValueError as error:
        message = f"{name} cannot be read: {error}"
        raise BundleError(message) from error
    if not isinstance(found, dict):
        message = f"{name} is not a table of sections"
        raise BundleError(message)
    return found


def prepare(config: Mapping[str, Any], values: Mapping[str, object], *, trusted: bool) -> Prepared:
    """Take reading and writing of files out and find out what would run code.

    Args:
        config: The configuration as it was read.
        values: Sections that this program sets (``bundle_root``, ``device``).
        trusted: Keep all sections, for expressions refer to anything; else only those that are used.

    Raises:
        BundleError: Where a section refers to what is not there.
    """
    document: dict[str, Any] = {key: _ready(value) for key, value in config.items()} | dict(values)
    network = next((name for name in _NETWORKS if name in document), "")
    kept, reasons = used_part(document, (*_SECTIONS, *([network] if network else [])))
    names = list(_targets(config.get("preprocessing")))
    loads_first = any(_ensures_channel(item) for item in _components(config.get("preprocessing")))
    adds = any(name.startswith(_CHANNEL_ADDERS) for name in names)
    ensures = any(name.startswith(_CHANNEL_FIRST) for name in names)
    return Prepared(
        config=document if trusted else kept,
        network=network,
        channel_first=loads_first or adds or not ensures,
        reasons=tuple(reasons),
        reorients=any(name.startswith("Orientation") for name in names),
    )


class Builder:
    """Builds sections; what several of them refer to is built once."""

    def __init__(self, prepared: Prepared) -> None:
        """Take a configuration; nothing is built yet."""
        from monai.bundle.config_parser import ConfigParser

        self._sections = set(prepared.config)
        self._parser = ConfigParser(prepared.config)

    def build(self, section: str) -> Any:  # noqa: ANN401 - any object
        """The objects of a section; None where the configuration does not have it.

        Raises:
            BundleError: Where it cannot be built, with MONAI's reason.
        """
        if section not in self._sections:
            return None
        try:
            return self._parser.get_parsed_content(section)
        except Exception as error:
            message = f"{section!r} of the bundle cannot be built: {innermost(error)}"
            raise BundleError(message) from error


@contextmanager
def scripts_of(root: Path, *, trusted: bool) -> Iterator[None]:
    """Let the bundle's ``scripts`` be imported while it runs, and forget them after it."""
    if not trusted:
        yield
        return
    _forget_scripts()
    sys.path.insert(0, str(root))
    try:
        yield
    finally:
        sys.path.remove(str(root))
        _forget_scripts()


def lacking_packages(packages: Mapping[str, str]) -> list[str]:
    """Packages that a bundle names and that are not installed, with the version it asks for."""
    lacking = []
    for name, version in packages.items():
        module = _IMPORT_NAMES.get(name.lower(), name.replace("-", "_"))
        try:
            metadata.version(name)
        except metadata.PackageNotFoundError:
            if importlib.util.find_spec(module.partition(".")[0]) is None:
                lacking.append(f"{name} {version}".strip())
    return lacking


def lacking_modules(prepared: Prepared, files: Iterable[str]) -> list[str]:
    """Packages that components are taken from and that neither are installed nor come with the bundle."""
    own = {name.partition("/")[0] for name in files}
    names = {target.partition(".")[0] for target in _full_targets(prepared.config) if "." in target}
    return sorted(name for name in names - own if importlib.util.find_spec(name) is None)


def innermost(error: BaseException) -> str:
    """The words of the first cause of an error."""
    while error.__cause__ is not None:
        error = error.__cause__
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0]}" if text else type(error).__name__


def _from_yaml(text: str, name: str) -> object:
    try:
        import yaml
    except ImportError as error:
        message = f"{name} is YAML, and the package PyYAML is not installed"
        raise BundleError(message) from error
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error


def _forget_scripts() -> None:
    for name in [name for name in sys.modules if name == _SCRIPTS or name.startswith(f"{_SCRIPTS}.")]:
        del sys.modules[name]


def _ready(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """A copy without file access, downloads and arguments that are gone."""
    if isinstance(value, list):
        return [_ready(item) for item in value]
    if not isinstance(value, dict):
        return value
    name = _short(value)
    if name.startswith((*_LOADERS, *_SAVERS, *_CHANNEL_ADDERS)):
        return _nothing(value, name)
    copy = {key: _ready(item) for key, item in value.items() if key not in _GONE.get(name, ())}
    if "pretrained" in copy and name:
        copy["pretrained"] = False
    return copy


def _nothing(component: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A transform that does nothing, so that positions in the list stay."""
    if not name.lower().endswith(("d", "dict")):
        return {"_target_": "Identity"}
    return {"_target_": "Identityd", "keys": component.get("keys", "image"), "allow_missing_keys": True}


def _short(component: object) -> str:
    target = component.get("_target_") if isinstance(component, dict) else None
    return target.rpartition(".")[2] if isinstance(target, str) else ""


def _components(value: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, dict):
        if "_target_" in value:
            yield value
        for item in value.values():
            yield from _components(item)
    elif isinstance(value, list):
        for item in value:
            yield from _components(item)


def _full_targets(value: object) -> Iterator[str]:
    return (item["_target_"] for item in _components(value) if isinstance(item["_target_"], str))


def _targets(value: object) -> Iterator[str]:
    return (_short(item) for item in _components(value))


def _ensures_channel(component: Mapping[str, Any]) -> bool:
    return _short(component).startswith(_LOADERS) and component.get("ensure_channel_first") is True
