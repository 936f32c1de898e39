"""Checks in the order of their weight, filtered, and grouped by what they come to. No widgets."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from medapp.domain.recommendation import Check, CheckKind
    from medapp.services.plan_checking import Difference

Grade = Literal["critical", "significant", "minor", "info", "unknown", "clear"]
GRADES: Final[tuple[Grade, ...]] = ("critical", "significant", "minor", "info", "unknown", "clear")
"""Worst first. What was not checked stands before what is clear, and is never taken for it."""
Mark = Literal["", "new", "gone", "changed"]


def grade_of(check: Check) -> Grade:
    """What a check comes to."""
    return check.severity if check.outcome == "found" else check.outcome


@dataclass(frozen=True)
class CheckFilter:
    """What of the checks is shown; None is all: of the grades all but what is clear.

    Attributes:
        medicine: Name or ingredient of a medicine; empty for all.
    """

    grade: Grade | None = None
    kind: CheckKind | None = None
    medicine: str = ""

    def lets_through(self, check: Check) -> bool:
        """Whether a check is shown."""
        grade = grade_of(check)
        fits = grade == self.grade if self.grade is not None else grade != "clear"
        named = not self.medicine or self.medicine.casefold() in {one.casefold() for one in check.drugs}
        return fits and named and (self.kind is None or check.kind == self.kind)


def ordered(checks: Iterable[Check]) -> tuple[Check, ...]:
    """Worst first; what forbids before what does not, in the order of the checks within."""
    return tuple(sorted(checks, key=lambda one: (GRADES.index(grade_of(one)), not one.vetoes)))


def shown(checks: Iterable[Check], wanted: CheckFilter) -> tuple[Check, ...]:
    """What a filter lets through, worst first."""
    return tuple(one for one in ordered(checks) if wanted.lets_through(one))


def counts(checks: Iterable[Check]) -> Mapping[Grade, int]:
    """How many of each grade; grades without any are there with 0."""
    found = Counter(grade_of(one) for one in checks)
    return {grade: found[grade] for grade in GRADES}


def kinds(checks: Iterable[Check]) -> tuple[CheckKind, ...]:
    """Which kinds there are, in the order of their worst check."""
    return tuple(dict.fromkeys(one.kind for one in ordered(checks)))


def marked(difference: Difference) -> tuple[tuple[Check, Mark], ...]:
    """What has changed, the worst first; what is gone comes last."""
    after = {one.key: "changed" for _, one in difference.changed}
    found = ordered((*difference.new, *(one for _, one in difference.changed)))
    now: list[tuple[Check, Mark]] = [(one, "changed" if one.key in after else "new") for one in found]
    return (*now, *((one, "gone") for one in ordered(difference.gone)))
