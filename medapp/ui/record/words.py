"""Words of the workspace that several of its parts use."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from medapp.domain.record.facts import period_of
from medapp.ui.record import facts
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp.domain.record import Entry

_MOST = 6


def lane_title(name: str) -> str:
    """The head of a lane."""
    return {
        "imaging": tr("Imaging"),
        "problems": tr("Problems"),
        "allergies": tr("Allergies"),
        "medicines": tr("Medicines"),
        "labs": tr("Labs"),
        "procedures": tr("Procedures"),
        "encounters": tr("Encounters"),
        "notes": tr("Notes"),
    }[name]


def tip(text: str) -> str:
    """A tool tip that shows a text as it stands: Qt would take some texts for markup."""
    return f"<p style='white-space:pre-wrap'>{html.escape(text)}</p>" if text else ""


def entries_tip(entries: Sequence[Entry]) -> str:
    """What lies under the pointer: title, date and value of the first few, and how many more there are."""
    lines = [line_of(entry) for entry in entries[:_MOST]]
    if len(entries) == 1:
        lines.append(facts.source_text(entries[0]))
    if len(entries) > _MOST:
        lines.append(tr("and {count} more", count=len(entries) - _MOST))
    return "\n".join(lines)


def line_of(entry: Entry) -> str:
    """Title, value and date of an entry."""
    from medapp.ui.record.lists import value_cell

    period = period_of(entry.content)
    when = facts.period_text(period)
    if period.start is None and period.end is None and entry.recorded:
        when = tr("date unknown, written down {day}", day=facts.when_text(entry.recorded))
    value = value_cell(entry.content).text
    return " \u00b7 ".join(part for part in (facts.title_of(entry.content), value, when) if part)
