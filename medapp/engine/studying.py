"""Ask the task of another plugin, in the same worker, what it says of molecules."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medapp.api.others import OtherTask, ask

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from medapp.domain.molecule import MoleculeRow
    from medapp.engine.context import WorkerContext


def study(context: WorkerContext, task: str, smiles: Sequence[str]) -> tuple[MoleculeRow, ...]:
    """See `medapp.api.JobContext.study`."""
    from medapp.engine.actions import manager_for

    if task not in context.others:
        message = f"the job was not given the task {task!r}"
        raise LookupError(message)
    other = context.others[task]
    # Its progress is not that of the job, and what it writes down is told as its own.
    inner = replace(context, weights_files=other.weights_files, facts={}, others={}, send=lambda _event: None)
    try:
        hook = manager_for(other.entry).hook
    except Exception as error:
        message = f"the plugin of {task} cannot be loaded: {type(error).__name__}: {error}"
        raise RuntimeError(message) from error
    found = ask(hook, task, smiles, other.parameters, inner)
    weights = {name: value for name, value in inner.facts.items() if name.startswith("weights:")}
    own = {f"{task} {name}": value for name, value in inner.facts.items() if name not in weights}
    context.facts |= weights | own | {task: other.plugin}
    return found


def others_of(message: Mapping[str, Any]) -> dict[str, OtherTask]:
    """What the shell handed over, by task."""
    return {
        task: OtherTask(
            one["entry"],
            one["plugin"],
            {name: (Path(file), digest) for name, (file, digest) in one["weights"].items()},
            one["parameters"],
        )
        for task, one in message.get("others", {}).items()
    }
