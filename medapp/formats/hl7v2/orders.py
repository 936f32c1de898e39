"""ORC and the pharmacy segments RXO, RXE, RXD, RXG, RXA, RXR, TQ1 (HL7 v2.9, chapters 4 and 4A)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from medapp.domain.record import Concept, Immunization, Medication, Other, Quantity
from medapp.formats.hl7v2.results import close_report
from medapp.formats.hl7v2.scope import Dose, Order
from medapp.formats.hl7v2.types import concept, moment, period, quantity, when, words

if TYPE_CHECKING:
    from typing import Literal

    from medapp.domain.record import When
    from medapp.formats.hl7v2.scope import Scope
    from medapp.formats.hl7v2.segments import Field, Segment

CONTROL_STATUS = {
    "CA": "cancelled", "OC": "cancelled", "CR": "cancelled", "DC": "stopped", "OD": "stopped",
    "DR": "stopped", "HD": "on-hold", "HR": "on-hold", "OH": "on-hold",
}  # fmt: skip
"""HL7 table 0119, as far as an order's control says what became of it."""
ORDER_STATUS = {
    "A": "active", "IP": "active", "SC": "active", "CM": "completed", "CA": "cancelled", "DC": "stopped",
    "HD": "on-hold", "ER": "entered-in-error", "RP": "stopped",
}  # fmt: skip
"""HL7 table 0038."""
FOR_VACCINES = ("VXU", "VXR", "VXX")
GIVEN_STATUS = {"CP": "completed", "PA": "completed", "RE": "not-done", "NA": "not-done"}
"""HL7 table 0322."""
UNKNOWN_AMOUNT = 999.0
"""RXA-6 where the amount is not known (4A.4.7.6)."""
NO_VACCINE = "998"
"""CVX code for a report in which no vaccine was given."""


def read_order(scope: Scope, segment: Segment) -> None:
    """ORC: what the segments of the order after it share."""
    close_medication(scope)
    close_report(scope)
    scope.check_date(segment, 9, 15)
    control = segment.text(1).upper()
    stated = ORDER_STATUS.get(segment.text(5).upper(), "")
    status = CONTROL_STATUS.get(control, "") or stated
    scope.order = Order(control, status, when(segment, 9), when(segment, 15))


def read_medication_order(scope: Scope, segment: Segment) -> None:
    """RXO: as the prescriber ordered it."""
    code = concept(segment.one(1))
    dose = _amount(segment.text(2), segment.one(4))
    lines = [*segment.all(6), *segment.all(7)]
    _open(scope, segment, code, "request", "original-order", dose, lines, concept(segment.one(20)))


def read_encoded_order(scope: Scope, segment: Segment) -> None:
    """RXE: as the pharmacy encoded it."""
    dose = _amount(segment.text(3), segment.one(5))
    lines = [*segment.all(7), *segment.all(21)]
    _open(
        scope,
        segment,
        concept(segment.one(2)),
        "request",
        "filler-order",
        dose,
        lines,
        concept(segment.one(27)),
    )
    timing = segment.one(1)
    if timing and scope.open.medication is not None:
        # The deprecated TQ type (2A.3.78): interval, start, end.
        _add_timing(scope, timing.below(2).part(1), moment(timing.first(4)), moment(timing.first(5)), "")


def read_dispense(scope: Scope, segment: Segment) -> None:
    """RXD: what the pharmacy gave out."""
    scope.check_date(segment, 3)
    _open(
        scope,
        segment,
        concept(segment.one(2)),
        "dispense",
        "",
        None,
        segment.all(9),
        Concept(),
        when(segment, 3),
    )


def read_charge(scope: Scope, segment: Segment) -> None:
    """FT1: a charge; one for a medicine (FT1-29) says that it was dispensed, unless it is a credit."""
    scope.check_date(segment, 4)
    close_report(scope)
    charged = when(segment, 4)
    scope.add(segment.place, Other("ChargeItem", concept(segment.one(7)), during=period(charged)))
    medicine = concept(segment.one(29))
    if medicine and segment.text(6).upper() in {"CG", ""}:
        dispensed = Medication(medicine, "dispense", taken=period(charged))
        scope.add(f"{segment.place}-29", dispensed)


def read_give(scope: Scope, segment: Segment) -> None:
    """RXG: an instruction to give one dose; it does not say that it was given."""
    dose = _amount(segment.text(5), segment.one(7))
    _open(
        scope, segment, concept(segment.one(4)), "request", "instance-order", dose, segment.all(13), Concept()
    )


def read_administration(scope: Scope, segment: Segment) -> None:
    """RXA: a vaccine in VXU, another medicine elsewhere."""
    close_medication(scope)
    close_report(scope)
    scope.check_date(segment, 3, 4)
    status = "entered-in-error" if segment.text(21) == "D" else GIVEN_STATUS.get(segment.text(20).upper(), "")
    code, given = concept(segment.one(5)), when(segment, 3)
    dose = _amount(segment.text(6), segment.one(7))
    if dose is not None and dose.value == UNKNOWN_AMOUNT:
        dose = None
    if scope.kind in FOR_VACCINES:
        if code.codes and code.codes[0].value == NO_VACCINE:
            status = "not-done"
        vaccine = Immunization(code, status, given, dose, lot=segment.text(15))
        scope.open.medication = Dose(segment.place, vaccine)
        return
    taken = period(given, when(segment, 4))
    medication = Medication(code, "administration", status, taken=taken, dose=dose)
    scope.open.medication = Dose(segment.place, medication)


def _open(  # noqa: PLR0913, PLR0917
    scope: Scope,
    segment: Segment,
    code: Concept,
    kind: Literal["request", "dispense"],
    intent: str,
    dose: Quantity | None,
    lines: list[Field],
    reason: Concept,
    start: When | None = None,
) -> None:
    close_medication(scope)
    close_report(scope)
    text = "\n".join(dict.fromkeys(line for field in lines if (line := words(field))))
    taken = period(start or scope.order.start)
    medication = Medication(
        code, kind, scope.order.status, intent, taken, dose, instruction=text, reason=reason
    )
    scope.open.medication = Dose(segment.place, medication, scope.order.entered)


def _amount(text: str, units: Field) -> Quantity | None:
    return quantity(text, units) if text else None


def read_route(scope: Scope, segment: Segment) -> None:
    """RXR: by which route; the first that is stated counts."""
    dose = scope.open.medication
    if dose is not None and not dose.content.route:
        dose.content = replace(dose.content, route=words(segment.one(1)))


def read_timing(scope: Scope, segment: Segment) -> None:
    """TQ1: how often, from when to when."""
    scope.check_date(segment, 7, 8)
    pattern = segment.one(3)
    frequency = words(pattern.below(1))
    _add_timing(scope, frequency, when(segment, 7), when(segment, 8), segment.one(11).text)


def _add_timing(scope: Scope, frequency: str, start: When | None, end: When | None, text: str) -> None:
    dose = scope.open.medication
    if dose is None or isinstance(dose.content, Immunization):
        scope.order.start = scope.order.start or start
        return
    medication = dose.content
    taken = period(start or medication.taken.start, end or medication.taken.end)
    dose.content = replace(
        medication,
        taken=taken if medication.kind == "request" else medication.taken,
        frequency=medication.frequency or frequency,
        instruction="\n".join(part for part in (medication.instruction, text) if part),
        as_needed=True if "PRN" in frequency.upper() else medication.as_needed,
    )


def close_medication(scope: Scope) -> None:
    """Nothing more is said about the last medicine or vaccine."""
    dose, scope.open.medication = scope.open.medication, None
    if dose is not None:
        scope.add(dose.place, dose.content, recorded=dose.recorded)
