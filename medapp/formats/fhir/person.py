"""Patient (FHIR R4, 8.1) to Person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar, cast

from medapp.domain.record import Address, HumanName, Identifier, Person, Source, When
from medapp.formats.fhir.faults import FaultError, inside
from medapp.formats.fhir.fields import child, children, concept, flag, text, texts, when, word

if TYPE_CHECKING:
    from collections.abc import Callable

    from medapp.domain.record.person import Sex
    from medapp.formats.fhir.fields import Node

T = TypeVar("T")
US_CORE: Final = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-"
TABLE_0203: Final = "http://terminology.hl7.org/CodeSystem/v2-0203"


def person(resource: Node, subject: str, source: Source) -> tuple[Person, list[FaultError]]:
    """The person, and what could not be read of it.

    A date of birth or death that does not exist is left out, so that the record is not without its person:
    no age is shown then.
    """
    faults: list[FaultError] = []
    born = _lenient(lambda: when(resource, "birthDate"), faults)
    died: When | bool | None = _lenient(lambda: when(resource, "deceasedDateTime"), faults)
    if died is None:
        died = True if faults and faults[-1].path == "deceasedDateTime" else flag(resource, "deceasedBoolean")
    found = Person(
        subject,
        source,
        tuple(_each(resource, "identifier", _identifier)),
        tuple(_each(resource, "name", _name)),
        born,
        cast("Sex | None", text(resource, "gender") or None),
        died,
        tuple(_each(resource, "address", _address)),
        tuple(_facts(resource)),
    )
    return found, faults


def _lenient(read: Callable[[], When | None], faults: list[FaultError]) -> When | None:
    try:
        return read()
    except FaultError as fault:
        faults.append(fault)
        return None


def _each(resource: Node, key: str, read: Callable[[Node], T]) -> list[T]:
    found = []
    for index, one in enumerate(children(resource, key)):
        try:
            found.append(read(one))
        except FaultError as fault:
            raise inside(fault, key, index) from None
    return found


def _identifier(node: Node) -> Identifier:
    issuer = text(node, "system") or text(child(node, "assigner") or {}, "display")
    return Identifier(text(node, "value"), issuer, word(concept(node, "type"), TABLE_0203))


def _name(node: Node) -> HumanName:
    return HumanName(
        text(node, "family"),
        texts(node, "given"),
        " ".join(texts(node, "prefix")),
        " ".join(texts(node, "suffix")),
        text(node, "use"),
        text(node, "text"),
    )


def _address(node: Node) -> Address:
    return Address(
        texts(node, "line"),
        text(node, "city"),
        text(node, "state"),
        text(node, "postalCode"),
        text(node, "country"),
    )


def _facts(resource: Node) -> list[tuple[str, str]]:
    """US Core's race, ethnicity and sex at birth, language and marital status."""
    facts = []
    for index, one in enumerate(children(resource, "extension")):
        url = text(one, "url")
        if not url.startswith(US_CORE):
            continue
        name = url.removeprefix(US_CORE)
        try:
            if name in {"race", "ethnicity"}:
                facts.append((name, _category(one)))
            elif name in {"birthsex", "sex"}:
                facts.append((name, text(one, "valueCode")))
        except FaultError as fault:
            raise inside(fault, "extension", index) from None
    facts.append(("marital status", concept(resource, "maritalStatus").display))
    for index, one in enumerate(children(resource, "communication")):
        try:
            facts.append(("language", concept(one, "language").display))
        except FaultError as fault:
            raise inside(fault, "communication", index) from None
    return [(name, value) for name, value in facts if value]


def _category(extension: Node) -> str:
    """The words for race or ethnicity, else those of the category."""
    named = []
    for part in children(extension, "extension"):
        url = text(part, "url")
        if url == "text" and text(part, "valueString"):
            return text(part, "valueString")
        coded = child(part, "valueCoding")
        if coded is not None:
            named.append(text(coded, "display") or text(coded, "code"))
    return ", ".join(named)
