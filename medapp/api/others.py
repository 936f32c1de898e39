"""What tasks of any plugin say of molecules, for a task that goes by it: ``TASK:PROPERTY`` in a parameter.

A parameter whose schema says ``names_tasks = true`` may name them. The program looks for them before the run,
and the worker asks them, a file of molecules at a time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from medapp.api.context import JobCancelled, TaskRefused
from medapp.api.requests import MoleculesRequest
from medapp.api.wire_molecules import read_rows
from medapp.domain.molecule import MoleculeRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from medapp.api.context import JobContext

NAMES_TASKS: Final = "names_tasks"
_NAMED: Final = re.compile(r"\s*(?P<task>[\w-]+(?:\.[\w-]+)*)\s*:\s*(?P<name>\S.*?)\s*")
_NOTHING_SAID: Final = "Nothing was said of it."


@dataclass(frozen=True)
class OtherTask:
    """A task that another one may ask about molecules.

    Attributes:
        entry: Module with the hooks.
        plugin: Package and version, for the provenance.
        weights_files: Path and expected sha256 by name.
        parameters: Its defaults.
    """

    entry: str
    plugin: str = ""
    weights_files: Mapping[str, tuple[Path, str]] = field(default_factory=dict)
    parameters: Mapping[str, object] = field(default_factory=dict)


def task_and_name(text: str) -> tuple[str, str] | None:
    """Of ``theirs.binding:affinity`` the task and what it says; None where no task is named."""
    found = _NAMED.fullmatch(text)
    return None if found is None else (found["task"], found["name"])


def tasks_named(text: str) -> tuple[str, ...]:
    """Tasks that a text names, once each; semicolons stand between its parts."""
    found = [task_and_name(part) for part in text.split(";")]
    return tuple(dict.fromkeys(one[0] for one in found if one is not None))


def ask(
    hook: Any,  # noqa: ANN401 - pluggy makes its attributes
    task: str,
    smiles: Sequence[str],
    parameters: Mapping[str, object],
    context: JobContext,
) -> tuple[MoleculeRow, ...]:
    """What a task says of molecules, a row for each in their order, by its plugin's hooks.

    Files are written to the context's scratch and go again. What gets no row has one here that is refused.

    Raises:
        JobCancelled: Where the user has cancelled.
        TaskRefused: Where the task refuses, with its name.
        RuntimeError: Where the plugin fails or does not study molecules, with the name of the task.
    """
    source, out = (context.scratch / f"asked-{task}{ending}" for ending in (".smi", ".rows"))
    source.write_text("".join(f"{one}\n" for one in smiles), encoding="utf-8")
    out.unlink(missing_ok=True)
    try:
        return _in_order(
            _rows(hook, MoleculesRequest(task, out, source, None, None, parameters), context), smiles
        )
    except (JobCancelled, MemoryError):
        raise
    except TaskRefused as error:
        message = f"{task} refuses the molecules: {error}"
        raise TaskRefused(message) from error
    except Exception as error:
        message = f"{task}, which was asked about molecules, failed: {type(error).__name__}: {error}"
        raise RuntimeError(message) from error
    finally:
        source.unlink(missing_ok=True)
        out.unlink(missing_ok=True)


def _rows(hook: Any, request: MoleculesRequest, context: JobContext) -> Iterator[MoleculeRow]:  # noqa: ANN401
    check = hook.medapp_check_input(request=request)
    if check is not None and not check.ok:
        raise TaskRefused(check.reason)
    if hook.medapp_study_molecules(request=request, context=context) is None:
        message = "its plugin says nothing of molecules"
        raise LookupError(message)
    context.check_cancelled()
    yield from read_rows(request.out)


def _in_order(rows: Iterator[MoleculeRow], smiles: Sequence[str]) -> tuple[MoleculeRow, ...]:
    found = {row.number: row for row in rows}
    return tuple(
        found.get(number) or MoleculeRow(number, given=one, refused=_NOTHING_SAID)
        for number, one in enumerate(smiles, start=1)
    )
