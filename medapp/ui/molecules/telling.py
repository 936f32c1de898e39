"""What is said of runs as a whole: what they told, and why there are no molecules yet. No widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.ui.molecules.words import number
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp.services.molecule_told import Told
    from medapp.ui.molecules.model import MoleculesModel


def numbers_of(told: Told) -> str:
    """How many molecules, and the numbers of the whole, in one line."""
    parts = []
    if not told.is_whole:
        parts.append(tr("not run to its end; running it again goes on"))
    elif told.rows is not None:
        parts.append(tr("1 molecule") if told.rows == 1 else tr("{count} molecules", count=told.rows))
    if told.refused:
        parts.append(tr("{count} refused", count=told.refused))
    parts += [f"{name} {number(value)}" for name, value in told.figures]
    return ", ".join(parts)


def summary(told: Sequence[Told]) -> str:
    """One line: how much is warned of, and the latest run."""
    count = sum(severity != "info" for one in told for severity, _ in one.remarks)
    head = tr("What the runs told")
    warned = "" if not count else tr("1 warning") if count == 1 else tr("{count} warnings", count=count)
    return "  ·  ".join(part for part in (head, warned) if part)


def nothing_yet(model: MoleculesModel) -> str:
    """Why there are no molecules: one runs, or has found nothing; empty where none was run."""
    doing = model.doing
    if doing is not None:
        return tr("{task} is running…", task=doing.title)
    runs = () if model.project is None else model.project.runs
    ended = next((run for run in reversed(runs) if run.is_whole and run.facts.get("rows") == 0), None)
    return "" if ended is None else tr("{task} found nothing.", task=ended.title)
