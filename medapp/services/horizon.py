"""Since when a risk counts, until when, and whether that time is over."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from medapp.domain.finding import Finding
    from medapp.services.inbox import InboxItem


def holds_from(item: InboxItem, finding: Finding) -> str:
    """Day from which a finding of a record counts, ISO 8601; empty where nothing states it.

    Answers of before models stated the day have it in what the user set, or in the notice of an old record.
    """
    if finding.as_of:
        return finding.as_of
    if finding.kind != "risk" or item.entry.series_key:
        return ""
    made = item.report.get("provenance") or {}
    stated = (made.get("parameters") or {}).get("as_of", "")
    told = [one.values.get("day", "") for one in item.result.notices if one.code == "old-record"]
    return next((str(day) for day in (stated, *told) if _day(day) is not None), "")


def ends_on(item: InboxItem, finding: Finding) -> str:
    """Last day of a risk's horizon, ISO 8601; empty where it is not known."""
    start = _day(holds_from(item, finding))
    if start is None or finding.horizon_days is None:
        return ""
    return (start + timedelta(days=round(finding.horizon_days))).isoformat()


def is_over(item: InboxItem, finding: Finding, today: date | None = None) -> bool:
    """Whether the whole horizon of a risk lies in the past: it says nothing of what is to come."""
    end = _day(ends_on(item, finding))
    return end is not None and end < (today or datetime.now(UTC).date())


def period_words(item: InboxItem, finding: Finding, today: date | None = None) -> str:
    """From when to when a risk counts, in sentences; empty for what is no risk with a horizon."""
    if finding.kind != "risk" or finding.horizon_days is None:
        return ""
    start, end = holds_from(item, finding), ends_on(item, finding)
    if not end:
        return "The day from which the risk counts is not stated."
    said = f"The risk counts from {start} to {end}."
    return f"{said} That time is over: it says nothing of today." if is_over(item, finding, today) else said


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None
