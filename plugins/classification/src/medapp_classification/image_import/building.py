"""A network of MONAI's own classes with weights that come without code; a bundle's definition of it."""

from __future__ import annotations

import ast
import inspect
import json
from typing import TYPE_CHECKING, Any

from medapp_classification.image_import.runtime import TorchRuntime, load_script, refuse_no_numbers
from medapp_classification.image_import.words import ImportRefused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import torch

_TARGET = "_target_"
_PLACE = "monai.networks.nets"
_CONFIGS = ("configs/inference.json", "configs/train.json")
_NETWORKS = ("network_def", "net_def", "network", "net")
_WEIGHTS = ("models/model.safetensors", "models/model.pt", "models/model.pth")
_SCRIPT = "models/model.ts"
_WRAPPERS = ("state_dict", "model", "network", "net", "model_state_dict")
_PREFIX = "module."
_MOST_TEXT = 4 << 20


def needs_trust(bundle: Path) -> bool:
    """Whether a bundle's network is TorchScript, which is code."""
    return not any((bundle / name).is_file() for name in _WEIGHTS) and (bundle / _SCRIPT).is_file()


def load_bundle(bundle: Path, definition: Mapping[str, object], device: str) -> TorchRuntime:
    """The network of a bundle: its definition from the manifest or the bundle, its weights from the bundle.

    Raises:
        ImportRefused: Where it has none, or would have to run code.
    """
    weights = next((bundle / name for name in _WEIGHTS if (bundle / name).is_file()), None)
    if weights is None:
        if (bundle / _SCRIPT).is_file():
            return load_script(bundle / _SCRIPT, device)
        message = f"the bundle carries no weights: it has no {_WEIGHTS[1]}"
        raise ImportRefused(message)
    return load_weights(weights, definition or _of_bundle(bundle), device)


def load_weights(path: Path, definition: Mapping[str, object], device: str) -> TorchRuntime:
    """Build a network of `monai.networks.nets` and give it weights, without running any code of the file.

    Raises:
        ImportRefused: Where the class is none of MONAI's, or the weights do not fit it.
    """
    import torch

    if not definition:
        message = (
            "weights alone are no network: say in [network] which class of MONAI it is, with its arguments"
        )
        raise ImportRefused(message)
    network = _built(definition)
    _give(network, _state(path), path.name)
    refuse_no_numbers(network)
    return TorchRuntime(network.to(device).eval(), device, f"torch {torch.__version__}", opaque=False)


def _of_bundle(bundle: Path) -> dict[str, object]:
    for name in _CONFIGS:
        path = bundle / name
        if not path.is_file() or path.stat().st_size > _MOST_TEXT:
            continue
        try:
            config = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            message = f"the bundle's {name} cannot be read"
            raise ImportRefused(message) from error
        found = next((config[key] for key in _NETWORKS if isinstance(config.get(key), dict)), None)
        if found is not None:
            return {key: _literal(value, key) for key, value in found.items()}
    message = "the bundle defines no network: say in [network] of the manifest which class of MONAI it is"
    raise ImportRefused(message)


def _literal(value: Any, key: str) -> Any:  # noqa: ANN401 - any JSON value
    """A value of a bundle's configuration; of expressions only literals are taken."""
    if isinstance(value, str) and value.startswith(("$", "@", "%")):
        try:
            return ast.literal_eval(value[1:].strip()) if value.startswith("$") else _refuse(key)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return _refuse(key)
    return value


def _refuse(key: str) -> None:
    message = (
        f"the bundle's network has code or a reference for {key!r}: define it in [network] of the manifest"
    )
    raise ImportRefused(message)


def _built(definition: Mapping[str, object]) -> torch.nn.Module:
    import monai.networks.nets
    import torch

    name = str(definition.get(_TARGET, "")).removeprefix(f"{_PLACE}.")
    found = getattr(monai.networks.nets, name, None) if name.isidentifier() else None
    home = str(getattr(found, "__module__", ""))
    is_own = home.startswith(_PLACE) and (inspect.isclass(found) or inspect.isfunction(found))
    if not is_own or found is None:
        message = f"[network] {_TARGET} is {name!r}, which is no network of {_PLACE}"
        raise ImportRefused(message)
    arguments: dict[str, Any] = {key: value for key, value in definition.items() if not key.startswith("_")}
    if "pretrained" in arguments:
        arguments["pretrained"] = False
    try:
        network = found(**arguments)
    except Exception as error:
        message = f"the network {name} cannot be built: {error}"
        raise ImportRefused(message) from error
    if not isinstance(network, torch.nn.Module):
        message = f"{name} is no network"
        raise ImportRefused(message)
    return network


def _state(path: Path) -> dict[str, torch.Tensor]:
    import torch

    try:
        if path.suffix == ".safetensors":
            from safetensors.torch import load_file

            found: Any = load_file(path)
        else:
            found = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        message = f"{path.name} is damaged, or cannot be read without running code that it holds"
        raise ImportRefused(message) from error
    while isinstance(found, dict):
        inner = next((found[name] for name in _WRAPPERS if isinstance(found.get(name), dict)), None)
        if inner is None:
            break
        found = inner
    if not isinstance(found, dict) or not all(isinstance(value, torch.Tensor) for value in found.values()):
        message = f"{path.name} holds no weights"
        raise ImportRefused(message)
    return {str(name).removeprefix(_PREFIX): value for name, value in found.items()}


def _give(network: torch.nn.Module, state: dict[str, torch.Tensor], name: str) -> None:
    try:
        missing, surplus = network.load_state_dict(state, strict=False)
    except RuntimeError as error:
        message = f"{name} does not fit the network: sizes of its weights differ"
        raise ImportRefused(message) from error
    if missing or surplus:
        first = next(iter((*missing, *surplus)))
        counts = f"{len(missing)} weights lack, {len(surplus)} are too many"
        message = f"{name} does not fit the network: {counts} ({first})"
        raise ImportRefused(message)
