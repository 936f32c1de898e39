"""What an entry says, in words; what its source does not state is said to be unknown."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from medapp.domain.record import (
    Allergy,
    CodedValue,
    Encounter,
    Immunization,
    Medication,
    Note,
    Observation,
    Other,
    Period,
    Problem,
    Procedure,
    Quantity,
    Report,
    StudyReference,
    When,
    coding,
    facts,
)
from medapp.ui.text import tr
from medapp.ui.wording import unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp.domain.record import Component, Concept, Entry, ReferenceRange, Value
    from medapp.domain.record.clinical import Content

ERROR = "entered-in-error"
_FIGURES = 6
_TINY = 1e-5
_SORT = re.compile(
    r" \((disorder|finding|procedure|situation|regime/therapy|event|observable entity|substance|product"
    r"|medicinal product|clinical drug|morphologic abnormality|qualifier value|physical object)\)$"
)
_SYSTOLIC, _DIASTOLIC = "8480-6", "8462-4"
"""LOINC."""
_FIGURE_SPACE, _POINT_SPACE = "\u2007", "\u2008"
FEW = 4
"""Figures of a number in a list; the tool tip and the details have all that there are."""
_TO_MINUTE = 16
_SYSTEMS = {
    coding.SNOMED: "SNOMED CT",
    coding.LOINC: "LOINC",
    coding.RXNORM: "RxNorm",
    coding.ATC: "ATC",
    coding.NDC: "NDC",
    coding.CVX: "CVX",
    coding.ICD10CM: "ICD-10-CM",
    coding.ICD9CM: "ICD-9-CM",
    coding.HPO: "HPO",
    coding.OMIM: "OMIM",
    coding.HGNC: "HGNC",
}


def title_of(content: Content) -> str:
    """What an entry is called in a list, the class of a visit in words; unknown where nothing is stated."""
    found = facts.title_of(content)
    if isinstance(content, Encounter) and found == content.kind:
        found = encounter_kind(found)
    return found or unknown()


def plain_title(content: Content) -> str:
    """The title without the sort of thing that SNOMED CT writes behind its names: ``Anemia (disorder)``."""
    title = title_of(content)
    concept = facts.concept_of(content)
    return _SORT.sub("", title) or title if concept.code(coding.SNOMED) else title


def kind_of(content: Content) -> str:
    """The type of an entry in the user's words."""
    if isinstance(content, Other):
        return content.kind
    if isinstance(content, Observation) and content.category == facts.OUTCOME:
        return tr("Outcome")
    words = {
        Allergy: tr("Allergy"),
        Encounter: tr("Encounter"),
        Immunization: tr("Immunisation"),
        Medication: tr("Medicine"),
        Note: tr("Note"),
        Observation: tr("Observation"),
        Problem: tr("Problem"),
        Procedure: tr("Procedure"),
        Report: tr("Report"),
        StudyReference: tr("Imaging study"),
    }
    return words[type(content)]


def medicine_kind(kind: str) -> str:
    """What is known of a medicine: only ``given`` says that it went into the patient."""
    words = {
        "request": tr("ordered"),
        "dispense": tr("dispensed"),
        "administration": tr("given"),
        "statement": tr("said to be taken"),
    }
    return words.get(kind, kind)


def encounter_kind(kind: str) -> str:
    """A class of encounter (HL7 v3 ActCode) in words; other codes as they stand."""
    words = {
        "AMB": tr("ambulatory"),
        "IMP": tr("inpatient"),
        "ACUTE": tr("inpatient, acute"),
        "NONAC": tr("inpatient, not acute"),
        "EMER": tr("emergency"),
        "VR": tr("virtual"),
        "HH": tr("home health"),
        "OBSENC": tr("observation"),
        "SS": tr("short stay"),
        "PRENC": tr("pre-admission"),
        "FLD": tr("field"),
    }
    return words.get(kind, kind)


def category_words(category: str) -> str:
    """A category of observations in words; others as they stand."""
    words = {
        "": tr("Category unknown"),
        "laboratory": tr("Laboratory"),
        "vital-signs": tr("Vital signs"),
        "social-history": tr("Social history"),
        "survey": tr("Surveys"),
        "imaging": tr("Imaging"),
        "genomics": tr("Genomics"),
        "procedure": tr("Procedures"),
        "exam": tr("Examination"),
        "therapy": tr("Therapy"),
        "activity": tr("Activity"),
    }
    return words.get(category, category)


def is_error(content: Content) -> bool:
    """Whether the source says that the entry should never have been made."""
    return ERROR in {getattr(content, "status", ""), getattr(content, "certainty", "")}


def is_absent(content: Content) -> bool:
    """Whether an entry says that something is not so, or was not done."""
    if isinstance(content, Problem | Allergy) and content.certainty == "refuted":
        return True
    if isinstance(content, Allergy) and content.negated:
        return True
    return getattr(content, "status", "") in {"not-done", "not-taken", "cancelled", "revoked"}


def number(value: float, figures: int = _FIGURES) -> str:
    """A number with all its whole figures and at least `figures` in all, without trailing noughts."""
    if value != value or value in {float("inf"), float("-inf")}:  # noqa: PLR0124 - not a number
        return unknown()
    size = abs(value)
    if size and size < _TINY:
        text = f"{value:.{figures}g}"
    else:
        whole = len(f"{size:.0f}") if size >= 1 else math.floor(math.log10(size)) + 1 if size else 0
        text = f"{value:.{max(0, figures - whole)}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text.replace("-", "\u2212")


def unit_of(quantity: Quantity) -> str:
    """The unit as the source words it; empty where it states none."""
    return quantity.unit or quantity.code


def quantity_text(quantity: Quantity | None, figures: int = _FIGURES) -> str:
    """A number with its unit; a number without one says so."""
    if quantity is None:
        return unknown()
    unit = unit_of(quantity) or tr("(unit unknown)")
    return f"{bare(quantity, figures)} {unit}" if unit != "1" else bare(quantity, figures)


def aligned(texts: Sequence[str]) -> list[str]:
    """Numbers as texts of which the points stand below each other where they are aligned at the right.

    Filled with blanks as wide as a figure and a point: a nought would claim what was not measured.
    """
    most = max((len(text.partition(".")[2]) for text in texts), default=0)

    def filled(text: str) -> str:
        part = text.partition(".")[2]
        return text + ("" if part or not most else _POINT_SPACE) + _FIGURE_SPACE * (most - len(part))

    return [filled(text) for text in texts]


def bare(quantity: Quantity, figures: int = FEW) -> str:
    """The number alone, for a table with a column of units: with as many figures as one reads at a glance."""
    return f"{quantity.comparator}{number(quantity.value, figures)}"


def components_text(components: tuple[Component, ...], figures: int = FEW) -> str:
    """The values of several parts; a blood pressure as it is read: ``128 / 81 mm[Hg]``."""
    pressure = _pressure(components)
    if pressure is not None:
        upper, lower = pressure
        return f"{bare(upper, figures)} / {quantity_text(lower, figures)}"
    return ", ".join(value_text(part.value, part.absent, figures) for part in components)


def _pressure(components: tuple[Component, ...]) -> tuple[Quantity, Quantity] | None:
    """Systolic and diastolic pressure in one unit, whichever is written first; None for anything else."""
    by_code = {part.concept.code(coding.LOINC): part.value for part in components}
    upper, lower = by_code.get(_SYSTOLIC), by_code.get(_DIASTOLIC)
    if len(components) != len(by_code) or set(by_code) != {_SYSTOLIC, _DIASTOLIC}:
        return None
    if not isinstance(upper, Quantity) or not isinstance(lower, Quantity):
        return None
    return (upper, lower) if unit_of(upper) == unit_of(lower) != "" else None


def value_text(value: Value, absent: str = "", figures: int = _FIGURES) -> str:
    """What an observation found; the stated reason where it found nothing."""
    if value is None:
        return tr("no value: {reason}", reason=absent) if absent else unknown()
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    if isinstance(value, Quantity):
        return quantity_text(value, figures)
    if isinstance(value, CodedValue):
        return value.concept.display or unknown()
    return when_text(value) if isinstance(value, When) else value


def when_text(when: When | None, *, exact: bool = False) -> str:
    """A moment as exact as it was stated; `exact` with seconds and zone where there are any."""
    if when is None:
        return unknown()
    text = when.text if exact else when.text[:_TO_MINUTE]
    return text.replace("T", " ")


def period_text(period: Period) -> str:
    """From when to when."""
    if period.start is None and period.end is None:
        return unknown()
    if period.end is None:
        return when_text(period.start)
    if period.start is None:
        return tr("until {end}", end=when_text(period.end))
    start, end = when_text(period.start), when_text(period.end)
    return start if start == end else f"{start} \u2013 {end}"


def range_text(ranges: tuple[ReferenceRange, ...], unit: str = "") -> str:
    """Reference ranges; their unit is left out where it is `unit`."""
    return "; ".join(text for text in (_one_range(one, unit) for one in ranges) if text)


def usual_text(ranges: tuple[ReferenceRange, ...], unit: str = "") -> str:
    """Reference ranges with the unit of their value, for a text in which it does not stand beside them."""
    told = range_text(ranges, unit)
    units = {unit_of(side) for one in ranges for side in (one.low, one.high) if side is not None}
    return f"{told} {unit}" if told and unit and units and units <= {"", unit} else told


def _one_range(one: ReferenceRange, unit: str) -> str:
    def side(quantity: Quantity) -> str:
        own = unit_of(quantity)
        return number(quantity.value) + (f" {own}" if own and own != unit else "")

    applies = f" ({one.applies})" if one.applies else ""
    if one.low is not None and one.high is not None:
        return f"{side(one.low)} \u2013 {side(one.high)}{applies}"
    if one.low is not None:
        return f"\u2265 {side(one.low)}{applies}"
    if one.high is not None:
        return f"\u2264 {side(one.high)}{applies}"
    return one.text + applies if one.text else ""


def concept_codes(concept: Concept) -> str:
    """The codes with their terminologies, for the detail panel."""
    return ", ".join(f"{code.value} ({system_name(code.system)})" for code in concept.codes)


def system_name(system: str) -> str:
    """The usual name of a terminology; others by their URI."""
    return _SYSTEMS.get(system, system) or unknown()


def format_name(form: str) -> str:
    """What something was read as, in words."""
    names = {
        "dicom": "DICOM",
        "fhir": "FHIR",
        "hl7v2": "HL7 v2",
        "ccda": "C-CDA",
        "omop": "OMOP",
        "table": tr("table"),
        "phenopacket": "phenopacket",
        "vcf": "VCF",
    }
    return names.get(form, form)


def source_text(entry: Entry) -> str:
    """Where an entry came from, in one line."""
    source = entry.source
    parts = (source.file or unknown(), format_name(source.format), source.place)
    return " \u00b7 ".join(part for part in parts if part)
