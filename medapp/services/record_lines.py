"""Entries of a record as lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from medapp.domain.record import (
    Allergy,
    CodedValue,
    Encounter,
    Medication,
    Note,
    Observation,
    Other,
    Problem,
    Quantity,
    StudyReference,
    When,
)
from medapp.domain.record.facts import OUTCOME, period_of, title_of
from medapp.domain.record.summary import ends_with_death

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from medapp.domain.genome import GeneCall
    from medapp.domain.record import Entry, Value
    from medapp.domain.record.clinical import Content

_NAMES = ("title", "name", "description", "reason", "place")
"""Facts by which something without a code is called."""


class Line(NamedTuple):
    """One entry; `file` and `place` say where it came from.

    `date` is ISO, or a time counted from an event (``day -459``).
    """

    date: str
    kind: str
    what: str
    value: str
    status: str
    file: str
    place: str


def lines(entries: Iterable[Entry], died: str = "") -> Iterator[Line]:
    """A line an entry, in their order.

    Args:
        entries: Of one patient.
        died: When, as `medapp.domain.record.summary.death_of` says it: medicines end then.
    """
    for entry in entries:
        content = entry.content
        value = _said(content)
        if ends_with_death(content, died):
            value = " ".join(part for part in (value, death_words(died)) if part)
        yield Line(
            time_text(entry),
            _kind(content),
            _what(content),
            value,
            getattr(content, "status", ""),
            entry.source.file,
            entry.source.place,
        )


def gene_lines(calls: Iterable[GeneCall], file: str) -> Iterator[Line]:
    """A line a gene of a genome, by name: what was called and what it means; what was not is unknown.

    Args:
        calls: Of one patient.
        file: Name of the genome; the place in it is that of the tables that were applied.
    """
    for call in sorted(calls, key=lambda one: one.gene):
        named = " or ".join(one.name for one in call.diplotypes)
        named = named or ", ".join(one.name for one in call.components)
        value = ": ".join(part for part in (named, phenotype_words(call)) if part)
        yield Line("", "Gene", call.gene, value, call.status, file, call.tables or "genome")


def phenotype_words(call: GeneCall) -> str:
    """What a call means; where nothing was called, that this is not known."""
    said = call.diplotypes or call.recommended
    told = dict.fromkeys(one.phenotype for one in said if one.phenotype)
    if told:
        return " or ".join(told)
    return "unknown, which is not normal" if call.status == "no-call" else "phenotype not known"


def time_text(entry: Entry) -> str:
    """When something was: its date, else when it was written down, else as it is counted from an event."""
    start = period_of(entry.content).start
    if start is not None:
        return start.text
    if entry.since is not None:
        return entry.since.text
    return entry.recorded.text if entry.recorded else ""


def death_words(died: str) -> str:
    """Why a medicine that was taken without an end is taken no more."""
    return f"(ended with the death, {'date unknown' if died == 'yes' else died})"


def _kind(content: Content) -> str:
    if isinstance(content, Other):
        return content.kind
    is_outcome = isinstance(content, Observation) and content.category == OUTCOME
    return "Outcome" if is_outcome else type(content).__name__


def _what(content: Content) -> str:
    """What an entry is called; of one without a code a fact that names it, rather than its kind again."""
    if isinstance(content, Other) and not content.concept.display.strip():
        facts = dict(content.facts)
        return next((facts[name] for name in _NAMES if facts.get(name)), "")
    return title_of(content)


def value_text(value: Value) -> str:
    """A value with its unit; empty where there is none."""
    match value:
        case Quantity():
            return f"{value.comparator}{value.value:g} {value.unit or '(unit unknown)'}"
        case CodedValue():
            return value.concept.display
        case bool():
            return "yes" if value else "no"
        case When():
            return value.text
        case _:
            return value or ""


def _said(content: Content) -> str:
    match content:
        case Observation():
            parts = [value_text(content.value), *content.flags]
            parts += [f"{one.concept.display} {value_text(one.value)}" for one in content.components]
            return " ".join(part for part in parts if part) or content.absent
        case Medication():
            dose = value_text(content.dose) if content.dose else ""
            return " ".join(part for part in (dose, content.route, content.frequency) if part)
        case Problem():
            end = content.onset.end
            return f"until {end.text}" if end else content.certainty
        case _:
            return _said_besides(content)


def _said_besides(content: Content) -> str:
    match content:
        case Encounter():
            return content.kind
        case StudyReference():
            return " ".join(content.modalities)
        case Note():
            return content.author
        case Allergy():
            shown = [one.display for reaction in content.reactions for one in reaction.manifestations]
            return ", ".join(dict.fromkeys(part for part in (*shown, content.criticality) if part))
        case Other():
            return _facts(content)
        case _:
            return ""


def _facts(content: Other) -> str:
    """What is known of something that has no kind of its own, but for what it is called by already."""
    named = _what(content)
    return "; ".join(f"{name} {text}" for name, text in content.facts if text != named)
