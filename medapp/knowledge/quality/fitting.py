"""Rules with what they need of training data: fitted once, then applied to other records as they are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING

from medapp.knowledge.quality.known import Known
from medapp.knowledge.quality.outliers import bounds_of
from medapp.knowledge.quality.rules import for_records
from medapp.knowledge.quality.viewing import clean

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from medapp.domain.record import Item
    from medapp.knowledge.quality.audit import Audit
    from medapp.knowledge.quality.findings import Rule
    from medapp.knowledge.quality.known import Key
    from medapp.knowledge.quality.variables import Variable
    from medapp.knowledge.quality.viewing import View


@dataclass(frozen=True, slots=True)
class RecordRules:
    """Rules of quality for records.

    Attributes:
        rules: As a person chose them; the last that fits a finding is applied.
        known: What training data said of its variables.
    """

    rules: tuple[Rule, ...]
    known: tuple[Known, ...] = ()

    def apply(self, items: Iterable[Item], *, today: date | None = None, wide: Iterable[str] = ()) -> View:
        """A new view of records with what was learned from training data; nothing is fitted on them.

        Args:
            items: Whole records of one or more patients.
            today: For dates that are yet to come.
            wide: Files that are tables with one row a patient.
        """
        known = {one.key: one for one in self.known}
        return clean(items, for_records(self.rules), today=today, wide=wide, known=known)


def fit_records(rules: Iterable[Rule], audit: Audit, *, today: date | None = None) -> RecordRules:
    """Take from training data what rules need.

    Args:
        rules: As a person chose them.
        audit: That has seen the training data, and nothing else.
        today: For dates that are yet to come.
    """
    bad = {(one.entry, one.part) for one in audit.findings(today)}
    return RecordRules(tuple(rules), tuple(_known(one, bad) for one in _together(audit.variables())))


def _together(variables: Iterable[Variable]) -> list[Variable]:
    """Columns of one name in several tables are one variable to learn from."""
    found: dict[Key, Variable] = {}
    for one in variables:
        key = (one.system, one.code)
        if key not in found:
            found[key] = replace(one, values=list(one.values), units=one.units.copy())
            continue
        found[key].values.extend(one.values)
        found[key].units.update(one.units)
    return list(found.values())


def _known(one: Variable, bad: set[tuple[int, int]]) -> Known:
    impossible = {place for _reason, place in one.impossible()}
    numbers = [(value, place) for value, place in one.comparable() if place not in impossible]
    good = [value for value, place in numbers if place[:2] not in bad]
    return Known(
        one.system,
        one.code,
        one.title,
        one.main_unit,
        bounds_of([value for value, _place in numbers]),
        median(good) if good else None,
    )
