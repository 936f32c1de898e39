"""Rows of the list of analytes, and of the values of one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.domain.record import Quantity
from medapp.ui.record import facts
from medapp.ui.record.flags import contradiction, short_words, words
from medapp.ui.record.tables import Cell, Column, Look, Row, Table, date, text, time
from medapp.ui.text import tr
from medapp.ui.wording import unknown

if TYPE_CHECKING:
    from medapp.ui.record.flags import State
    from medapp.ui.record.labs import Analyte, Point

LATEST, TREND = 1, 6
_ERROR = {"very-high", "very-low", "critical"}
_WARNING = {"high", "low", "abnormal"}


def state_look(state: State) -> Look:
    """Colour of a state, which the flag in words says too."""
    return "error" if state in _ERROR else "warning" if state in _WARNING else ""


def analyte_columns() -> tuple[Column, ...]:
    """Columns of the list."""
    return (
        Column(tr("Analyte"), 0),
        Column(tr("Latest"), 9, right=True),
        Column(tr("Unit"), 14),
        Column(tr("Flag"), 20, optional=True),
        Column(tr("Date"), 10),
        Column(tr("Usual"), 20, optional=True, spare=True),
        Column(tr("Trend"), 9, spare=True),
        Column(tr("Values"), 6, right=True, spare=True),
    )


def analyte_row(one: Analyte) -> Row:
    """The latest valid value of an analyte."""
    point = one.latest
    cells: tuple[Cell, ...]
    if point is None:
        mistaken = Cell(tr("entered in error"), None, "struck")
        blank = Cell("", None)
        cells = (mistaken, blank, blank, date(one.points[0].when), blank, blank)
        exact = ""
    else:
        unit = facts.unit_of(point.value) if isinstance(point.value, Quantity) else ""
        day = time(point.when, point.entry)
        cells = (
            value_cell(point),
            unit_cell(point),
            flag_cell(point),
            day._replace(text=day.text[:10]) if point.when else day,
            text(facts.range_text(point.ranges, unit)),
            Cell("", None),
        )
        exact = facts.value_text(point.value, point.absent)
    source = facts.source_text((point or one.points[0]).entry)
    told = "\n".join(part for part in (one.title, exact, source) if part)
    count = sum(each.valid for each in one.points)
    return Row(
        (text(one.title), *cells, Cell(str(count), count)), (point or one.points[0]).entry, "", told, one
    )


def value_cell(point: Point) -> Cell:
    """The value alone; its unit stands in a column of its own."""
    look = state_look(point.state)
    if isinstance(point.value, Quantity):
        return Cell(facts.bare(point.value), point.value.value, look)
    told = facts.value_text(point.value, point.absent)
    return Cell(told, told.casefold() if point.value is not None else None, look)


def unit_cell(point: Point) -> Cell:
    """The unit; a number without one has an unknown unit, words have none."""
    if not isinstance(point.value, Quantity):
        return Cell("", None)
    unit = facts.unit_of(point.value)
    return Cell(unit, unit.casefold()) if unit else Cell(unknown(), None, "warning")


def flag_cell(point: Point) -> Cell:
    """The flag in words and as the source writes it."""
    told = short_words(point.state, point.flags)
    against = contradiction(point.flags, point.value, point.ranges)
    told = tr("{flag} ≠ range", flag=told) if against else told
    return Cell(told, told or None, state_look(point.state))


def values_table(one: Analyte) -> Table:
    """All values of an analyte, the newest first; those made in error are struck."""
    columns = (
        Column(tr("Date"), 16),
        Column(tr("Value"), 24, right=True),
        Column(tr("Unit"), 14),
        Column(tr("Flag"), 20, optional=True),
        Column(tr("Usual"), 20, optional=True, spare=True),
        Column(tr("Source"), 0, spare=True),
    )
    numbers = facts.aligned([value_cell(point).text for point in one.points if _is_number(point)])
    shown = iter(numbers)
    rows = [_value_row(point, next(shown) if _is_number(point) else "") for point in one.points]
    return Table(columns, tuple(rows))


def _is_number(point: Point) -> bool:
    return isinstance(point.value, Quantity)


def _value_row(point: Point, number: str) -> Row:
    unit = facts.unit_of(point.value) if isinstance(point.value, Quantity) else ""
    source = facts.source_text(point.entry)
    value = value_cell(point)
    cells = (
        time(point.when, point.entry),
        value._replace(text=number) if number else value,
        unit_cell(point),
        flag_cell(point),
        text(facts.range_text(point.ranges, unit)),
        text(source),
    )
    tip = facts.value_text(point.value, point.absent) + "\n" + source
    if not point.valid:
        tip = tr("Made in error or cancelled: not counted.") + "\n" + tip
    return Row(cells, point.entry, "" if point.valid else "struck", tip, point)


def point_tip(point: Point) -> str:
    """What stands at a point of the trend."""
    parts = [facts.when_text(point.when), facts.value_text(point.value, point.absent)]
    if point.converted and point.shown is not None:
        parts.append(tr("shown as {number}", number=facts.number(point.shown)))
    told = words(point.state, point.flags)
    against = contradiction(point.flags, point.value, point.ranges)
    told = f"{told}, {against}" if against else told
    unit = facts.unit_of(point.value) if isinstance(point.value, Quantity) else ""
    usual = facts.usual_text(point.ranges, unit)
    parts += [told] if told else []
    parts += [tr("usual {range}", range=usual)] if usual else []
    return " \u00b7 ".join(parts) + "\n" + facts.source_text(point.entry)
