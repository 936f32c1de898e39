"""Values and codes of patients, in order of time, from the entries of a record."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from medapp.domain.record import Entry, Immunization, Medication, Observation, Problem, Procedure
from medapp.domain.record.summary import DENIED, WITHDRAWN, measured
from medapp.knowledge.quality.dates import last_day
from medapp.knowledge.quality.facts import facts_of, moments

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from medapp.domain.record import Concept, Item, When
    from medapp.domain.record.summary import Key
    from medapp.knowledge.quality.findings import Kind


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
        flags: Times, kinds and variables of what was found wrong and kept with an indicator, by patient.
    """

    values: dict[str, dict[Key, list[Value]]] = field(default_factory=lambda: defaultdict(dict))
    codes: dict[str, list[tuple[datetime | None, Key]]] = field(default_factory=lambda: defaultdict(list))
    titles: dict[Key, str] = field(default_factory=dict)
    flags: dict[str, list[tuple[datetime | None, Kind, Key]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    @property
    def subjects(self) -> list[str]:
        """Everybody, in the order of first mention."""
        return list(dict.fromkeys([*self.values, *self.codes]))

    def last(self, subject: str) -> datetime | None:
        """The last moment of which anything is known of a patient; None where no time is known."""
        times = [one.when for values in self.values.get(subject, {}).values() for one in values]
        times += [when for when, _key in self.codes.get(subject, ())]
        return max((when for when in times if when is not None), default=None)


def gather(
    items: Iterable[Item],
    *,
    without: frozenset[str] = frozenset(),
    marks: Sequence[tuple[int, Kind, int]] = (),
    into: Gathered | None = None,
    times: Callable[[Entry], datetime | None] | None = None,
) -> Gathered:
    """Take numbers and codes out of a record.

    Args:
        items: Of a reader, or a view after rules of quality.
        without: Categories of observations that may not be features, such as ``outcome``.
        marks: Of that view: what was found wrong and kept with an indicator.
        into: What was gathered of others before: grows.
        times: Says of an entry without a date when it was, on a scale of its own.
    """
    found = Gathered() if into is None else into
    marked: defaultdict[int, list[tuple[Kind, int]]] = defaultdict(list)
    for place, kind, part in marks:
        marked[place].append((kind, part))
    touched: dict[str, None] = {}
    for place, item in enumerate(items):
        if not isinstance(item, Entry):
            continue
        is_number = isinstance(item.content, Observation)
        if is_number and item.content.category in without:  # type: ignore[union-attr]
            continue
        touched[item.subject] = None
        instead = times(item) if times is not None else None
        if is_number:
            _add_numbers(found, item, instead)
        else:
            _add_code(found, item, instead)
        for kind, part in marked.get(place, ()):
            _add_flag(found, item, (kind, part), instead)
    for subject in touched:
        for values in found.values.get(subject, {}).values():
            values.sort(key=lambda one: (one.when is None, one.when and one.when.timestamp()))
    return found


def moment_of(when: When | None) -> datetime | None:
    """When something was surely so: where only the day, month or year is known, at its end.

    Earlier it may not yet have happened, and a model that looks at it then would see the future.
    """
    if when is None:
        return None
    if when.precision in {"year", "month", "day"}:
        return datetime.combine(last_day(when), time.max, UTC)
    return when.instant


def _add_numbers(found: Gathered, entry: Entry, instead: datetime | None) -> None:
    variables = found.values[entry.subject]
    for fact in facts_of(entry):
        if fact.value is None:
            continue
        key = (fact.system, fact.code)
        found.titles.setdefault(key, fact.title)
        variables.setdefault(key, []).append(Value(moment_of(fact.when) or instead, fact.value, fact.unit))


def _add_code(found: Gathered, entry: Entry, instead: datetime | None) -> None:
    content = entry.content
    if not isinstance(content, Problem | Medication | Procedure | Immunization):
        return
    stated = {content.status, getattr(content, "certainty", "")}
    if not content.concept or stated & (DENIED | WITHDRAWN | {"not-done"}):
        return
    key = measured(content.concept)
    start, end = moments(entry)
    found.titles.setdefault(key, content.concept.display)
    # An order that does not say from when on is known from when it was written down.
    found.codes[entry.subject].append((moment_of(start or end or entry.recorded) or instead, key))


def _add_flag(found: Gathered, entry: Entry, mark: tuple[Kind, int], instead: datetime | None) -> None:
    content, (kind, part) = entry.content, mark
    concept: Concept | None = getattr(content, "concept", None)
    if part >= 0 and isinstance(content, Observation):
        concept = content.components[part].concept
    if not concept:
        return
    key = measured(concept)
    start, end = moments(entry)
    found.titles.setdefault(key, concept.display)
    found.flags[entry.subject].append((moment_of(start or end or entry.recorded) or instead, kind, key))
