"""What the point from which a risk counts, the set of answers and the interval say together, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp_classification.record_risk.questions import COVERAGE

if TYPE_CHECKING:
    from medapp.domain.finding import Answer

EXPECTED = {"present": "expected", "absent": "not expected"}
"""An answer about what may come."""


def meaning(answers: tuple[Answer, ...], threshold: float, interval: tuple[float, float]) -> str:
    """Sentences for the reader of one risk.

    Args:
        answers: The prediction set.
        threshold: From which probability it counts.
        interval: Of the probability.
    """
    point = (
        f"Counts as expected from {100 * threshold:.1f} %: there those of the held-back people who had it "
        "are told best from those who had not."
    )
    held = f"made to hold the truth for {COVERAGE:.0%} of those who had it and of those who had not"
    if len(answers) == 1:
        of_set = f"The set of answers, {held}, leaves one: {EXPECTED[answers[0]]}."
    elif answers:
        of_set = f"The set of answers, {held}, leaves both: it cannot tell."
    else:
        of_set = f"The set of answers, {held}, leaves none: the answer is unlike those of either kind."
    if not interval[0] < threshold < interval[1]:
        return f"{point} {of_set}"
    both = f"{100 * interval[0]:.1f} to {100 * interval[1]:.1f} %"
    doubt = f"Uncertain, for the interval, {both}, lies on both sides of the point from which it counts"
    return f"{point} {of_set} {doubt}{', whatever the set says' if len(answers) == 1 else ''}."
