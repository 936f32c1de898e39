"""What moved an answer, as tables of plain data: items, similar cases, what would change it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from medapp.ui.findings.words import number, percent
from medapp.ui.record.facts import when_text
from medapp.ui.record.tables import Cell, Column, Row, Table, amount, text
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.domain.finding import Finding, ItemEvidence

_BAR = 18


@dataclass(frozen=True)
class ItemLine:
    """An item as a row stands for it; `share` of the largest effect, from -1 to 1, None where it has none."""

    item: ItemEvidence
    share: float | None = None


def items_table(finding: Finding) -> Table:
    """Items of the record and the genome; columns that say nothing are left out."""
    units = {one.effect_unit for one in finding.items if one.effect is not None}
    unit = units.pop() if len(units) == 1 else ""
    effect = tr("Effect, {unit}", unit=unit) if unit else tr("Effect")
    largest = max((abs(one.effect) for one in finding.items if one.effect is not None), default=0.0)
    bars = bool(largest)
    columns = (
        Column(tr("What"), 0),
        Column(tr("Value"), 26, optional=True),
        Column(tr("When"), 16, optional=True),
        Column(tr("Matches"), 40, optional=True),
        Column(effect, 22, right=True, optional=True),
        *((Column("", _BAR),) if bars else ()),
    )
    return Table(columns, tuple(_item(one, largest, named=bool(unit)) for one in finding.items))


def _item(one: ItemEvidence, largest: float, *, named: bool) -> Row:
    share = one.effect / largest if one.effect is not None and largest else None
    said = "" if one.effect is None else f"{one.effect:+.2f}".replace("-", "−")
    if said and not named and one.effect_unit:
        said = f"{said} {one.effect_unit}"
    cells = (
        text(one.title, known=False),
        text(one.value, known=False),
        Cell(when_text(one.when), one.when.text) if one.when else Cell("", None),
        text(one.matched, known=False),
        Cell(said, one.effect),
        *((Cell("", share),) if largest else ()),
    )
    tip = tr("Enter or a double click opens it in the record") if one.entries else ""
    return Row(cells, tip=tip, item=ItemLine(one, share))


def cases_table(finding: Finding) -> Table:
    """Training cases that are near."""
    columns = (
        Column(tr("Case"), 30),
        Column(tr("What came of it"), 0),
        Column(tr("Distance"), 12, right=True),
    )
    rows = (
        Row((text(one.name), text(one.outcome), amount(number(one.distance), one.distance)))
        for one in finding.cases
    )
    return Table(columns, tuple(rows))


def changes_table(finding: Finding) -> Table:
    """What would change the answer of the model."""
    columns = (
        Column(tr("If this were different"), 0),
        Column(tr("Now"), 24),
        Column(tr("Instead"), 24),
        Column(tr("Answer then"), 12, right=True),
    )
    rows = (
        Row(
            (
                text(one.change),
                text(one.now),
                text(one.instead),
                amount(percent(one.probability), one.probability),
            )
        )
        for one in finding.changes
    )
    return Table(columns, tuple(rows))
