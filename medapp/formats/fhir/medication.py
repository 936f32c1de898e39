"""MedicationRequest, -Statement, -Administration and -Dispense (FHIR R4, 11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from medapp.domain.record import Concept, Medication, Period
from medapp.formats.fhir.clinical import reason
from medapp.formats.fhir.faults import FaultError, inside
from medapp.formats.fhir.fields import (
    NO_PERIOD,
    child,
    children,
    concept,
    flag,
    moment,
    number,
    period,
    quantity,
    text,
    texts,
    word,
)

if TYPE_CHECKING:
    from medapp.domain.record import Quantity
    from medapp.formats.fhir.fields import Node
    from medapp.formats.fhir.references import Scope

Kind = Literal["request", "dispense", "administration", "statement"]
ABBREVIATIONS: Final = frozenset({"s", "min", "h"})
UNITS: Final = {"s": "s", "min": "min", "h": "h", "d": "day", "wk": "week", "mo": "month", "a": "year"}


def request(node: Node, scope: Scope) -> Medication:
    """A MedicationRequest without its subject."""
    return _medication(node, scope, "request", "dosageInstruction", NO_PERIOD)


def statement(node: Node, scope: Scope) -> Medication:
    """A MedicationStatement without its subject."""
    return _medication(node, scope, "statement", "dosage", moment(node, "effective"))


def dispense(node: Node, scope: Scope) -> Medication:
    """A MedicationDispense without its subject."""
    return _medication(node, scope, "dispense", "dosageInstruction", NO_PERIOD)


def administration(node: Node, scope: Scope) -> Medication:
    """A MedicationAdministration without its subject; its dosage is a single one of its own shape."""
    dosage = child(node, "dosage") or {}
    try:
        dose, route = quantity(dosage, "dose"), concept(dosage, "route").display
        instruction = text(dosage, "text")
    except FaultError as fault:
        raise inside(fault, "dosage") from None
    return Medication(
        concept=_medicine(node, scope),
        kind="administration",
        status=text(node, "status"),
        taken=moment(node, "effective"),
        dose=dose,
        route=route,
        instruction=instruction,
        reason=reason(node, scope),
    )


def _medicine(node: Node, scope: Scope) -> Concept:
    """The medicine: a code, or the code of the Medication that a reference leads to in this file."""
    coded = concept(node, "medicationCodeableConcept")
    if coded or "medicationReference" not in node:
        return coded
    _, _, found = scope.follow(node, "medicationReference")
    if found and type(found.get("code")) is dict:
        try:
            return concept(found, "code")
        except FaultError as fault:
            raise inside(fault, "medicationReference.resolve()") from None
    return Concept(text=text(child(node, "medicationReference") or {}, "display"))


def _medication(node: Node, scope: Scope, kind: Kind, key: str, taken: Period) -> Medication:
    dosages = children(node, key)
    dosage = dosages[0] if dosages else {}
    try:
        bounds = _bounds(dosage)
        dose, route = _dose(dosage), concept(dosage, "route").display
        frequency, as_needed = _frequency(dosage), _as_needed(dosage)
        instruction = "\n".join(line for one in dosages if (line := text(one, "text")))
    except FaultError as fault:
        raise inside(fault, key, 0) from None
    return Medication(
        concept=_medicine(node, scope),
        kind=kind,
        status=text(node, "status"),
        intent="do-not-perform" if flag(node, "doNotPerform") else text(node, "intent"),
        taken=bounds if taken == NO_PERIOD else taken,
        dose=dose,
        route=route,
        frequency=frequency,
        instruction=instruction,
        as_needed=as_needed,
        reason=reason(node, scope),
    )


def _bounds(dosage: Node) -> Period:
    repeat = child(child(dosage, "timing") or {}, "repeat")
    return period(repeat, "boundsPeriod") if repeat else NO_PERIOD


def _dose(dosage: Node) -> Quantity | None:
    for index, part in enumerate(children(dosage, "doseAndRate")):
        try:
            found = quantity(part, "doseQuantity")
        except FaultError as fault:
            raise inside(fault, "doseAndRate", index) from None
        if found:
            return found
    return None


def _as_needed(dosage: Node) -> bool | None:
    if "asNeededCodeableConcept" in dosage:
        return True
    return flag(dosage, "asNeededBoolean")


def _frequency(dosage: Node) -> str:
    """The code of a timing (``BID``), else its repetition in words."""
    timing = child(dosage, "timing")
    if timing is None:
        return ""
    try:
        named = word(concept(timing, "code"))
        return named or _repetition(child(timing, "repeat") or {})
    except FaultError as fault:
        raise inside(fault, "timing") from None


def _repetition(repeat: Node) -> str:
    times, span = number(repeat, "frequency"), number(repeat, "period")
    unit = UNITS.get(text(repeat, "periodUnit"), "")
    moments = ", ".join((*texts(repeat, "when"), *texts(repeat, "timeOfDay")))
    if span is None or not unit:
        return moments
    most = number(repeat, "frequencyMax")
    often = f"{times or 1:g}" + (f"–{most:g}" if most else "")
    plural = "" if unit in ABBREVIATIONS else "s"
    every = f"every {span:g} {unit}{plural}" if span != 1 else f"every {unit}"
    said = every if often == "1" else f"{often} × {every}"
    return f"{said} ({moments})" if moments else said
