"""Rows of the clinical event tables of OMOP CDM 5.4 as entries of a record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.domain.record.clinical import (
    CodedValue,
    Encounter,
    Immunization,
    Medication,
    Note,
    Observation,
    Other,
    Problem,
    Procedure,
    ReferenceRange,
)
from medapp.domain.record.coding import Concept, Quantity
from medapp.domain.record.time import Period, When
from medapp.formats.omop.person import death
from medapp.formats.omop.rows import CellError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal

    from medapp.domain.record.clinical import Content, Value
    from medapp.formats.omop.concepts import Concepts
    from medapp.formats.omop.rows import Record

    Kind = Literal["request", "dispense", "administration", "statement"]

_OPERATORS = {4171754: "<=", 4171755: ">=", 4171756: "<", 4172704: ">"}
_VISITS = {
    9201: "IMP", 262: "IMP", 8717: "IMP", 32037: "IMP", 9202: "AMB", 581477: "AMB", 9203: "EMER",
    5083: "VR", 722455: "VR", 581476: "HH", 38004519: "HH",
}  # fmt: skip
_WAYS = ("admitted_from", "discharged_to")
_PROBLEM_LISTS = frozenset({32840, 38000245})
_DRUG_TYPES: dict[int, Kind] = {
    32838: "request", 38000177: "request", 32825: "dispense", 32869: "dispense", 38000175: "dispense",
    38000176: "dispense", 32818: "administration", 38000179: "administration",
    38000180: "administration", 32830: "statement", 32865: "statement", 44787730: "statement",
}  # fmt: skip


def _condition(record: Record, concepts: Concepts) -> Problem:
    origin = record.concept_id("condition_type_concept_id")
    words = concepts.name(origin).casefold()
    category = ""
    if origin in _PROBLEM_LISTS or "problem list" in words:
        category = "problem-list-item"
    elif "encounter diagnosis" in words:
        category = "encounter-diagnosis"
    status = concepts.name(record.concept_id("condition_status_concept_id"))
    return Problem(
        concepts.concept(record, "condition"),
        category=category,
        onset=Period(record.when("condition_start"), record.when("condition_end")),
        comment=status or record.text("condition_status_source_value"),
    )


def _drug(record: Record, concepts: Concepts) -> Medication | Immunization:
    concept = concepts.concept(record, "drug")
    start, end = record.when("drug_exposure_start"), record.when("drug_exposure_end")
    route = _words(record, concepts, "route")
    vaccine = any(
        concepts.vocabulary(record.concept_id(f"drug_{name}concept_id")) == "CVX" for name in ("", "source_")
    )
    if vaccine:
        return Immunization(concept, given=start, route=route, lot=record.text("lot_number"))
    origin = record.concept_id("drug_type_concept_id")
    return Medication(
        concept,
        kind=_DRUG_TYPES.get(origin, "statement"),
        # `quantity` is the amount of the whole exposure, so that it says nothing about one dose.
        taken=Period(start, end),
        route=route,
        instruction=record.text("sig"),
    )


def _measurement(record: Record, concepts: Concepts) -> Observation:
    low, high = record.number("range_low"), record.number("range_high")
    ranges: tuple[ReferenceRange, ...] = ()
    if low is not None or high is not None:
        ranges = (ReferenceRange(_limit(low, record, concepts), _limit(high, record, concepts)),)
    value, comment = _value(record, concepts)
    when = record.when("measurement")
    return Observation(
        concepts.concept(record, "measurement"),
        effective=Period(_with_time(record, when)),
        value=value,
        ranges=ranges,
        comment=comment,
    )


def _observation(record: Record, concepts: Concepts) -> Observation:
    value, comment = _value(record, concepts)
    qualifier = _words(record, concepts, "qualifier")
    return Observation(
        concepts.concept(record, "observation"),
        effective=Period(record.when("observation")),
        value=value,
        comment="; ".join(part for part in (comment, qualifier) if part),
    )


def _value(record: Record, concepts: Concepts) -> tuple[Value, str]:
    """The value, and beside it what else the row says of it."""
    number = record.number("value_as_number")
    coded = concepts.code(record.concept_id("value_as_concept_id"))
    words = record.text("value_as_string")
    if number is not None:
        comparator = _OPERATORS.get(record.concept_id("operator_concept_id"), "")
        return _quantity(number, record, concepts, comparator), (coded.display if coded else "") or words
    if coded is not None:
        return CodedValue(Concept((coded,), coded.display)), words
    return words or record.text("value_source_value") or None, ""


def _limit(number: float | None, record: Record, concepts: Concepts) -> Quantity | None:
    return None if number is None else _quantity(number, record, concepts)


def _quantity(number: float, record: Record, concepts: Concepts, comparator: str = "") -> Quantity:
    unit = record.concept_id("unit_concept_id")
    code = concepts.unit_code(unit)
    words = record.text("unit_source_value") or code or concepts.name(unit)
    return Quantity(number, words, code, comparator)


def _with_time(record: Record, when: When | None) -> When | None:
    """The day with `measurement_time`, where that holds a time and the moment has none."""
    time = record.text("measurement_time")
    if when is None or "T" in when.text or time.count(":") != 2 or len(time) != 8 or time == "00:00:00":  # noqa: PLR2004
        return when
    try:
        return When(f"{when.text}T{time}")
    except ValueError:
        message = "measurement_time is no time"
        raise CellError(message) from None


def _procedure(record: Record, concepts: Concepts) -> Procedure:
    start = record.when("procedure")
    return Procedure(
        concepts.concept(record, "procedure"), performed=Period(start, record.when("procedure_end"))
    )


def _visit(record: Record, concepts: Concepts) -> Encounter:
    number = record.concept_id("visit_concept_id")
    return Encounter(
        concepts.concept(record, "visit"),
        kind=_VISITS.get(number, ""),
        during=Period(record.when("visit_start"), record.when("visit_end")),
        place=concepts.sites.get(record.key("care_site_id"), ""),
    )


def _visit_detail(record: Record, concepts: Concepts) -> Other:
    """A part of a visit, such as a stay in intensive care; the visit itself is counted once."""
    named = [("care site", concepts.sites.get(record.key("care_site_id"), ""))]
    named += [(name.replace("_", " "), _words(record, concepts, name)) for name in _WAYS]
    return Other(
        "VISIT_DETAIL",
        concepts.concept(record, "visit_detail"),
        during=Period(record.when("visit_detail_start"), record.when("visit_detail_end")),
        facts=tuple(fact for fact in named if fact[1]),
    )


def _device(record: Record, concepts: Concepts) -> Other:
    facts = tuple((name, record.text(name)) for name in ("unique_device_id", "production_id", "quantity"))
    return Other(
        "DEVICE_EXPOSURE",
        concepts.concept(record, "device"),
        during=Period(record.when("device_exposure_start"), record.when("device_exposure_end")),
        facts=tuple(fact for fact in facts if fact[1]),
    )


def _note(record: Record, concepts: Concepts) -> Note:
    numbers = (record.concept_id("note_class_concept_id"), record.concept_id("note_type_concept_id"))
    codes = tuple(code for code in map(concepts.code, numbers) if code is not None)
    return Note(
        Concept(codes, next((code.display for code in codes if code.display), "")),
        written=record.when("note"),
        title=record.text("note_title"),
        text=record.raw("note_text"),
        media_type="text/plain",
    )


def _words(record: Record, concepts: Concepts, name: str) -> str:
    return concepts.name(record.concept_id(f"{name}_concept_id")) or record.text(f"{name}_source_value")


CONTENT: dict[str, tuple[str, Callable[[Record, Concepts], Content]]] = {
    "VISIT_OCCURRENCE": ("visit_occurrence_id", _visit),
    "VISIT_DETAIL": ("visit_detail_id", _visit_detail),
    "CONDITION_OCCURRENCE": ("condition_occurrence_id", _condition),
    "DRUG_EXPOSURE": ("drug_exposure_id", _drug),
    "MEASUREMENT": ("measurement_id", _measurement),
    "OBSERVATION": ("observation_id", _observation),
    "PROCEDURE_OCCURRENCE": ("procedure_occurrence_id", _procedure),
    "DEVICE_EXPOSURE": ("device_exposure_id", _device),
    "NOTE": ("note_id", _note),
    "DEATH": ("person_id", death),
}
"""For each table the column of its key, and what makes an entry of a row."""
