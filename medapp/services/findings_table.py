"""Findings of an answer as rows: for CSV, for the sheet, for lists without a screen."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from medapp.services.corrections import label_of, must_be_said
from medapp.services.csv_out import csv_text
from medapp.services.finding_words import in_set, marks
from medapp.services.findings_codes import share
from medapp.services.horizon import ends_on, holds_from
from medapp.services.result_file import WARNING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from medapp.domain.finding import Finding
    from medapp.library.findings import Decision
    from medapp.services.inbox import InboxItem

COLUMNS: Final = (
    "key", "title", "group", "kind", "code", "probability", "value", "low", "high", "unit", "percentile",
    "reference", "threshold", "answers", "in_set", "horizon_days", "counts_from", "counts_until", "auroc",
    "c_index", "over_baseline", "baseline", "notice",
    "remark", "decision", "holds", "instead", "reason", "decided", "by", "earlier", "task", "version",
    "created", "images", "warning",
)  # fmt: skip


def finding_row(item: InboxItem, finding: Finding) -> tuple[object, ...]:
    """One finding in the order of `COLUMNS`; None for what is not known."""
    decision = item.decisions.get(finding.key)
    code = "" if finding.code is None else f"{finding.code.scheme}:{finding.code.value}"
    low, high = finding.low, finding.high
    if finding.value is None:
        low, high = _share(low), _share(high)
    return (
        finding.key, finding.title, finding.group, finding.kind, code, _share(finding.probability),
        finding.value, low, high, finding.unit, finding.percentile, finding.reference,
        _share(finding.threshold), "" if finding.is_chance else " or ".join(finding.answers), in_set(finding),
        finding.horizon_days, holds_from(item, finding), ends_on(item, finding),
        " to ".join(f"{one:.2f}" for one in finding.auroc[1:]),
        " to ".join(f"{one:.2f}" for one in finding.c_index[1:]),
        " to ".join(f"{one:+.3f}" for one in finding.gain[1:]), finding.baseline,
        "; ".join(marks(finding, item.result.coverage)), finding.remark,
        item.status_of(finding), held(item, finding),
        "" if decision is None else decision.instead,
        "" if decision is None else decision.reason,
        "" if decision is None else moment_of(decision.decided),
        "" if decision is None else decision.by,
        "; ".join(earlier_words(item, finding.key)),
        item.entry.task, item.entry.version, item.entry.created, images_words(item), WARNING,
    )  # fmt: skip


def held(item: InboxItem, finding: Finding) -> str:
    """What holds by the word of a person: present, absent, a number, a disease; empty where nobody said."""
    decision = item.decisions.get(finding.key)
    if decision is None:
        return ""
    label = label_of(finding, item.result.findings, decision, item.result.coverage)
    if label is None:
        return ""
    titles = {one.key: one.title for one in item.result.findings}
    return titles.get(label.text, label.text) if label.kind == "finding" else label.text


def images_words(item: InboxItem) -> str:
    """Which images an answer speaks of: day, description, modality; empty where it used none."""
    series = item.report.get("series") or {}
    parts = [str(series.get(name) or "") for name in ("study_date", "modality", "description")]
    number = series.get("number")
    parts += [] if number is None else [f"series {number}"]
    return " · ".join(part for part in parts if part)


def verdict_words(finding: Finding, decision: Decision, coverage: float | None = None) -> str:
    """``Accepted``, ``Corrected``, ``Rejected``; ``Decided`` where the model left it open."""
    if decision.verdict == "corrected" and must_be_said(finding, coverage):
        return "Decided"
    return decision.verdict.capitalize()


def earlier_words(item: InboxItem, key: str) -> tuple[str, ...]:
    """What was decided on a finding before and holds no more, the earliest first."""
    return tuple(_once(one) for one in item.earlier if one.finding == key)


def _once(one: Decision) -> str:
    said = f"{one.verdict} ({one.instead})" if one.instead else one.verdict
    who = f" by {one.by}" if one.by else ""
    until = "" if one.until is None else f", until {_minute(one.until)}"
    return f"{said}{who} on {_minute(one.decided)}{until}"


def _minute(seconds: float) -> str:
    return f"{moment_of(seconds)[:16].replace('T', ' ')} UTC"


def _share(value: float | None) -> float | None:
    return None if value is None else share(value)


def findings_csv(item: InboxItem, findings: Iterable[Finding]) -> str:
    """Findings as CSV, all columns, a line each."""
    return csv_text(COLUMNS, (finding_row(item, one) for one in findings))


def decisions_report(item: InboxItem) -> dict[str, Mapping[str, object]]:
    """What was decided, by key of the finding, in JSON types."""
    return {
        key: {
            "verdict": one.verdict,
            "instead": one.instead,
            "reason": one.reason,
            "decided": moment_of(one.decided),
            "by": one.by,
            "earlier": [
                {
                    "verdict": before.verdict,
                    "instead": before.instead,
                    "reason": before.reason,
                    "decided": moment_of(before.decided),
                    "by": before.by,
                    "until": None if before.until is None else moment_of(before.until),
                }
                for before in item.earlier
                if before.finding == key
            ],
        }
        for key, one in item.decisions.items()
    }


def moment_of(seconds: float) -> str:
    """Seconds since 1970 as ISO 8601 in UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
