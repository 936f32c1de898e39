"""Numbers of a record as plain facts: whose, what, how much, in which unit, when, from where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from medapp.domain.record import Observation, Quantity
from medapp.domain.record.summary import WITHDRAWN, measured

if TYPE_CHECKING:
    from collections.abc import Iterator

    from medapp.domain.record import Concept, Entry, Value, When

SPAN_FIELDS: Final = ("effective", "onset", "taken", "performed", "during")
MOMENT_FIELDS: Final = ("given", "written", "started", "issued")


@dataclass(frozen=True, slots=True)
class Fact:
    """One value, or that there is none.

    Attributes:
        system: Terminology of the code; empty where there is no code.
        value: None where it is no number.
        unit: UCUM code where the source states one, else its words; empty where the unit is not known.
        empty: Whether the source has the entry but no value at all.
        part: Number of the component; -1 for the value itself.
    """

    subject: str
    system: str
    code: str
    title: str
    value: float | None
    unit: str
    when: When | None
    empty: bool = False
    part: int = -1
    comparator: str = ""


def facts_of(entry: Entry) -> Iterator[Fact]:
    """The values of an observation and its components; none of what was withdrawn."""
    content = entry.content
    if not isinstance(content, Observation) or content.status in WITHDRAWN:
        return
    when = content.effective.start or content.effective.end
    bare = content.value is None and (content.components or content.members)
    if not bare:
        yield _fact(entry.subject, content.concept, content.value, when, -1)
    for part, component in enumerate(content.components):
        yield _fact(entry.subject, component.concept, component.value, when, part)


def _fact(subject: str, concept: Concept, value: Value, when: When | None, part: int) -> Fact:
    system, code = measured(concept)
    title = concept.display or code
    if isinstance(value, Quantity):
        unit = value.code or value.unit
        return Fact(
            subject, system, code, title, value.value, unit, when, part=part, comparator=value.comparator
        )
    return Fact(subject, system, code, title, None, "", when, empty=value is None, part=part)


def moments(entry: Entry) -> tuple[When | None, When | None]:
    """When what an entry says started and ended, as far as it says so."""
    content = entry.content
    for name in SPAN_FIELDS:
        span = getattr(content, name, None)
        if span is not None and (span.start or span.end):
            return span.start, span.end
    for name in MOMENT_FIELDS:
        when = getattr(content, name, None)
        if when is not None:
            return when, None
    return None, None
