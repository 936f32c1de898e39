"""An answer as tables of plain data: findings, ranked diseases, measurements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.ui.findings import words
from medapp.ui.record.tables import Cell, Column, Row, Table, amount, text
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Iterable

    from medapp.domain.finding import Finding
    from medapp.services.inbox import InboxItem
    from medapp.ui.record.tables import Look

_LOOKS: dict[str, Look] = {"accepted": "success", "corrected": "success", "rejected": "error"}


def findings_table(item: InboxItem, findings: Iterable[Finding]) -> Table:
    """Classes, risks and clusters: what, how likely, what cannot be excluded, what was decided."""
    columns = (
        Column(tr("Finding"), 0),
        Column(tr("Probability"), 11, right=True),
        Column(tr("95 % interval"), 16, optional=True),
        Column(tr("Counts from"), 12, right=True, optional=True),
        Column(tr("Not excluded"), 17, optional=True),
        Column(tr("To notice"), 34, optional=True),
        Column(tr("Decision"), 18),
    )
    rows = (
        Row(
            (
                text(one.title, known=False),
                amount(words.percent(one.probability), one.probability),
                _interval(one),
                _share(one.threshold),
                text(words.set_words(one), known=False),
                text(", ".join(words.marks_of(item, one)), known=False),
                _decision(item, one),
            ),
            tip=one.remark,
            item=one,
        )
        for one in findings
    )
    return Table(columns, tuple(rows))


def ranking_table(item: InboxItem, findings: Iterable[Finding]) -> Table:
    """Diseases by rank."""
    ranks = words.ranks_of(item)
    columns = (
        Column(tr("Rank"), 6, right=True),
        Column(tr("Disease"), 42),
        Column(tr("Code"), 18, optional=True),
        Column(tr("Probability"), 12, right=True),
        Column(tr("In the set"), 12, optional=True),
        Column(tr("Matched"), 0),
        Column(tr("Decision"), 22),
    )
    rows = (
        Row(
            (
                amount(str(ranks[one.key]), ranks[one.key]),
                text(one.title, known=False),
                text("" if one.code is None else one.code.value, known=False),
                amount(words.percent(one.probability), one.probability),
                _in_set(one),
                text(", ".join(part.matched for part in one.items if part.matched), known=False),
                _decision(item, one),
            ),
            tip=one.remark,
            item=one,
        )
        for one in findings
    )
    return Table(columns, tuple(rows))


def measurements_table(item: InboxItem, findings: Iterable[Finding]) -> Table:
    """Numbers with unit, interval, and where they lie among whom; of several groups each is named."""
    findings = tuple(findings)
    named = len({one.group for one in findings}) > 1
    columns = (
        Column(tr("Measurement"), 0),
        Column(tr("Of"), 34, optional=True),
        Column(tr("Value"), 14, right=True),
        Column(tr("Unit"), 16),
        Column(_interval_title(findings), 20, optional=True),
        Column(tr("Percentile"), 11, right=True, optional=True),
        Column(tr("Reference"), 30, optional=True),
        Column(tr("Decision"), 22),
    )
    rows = (
        Row(
            (
                text(one.title, known=False),
                text(one.group if named else "", known=False),
                _value(one),
                text("" if one.value is None and not one.unit else words.unit_of(one), known=False),
                _interval(one),
                _percentile(one),
                text(one.reference, known=False),
                _decision(item, one),
            ),
            tip=one.remark,
            item=one,
        )
        for one in findings
    )
    return Table(columns, tuple(rows))


def _interval_title(findings: Iterable[Finding]) -> str:
    """What the intervals are, where they are all of one kind."""
    kinds = {one.bounds for one in findings if one.low is not None}
    if kinds <= {""}:
        return tr("95 % interval")
    return kinds.pop() if len(kinds) == 1 else tr("From, to")


def _value(finding: Finding) -> Cell:
    if finding.value is None:
        return Cell(tr("not computable"), None, "dim")
    return Cell(words.figure(finding), finding.value)


def _share(value: float | None) -> Cell:
    return Cell("", None) if value is None else Cell(words.percent(value), value)


def _percentile(finding: Finding) -> Cell:
    found = finding.percentile
    return Cell("", None) if found is None else Cell(f"{found:.0f}", found)


def _interval(finding: Finding) -> Cell:
    said = words.bounds_of(finding)
    return Cell(said, finding.low) if said else Cell("", None)


def _in_set(finding: Finding) -> Cell:
    if finding.in_set is None:
        return Cell("", None)
    return Cell(tr("in the set"), 1) if finding.in_set else Cell(tr("not in it"), 0, "dim")


def _decision(item: InboxItem, finding: Finding) -> Cell:
    status = item.status_of(finding)
    said = words.status_of(item, finding)
    decision = item.decisions.get(finding.key)
    if decision is not None and decision.instead:
        said = f"{said}: {words.instead_of(item, finding, decision.instead)}"
    elif decision is not None and decision.verdict == "accepted" and finding.kind == "class":
        said = words.asserted(item, finding, tr("Accepted: {what}"), said)
    return Cell(said, said.casefold(), _LOOKS.get(status, "dim"))
