"""The subject of a phenopacket (Individual)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.domain.record.person import Identifier, Person
from medapp.formats.phenopackets.fields import many, number, one, text
from medapp.formats.phenopackets.terms import label, moment, time

if TYPE_CHECKING:
    from medapp.domain.record.entry import Source
    from medapp.domain.record.person import Sex
    from medapp.domain.record.time import When
    from medapp.formats.phenopackets.fields import Message

_SEXES: dict[str, Sex] = {
    "MALE": "male", "FEMALE": "female", "OTHER_SEX": "other", "UNKNOWN_SEX": "unknown",
    "2": "male", "1": "female", "3": "other", "0": "unknown",
}  # fmt: skip


def person(subject: str, individual: Message, source: Source) -> Person:
    """An Individual.

    Args:
        subject: What entries of the packet call the person.
        individual: The message.
        source: Where it stands.

    Raises:
        ShapeError: Where it is not as the schema says.
    """
    birth = moment(individual, "dateOfBirth")
    others = (str(item) for item in many(individual, "alternateIds") if isinstance(item, str))
    return Person(
        subject=subject,
        source=source,
        identifiers=tuple(Identifier(value) for value in (text(individual, "id"), *others) if value),
        birth_date=birth,
        sex=_SEXES.get(text(individual, "sex")),
        deceased=_deceased(one(individual, "vitalStatus"), birth),
        facts=tuple(_facts(individual)),
    )


def _deceased(status: Message, birth: When | None) -> When | bool | None:
    word = text(status, "status")
    if word in {"DECEASED", "2"}:
        period, _words = time(one(status, "timeOfDeath"), birth)
        return period.start or True
    return False if word in {"ALIVE", "1"} else None


def _facts(individual: Message) -> list[tuple[str, str]]:
    _period, age = time(one(individual, "timeAtLastEncounter"), None)
    status = one(individual, "vitalStatus")
    _period, death = time(one(status, "timeOfDeath"), None)
    survival = number(status, "survivalTimeInDays")
    facts = [
        ("age at last encounter", age),
        ("age at death", death),
        ("cause of death", label(one(status, "causeOfDeath"))),
        ("survival in days", "" if survival is None else f"{survival:g}"),
        ("gender", label(one(individual, "gender"))),
        ("karyotypic sex", text(individual, "karyotypicSex")),
        ("taxonomy", label(one(individual, "taxonomy"))),
    ]
    return [(name, value) for name, value in facts if value and value != "UNKNOWN_KARYOTYPE"]
