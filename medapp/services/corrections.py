"""What holds in place of a finding, in the form in which it is kept, and what an accepted one says."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from medapp.domain.finding import Answer, Finding
    from medapp.library.findings import Decision

LabelKind = Literal["answer", "finding", "value", "text"]
ANSWERS: Final[tuple[Answer, ...]] = ("present", "absent")
_EVEN: Final = 0.5
_AMOUNT: Final = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?:\s+(\S.*))?")


@dataclass(frozen=True)
class Label:
    """What holds, by the word of a person.

    Attributes:
        kind: ``answer``: `text` is ``present`` or ``absent``; ``finding``: the key of a finding of the same
            answer of the model; ``value``: a number, `text` as it was written; ``text``: words.
        unit: Of the value; empty where it is not known.
    """

    kind: LabelKind
    text: str
    value: float | None = None
    unit: str = ""


def amount(value: float, unit: str) -> str:
    """A number with its unit as a correction keeps it."""
    return f"{value!r} {unit}".strip()


def read_instead(finding: Finding, among: Iterable[Finding], said: str) -> Label:
    """What a correction says, by the kind of the finding that it corrects.

    Args:
        finding: What the model said.
        among: All findings of that answer: a disease may be corrected to another of them.
        said: As `Decision.instead` keeps it.
    """
    said = said.strip()
    if finding.kind in {"class", "risk"} and said in ANSWERS:
        return Label("answer", said)
    if finding.kind == "measurement":
        found = _AMOUNT.fullmatch(said)
        if found is not None and math.isfinite(float(found[1])):
            return Label("value", said, float(found[1]), (found[2] or "").strip())
    elif any(one.key == said and one.key != finding.key for one in among):
        return Label("finding", said)
    return Label("text", said)


def stated(finding: Finding, coverage: float | None = None) -> Answer | None:
    """Which of yes and no a finding says, by its set and its threshold.

    None where it says neither: where the set holds both answers or none, where the set contradicts the
    threshold or, without one, what is the likelier of the two, where tests left open that it does no better
    than chance, and for what is not of today: a risk says how likely something is, not that it comes.

    Args:
        finding: What the model said.
        coverage: Of its prediction sets; None where it makes none, and an empty one says nothing.
    """
    if finding.kind != "class" or finding.is_chance:
        return None
    said: set[Answer] = set(finding.answers)
    if len(said) > 1 or (not said and coverage is not None):
        return None
    middle = _EVEN if finding.threshold is None and said else finding.threshold
    if finding.probability is not None and middle is not None:
        said.add("present" if finding.probability >= middle else "absent")
    return said.pop() if len(said) == 1 else None


def must_be_said(finding: Finding, coverage: float | None = None) -> bool:
    """Whether a person has to say present or absent: there is nothing definite that could be accepted."""
    return finding.kind == "class" and stated(finding, coverage) is None


def cannot_tell(finding: Finding, coverage: float | None = None) -> bool:
    """Whether the model cannot tell.

    Both answers or none are left, its set contradicts its probability, or its interval holds the threshold.
    """
    if finding.answers and (must_be_said(finding, coverage) or len(finding.answers) != 1):
        return True
    middle = finding.threshold
    if middle is not None and finding.low is not None and finding.high is not None:
        return finding.low < middle < finding.high
    return (
        coverage is not None
        and finding.probability is not None
        and finding.kind == "class"
        and not finding.answers
    )


def label_of(
    finding: Finding, among: Iterable[Finding], decision: Decision, coverage: float | None = None
) -> Label | None:
    """What holds after a decision; None where it says only that the finding is wrong, or nothing definite.

    A model that cannot tell, and is accepted, has said nothing that could be learned; nor does an accepted
    risk tell what came. `coverage` is that of the answer's prediction sets.
    """
    if decision.verdict == "corrected":
        return read_instead(finding, among, decision.instead)
    if decision.verdict == "rejected":
        return None
    if finding.kind == "measurement":
        if finding.value is None:
            return None
        return Label("value", amount(finding.value, finding.unit), finding.value, finding.unit)
    if finding.kind in {"disease", "cluster"}:
        return Label("finding", finding.key)
    answer = stated(finding, coverage)
    return None if answer is None else Label("answer", answer)
