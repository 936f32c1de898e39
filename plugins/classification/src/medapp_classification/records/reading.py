"""Numbers of a record by the variables of a table of this package, each in its unit and with its entry.

What has no unit, an unknown one, one that cannot be brought into the variable's, or a value that cannot be is
not used, and said so.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from medapp.domain.notice import Notice
from medapp.domain.record import Observation
from medapp.domain.record.coding import LOINC
from medapp.knowledge.features.gathering import moment_of
from medapp.knowledge.quality.facts import facts_of
from medapp.knowledge.quality.scaling import line

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from medapp.domain.record import Record, When
    from medapp.knowledge.quality.facts import Fact
    from medapp_classification.records.mapping import Variable

_BARE: Final = frozenset({"GCS", "pH"})
"""Numbers by themselves, whatever unit a source writes to them."""
_BARE_UNITS: Final = frozenset({"", "1", "{score}", "[pH]", "pH", "{pH}"})


@dataclass(frozen=True, slots=True)
class Number:
    """One value in the unit of its variable."""

    moment: datetime
    value: float
    entry: str
    when: When


@dataclass(slots=True)
class Numbers:
    """Values by variable, in order of time, and why others are not used.

    Attributes:
        refused: How often, by variable and reason.
    """

    found: dict[str, list[Number]] = field(default_factory=lambda: defaultdict(list))
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)

    def notices(self) -> tuple[Notice, ...]:
        """What the reader should know of values that are not used."""
        return tuple(
            Notice(
                "value-not-used",
                f"{title}: {count} {'value is' if count == 1 else 'values are'} not used, {reason}.",
                "warning",
                {"count": count},
            )
            for (title, reason), count in sorted(self.refused.items())
        )


def numbers_of(
    record: Record, known: Mapping[str, Variable], until: datetime, since: datetime | None = None
) -> Numbers:
    """Values of a record up to a moment.

    Args:
        record: Of the patient.
        known: Variables by each of their LOINC codes.
        until: Nothing after it is looked at.
        since: Nothing before it is; None for all there is.
    """
    found = Numbers()
    for entry in record.entries:
        if not isinstance(entry.content, Observation):
            continue
        for fact in facts_of(entry):
            variable = known.get(fact.code) if fact.system == LOINC else None
            if variable is None or fact.value is None:
                continue
            moment = moment_of(fact.when)
            if moment is None or fact.when is None:
                found.refused[variable.title, "without a date"] += 1
            elif moment <= until and (since is None or moment >= since):
                _add(found, variable, fact, Number(moment, fact.value, entry.id, fact.when))
    for values in found.found.values():
        values.sort(key=lambda one: one.moment)
    return found


def _add(found: Numbers, variable: Variable, fact: Fact, number: Number) -> None:
    reason, value = _in_unit(variable, fact)
    if reason:
        found.refused[variable.title, reason] += 1
        return
    kept = found.found[variable.key]
    if any(one.moment == number.moment and one.value == value for one in kept):
        return
    kept.append(Number(number.moment, value, number.entry, number.when))


def _in_unit(variable: Variable, fact: Fact) -> tuple[str, float]:
    value = float(fact.value or 0.0)
    if fact.comparator:
        return "for only a bound is stated", value
    if variable.key not in _BARE or fact.unit not in _BARE_UNITS:
        if not fact.unit:
            return "for no unit is stated", value
        scale = line(fact.unit, variable.unit, fact.code)
        if scale is None:
            return f"for their unit {fact.unit!r} cannot be brought into {variable.unit}", value
        value = value * scale[0] + scale[1]
    if not variable.low <= value <= variable.high:
        unit = "" if variable.unit == "1" else f" {variable.unit}"
        return f"for the models take {variable.low:g} to {variable.high:g}{unit}", value
    return "", value
