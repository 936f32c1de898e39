"""Check what the user set against the task's JSON Schema and fill in the defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from medapp.api.manifest import TaskManifest


class ParameterError(ValueError):
    """A parameter is missing, unknown or out of its bounds."""


def schema_of(task: TaskManifest) -> dict[str, object]:
    """The whole JSON Schema of a task's parameters."""
    return {
        "type": "object",
        "properties": {name: dict(value) for name, value in task.parameters.items()},
        "required": list(task.required_parameters),
        "additionalProperties": False,
    }


def checked(task: TaskManifest, given: Mapping[str, object]) -> dict[str, object]:
    """Return the parameters with defaults filled in.

    Raises:
        ParameterError: With all that is wrong, one sentence each.
    """
    from jsonschema import Draft202012Validator

    filled = {name: value["default"] for name, value in task.parameters.items() if "default" in value}
    filled.update(given)
    errors = sorted(
        Draft202012Validator(schema_of(task)).iter_errors(filled), key=lambda item: list(item.path)
    )
    if errors:
        lines = [f"{'.'.join(str(part) for part in item.path) or task.id}: {item.message}" for item in errors]
        raise ParameterError("; ".join(lines))
    return filled


def parsed(task: TaskManifest, name: str, text: str) -> object:
    """Turn the text of ``--set name=text`` into the type that the schema asks for.

    Raises:
        ParameterError: Where the task has no such parameter or the text is not of its type.
    """
    if name not in task.parameters:
        message = f"{task.id} has no parameter {name!r}; it has: {', '.join(task.parameters) or 'none'}"
        raise ParameterError(message)
    kind = task.parameters[name].get("type", "string")
    try:
        return _CONVERT[str(kind)](text) if str(kind) in _CONVERT else text
    except ValueError as error:
        message = f"{name}: {text!r} is not of type {kind}"
        raise ParameterError(message) from error


_TRUE = ("true", "yes", "1", "on")
_FALSE = ("false", "no", "0", "off")


def _boolean(text: str) -> bool:
    word = text.lower()
    if word not in {*_TRUE, *_FALSE}:
        raise ValueError(text)
    return word in _TRUE


_CONVERT: dict[str, Callable[[str], object]] = {"boolean": _boolean, "integer": int, "number": float}
