"""What runs told of all molecules together: their numbers, and remarks with a severity."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

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
    figures = {} if run.task in TOGETHER else facts.get("metrics") or {}
    rows = facts.get("rows")
    remarks = tuple(
        (str(one["severity"]), str(one["message"]))
        for one in facts.get("notices") or ()
        if with_patient or one.get("code") != _PATIENT
    )
    return Told(
        run.id, run.title, None if rows is None else int(rows), int(facts.get("refused") or 0),
        tuple((str(name), float(value)) for name, value in figures.items()), remarks, run.is_whole,
    )  # fmt: skip


def without_patient(run: Run) -> Run:
    """The run without its remarks about a patient's enzymes and medicines."""
    kept = [one for one in run.facts.get("notices") or () if one.get("code") != _PATIENT]
    return replace(run, facts={**run.facts, "notices": kept})
