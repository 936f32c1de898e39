"""Features, diseases, measurements and medical actions of a phenopacket as entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.domain.record.clinical import (
    CodedValue,
    Component,
    Medication,
    Observation,
    Other,
    Problem,
    Procedure,
    ReferenceRange,
)
from medapp.domain.record.time import Period
from medapp.formats.phenopackets.fields import ShapeError, flag, messages, number, one, text
from medapp.formats.phenopackets.terms import concept, in_unit, label, quantity, time

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

    from medapp.domain.record.clinical import Content, Value
    from medapp.domain.record.time import When
    from medapp.formats.phenopackets.fields import Message

    Kind = Literal["request", "dispense", "administration", "statement"]

_DRUG_TYPES: dict[str, Kind] = {
    "PRESCRIPTION": "request", "1": "request", "EHR_MEDICATION_LIST": "statement", "2": "statement",
    "ADMINISTRATION_RELATED_TO_PROCEDURE": "administration", "3": "administration",
}  # fmt: skip


def feature(message: Message, birth: When | None, systems: Mapping[str, str]) -> Problem:
    """A PhenotypicFeature; one that was looked for and not found is refuted.

    Raises:
        ShapeError: Where it is not as the schema says.
    """
    return _problem(message, "type", "phenotype", birth, systems)


def disease(message: Message, birth: When | None, systems: Mapping[str, str]) -> Problem:
    """A Disease.

    Raises:
        ShapeError: Where it is not as the schema says.
    """
    return _problem(message, "term", "", birth, systems)


def _problem(
    message: Message, term: str, category: str, birth: When | None, systems: Mapping[str, str]
) -> Problem:
    meant = concept(one(message, term), systems)
    if not meant:
        problem = f"{term} is missing"
        raise ShapeError(problem)
    onset, began = time(one(message, "onset"), birth)
    resolution, ended = time(one(message, "resolution"), birth)
    said = [
        text(message, "description"),
        f"onset {began}" if began else "",
        f"resolution {ended}" if ended else "",
    ]
    for name in ("modifiers", "diseaseStage", "clinicalTnmFinding"):
        said.extend(label(item) for item in messages(message, name))
    side = label(one(message, "laterality"))
    site = label(one(message, "primarySite"))
    return Problem(
        meant,
        category=category,
        certainty="refuted" if flag(message, "excluded") else "",
        severity=label(one(message, "severity")),
        onset=Period(onset.start, resolution.start),
        body_site=", ".join(part for part in (site, side) if part),
        comment="; ".join(part for part in said if part),
    )


def measurement(message: Message, birth: When | None, systems: Mapping[str, str]) -> Observation:
    """A Measurement.

    Raises:
        ShapeError: Where it is not as the schema says.
    """
    when, words = time(one(message, "timeObserved"), birth)
    said = (text(message, "description"), words)
    value, ranges = _value(one(message, "value"), systems)
    parts = messages(one(message, "complexValue"), "typedQuantities")
    return Observation(
        concept(one(message, "assay"), systems),
        effective=when,
        value=value,
        ranges=ranges,
        components=tuple(_component(part, systems) for part in parts),
        method=label(one(one(message, "procedure"), "code")),
        comment="; ".join(part for part in said if part),
    )


def _value(message: Message, systems: Mapping[str, str]) -> tuple[Value, tuple[ReferenceRange, ...]]:
    named = one(message, "ontologyClass")
    if named:
        return CodedValue(concept(named, systems)), ()
    measured = one(message, "quantity")
    return quantity(measured), _ranges(measured)


def _ranges(measured: Message) -> tuple[ReferenceRange, ...]:
    usual = one(measured, "referenceRange")
    low, high = number(usual, "low"), number(usual, "high")
    if low is None and high is None:
        return ()
    unit = one(usual, "unit")
    return (
        ReferenceRange(
            None if low is None else in_unit(low, unit), None if high is None else in_unit(high, unit)
        ),
    )


def _component(message: Message, systems: Mapping[str, str]) -> Component:
    measured = one(message, "quantity")
    return Component(
        concept(one(message, "type"), systems), value=quantity(measured), ranges=_ranges(measured)
    )


def action(message: Message, birth: When | None, systems: Mapping[str, str]) -> Content:
    """A MedicalAction: a procedure, a treatment, a radiation therapy or a regimen.

    Raises:
        ShapeError: Where it is none of these, or not as the schema says.
    """
    if one(message, "procedure"):
        return _procedure(message, birth, systems)
    if one(message, "treatment"):
        return _treatment(message, systems)
    if one(message, "radiationTherapy"):
        return _radiation(one(message, "radiationTherapy"), systems)
    if one(message, "therapeuticRegimen"):
        return _regimen(one(message, "therapeuticRegimen"), birth, systems)
    problem = "the medical action is none of the four kinds"
    raise ShapeError(problem)


def _procedure(message: Message, birth: When | None, systems: Mapping[str, str]) -> Procedure:
    done = one(message, "procedure")
    when, _words = time(one(done, "performed"), birth)
    return Procedure(
        concept(one(done, "code"), systems),
        performed=when,
        body_site=label(one(done, "bodySite")),
        reason=concept(one(message, "treatmentTarget"), systems),
    )


def _treatment(message: Message, systems: Mapping[str, str]) -> Medication:
    given = one(message, "treatment")
    doses = messages(given, "doseIntervals")
    spans = [time({"interval": one(dose, "interval")}, None)[0] for dose in doses]
    starts = [span.start for span in spans if span.start]
    ends = [span.end for span in spans if span.end]
    single = doses[0] if len(doses) == 1 else {}
    total = quantity(one(given, "cumulativeDose"))
    said = [_dosage(dose) for dose in doses] if len(doses) > 1 else []
    said.append(f"in all {total.value:g} {total.unit}" if total else "")
    return Medication(
        concept(one(given, "agent"), systems),
        kind=_DRUG_TYPES.get(text(given, "drugType"), "statement"),
        intent=label(one(message, "treatmentIntent")),
        taken=Period(
            min(starts, key=lambda when: when.instant, default=None),
            max(ends, key=lambda when: when.instant, default=None),
        ),
        dose=quantity(one(single, "quantity")),
        route=label(one(given, "routeOfAdministration")),
        frequency=label(one(single, "scheduleFrequency")),
        instruction="; ".join(part for part in said if part),
        reason=concept(one(message, "treatmentTarget"), systems),
    )


def _dosage(dose: Message) -> str:
    amount = quantity(one(dose, "quantity"))
    words = (f"{amount.value:g} {amount.unit}" if amount else "", label(one(dose, "scheduleFrequency")))
    return " ".join(part for part in words if part)


def _radiation(message: Message, systems: Mapping[str, str]) -> Other:
    dosage, fractions = number(message, "dosage"), number(message, "fractions")
    facts = [
        ("body site", label(one(message, "bodySite"))),
        ("dosage in Gy", "" if dosage is None else f"{dosage:g}"),
        ("fractions", "" if fractions is None else f"{fractions:g}"),
    ]
    return Other(
        "RadiationTherapy",
        concept(one(message, "modality"), systems),
        facts=tuple(fact for fact in facts if fact[1]),
    )


def _regimen(message: Message, birth: When | None, systems: Mapping[str, str]) -> Other:
    start, began = time(one(message, "startTime"), birth)
    end, ended = time(one(message, "endTime"), birth)
    outside = one(message, "externalReference")
    facts = [
        ("start", began),
        ("end", ended),
        ("reference", text(outside, "id")),
        ("description", text(outside, "description")),
    ]
    return Other(
        "TherapeuticRegimen",
        concept(one(message, "ontologyClass"), systems),
        status=text(message, "regimenStatus").lower().replace("_", "-"),
        during=Period(start.start, end.start),
        facts=tuple(fact for fact in facts if fact[1]),
    )
