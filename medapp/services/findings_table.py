"""Findings of an answer as rows: for CSV, for the sheet, for lists without a screen."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from medapp.services.csv_out import csv_text
from medapp.services.result_file import WARNING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from medapp.domain.finding import Finding
    from medapp.services.inbox import InboxItem

COLUMNS: Final = (
    "key", "title", "group", "kind", "code", "probability", "value", "low", "high", "unit", "percentile",
    "reference", "threshold", "answers", "in_set", "horizon_days", "remark", "decision", "instead", "reason",
    "decided", "task", "version", "created", "warning",
)  # fmt: skip


def finding_row(item: InboxItem, finding: Finding) -> tuple[object, ...]:
    """One finding in the order of `COLUMNS`; None for what is not known."""
    decision = item.decisions.get(finding.key)
    code = "" if finding.code is None else f"{finding.code.scheme}:{finding.code.value}"
    return (
        finding.key, finding.title, finding.group, finding.kind, code, finding.probability, finding.value,
        finding.low, finding.high, finding.unit, finding.percentile, finding.reference, finding.threshold,
        " or ".join(finding.answers), finding.in_set, finding.horizon_days, finding.remark,
        item.status_of(finding),
        "" if decision is None else decision.instead,
        "" if decision is None else decision.reason,
        "" if decision is None else moment_of(decision.decided),
        item.entry.task, item.entry.version, item.entry.created, WARNING,
    )  # fmt: skip


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
        }
        for key, one in item.decisions.items()
    }


def moment_of(seconds: float) -> str:
    """Seconds since 1970 as ISO 8601 in UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
