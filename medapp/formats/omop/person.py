"""PERSON and DEATH."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.domain.record.clinical import Other
from medapp.domain.record.person import Identifier, Person
from medapp.domain.record.time import Period, When
from medapp.formats.omop.rows import CellError

if TYPE_CHECKING:
    from medapp.domain.record.person import Sex
    from medapp.formats.omop.concepts import Concepts
    from medapp.formats.omop.rows import Record

_SEXES: dict[int, Sex] = {8507: "male", 8532: "female", 8521: "other", 8570: "other", 8551: "unknown"}


def person(
    record: Record, concepts: Concepts, deaths: dict[str, When | None]
) -> tuple[Person, list[CellError]]:
    """A row of PERSON, and what is wrong with its birth date, which is left out then.

    Raises:
        CellError: Where a cell is not what its column holds.
    """
    wrong: list[CellError] = []
    try:
        born = _birth(record)
    except CellError as error:
        born = None
        wrong.append(error)
    home = concepts.homes.get(record.key("location_id"))
    subject = record.key("person_id")
    number = record.text("person_source_value")
    deceased: When | bool | None = None
    if subject in deaths:
        deceased = deaths[subject] or True
    found = Person(
        subject=subject,
        source=record.source,
        identifiers=(Identifier(number),) if number else (),
        birth_date=born,
        sex=_SEXES.get(record.concept_id("gender_concept_id")),
        deceased=deceased,
        addresses=(home,) if home else (),
        facts=tuple(_facts(record, concepts)),
    )
    return found, wrong


def death(record: Record, concepts: Concepts) -> Other:
    """A row of DEATH.

    Raises:
        CellError: Where a cell is not what its column holds.
    """
    when = record.when("death")
    return Other("DEATH", concepts.concept(record, "cause"), during=Period(when, when))


def _birth(record: Record) -> When | None:
    """As exact as its columns: a year alone stays a year, also where birth_datetime fills in January."""
    year, month, day = (record.number(f"{part}_of_birth") for part in ("year", "month", "day"))
    if year is None:
        return record.when("birth")
    text = f"{int(year):04}"
    if month is not None:
        text += f"-{int(month):02}"
        if day is not None:
            text += f"-{int(day):02}"
    try:
        return When(text)
    except ValueError:
        message = "year, month and day of birth make no date"
        raise CellError(message) from None


def _facts(record: Record, concepts: Concepts) -> list[tuple[str, str]]:
    facts = []
    for name in ("race", "ethnicity"):
        words = concepts.name(record.concept_id(f"{name}_concept_id")) or record.text(f"{name}_source_value")
        if words:
            facts.append((name, words))
    own = record.text("gender_source_value")
    if own:
        facts.append(("gender_source_value", own))
    return facts
