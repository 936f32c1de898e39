"""Entries of a record as lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.domain.record import (
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
from medapp.domain.record.facts import period_of, title_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from medapp.domain.record import Entry, Value
    from medapp.domain.record.clinical import Content

Line = tuple[str, str, str, str, str, str]
"""Date, kind, what, value, status, source."""


def lines(entries: Iterable[Entry]) -> Iterator[Line]:
    """A line an entry, in their order."""
    for entry in entries:
        content = entry.content
        start = period_of(content).start or entry.recorded
        yield (
            start.text if start else "no date",
            content.kind if isinstance(content, Other) else type(content).__name__,
            title_of(content),
            _said(content),
            getattr(content, "status", ""),
            f"{entry.source.file} {entry.source.place}".strip(),
        )


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
        case Encounter():
            return content.kind
        case StudyReference():
            return " ".join(content.modalities)
        case Note():
            return content.author
        case _:
            return ""
