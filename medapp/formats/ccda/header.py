"""The header: whom the document is about (C-CDA R2.1, 1.1 US Realm Header)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.domain.record import Address, HumanName, Identifier, Person
from medapp.formats.ccda.systems import US_SSN, authority
from medapp.formats.ccda.types import null, when
from medapp.formats.ccda.xml import attribute, every, local, one, words

if TYPE_CHECKING:
    from lxml import etree

    from medapp.domain.record import When
    from medapp.domain.record.person import Sex
    from medapp.formats.ccda.scope import Scope

SEXES: dict[str, Sex] = {"F": "female", "M": "male", "UN": "other", "OTH": "other"}
"""v3 AdministrativeGender to FHIR."""
NAME_USES = {"L": "official", "C": "official", "P": "nickname", "A": "anonymous", "I": "usual"}
_FACTS = (
    ("race", "raceCode"), ("race", "sdtc:raceCode"), ("ethnicity", "ethnicGroupCode"),
    ("marital status", "maritalStatusCode"), ("religion", "religiousAffiliationCode"),
)  # fmt: skip


def read_person(scope: Scope, target: etree._Element) -> None:
    """The patient of a ``recordTarget``."""
    role = one(target, "patientRole")
    patient = one(role, "patient")
    if role is None:
        return
    identifiers = tuple(dict.fromkeys(found for part in every(role, "id") if (found := identifier(part))))
    first = identifiers[0] if identifiers else None
    scope.subject = f"{first.issuer}|{first.value}" if first else scope.place(target)
    scope.found.append(
        Person(
            scope.subject,
            scope.source(target),
            identifiers,
            tuple(name for part in every(patient, "name") if (name := human_name(part))),
            when(one(patient, "birthTime")),
            _sex(one(patient, "administrativeGenderCode")),
            _deceased(patient),
            tuple(home for part in every(role, "addr") if (home := address(part)) != Address()),
            _facts(scope, patient),
        )
    )


def identifier(element: etree._Element) -> Identifier | None:
    """II; a root alone is itself the number."""
    root, extension = attribute(element, "root"), attribute(element, "extension")
    if null(element) or not (root or extension):
        return None
    kind = "SS" if root == US_SSN else ""
    return Identifier(extension, authority(root), kind) if extension else Identifier(root, "", kind)


def human_name(element: etree._Element) -> HumanName | None:
    """PN; None where none is stated."""
    parts: dict[str, list[str]] = {}
    for child in element:
        if words(child) and not null(child):
            parts.setdefault(local(child), []).append(words(child))
    text = "" if parts else words(element)
    if null(element) or not (parts or text):
        return None
    use = NAME_USES.get(attribute(element, "use").split(" ")[0], "")
    family = " ".join(parts.get("family", []))
    prefix, suffix = " ".join(parts.get("prefix", [])), " ".join(parts.get("suffix", []))
    return HumanName(family, tuple(parts.get("given", [])), prefix, suffix, use, text)


def address(element: etree._Element) -> Address:
    """AD."""
    lines = tuple(words(part) for part in every(element, "streetAddressLine") if words(part))
    city, state, code, country = (
        words(one(element, name)) for name in ("city", "state", "postalCode", "country")
    )
    return Address(lines, city, state, code, country)


def _sex(element: etree._Element | None) -> Sex | None:
    if element is None:
        return None
    return "unknown" if null(element) else SEXES.get(attribute(element, "code"))


def _deceased(patient: etree._Element | None) -> When | bool | None:
    moment = when(one(patient, "sdtc:deceasedTime"))
    if moment is not None:
        return moment
    return {"true": True, "false": False}.get(attribute(one(patient, "sdtc:deceasedInd"), "value"))


def _facts(scope: Scope, patient: etree._Element | None) -> tuple[tuple[str, str], ...]:
    found = [
        (name, text)
        for name, path in _FACTS
        for part in every(patient, path)
        if (text := scope.concept(part).display)
    ]
    languages = every(patient, "languageCommunication/languageCode")
    found += [("language", attribute(part, "code")) for part in languages if attribute(part, "code")]
    return tuple(found)
