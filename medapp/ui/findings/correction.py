"""What may hold in place of a finding, what a person has said so far, and what is still wrong with it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from medapp.services.corrections import ANSWERS, amount, stated
from medapp.ui.findings import words
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.domain.finding import Finding
    from medapp.services.inbox import InboxItem

Way = Literal["present", "absent", "finding", "value", "text"]


@dataclass(frozen=True)
class Draft:
    """What stands in the form.

    Attributes:
        way: Which of the ways is chosen; None before one is.
        key: Of another finding.
        number, unit: As they were written.
    """

    way: Way | None = None
    key: str = ""
    number: str = ""
    unit: str = ""
    text: str = ""
    reason: str = ""


@dataclass(frozen=True)
class CorrectionForm:
    """What can be said of one finding.

    Attributes:
        ways: In the order of the form.
        others: Key and title of what else it may be.
        start: What the form begins with.
        coverage: Of the prediction sets of the answer.
    """

    finding: Finding
    ways: tuple[Way, ...]
    others: tuple[tuple[str, str], ...]
    start: Draft
    coverage: float | None = None

    @classmethod
    def of(cls, item: InboxItem, finding: Finding) -> CorrectionForm:
        """By the kind of the finding."""
        others = tuple((one.key, one.title) for one in item.result.findings if one.key != finding.key)
        if finding.kind in {"class", "risk"}:
            return cls(finding, ("present", "absent", "text"), (), Draft(), item.result.coverage)
        if finding.kind == "measurement":
            return cls(finding, ("value", "text"), (), Draft("value", unit=finding.unit))
        if others:
            return cls(finding, ("finding", "text"), others, Draft("finding"))
        return cls(finding, ("text",), (), Draft("text"))

    def said(self, draft: Draft) -> str:
        """What will be kept; empty where it is not complete."""
        if draft.way in ANSWERS:
            return str(draft.way)
        if draft.way == "finding":
            return draft.key
        if draft.way == "value":
            value = _number(draft.number)
            return "" if value is None else amount(value, draft.unit.strip())
        return " ".join(draft.text.split()) if draft.way == "text" else ""

    def problem(self, draft: Draft) -> str:
        """Why it cannot be kept; empty where it can."""
        if draft.way is None:
            return tr("Choose what holds instead.")
        if draft.way in ANSWERS and draft.way == stated(self.finding, self.coverage):
            return tr("That is what the model says: accept it instead.")
        if draft.way == "finding" and draft.key not in dict(self.others):
            return tr("Choose one of the list.")
        if draft.way == "value":
            return self._problem_of_number(draft)
        return "" if self.said(draft) else tr("Write what holds instead.")

    def _problem_of_number(self, draft: Draft) -> str:
        value = _number(draft.number)
        if value is None:
            return tr("Write a number, with a point before decimals.")
        if value == self.finding.value and draft.unit.strip() == self.finding.unit:
            return tr("That is what the model says: accept it instead.")
        return ""

    def remark(self, draft: Draft) -> str:
        """What should be noticed, though it can be kept."""
        if draft.way == "value" and draft.number.strip() and not draft.unit.strip():
            return tr("Without a unit it stays unknown which one is meant.")
        return ""


def way_title(way: Way) -> str:
    """A way on its button."""
    titles: dict[Way, str] = {
        "present": words.answer("present").capitalize(),
        "absent": words.answer("absent").capitalize(),
        "finding": tr("Another of this answer"),
        "value": tr("Another value"),
        "text": tr("Something else"),
    }
    return titles[way]


def quick_reasons() -> tuple[str, ...]:
    """Why findings are rejected most often."""
    return (tr("Wrong place"), tr("Artefact"), tr("Known before"))


def _number(text: str) -> float | None:
    try:
        found = float(text.strip())
    except ValueError:
        return None
    return found if math.isfinite(found) and "_" not in text else None
