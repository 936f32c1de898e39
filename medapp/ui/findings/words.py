"""Findings in words: probabilities, sets, intervals, what an answer went by."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from medapp.services import finding_words
from medapp.services.corrections import must_be_said, stated
from medapp.services.findings_table import images_words
from medapp.services.horizon import ends_on, holds_from, is_over
from medapp.services.inbox import is_uncertain
from medapp.ui.results.details import moment
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Iterable

    from medapp.domain.finding import Finding
    from medapp.library.findings import Decision
    from medapp.services.inbox import Filter, InboxItem
    from medapp.ui.shell.widgets import State


def percent(value: float | None) -> str:
    """A probability as a whole percentage, never 0 % or 100 %; a dash where it is not known."""
    return finding_words.percent(value, tr)


def number(value: float) -> str:
    """A measured number with four figures."""
    return f"{value:.4g}"


def figure(finding: Finding) -> str:
    """A measured value with as many figures as its interval has room for; a dash where there is none."""
    return "–" if finding.value is None else finding_words.figure(finding, finding.value)


def value_of(finding: Finding) -> str:
    """What a finding says: a measurement with its unit, else its probability."""
    if finding.kind == "measurement" and finding.value is None:
        return tr("not computable")
    if finding.value is not None:
        return f"{figure(finding)} {unit_of(finding)}".strip()
    return percent(finding.probability)


def unit_of(finding: Finding) -> str:
    """The unit of a measurement in words; numbers without one have none."""
    return {"": tr("(unit not known)"), "1": ""}.get(finding.unit, finding.unit)


def bounds_of(finding: Finding) -> str:
    """From where to where its interval goes, without the unit; empty where there is none."""
    if finding.low is None or finding.high is None:
        return ""
    if finding.value is None:
        return tr("{low} to {high}", low=percent(finding.low), high=percent(finding.high))
    low, high = (finding_words.figure(finding, one) for one in (finding.low, finding.high))
    return tr("{low} to {high}", low=low, high=high)


def short_value_of(finding: Finding) -> str:
    """As `value_of`, for a narrow column."""
    if finding.value is not None and not finding.unit:
        return tr("{value} (unit?)", value=figure(finding))
    return value_of(finding)


def interval_of(finding: Finding) -> str:
    """Its interval, with what it is; empty where there is none."""
    said = bounds_of(finding)
    unit = "" if finding.value is None else unit_of(finding)
    if not said:
        return ""
    title = finding_words.interval_title(finding, tr)
    return tr("{title} {said}", title=title, said=f"{said} {unit}".strip())


def set_words(finding: Finding) -> str:
    """Which answers of a yes-or-no question cannot be excluded; empty where there is no set that counts."""
    return finding_words.set_words(finding, tr)


def coverage_of(item: InboxItem) -> str:
    """How often the prediction sets of an answer hold the truth; empty where none are made."""
    found = item.result.coverage
    return "" if found is None else tr("Sets hold the truth in {share}.", share=percent(found))


def set_of(finding: Finding, coverage: float | None) -> str:
    """What cannot be excluded, in a sentence; empty where no set is made."""
    return finding_words.set_sentence(finding, coverage, tr)


def tests_of(finding: Finding) -> str:
    """Its figures of held-back cases and what they leave open; empty where there are none."""
    return finding_words.held_back_sentence(finding, tr)


def status_of(item: InboxItem, finding: Finding) -> str:
    """The decision in words."""
    words = {
        "proposal": tr("Proposal"),
        "accepted": tr("Accepted"),
        "corrected": tr("Corrected"),
        "rejected": tr("Rejected"),
    }
    status = item.status_of(finding)
    if status == "corrected" and must_be_said(finding, item.result.coverage):
        return tr("Decided")  # the model left it open: there was nothing to correct
    return words[status]


def state_of(item: InboxItem, finding: Finding) -> State:
    """State of the decision for the style sheet."""
    states: dict[str, State] = {
        "proposal": "info",
        "accepted": "success",
        "corrected": "success",
        "rejected": "error",
    }
    return states[item.status_of(finding)]


def marks_of(item: InboxItem, finding: Finding) -> tuple[str, ...]:
    """What has to be noticed of a finding in the list."""
    found = finding_words.marks(finding, item.result.coverage, tr)
    return (*found, tr("models disagree")) if finding.key in item.disagreeing else found


def short_mark(item: InboxItem, finding: Finding) -> str:
    """What has to be noticed of a finding that nobody has decided on, for a narrow column."""
    if finding.key in item.decisions:
        return ""
    if finding.is_chance:
        return tr("chance level")
    if finding.is_no_gain:
        return tr("unproven")
    if is_uncertain(item, finding):
        return tr("uncertain")
    return tr("disagreeing") if finding.key in item.disagreeing else ""


def ranks_of(item: InboxItem) -> dict[str, int]:
    """Places of ranked diseases, from 1, by their keys; the order of the answer is that of the rank."""
    diseases = (one for one in item.result.findings if one.kind == "disease")
    return {one.key: place for place, one in enumerate(diseases, 1)}


def whole(item: InboxItem, findings: tuple[Finding, ...]) -> str:
    """What an answer is, in a line."""
    if item.result.abstained:
        return tr("No answer: {reason}", reason=item.result.abstained)
    undecided = sum(one.key not in item.decisions for one in findings)
    said = tr("1 finding") if len(findings) == 1 else tr("{count} findings", count=len(findings))
    return tr("{said}, {count} of them undecided", said=said, count=undecided)


def full_title(item: InboxItem, finding: Finding) -> str:
    """The title with the heading that it stands under, or with its place among the ranked."""
    rank = ranks_of(item).get(finding.key)
    if rank is not None:
        total = sum(one.kind == "disease" for one in item.result.findings)
        return tr("{title}, place {rank} of {total}", title=finding.title, rank=rank, total=total)
    if not finding.group or finding.group.casefold() in finding.title.casefold():
        return finding.title
    return f"{finding.title} · {finding.group}"


def instead_of(item: InboxItem, finding: Finding, said: str) -> str:
    """What a correction says, in words: a key is the title of the finding that it names."""
    from medapp.services.corrections import read_instead

    label = read_instead(finding, item.result.findings, said)
    if label.kind == "answer":
        return answer(label.text)
    if label.kind == "finding":
        return next((one.title for one in item.result.findings if one.key == label.text), label.text)
    if label.kind == "value" and not label.unit:
        return tr("{value} (unit not known)", value=label.text)
    return label.text


def answer(one: str) -> str:
    """Yes or no of a finding."""
    return {"present": tr("present"), "absent": tr("absent")}.get(one, one)


def decided(item: InboxItem, finding: Finding) -> str:
    """The decision with what holds instead, why, and when; empty where there is none."""
    found = item.decisions.get(finding.key)
    if found is None:
        return ""
    return _once(item, finding, found)


def decided_before(item: InboxItem, finding: Finding) -> tuple[str, ...]:
    """What was decided on it before and holds no more, the latest first."""
    past = [one for one in item.earlier if one.finding == finding.key]
    return tuple(
        tr(
            "Before: {said}, until {when}",
            said=_once(item, finding, one),
            when=_clock(one.until or one.decided),
        )
        for one in reversed(past)
    )


def _once(item: InboxItem, finding: Finding, one: Decision) -> str:
    if one.verdict == "corrected":
        instead = instead_of(item, finding, one.instead)
        open_ = must_be_said(finding, item.result.coverage)
        said = (
            tr("Decided: {instead}", instead=instead)
            if open_
            else tr("Corrected to: {instead}", instead=instead)
        )
    elif one.verdict == "accepted":
        said = asserted(item, finding, tr("Accepted: {what}"), tr("Accepted"))
    else:
        said = tr("Rejected")
    reason = tr("Reason: {reason}", reason=one.reason) if one.reason else ""
    who = tr("by {name}", name=one.by) if one.by else ""
    return " · ".join(part for part in (said, reason, who, _clock(one.decided)) if part)


def _clock(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M")


def asserted(item: InboxItem, finding: Finding, pattern: str, bare: str) -> str:
    """What accepting a finding says, put into `pattern` at ``{what}``; `bare` where it says nothing."""
    if finding.kind == "class":
        said = stated(finding, item.result.coverage)
        what = "" if said is None else answer(said)
    elif finding.kind == "risk":
        what = _risk(finding)
    elif finding.kind == "disease":
        what = tr("provisional diagnosis")
    else:
        what = value_of(finding) if finding.kind == "measurement" else finding.title
    return pattern.replace("{what}", what) if what else bare


def _risk(finding: Finding) -> str:
    """What accepting a risk says: with what its tests leave open, where they do."""
    if finding.probability is None:
        return ""
    said = tr("a risk of {share}", share=percent(finding.probability))
    if not finding.is_no_gain:
        return said
    return tr("{said}, not shown better than {baseline}", said=said, baseline=finding.baseline)


def accept_title(item: InboxItem, finding: Finding) -> str:
    """The button that accepts: what it asserts stands on it."""
    return asserted(item, finding, tr("Accept: {what}"), tr("Accept"))


def holds_of(item: InboxItem, finding: Finding) -> str:
    """What holds by the word of a person, with what the model said; empty where nobody decided."""
    found = item.decisions.get(finding.key)
    if found is None or finding.kind in {"disease", "cluster"}:
        return ""
    was = short_value_of(finding)
    if found.verdict == "rejected":
        return tr("(said {value})", value=was)
    if found.verdict == "accepted":
        said = stated(finding, item.result.coverage)
        return "" if said is None else tr("{what} ({value})", what=answer(said), value=was)
    instead = instead_of(item, finding, found.instead)
    return tr("{what} (was {value})", what=instead, value=was)


def percentile_of(finding: Finding) -> str:
    """Where a measurement lies among whom; empty where no reference is loaded."""
    if finding.percentile is None:
        return ""
    return tr(
        "Percentile {number} in {reference}", number=f"{finding.percentile:.0f}", reference=finding.reference
    )


def made_by(item: InboxItem) -> str:
    """Model with its version, and when."""
    made = f"{item.entry.task} {item.entry.version}"
    return f"{made} · {moment(item.entry.created)}"


def images_of(item: InboxItem) -> str:
    """Which images it speaks of; empty where it used none."""
    said = images_words(item)
    return tr("Images: {images}", images=said) if said else ""


def period_of(item: InboxItem, finding: Finding) -> str:
    """From when to when a risk counts, and that this is over where it is."""
    if finding.kind != "risk" or finding.horizon_days is None:
        return ""
    start, end = holds_from(item, finding), ends_on(item, finding)
    if not end:
        return tr("The day from which the risk counts is not stated.")
    said = tr("The risk counts from {start} to {end}.", start=start, end=end)
    return f"{said} {tr('That time is over: it says nothing of today.')}" if is_over(item, finding) else said


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
    said: Iterable[str] = (f"{name} – {method}" for name, method in item.result.explained.items())
    return "; ".join(said)


def filter_title(wanted: Filter) -> str:
    """A filter on its button."""
    titles: dict[Filter, str] = {
        "all": tr("All"),
        "unread": tr("Unread"),
        "undecided": tr("Undecided"),
        "uncertain": tr("Uncertain"),
        "disagreeing": tr("Models disagree"),
    }
    return titles[wanted]
