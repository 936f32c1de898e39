"""From the text of a manifest to a `Description`, with a sentence for everything that is wrong."""

from __future__ import annotations

import json
import tomllib
from dataclasses import fields
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any, cast, get_args

from medapp.api.manifest import Gate
from medapp.domain.segmentation import Code
from medapp_classification.image_import.description import (
    Activation,
    ClassSpec,
    Description,
    InputSpec,
    IntensitySpec,
    Invert,
    Resize,
    Scale,
)
from medapp_classification.image_import.words import (
    choice,
    flag,
    number,
    numbers,
    only,
    refuse,
    table,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_SECTIONS = ("classifier", "input", "intensity", "output", "class", "gate", "network")
_HEAD = ("title", "version", "model", "sha256", "license", "intended_use", "card")
_INPUT = ("dimensions", "size", "channels", "resize", "spacing_mm", "orientation", "invert", "channels_last")
_INTENSITY = ("scale", "low", "high", "target", "mean", "std")
_OUTPUT = ("activation", "temperature", "name")
_CLASS = ("key", "title", "code", "meaning", "threshold", "shown", "group")
_MOST_POINTS = 1 << 28
_DIGITS = 64
_VOLUME = 3
_OPPOSITE = {"L": "R", "R": "L", "A": "P", "P": "A", "S": "I", "I": "S"}


def parse(content: str, *, is_json: bool) -> Description:
    """Read a manifest.

    Args:
        content: Of the file.
        is_json: JSON in place of TOML; the entries are the same.

    Raises:
        ImportRefused: Where something is missing, misspelt or cannot be.
    """
    try:
        document = json.loads(content) if is_json else tomllib.loads(content)
    except (ValueError, RecursionError) as error:
        message = f"it is not valid {'JSON' if is_json else 'TOML'} ({error})"
        raise refuse(message) from error
    if not isinstance(document, dict):
        message = "it is not a table of sections"
        raise refuse(message)
    only(document, "manifest", _SECTIONS)
    head, output = table(document, "classifier"), table(document, "output")
    only(head, "classifier", _HEAD)
    only(output, "output", _OUTPUT)
    given = _input(table(document, "input"))
    gate = table(document, "gate")
    temperature = number(output, "temperature", "output", 1.0)
    if temperature <= 0:
        message = "[output] temperature is not above 0"
        raise refuse(message)
    activation = choice(output, "activation", "output", get_args(Activation))
    return Description(
        title=text(head, "title", "classifier"),
        model=_beside(text(head, "model", "classifier")),
        given=given,
        classes=_classes(document.get("class"), activation),
        activation=cast("Activation", activation),
        version=text(head, "version", "classifier", ""),
        sha256=_sha256(text(head, "sha256", "classifier", "")),
        license=text(head, "license", "classifier", ""),
        intended_use=text(head, "intended_use", "classifier", ""),
        card=text(head, "card", "classifier", ""),
        intensity=_intensity(table(document, "intensity"), given.channels),
        temperature=temperature,
        output=text(output, "name", "output", ""),
        images=tuple(str(item).upper() for item in _list(gate, "images", "gate")),
        gate=_gate({key: value for key, value in gate.items() if key != "images"}),
        network=table(document, "network"),
    )


def _beside(name: str) -> str:
    """A model lies beside its manifest or below: a name that leads elsewhere is refused."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or PureWindowsPath(name).drive or "\\" in name:
        message = f"[classifier] model is {name!r}, which does not lie beside the manifest"
        raise refuse(message)
    return name


def _sha256(digest: str) -> str:
    low = digest.lower()
    if low and (len(low) != _DIGITS or set(low) - set("0123456789abcdef")):
        message = "[classifier] sha256 is not 64 hexadecimal digits"
        raise refuse(message)
    return low


def _list(parent: Mapping[str, object], key: str, where: str) -> list[object]:
    found = parent.get(key, [])
    if not isinstance(found, list):
        message = f"[{where}] {key} is not a list"
        raise refuse(message)
    return found


def _input(found: Mapping[str, object]) -> InputSpec:
    only(found, "input", _INPUT)
    dimensions = int(number(found, "dimensions", "input", 2))
    if dimensions not in {2, _VOLUME}:
        message = "[input] dimensions is neither 2 nor 3"
        raise refuse(message)
    size = numbers(found.get("size"), "size", "input")
    if len(size) != dimensions or any(one < 1 or one != int(one) for one in size):
        message = f"[input] size is not {dimensions} whole numbers"
        raise refuse(message)
    points = 1.0
    for one in size:
        points *= one
    spacing = numbers(found["spacing_mm"], "spacing_mm", "input") if "spacing_mm" in found else ()
    if spacing and (len(spacing) != dimensions or min(spacing) <= 0):
        message = f"[input] spacing_mm is not {dimensions} numbers above 0"
        raise refuse(message)
    channels = int(number(found, "channels", "input", 1))
    if channels not in {1, 3} or points * channels > _MOST_POINTS:
        message = "[input] channels is neither 1 nor 3, or the size is too large"
        raise refuse(message)
    return InputSpec(
        dimensions,
        tuple(int(one) for one in size),
        channels,
        cast("Resize", choice(found, "resize", "input", get_args(Resize))),
        spacing,
        _orientation(text(found, "orientation", "input", ""), dimensions),
        cast("Invert", choice(found, "invert", "input", get_args(Invert))),
        flag(found, "channels_last", "input", default=False),
    )


def _orientation(letters: str, dimensions: int) -> str:
    if not letters:
        return ""
    pairs = {frozenset((letter, _OPPOSITE.get(letter, ""))) for letter in letters}
    is_whole = dimensions == len(letters) == len(pairs) == _VOLUME
    if not is_whole or any(one not in _OPPOSITE for one in letters):
        message = "[input] orientation is not three letters such as SPL: where slices, rows and columns go to"
        raise refuse(message)
    return letters


def _intensity(found: Mapping[str, object], channels: int) -> IntensitySpec:
    only(found, "intensity", _INTENSITY)
    usual = IntensitySpec()
    scale = choice(found, "scale", "intensity", ("percentiles", "window", "values"))
    needed = None if scale == "window" else usual.low
    low = number(found, "low", "intensity", needed)
    high = number(found, "high", "intensity", None if scale == "window" else usual.high)
    if high <= low or (scale == "percentiles" and not 0 <= low < high <= usual.high):
        message = "[intensity] high is not above low, or they are no percentiles"
        raise refuse(message)
    target = numbers(found.get("target", list(usual.target)), "target", "intensity")
    if len(target) != 2 or target[0] >= target[1]:  # noqa: PLR2004 - a range has two ends
        message = "[intensity] target is not two rising numbers"
        raise refuse(message)
    mean, std = (_a_channel(found, key, channels) for key in ("mean", "std"))
    if (mean is None) != (std is None) or (std is not None and min(std) <= 0):
        message = "[intensity] mean and std do not go together, or std is not above 0"
        raise refuse(message)
    return IntensitySpec(cast("Scale", scale), low, high, (target[0], target[1]), mean, std)


def _a_channel(found: Mapping[str, object], key: str, channels: int) -> tuple[float, ...] | None:
    """One number a channel; None for ``"image"``, that is, of each image by itself."""
    if found.get(key) == "image":
        return None
    given = numbers(found.get(key, 0.0 if key == "mean" else 1.0), key, "intensity")
    if len(given) not in {1, channels}:
        message = f"[intensity] {key} has {len(given)} numbers for {channels} channels"
        raise refuse(message)
    return given


def _classes(found: object, activation: str) -> tuple[ClassSpec, ...]:
    if not isinstance(found, list) or not found or not all(isinstance(one, dict) for one in found):
        message = "it has no [[class]], one for every output in their order"
        raise refuse(message)
    made = tuple(_class(one) for one in found)
    keys = [one.key for one in made]
    if len(set(keys)) != len(keys):
        message = "the key of a [[class]] stands twice"
        raise refuse(message)
    if activation == "softmax" and len(made) == 1:
        message = "softmax over one [[class]] always says 1: name all classes, or use sigmoid"
        raise refuse(message)
    if not any(one.shown for one in made):
        message = "no [[class]] is shown, so nothing would be found"
        raise refuse(message)
    return made


def _class(found: Mapping[str, object]) -> ClassSpec:
    only(found, "class", _CLASS)
    key = text(found, "key", "class")
    title = text(found, "title", "class", key)
    words = text(found, "code", "class", "")
    try:
        code = Code.parse(words, text(found, "meaning", "class", title)) if words else None
    except ValueError as error:
        message = f"[[class]] {key!r}: {error}"
        raise refuse(message) from error
    threshold = number(found, "threshold", "class") if "threshold" in found else None
    if threshold is not None and not 0 <= threshold <= 1:
        message = f"[[class]] {key!r}: threshold is not from 0 to 1"
        raise refuse(message)
    shown = flag(found, "shown", "class", default=True)
    return ClassSpec(key, title, code, threshold, shown, text(found, "group", "class", ""))


def _gate(found: Mapping[str, object]) -> Gate:
    known = [one.name for one in fields(Gate)]
    only(found, "gate", ("images", *known))
    values: dict[str, Any] = {}
    for key in known:
        if key in {"youngest", "oldest"}:
            values[key] = number(found, key, "gate") if key in found else None
        else:
            words = [str(item) for item in _list(found, key, "gate")]
            values[key] = tuple(word if key == "strict" else word.upper() for word in words)
    unknown = set(values["strict"]) - {"age", "sex", "body_part", "view", "laterality"}
    if unknown:
        message = f"[gate] strict names {min(unknown)!r}: age, sex, body_part, view and laterality can be"
        raise refuse(message)
    return Gate(**values)
