"""Who a record is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from medapp.domain.record.entry import Source
    from medapp.domain.record.time import When

Sex = Literal["male", "female", "other", "unknown"]
"""Administrative gender (FHIR R4)."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number that somebody gave to a person.

    Attributes:
        value: The number.
        issuer: Who gave it: URI, OID (``urn:oid:...``) or the name of the assigning authority.
        kind: HL7 table 0203: ``MR`` medical record, ``SS`` social security, ...; empty where not stated.
    """

    value: str
    issuer: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class HumanName:
    """One of a person's names."""

    family: str = ""
    given: tuple[str, ...] = ()
    prefix: str = ""
    suffix: str = ""
    use: str = ""
    text: str = ""

    @property
    def display(self) -> str:
        """Family name first, as a radiologist's list sorts."""
        given = " ".join(self.given)
        if self.family and given:
            return f"{self.family}, {given}"
        return self.family or given or self.text


@dataclass(frozen=True, slots=True)
class Address:
    """Where a person lives; `lines` are street and house."""

    lines: tuple[str, ...] = ()
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """The subject of a record (FHIR Patient, HL7 v2 PID, C-CDA recordTarget).

    Attributes:
        subject: What entries of the same source call this person; says nothing outside of it.
        sex: None where the source does not state it.
        deceased: When, or True without a date, or False; None where the source does not state it.
        facts: Further facts for the banner and for features (race, ethnicity, language, marital status).
    """

    subject: str
    source: Source
    identifiers: tuple[Identifier, ...] = ()
    names: tuple[HumanName, ...] = ()
    birth_date: When | None = None
    sex: Sex | None = None
    deceased: When | bool | None = None
    addresses: tuple[Address, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> HumanName:
        """The name to show: the official one, else the first that is not old."""
        for use in ("official", "usual", ""):
            for name in self.names:
                if name.use == use:
                    return name
        return self.names[0] if self.names else HumanName()
