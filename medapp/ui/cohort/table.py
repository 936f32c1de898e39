"""The answer as a table: a row a member, a column a condition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.domain.cohort import DEATH, GOING_ON
from medapp.ui.record.facts import number
from medapp.ui.record.tables import Cell, Column, Row, Table, amount, text
from medapp.ui.text import tr
from medapp.ui.wording import unknown

if TYPE_CHECKING:
    from medapp.domain.cohort import Cohort, Condition, Evidence, Member

_MOST = 44
_MOST_MEASURED = 56
_SHIFT = 1e12


def answer_table(cohort: Cohort) -> Table:
    """Rows in the order of the answer; each stands for its `Member`."""
    seen = [_by_condition(one, cohort.conditions) for one in cohort.members]
    mixed = [len({one.unit for one in column if one}) > 1 for column in zip(*seen, strict=True)]
    rows = [
        Row((*_who(one), *map(_cell, cohort.conditions, mine, mixed)), item=one)
        for one, mine in zip(cohort.members, seen, strict=True)
    ]
    conditions = (
        Column(condition.text, _MOST if condition.comparator is None else _MOST_MEASURED)
        for condition in cohort.conditions
    )
    return Table((*_columns(), *conditions), tuple(rows))


def _by_condition(one: Member, conditions: tuple[Condition, ...]) -> list[Evidence | None]:
    """What a member has of each condition: in their order, without those that must not be there."""
    evidence = iter(one.evidence)
    return [None if condition.absent else next(evidence, None) for condition in conditions]


def _columns() -> tuple[Column, ...]:
    return (
        Column(tr("Name"), 0),
        Column(tr("Age"), 11, right=True),
        Column(tr("Sex"), 9),
        Column(tr("Born"), 12),
        Column(tr("Data"), 15),
    )


def _who(one: Member) -> tuple[Cell, ...]:
    if one.age is None:
        age = Cell(unknown(), None, "dim")
    else:
        age = amount(tr("{age}, at death", age=one.age) if one.died else str(one.age), one.age)
    return (
        text(one.name) if one.name else Cell(tr("No name"), None, "dim"),
        age,
        text({"male": tr("male"), "female": tr("female"), "other": tr("other")}.get(one.sex, one.sex)),
        text(one.birth_date),
        text(_has(one)),
    )


def _has(one: Member) -> str:
    if one.person and one.patients:
        return tr("record, images")
    return tr("record") if one.person else tr("images")


def _cell(condition: Condition, seen: Evidence | None, mixed: bool) -> Cell:
    if seen is None:
        return Cell(tr("none"), "", "dim") if condition.absent else Cell(unknown(), None, "dim")
    when = _when(seen)
    if condition.comparator is None or seen.value is None:
        words = "  ".join(part for part in (when, seen.title) if part)
        return Cell(_counted(words, seen), seen.date or None)
    value = f"{number(seen.value)} {seen.unit or tr('no unit')}"
    # What was measured stands beside the value: a like name may be of another substance or specimen.
    words = " · ".join(part for part in (_counted(f"{value} · {when}", seen), seen.title) if part)
    # Numbers of several units are in no order: they are sorted within their unit.
    return Cell(words, f"{seen.unit} {seen.value + _SHIFT:025.6f}" if mixed else seen.value)


def _when(seen: Evidence) -> str:
    if not seen.until:
        return seen.date or tr("date unknown")
    until = {GOING_ON: tr("going on"), DEATH: tr("death")}.get(seen.until, seen.until)
    return f"{seen.date or tr('unknown')} – {until}"


def _counted(words: str, seen: Evidence) -> str:
    return words if seen.count == 1 else tr("{words} ({count}×)", words=words, count=seen.count)
