"""Values and codes of patients, in order of time, from the entries of a record."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from medapp.domain.record import Entry, Immunization, Medication, Observation, Problem, Procedure
from medapp.domain.record.summary import DENIED, WITHDRAWN, measured
from medapp.knowledge.quality.facts import facts_of, moments

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from medapp.domain.record import Item
    from medapp.domain.record.summary import Key


@dataclass(frozen=True, slots=True)
class Value:
    """One number; `when` is None where its time is not known."""

    when: datetime | None
    number: float
    unit: str


@dataclass(slots=True)
class Gathered:
    """Of many patients.

    Attributes:
        values: Numbers by patient and variable, in order of time, those without a time last.
        codes: Times and codes of problems, medicines, procedures and immunizations by patient.
        titles: Words for variables and codes.
    """

    values: dict[str, dict[Key, list[Value]]] = field(default_factory=lambda: defaultdict(dict))
    codes: dict[str, list[tuple[datetime | None, Key]]] = field(default_factory=lambda: defaultdict(list))
    titles: dict[Key, str] = field(default_factory=dict)

    @property
    def subjects(self) -> list[str]:
        """Everybody, in the order of first mention."""
        return list(dict.fromkeys([*self.values, *self.codes]))


def gather(items: Iterable[Item], *, without: frozenset[str] = frozenset()) -> Gathered:
    """Take numbers and codes out of a record.

    Args:
        items: Of a reader, or a view after rules of quality.
        without: Categories of observations that may not be features, such as ``outcome``.
    """
    found = Gathered()
    for item in items:
        if not isinstance(item, Entry):
            continue
        if isinstance(item.content, Observation):
            if item.content.category not in without:
                _add_numbers(found, item)
        else:
            _add_code(found, item)
    for variables in found.values.values():
        for values in variables.values():
            values.sort(key=lambda one: (one.when is None, one.when and one.when.timestamp()))
    return found


def _add_numbers(found: Gathered, entry: Entry) -> None:
    variables = found.values[entry.subject]
    for fact in facts_of(entry):
        if fact.value is None:
            continue
        key = (fact.system, fact.code)
        found.titles.setdefault(key, fact.title)
        when = fact.when.instant if fact.when else None
        variables.setdefault(key, []).append(Value(when, fact.value, fact.unit))


def _add_code(found: Gathered, entry: Entry) -> None:
    content = entry.content
    if not isinstance(content, Problem | Medication | Procedure | Immunization):
        return
    stated = {content.status, getattr(content, "certainty", "")}
    if not content.concept or stated & (DENIED | WITHDRAWN | {"not-done"}):
        return
    key = measured(content.concept)
    start, end = moments(entry)
    when = start or end
    found.titles.setdefault(key, content.concept.display)
    found.codes[entry.subject].append((when.instant if when else None, key))
