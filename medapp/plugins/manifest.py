"""Read ``medapp.toml``: the text a plugin says of itself, checked, with no code of the plugin loaded."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from typing import TYPE_CHECKING, Literal, get_args

from medapp.api.manifest import Gate, Manifest, Need, TaskKind, TaskManifest, WeightsFile
from medapp.domain.segmentation import Code, Label

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE_NAME = "medapp.toml"
API_VERSION = "1"
_KINDS = get_args(TaskKind)
_NEEDS = get_args(Need)
_GPU = ("none", "optional", "required")
_SHA256_DIGITS = 64


class ManifestError(ValueError):
    """The manifest cannot be used; the text says where and why."""


def parse_manifest(text: str, *, package: str, version: str, folder: Path) -> Manifest:
    """Read the text of a ``medapp.toml``.

    Args:
        text: Content of the file.
        package: Top-level import package that carries it.
        version: Version of the installed distribution.
        folder: Where the package lies.

    Raises:
        ManifestError: Where the text is not TOML, lacks something or states what cannot be.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"{FILE_NAME} is not valid TOML: {error}"
        raise ManifestError(message) from error
    plugin = _table(document, "plugin", FILE_NAME)
    api = _text(plugin, "api", "[plugin]")
    if api != API_VERSION:
        message = f"[plugin] api is {api!r}; this program speaks {API_VERSION!r}"
        raise ManifestError(message)
    tasks = document.get("task", [])
    if not isinstance(tasks, list) or not tasks:
        message = f"{FILE_NAME} offers no [[task]]"
        raise ManifestError(message)
    parsed = tuple(_task(task, position) for position, task in enumerate(tasks))
    identifiers = [task.id for task in parsed]
    if len(set(identifiers)) != len(identifiers):
        message = f"a task id stands twice: {identifiers}"
        raise ManifestError(message)
    return Manifest(
        package=package,
        entry=_text(plugin, "entry", "[plugin]", package),
        title=_text(plugin, "title", "[plugin]"),
        version=version,
        api=api,
        license=_text(plugin, "license", "[plugin]"),
        intended_use=_text(plugin, "intended_use", "[plugin]"),
        folder=folder,
        tasks=parsed,
    )


def _task(table: object, position: int) -> TaskManifest:
    where = f"[[task]] {position + 1}"
    if not isinstance(table, dict):
        message = f"{where} is not a table"
        raise ManifestError(message)
    identifier = _text(table, "id", where)
    where = f"task {identifier!r}"
    inputs = _table(table, "input", where, required=False)
    resources = _table(table, "resources", where, required=False)
    properties = _properties(table, "parameters", where)
    images = tuple(str(item) for item in _list(inputs, "images", where))
    return TaskManifest(
        id=identifier,
        title=_text(table, "title", where),
        kind=_choice(table, "kind", where, _KINDS),  # type: ignore[arg-type]
        summary=_text(table, "summary", where, ""),
        images=images,
        single=_single(inputs, where),
        images_needed=_need(inputs, "images_needed", where, "required" if images else "none"),
        record=_need(inputs, "record", where),
        genome=_need(inputs, "genome", where),
        segmentation=_need(inputs, "segmentation", where),
        molecules=_need(inputs, "molecules", where, "required"),
        record_codes=tuple(str(item) for item in _list(inputs, "record_codes", where)),
        needs_task=_needed(table, inputs, where),
        needs_parameters=_table(table, "needs_parameters", where, required=False),
        gate=_gate(_table(table, "gate", where, required=False), where),
        explains={
            name: str(value) for name, value in _table(table, "explains", where, required=False).items()
        },
        labels=_labels(_list(table, "labels", where), where),
        weights=tuple(_weights(item, where) for item in _list(table, "weights", where)),
        parameters=properties,
        required_parameters=tuple(name for name, value in properties.items() if "default" not in value),
        bytes_per_voxel=_number(resources, "bytes_per_voxel", where) or 0.0,
        fixed_bytes=int(_number(resources, "fixed_bytes", where) or 0),
        seconds_per_megavoxel=_number(resources, "seconds_per_megavoxel", where),
        fixed_seconds=_number(resources, "fixed_seconds", where),
        gpu=_choice(resources, "gpu", where, _GPU, "optional"),
        trainable=bool(table.get("trainable", False)),
        measurable=bool(table.get("measurable", False)),
        training=_properties(table, "training", where),
    )


def _single(inputs: Mapping[str, object], where: str) -> bool | Literal["either"]:
    value = inputs.get("single", False)
    if value == "either":
        return "either"
    if not isinstance(value, bool):
        message = f"{where}: single is {value!r}, not true, false or 'either'"
        raise ManifestError(message)
    return value


def _need(parent: Mapping[str, object], key: str, where: str, default: Need = "none") -> Need:
    value = parent.get(key, default)
    if isinstance(value, bool):
        return "required" if value else "none"
    if value not in _NEEDS:
        message = f"{where}: {key} is {value!r}, not one of {', '.join(_NEEDS)}"
        raise ManifestError(message)
    return value  # type: ignore[return-value]


def _needed(table: Mapping[str, object], inputs: Mapping[str, object], where: str) -> str:
    task = _text(table, "needs_task", where, "")
    if task and _need(inputs, "segmentation", where) == "none":
        message = (
            f"{where} needs the task {task!r} but is handed no labels: its input says segmentation = none"
        )
        raise ManifestError(message)
    return task


def _gate(table: Mapping[str, object], where: str) -> Gate:
    where = f"{where}, gate"
    known = {field.name for field in fields(Gate)}
    unknown = sorted(set(table) - known)
    if unknown:
        message = f"{where}: {unknown[0]!r} is not one of {', '.join(sorted(known))}"
        raise ManifestError(message)
    words = {
        key: tuple(str(item).upper() if key != "strict" else str(item) for item in _list(table, key, where))
        for key in ("sexes", "body_parts", "views", "lateralities", "strict")
    }
    return Gate(_number(table, "youngest", where), _number(table, "oldest", where), **words)


def _properties(parent: Mapping[str, object], key: str, where: str) -> dict[str, dict[str, object]]:
    table = _table(parent, key, where, required=False)
    return {name: value for name, value in table.items() if isinstance(value, dict)}


def _labels(items: list[object], where: str) -> tuple[Label, ...]:
    labels = []
    for value, item in enumerate(items, start=1):
        if not isinstance(item, dict):
            message = f"{where}: a label is a table with name, code and color"
            raise ManifestError(message)
        name = _text(item, "name", where)
        try:
            code = Code.parse(_text(item, "code", where), _text(item, "meaning", where, name))
        except ValueError as error:
            message = f"{where}, label {name!r}: {error}"
            raise ManifestError(message) from error
        labels.append(Label(int(item.get("value", value)), name, code, _text(item, "color", where)))
    return tuple(labels)


def _weights(item: object, where: str) -> WeightsFile:
    if not isinstance(item, dict):
        message = f"{where}: weights are a list of tables with name and sha256"
        raise ManifestError(message)
    digest = _text(item, "sha256", where)
    if len(digest) != _SHA256_DIGITS:
        message = f"{where}: {digest!r} is not a sha256"
        raise ManifestError(message)
    return WeightsFile(_text(item, "name", where), digest, _text(item, "card", where, ""))


def _table(parent: Mapping[str, object], key: str, where: str, *, required: bool = True) -> dict[str, object]:
    value = parent.get(key)
    if value is None and not required:
        return {}
    if not isinstance(value, dict):
        message = f"{where} lacks the table {key!r}"
        raise ManifestError(message)
    return value


def _list(parent: Mapping[str, object], key: str, where: str) -> list[object]:
    value = parent.get(key, [])
    if not isinstance(value, list):
        message = f"{where}: {key!r} is a list"
        raise ManifestError(message)
    return value


def _text(parent: Mapping[str, object], key: str, where: str, default: str | None = None) -> str:
    value = parent.get(key, default)
    if not isinstance(value, str) or (default is None and not value):
        message = f"{where} lacks {key!r}"
        raise ManifestError(message)
    return value


def _number(parent: Mapping[str, object], key: str, where: str) -> float | None:
    value = parent.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        message = f"{where}: {key!r} is a number from 0"
        raise ManifestError(message)
    return float(value)


def _choice(
    parent: Mapping[str, object], key: str, where: str, known: tuple[str, ...], default: str | None = None
) -> str:
    value = _text(parent, key, where, default)
    if value not in known:
        message = f"{where}: {key} is {value!r}, not one of {', '.join(known)}"
        raise ManifestError(message)
    return value
