"""The task and its ``--set NAME=VALUE``, checked, with words for what is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from medapp.cli.ending import problems_of_use

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from medapp.api.manifest import TaskManifest

_PATHS: Final = ("path", "file", "folder")


def task_and_parameters(
    task_id: str, settings: Sequence[str], *, learning: bool = False
) -> tuple[TaskManifest, dict[str, object]]:
    """Find a task and read ``name=value`` settings for it: those of a run, or of training and evaluation.

    Raises:
        Problem: Where there is no such task, a setting is wrong, one lacks, or a file that it names.
    """
    from medapp.plugins import checked, discover, parsed

    with problems_of_use():
        _, task = discover().find(task_id)
        if learning:
            task = task.for_training()
        given = {}
        for setting in settings:
            name, equals, value = setting.partition("=")
            if not equals:
                message = f"a setting is written name=value, not {setting!r}"
                raise ValueError(message)
            given[name.strip()] = parsed(task, name.strip(), value)
        _refuse_lacking(task, given)
        checked(task, given)
        _refuse_missing_files(task, given)
    return task, given


def _refuse_lacking(task: TaskManifest, given: Mapping[str, object]) -> None:
    lacking = [name for name in task.required_parameters if name not in given]
    if not lacking:
        return
    told = [f"{name}: {_meaning(task.parameters[name])}" for name in lacking]
    example = " ".join(f"--set {name}={_example(name, task.parameters[name])}" for name in lacking)
    message = f"{task.id} needs {'; and '.join(told)}. For example: {example}"
    raise ValueError(message)


def _meaning(schema: Mapping[str, Any]) -> str:
    words = schema.get("description") or schema.get("title") or f"of type {schema.get('type', 'string')}"
    return str(words).rstrip(".")


def _example(name: str, schema: Mapping[str, Any]) -> str:
    """A value that the schema takes, as far as it tells of one."""
    known = [*schema.get("examples", ()), *schema.get("enum", ())]
    if known:
        return str(known[0])
    if schema.get("type") in {"integer", "number"}:
        return str(schema.get("minimum", 1))
    if schema.get("type") == "boolean":
        return "true"
    return f"PATH/OF/{name.upper()}" if schema.get("format") in _PATHS else name.upper()


def _refuse_missing_files(task: TaskManifest, given: Mapping[str, object]) -> None:
    for name, value in given.items():
        if task.parameters[name].get("format") not in _PATHS:
            continue
        if not Path(str(value)).expanduser().exists():
            message = f"{name}: there is nothing at {value}"
            raise ValueError(message)
