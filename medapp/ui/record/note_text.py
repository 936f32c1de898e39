"""What a note or a report says: its words as they were written, then the results that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.domain.record import Note, Observation, Quantity, Report
from medapp.ui.record import facts
from medapp.ui.record.flags import beside_range, contradiction, short_words, state_of
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from medapp.domain.record import Entry

Ids = dict[tuple[str, str], "Entry"]
"""Entries by file and id: an id is known inside of its source alone."""


def by_id(entries: Iterable[Entry]) -> Ids:
    """All entries, to be found again by what a report calls them."""
    return {(entry.source.file, entry.id): entry for entry in entries}


def note_text(entry: Entry, known: Mapping[tuple[str, str], Entry]) -> str:
    """The words of a note or report; says so where there are none."""
    content = entry.content
    if isinstance(content, Note):
        if content.text:
            return content.text
        told = tr("The record holds no text of this, only where it lies.")
        return told if content.link else tr("No text.")
    if not isinstance(content, Report):
        return ""
    found = [known[entry.source.file, one] for one in content.results if (entry.source.file, one) in known]
    lines = [line for one in found for line in _result(one)]
    missing = len(content.results) - len(found)
    if missing:
        lines.append(
            tr("1 result that it names is not in the record.")
            if missing == 1
            else tr("{count} results that it names are not in the record.", count=missing)
        )
    parts = [content.conclusion] if content.conclusion else []
    if lines:
        parts.append("\n".join(lines))
    return "\n\n".join(parts) or tr("No text.")


def _result(entry: Entry) -> list[str]:
    content = entry.content
    if not isinstance(content, Observation):
        return [facts.title_of(content)]
    if content.value is None and content.components:
        inner = facts.components_text(content.components)
        return [f"{facts.title_of(content)}: {inner}"]
    state = state_of(content.flags) or beside_range(content.value, content.ranges)
    against = contradiction(content.flags, content.value, content.ranges)
    parts = [
        facts.value_text(content.value, content.absent, facts.FEW),
        ", ".join(part for part in (short_words(state, content.flags), against) if part),
        _usual(content),
    ]
    return [f"{facts.title_of(content)}: " + " \u00b7 ".join(part for part in parts if part)]


def _usual(content: Observation) -> str:
    unit = facts.unit_of(content.value) if isinstance(content.value, Quantity) else ""
    usual = facts.usual_text(content.ranges, unit)
    return tr("usual {range}", range=usual) if usual else ""
