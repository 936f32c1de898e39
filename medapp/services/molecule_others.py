"""Tasks of any plugin that a task about molecules goes by: found, and refused where they cannot be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.api.others import NAMES_TASKS, OtherTask, tasks_named
from medapp.services.running import weights_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from medapp.api.manifest import TaskManifest
    from medapp.plugins.discovery import Discovery


def others_of(found: Discovery, task: TaskManifest, parameters: Mapping[str, object]) -> dict[str, OtherTask]:
    """What the parameters of `task` name by ``TASK:PROPERTY``.

    Raises:
        ValueError: Where a task is not installed or cannot be asked about molecules, with a sentence.
    """
    texts = [str(parameters.get(name) or "") for name, one in task.parameters.items() if one.get(NAMES_TASKS)]
    return {name: _other(found, name) for text in texts for name in tasks_named(text)}


def _other(found: Discovery, name: str) -> OtherTask:
    from medapp.plugins import checked

    askable = [task for one in found.manifests for task in one.tasks if _is_askable(task)]
    if name not in {task.id for task in askable}:
        listed = ", ".join(task.id for task in askable) or "none"
        message = f"no task {name!r} can be asked about molecules; those that can are: {listed}"
        raise ValueError(message)
    manifest, task = found.find(name)
    weights = weights_of(task)
    for file, (path, _) in weights.items():
        if not path.is_file():
            message = f"{name} cannot be asked about molecules: its weights {file} are not installed"
            raise ValueError(message)
    plugin = f"{manifest.package} {manifest.version}".strip()
    return OtherTask(manifest.entry, plugin, weights, checked(task, {}))


def _is_askable(task: TaskManifest) -> bool:
    """Whether a file of molecules alone is enough for it."""
    return (
        task.kind == "molecules"
        and task.molecules != "none"
        and "required" not in {task.record, task.genome}
        and not task.required_parameters
        and task.gpu != "required"
    )
