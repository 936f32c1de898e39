"""Codes, concepts and quantities, as the source states them."""

from __future__ import annotations

from dataclasses import dataclass

SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ATC = "http://www.whocc.no/atc"
NDC = "http://hl7.org/fhir/sid/ndc"
CVX = "http://hl7.org/fhir/sid/cvx"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
ICD9CM = "http://hl7.org/fhir/sid/icd-9-cm"
HPO = "http://human-phenotype-ontology.org"
OMIM = "http://www.omim.org"
HGNC = "http://www.genenames.org/geneId"
UCUM = "http://unitsofmeasure.org"


@dataclass(frozen=True, slots=True)
class Code:
    """One code of one terminology (FHIR Coding).

    Attributes:
        system: URI of the terminology, by FHIR's names (http://terminology.hl7.org); empty where the source
            does not say.
        value: The code.
        display: The source's words for it.
    """

    system: str
    value: str
    display: str = ""


@dataclass(frozen=True, slots=True)
class Concept:
    """What is meant: codes of any number of terminologies, and words (FHIR CodeableConcept)."""

    codes: tuple[Code, ...] = ()
    text: str = ""

    @property
    def display(self) -> str:
        """Words for a reader: the source's own, else those of a code, else the code itself."""
        if self.text:
            return self.text
        named = next((code.display for code in self.codes if code.display), "")
        return named or next((code.value for code in self.codes), "")

    def code(self, system: str) -> str:
        """The code of one terminology; empty where there is none."""
        return next((code.value for code in self.codes if code.system == system), "")

    def __bool__(self) -> bool:
        return bool(self.codes or self.text)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit (FHIR Quantity).

    Attributes:
        value: As the source states it.
        unit: The source's words; empty where it states none: then the unit is not known.
        code: UCUM code; empty where the source gives none.
        comparator: ``<``, ``<=``, ``>=``, ``>``; empty for the value itself.
    """

    value: float
    unit: str = ""
    code: str = ""
    comparator: str = ""
