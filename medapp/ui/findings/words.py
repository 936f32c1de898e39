"""Findings in words: probabilities, sets, intervals, what an answer went by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.services.inbox import is_uncertain
from medapp.ui.results.details import moment
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Iterable

    from medapp.domain.finding import Finding, ItemEvidence
    from medapp.services.inbox import Filter, InboxItem

_PERCENT = 100


def percent(value: float | None) -> str:
    """A probability as a whole percentage, never 0 % or 100 %; a dash where it is not known."""
    if value is None:
        return "–"
    if value < 1 / 2 / _PERCENT:
        return tr("< 1 %")
    if value > 1 - 1 / 2 / _PERCENT:
        return tr("> 99 %")
    return tr("{number} %", number=round(value * _PERCENT))


def number(value: float) -> str:
    """A measured number with four figures."""
    return f"{value:.4g}"


def value_of(finding: Finding) -> str:
    """What a finding says: a measurement with its unit, else its probability."""
    if finding.value is not None:
        unit = {"": tr("(unit not known)"), "1": ""}.get(finding.unit, finding.unit)
        return f"{number(finding.value)} {unit}".strip()
    return percent(finding.probability)


def interval_of(finding: Finding) -> str:
    """The 95 % interval; empty where there is none."""
    if finding.low is None or finding.high is None:
        return ""
    if finding.value is not None:
        said = tr("{low} to {high}", low=number(finding.low), high=number(finding.high))
    else:
        said = tr("{low} to {high}", low=percent(finding.low), high=percent(finding.high))
    return tr("95 % interval {said}", said=said)


def set_of(finding: Finding, coverage: float | None) -> str:
    """What cannot be excluded, in a sentence; empty where no set is made."""
    if coverage is None or (finding.kind == "class" and finding.in_set is None and not finding.answers):
        return ""
    share = percent(coverage)
    if finding.in_set is not None:
        if finding.in_set:
            return tr(
                "One of the answers that cannot be excluded (sets hold the truth in {share}).", share=share
            )
        return tr("Excluded at {share} coverage.", share=share)
    words = {
        ("present",): tr("Absent can be excluded"),
        ("absent",): tr("Present can be excluded"),
        ("present", "absent"): tr("The model cannot tell: neither answer can be excluded"),
        (): tr("Unlike the cases that it knows: neither answer fits"),
    }
    said = words.get(finding.answers)
    return "" if said is None else tr("{said} (sets hold the truth in {share}).", said=said, share=share)


def status_of(item: InboxItem, finding: Finding) -> str:
    """The decision in words."""
    words = {
        "proposal": tr("Proposal"),
        "accepted": tr("Accepted"),
        "corrected": tr("Corrected"),
        "rejected": tr("Rejected"),
    }
    return words[item.status_of(finding)]


def state_of(item: InboxItem, finding: Finding) -> str:
    """State of the decision for the style sheet."""
    states = {"proposal": "info", "accepted": "success", "corrected": "success", "rejected": "error"}
    return states[item.status_of(finding)]


def marks_of(item: InboxItem, finding: Finding) -> tuple[str, ...]:
    """What has to be noticed of a finding in the list."""
    found = []
    if is_uncertain(item, finding):
        found.append(tr("uncertain"))
    if finding.key in item.disagreeing:
        found.append(tr("models disagree"))
    return tuple(found)


def made_by(item: InboxItem) -> str:
    """Model with its version, and when."""
    made = f"{item.entry.task} {item.entry.version}"
    return f"{made} · {moment(item.entry.created)}"


def went_by(item: InboxItem) -> str:
    """What the answer used, and what was not there."""
    words = {"images": tr("images"), "record": tr("record"), "genome": tr("genome")}
    used = ", ".join(words[one] for one in item.result.used) or tr("nothing")
    said = tr("Went by: {used}", used=used)
    if item.result.missing:
        missing = ", ".join(words[one] for one in item.result.missing)
        said += "; " + tr("not there: {missing}", missing=missing)
    return said


def familiarity_of(item: InboxItem) -> str:
    """How like the training cases this one is; empty where the model does not judge that."""
    found = item.result.familiarity
    if found is None:
        return ""
    said = (
        tr("unlike the cases that the model was trained on")
        if found.is_strange
        else tr("like the cases that the model was trained on")
    )
    return tr(
        "This case is {said} ({method}: {score}, limit {limit}).",
        said=said,
        method=found.method,
        score=number(found.score),
        limit=number(found.limit),
    )


def explained(item: InboxItem) -> str:
    """How the answer explains itself, by kind of input."""
    said: Iterable[str] = (f"{name}: {method}" for name, method in item.result.explained.items())
    return "; ".join(said)


def effect_of(one: ItemEvidence) -> str:
    """How far an item moved the answer."""
    if one.effect is None:
        return one.matched
    return tr("{effect} {unit}", effect=f"{one.effect:+.2f}", unit=one.effect_unit)


def filter_title(wanted: Filter) -> str:
    """A filter on its button."""
    titles: dict[Filter, str] = {
        "all": tr("All"),
        "unread": tr("Unread"),
        "undecided": tr("Undecided"),
        "uncertain": tr("Uncertain"),
        "disagreeing": tr("Disagreeing"),
    }
    return titles[wanted]
