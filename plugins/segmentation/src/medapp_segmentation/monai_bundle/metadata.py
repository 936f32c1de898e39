"""What ``metadata.json`` says: input, output, classes, licence, versions."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from medapp_segmentation.monai_bundle.labels import is_background
from medapp_segmentation.monai_bundle.source import BundleError

if TYPE_CHECKING:
    from collections.abc import Mapping

_DIMENSIONS = 3
_OTHER_OUTPUTS = {
    "probabilities",
    "box",
    "boxes",
    "detection",
    "coordinates",
    "tuples",
    "hovernet",
    "classes",
}


@dataclass(frozen=True)
class Facts:
    """One bundle in words.

    Attributes:
        image_key, output_key: Names of the network's input and output in the transforms.
        classes: Name by channel or class value of the output, background among them.
        modality: ``CT``, ``MR`` or empty where the bundle names none of them.
        patch: Voxels of one window along (x, y, z), empty where the bundle does not say.
        packages: Version by name of the packages the bundle asks for.
    """

    name: str
    version: str
    monai_version: str
    image_key: str
    output_key: str
    classes: Mapping[int, str]
    modality: str = ""
    patch: tuple[int, ...] = ()
    intended_use: str = ""
    copyright: str = ""
    packages: Mapping[str, str] = field(default_factory=dict)


def parse_metadata(text: str) -> Facts:
    """Read the text of ``metadata.json``.

    Raises:
        BundleError: Where it is no JSON, lacks what is needed, or describes another kind of task.
    """
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        message = f"metadata.json is not valid JSON: {error}"
        raise BundleError(message) from error
    formats = _table(_table(document, "", "metadata.json"), "network_data_format", "metadata.json")
    image_key, image = _first(_table(formats, "inputs", "network_data_format"), "inputs", "image")
    output_key, output = _first(_table(formats, "outputs", "network_data_format"), "outputs", "pred")
    _refuse_other_inputs(image)
    _refuse_other_outputs(output)
    return Facts(
        name=str(document.get("name") or document.get("task") or "MONAI bundle"),
        version=str(document.get("version", "")),
        monai_version=str(document.get("monai_version", "")),
        image_key=image_key,
        output_key=output_key,
        classes=_classes(output),
        modality=_modality(str(image.get("modality", ""))),
        patch=_patch(image),
        intended_use=str(document.get("intended_use", "")),
        copyright=str(document.get("copyright", "")),
        packages=_packages(document),
    )


def _refuse_other_inputs(image: Mapping[str, object]) -> None:
    channels = image.get("num_channels", 1)
    if channels != 1:
        names = ", ".join(str(name) for name in _channels(image).values()) or f"{channels}"
        message = f"the bundle needs several images of one patient ({names}); this program gives one series"
        raise BundleError(message)
    shape = image.get("spatial_shape")
    if isinstance(shape, list) and shape and len(shape) != _DIMENSIONS:
        message = f"the bundle takes {len(shape)}-dimensional images, not volumes"
        raise BundleError(message)


def _refuse_other_outputs(output: Mapping[str, object]) -> None:
    kind = str(output.get("format", "segmentation")).lower()
    if kind in _OTHER_OUTPUTS:
        message = f"the bundle gives {kind}, not a segmentation"
        raise BundleError(message)
    if not any(not is_background(name) for name in _classes(output).values()):
        message = "metadata.json names no class of the output (network_data_format, outputs, channel_def)"
        raise BundleError(message)


def _classes(output: Mapping[str, object]) -> dict[int, str]:
    return {number: str(name) for number, name in _channels(output).items()}


def _channels(table: Mapping[str, object]) -> dict[int, object]:
    defined = table.get("channel_def", {})
    if not isinstance(defined, dict) or not all(str(key).isdecimal() for key in defined):
        message = "metadata.json: channel_def maps channel numbers to names"
        raise BundleError(message)
    return {int(key): defined[key] for key in sorted(defined, key=int)}


def _modality(text: str) -> str:
    words = text.upper().replace("/", " ").replace(",", " ").split()
    if "CT" in words:
        return "" if {"MR", "MRI"} & set(words) else "CT"
    return "MR" if {"MR", "MRI"} & set(words) else ""


def _patch(image: Mapping[str, object]) -> tuple[int, ...]:
    shape = image.get("spatial_shape")
    if not isinstance(shape, list) or not all(type(size) is int and size > 0 for size in shape):
        return ()
    return tuple(shape)


def _packages(document: Mapping[str, object]) -> dict[str, str]:
    found = {}
    for key in ("required_packages_version", "optional_packages_version"):
        table = document.get(key)
        if isinstance(table, dict):
            found.update({str(name): str(version) for name, version in table.items()})
    return found


def _first(table: Mapping[str, object], where: str, usual: str) -> tuple[str, Mapping[str, object]]:
    """The usual key, or the only one."""
    if usual in table:
        return usual, _table(table, usual, where)
    if len(table) != 1:
        message = f"metadata.json: {where} has no {usual!r} but {', '.join(table) or 'nothing'}"
        raise BundleError(message)
    key = next(iter(table))
    return key, _table(table, key, where)


def _table(parent: object, key: str, where: str) -> Mapping[str, object]:
    value = parent.get(key) if key and isinstance(parent, dict) else parent
    if not isinstance(value, dict):
        message = f"metadata.json lacks the table {key or where!r}" + (f" in {where}" if key else "")
        raise BundleError(message)
    return value
