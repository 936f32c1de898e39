"""What runs told of all molecules together: their numbers, and remarks with a severity."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from medapp.services.molecule_project import TOGETHER

if TYPE_CHECKING:
    from medapp.services.molecule_project import Run

_PATIENT: Final = "patient"
"""Code of remarks about a patient's enzymes and medicines."""


@dataclass(frozen=True)
class Told:
    """What one run told.

    Attributes:
        run: Id of the run.
        title: Of its task.
        rows, refused: How many molecules; None where that was not kept, as of a run that was ended early.
        figures: Names of numbers of the whole, with the numbers.
        remarks: Severity and text.
        is_whole: Whether it came to its end.
    """

    run: str
    title: str
    rows: int | None = None
    refused: int = 0
    figures: tuple[tuple[str, float], ...] = ()
    remarks: tuple[tuple[str, str], ...] = ()
    is_whole: bool = True

    @property
    def warns(self) -> bool:
        """Whether something was told that takes from what can be made of the rows."""
        return any(severity != "info" for severity, _ in self.remarks)


def told_of(run: Run, *, with_patient: bool = True) -> Told:
    """What a run told; without `with_patient` nothing of a patient's enzymes.

    Numbers of runs whose rows are of each other are left to the map, which tells them in sentences.
    """
    facts = run.facts
    metrics = facts.get("metrics")
    known = metrics.items() if isinstance(metrics, dict) and run.task not in TOGETHER else ()
    figures = tuple((str(name), float(value)) for name, value in known if isinstance(value, int | float))
    remarks = tuple(
        (str(one.get("severity", "warning")), str(one.get("message", "")))
        for one in _notices(run)
        if with_patient or one.get("code") != _PATIENT
    )
    rows, refused = _count(facts.get("rows")), _count(facts.get("refused"))
    return Told(run.id, run.title, rows, refused or 0, figures, remarks, run.is_whole)


def _notices(run: Run) -> list[dict[str, Any]]:
    """What is no notice in a project file of others is left out."""
    found = run.facts.get("notices")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list | tuple) else []


def _count(value: object) -> int | None:
    return value if isinstance(value, int) else None


def without_patient(run: Run) -> Run:
    """The run without its remarks about a patient's enzymes and medicines."""
    kept = [one for one in _notices(run) if one.get("code") != _PATIENT]
    return replace(run, facts={**run.facts, "notices": kept})
