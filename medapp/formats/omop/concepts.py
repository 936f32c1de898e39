"""The CONCEPT table: what the numbers of the other tables stand for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from medapp.domain.record.coding import (
    ATC,
    CVX,
    HPO,
    ICD9CM,
    ICD10CM,
    LOINC,
    NDC,
    OMIM,
    RXNORM,
    SNOMED,
    UCUM,
    Code,
    Concept,
)
from medapp.domain.record.person import Address

if TYPE_CHECKING:
    from medapp.formats.omop.rows import Record

_MOST_HELD = 200_000
OMOP = "https://fhir-terminology.ohdsi.org"
"""Concept ids themselves, as the OMOP on FHIR guide names them."""

_SYSTEMS = {
    "SNOMED": SNOMED,
    "SNOMED Veterinary": SNOMED,
    "LOINC": LOINC,
    "RxNorm": RXNORM,
    "ATC": ATC,
    "NDC": NDC,
    "CVX": CVX,
    "ICD10CM": ICD10CM,
    "ICD10": "http://hl7.org/fhir/sid/icd-10",
    "ICD9CM": ICD9CM,
    "ICD9Proc": "urn:oid:2.16.840.1.113883.6.104",
    "ICD10PCS": "http://www.cms.gov/Medicare/Coding/ICD10",
    "ICDO3": "http://terminology.hl7.org/CodeSystem/icd-o-3",
    "CPT4": "http://www.ama-assn.org/go/cpt",
    "HCPCS": "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
    "NDFRT": "http://hl7.org/fhir/ndfrt",
    "UCUM": UCUM,
    "HPO": HPO,
    "OMIM": OMIM,
}


class Meaning(NamedTuple):
    """One concept."""

    name: str
    vocabulary: str
    code: str


@dataclass(slots=True)
class Concepts:
    """Concepts by id, and what else the rows of a table name by a number.

    Attributes:
        homes: Addresses of LOCATION.
        sites: Names of CARE_SITE.
    """

    known: dict[int, Meaning] = field(default_factory=dict)
    homes: dict[str, Address] = field(default_factory=dict)
    sites: dict[str, str] = field(default_factory=dict)

    def add(self, record: Record) -> None:
        """Take in a row of CONCEPT.

        Raises:
            CellError: Where its id is no number.
        """
        number = record.concept_id("concept_id")
        self.known[number] = Meaning(
            record.raw("concept_name").strip(),
            record.text("vocabulary_id"),
            record.raw("concept_code").strip(),
        )

    def add_home(self, record: Record) -> None:
        """Take in a row of LOCATION."""
        lines = tuple(text for name in ("address_1", "address_2") if (text := record.text(name)))
        city, state, code = (record.text(name) for name in ("city", "state", "zip"))
        country = self.name(record.concept_id("country_concept_id")) or record.text("country_source_value")
        if (lines or city or state or code or country) and len(self.homes) < _MOST_HELD:
            self.homes[record.key("location_id")] = Address(lines, city, state, code, country)

    def add_site(self, record: Record) -> None:
        """Take in a row of CARE_SITE."""
        name = record.text("care_site_name") or record.text("care_site_source_value")
        if name and len(self.sites) < _MOST_HELD:
            self.sites[record.key("care_site_id")] = name

    def name(self, number: int) -> str:
        """Words for a concept; empty where it is not known, and for 0."""
        found = self.known.get(number)
        return found.name if found is not None and number else ""

    def vocabulary(self, number: int) -> str:
        """The vocabulary a concept is of; empty where it is not known."""
        found = self.known.get(number)
        return found.vocabulary if found is not None and number else ""

    def unit_code(self, number: int) -> str:
        """UCUM code of a unit; empty where there is none."""
        found = self.known.get(number)
        return found.code if found is not None and found.vocabulary == "UCUM" else ""

    def code(self, number: int) -> Code | None:
        """A concept in its own vocabulary, else by its OMOP id; None for 0."""
        if not number:
            return None
        found = self.known.get(number)
        if found is None:
            return Code(OMOP, str(number))
        system = _SYSTEMS.get(found.vocabulary)
        return Code(system, found.code, found.name) if system else Code(OMOP, str(number), found.name)

    def concept(self, record: Record, prefix: str) -> Concept:
        """What a row is about: the standard concept, that of the source, and the source's own value.

        Args:
            record: The row.
            prefix: Of its columns: ``condition`` for ``condition_concept_id``, ``condition_source_value``.

        Raises:
            CellError: Where an id is no number.
        """
        numbers = (
            record.concept_id(f"{prefix}_concept_id"),
            record.concept_id(f"{prefix}_source_concept_id"),
        )
        codes = [code for code in map(self.code, dict.fromkeys(numbers)) if code is not None]
        own = record.text(f"{prefix}_source_value")
        text = next((code.display for code in codes if code.display), "") or own
        if own and own not in {code.value for code in codes} and own != text:
            codes.append(Code("", own))
        return Concept(tuple(codes), text)
