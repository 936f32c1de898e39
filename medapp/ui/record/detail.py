"""All that is stated of one entry, and where it came from, as pairs of words for the panel."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from medapp.domain.record import (
    CodedValue,
    Component,
    Concept,
    Encounter,
    Medication,
    Observation,
    Period,
    Quantity,
    Reaction,
    ReferenceRange,
    Report,
    When,
)
from medapp.domain.record.facts import period_of
from medapp.ui.record import facts
from medapp.ui.record.flags import beside_range, contradiction, state_of, words
from medapp.ui.text import tr
from medapp.ui.wording import unknown

if TYPE_CHECKING:
    from medapp.domain.record import Entry
    from medapp.domain.record.clinical import Content

Pair = tuple[str, str]
_OWN = {
    *("concept", "text", "facts", "negated", "components", "flags", "ranges", "value", "absent", "members"),
    *("written", "given", "started", "results", "conclusion"),
}


def detail_of(entry: Entry) -> list[Pair]:
    """What an entry says: fields that are not stated are left out, but the date, which is always there."""
    content = entry.content
    pairs: list[Pair] = []
    if facts.is_error(content):
        pairs.append((tr("Made in error"), tr("The source says that this entry should not have been made.")))
    if getattr(content, "negated", False):
        pairs.append((tr("Negated"), tr("The entry says that there is none.")))
    if isinstance(content, Observation):
        pairs += _observation(content)
    period = period_of(content)
    beside = entry.since is not None and period.start is period.end is None
    pairs.append((tr("When"), entry.since.text if beside and entry.since else _when(period)))
    pairs += _stated(content)
    if isinstance(content, Report) and content.results:
        pairs.append((tr("Results"), tr("{count} observations", count=len(content.results))))
    if isinstance(content, Observation):
        for part in content.components:
            pairs.append((part.concept.display or unknown(), _part(part)))
    codes = getattr(content, "concept", None)
    if isinstance(codes, Concept) and codes.codes:
        pairs.append((tr("Code"), facts.concept_codes(codes)))
    return [*pairs, *getattr(content, "facts", ())]


def source_of(entry: Entry) -> list[Pair]:
    """Where an entry came from; what is not stated is said to be unknown."""
    return [
        (tr("File"), entry.source.file or unknown()),
        (tr("Read as"), facts.format_name(entry.source.format)),
        (tr("Place"), entry.source.place or unknown()),
        (tr("Id"), entry.id or unknown()),
        (tr("Written down"), facts.when_text(entry.recorded, exact=True)),
        (tr("Encounter"), entry.encounter or unknown()),
    ]


def strip_of(entry: Entry) -> str:
    """One line: what, when, and where it came from."""
    when = facts.period_text(period_of(entry.content))
    return " \u00b7 ".join((facts.title_of(entry.content), when, facts.source_text(entry)))


def _observation(content: Observation) -> list[Pair]:
    pairs = []
    if content.value is not None or not content.components:
        pairs.append((tr("Value"), _part(content)))
    if content.members:
        pairs.append((tr("Holds"), tr("{count} observations", count=len(content.members))))
    return pairs


def _part(part: Observation | Component) -> str:
    told = [facts.value_text(part.value, part.absent)]
    state = state_of(part.flags) or beside_range(part.value, part.ranges)
    flag = words(state, part.flags)
    against = contradiction(part.flags, part.value, part.ranges)
    flag = f"{flag}, {against}" if against else flag
    unit = facts.unit_of(part.value) if isinstance(part.value, Quantity) else ""
    usual = facts.usual_text(part.ranges, unit)
    told += [flag] if flag else []
    told += [tr("usual {range}", range=usual)] if usual else []
    return " \u00b7 ".join(told)


def _when(period: Period) -> str:
    if period.start is None and period.end is None:
        return unknown()
    exact = Period(period.start, period.end)
    sides = [facts.when_text(side, exact=True) for side in (exact.start, exact.end) if side]
    return facts.period_text(period) if len(sides) > 1 or period.start is None else sides[0]


def _stated(content: Content) -> list[Pair]:
    pairs = []
    for field in fields(content):
        value = getattr(content, field.name)
        if field.name in _OWN or isinstance(value, Period) or value is None or value in {"", ()}:
            continue
        told = _kind(content, value) if field.name == "kind" else _words(value)
        if told:
            pairs.append((_name(field.name), told))
    return pairs


def _kind(content: Content, value: str) -> str:
    if isinstance(content, Medication):
        return facts.medicine_kind(value)
    return facts.encounter_kind(value) if isinstance(content, Encounter) else value


def _words(value: Any) -> str:  # noqa: ANN401 - any field of the domain
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    if isinstance(value, Concept):
        return value.display
    if isinstance(value, Quantity | CodedValue):
        return facts.value_text(value)
    if isinstance(value, When):
        return facts.when_text(value, exact=True)
    if isinstance(value, Reaction):
        told = ", ".join(one.display for one in value.manifestations)
        return f"{told} ({value.severity})" if value.severity else told
    if isinstance(value, ReferenceRange):
        return facts.range_text((value,))
    if isinstance(value, tuple):
        return ", ".join(part for part in map(_words, value) if part)
    return str(value)


def _name(field: str) -> str:
    names = {
        "uid": tr("Study UID"),
        "kind": tr("Kind"),
        "status": tr("Status"),
        "certainty": tr("Certainty"),
        "category": tr("Category"),
        "severity": tr("Severity"),
        "body_site": tr("Body site"),
        "as_needed": tr("As needed"),
        "media_type": tr("Media type"),
        "link": tr("Link (not opened)"),
        "lot": tr("Lot"),
    }
    return names.get(field, field.replace("_", " ").capitalize())
