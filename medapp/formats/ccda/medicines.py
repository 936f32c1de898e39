"""Medicines and vaccines (C-CDA R2.1, Medication Activity, Immunization Activity and what hangs on them)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from medapp.domain.record import Concept, Immunization, Medication, Other, Period, Quantity
from medapp.formats.ccda.problems import ENTRY
from medapp.formats.ccda.types import bound, frequency, kind_of, null, period, quantity, when
from medapp.formats.ccda.xml import attribute, every, one, templates, words

if TYPE_CHECKING:
    from lxml import etree

    from medapp.formats.ccda.scope import Scope

IMMUNIZATIONS = {f"{ENTRY}52", f"{ENTRY}120"}
INDICATION, SIG = f"{ENTRY}19", f"{ENTRY}147"
ADMINISTERED_SECTION = "29549-3"
Kind = Literal["request", "dispense", "administration", "statement"]


def read_substance(scope: Scope, element: etree._Element) -> None:
    """A substanceAdministration: a vaccine by its template, else a medicine."""
    if templates(element) & IMMUNIZATIONS:
        _read_vaccine(scope, element)
        return
    what = _product(scope, one(element, "consumable/manufacturedProduct"))
    what = what or Concept(text=scope.narrative(one(element, "text")))
    if what:
        scope.add(element, _medication(scope, element, what))
    for supply in every(element, "entryRelationship/supply"):
        read_supply(scope, supply)


def _medication(scope: Scope, element: etree._Element, what: Concept) -> Medication:
    mood = attribute(element, "moodCode")
    kind: Kind = "request" if mood in {"INT", "RQO", "PRMS", "PRP"} else "statement"
    if kind == "statement" and scope.section == ADMINISTERED_SECTION:
        kind = "administration"
    status = attribute(one(element, "statusCode"), "code")
    if attribute(element, "negationInd") == "true":
        status = "not-done" if kind == "administration" else "not-taken"
    dose, odd_dose = _dose(element)
    lines = (scope.narrative(one(element, "text")), _sig(scope, element), odd_dose, _rate(element))
    return Medication(
        what,
        kind,
        status,
        {"INT": "order", "RQO": "order", "PRP": "proposal"}.get(mood, ""),
        _taken(element),
        dose,
        scope.concept(one(element, "routeCode")).display,
        ", ".join(text for part in every(element, "effectiveTime") if (text := frequency(part))),
        "\n".join(dict.fromkeys(line for line in lines if line)),
        as_needed=True if every(element, "precondition") else None,
        reason=_reason(scope, element),
    )


def _product(scope: Scope, product: etree._Element | None) -> Concept:
    material = one(product, "manufacturedMaterial")
    if material is None:
        material = one(product, "manufacturedLabeledDrug")
    found = scope.concept(one(material, "code"))
    return found or Concept(text=words(one(material, "name")))


def _taken(element: etree._Element) -> Period:
    """The first time that is no frequency."""
    for part in every(element, "effectiveTime"):
        if kind_of(part).startswith(("PIVL", "EIVL")):
            continue
        found = period(part)
        if found != Period():
            return found
    return Period()


def _dose(element: etree._Element) -> tuple[Quantity | None, str]:
    """Amount each time; a range of amounts in words only. The unit of administration stands in for a unit."""
    stated = one(element, "doseQuantity")
    if stated is None or null(stated):
        return None, ""
    dose = quantity(stated) or quantity(one(stated, "center"))
    low, high = quantity(one(stated, "low")), quantity(one(stated, "high"))
    if dose is None and low is not None and high is not None:
        if low.value != high.value:
            return None, f"dose {low.value:g}–{high.value:g} {high.unit}".strip()
        dose = low
    if dose is None:
        dose = bound(one(stated, "low"), ">") or bound(one(stated, "high"), "<")
    unit = one(element, "administrationUnitCode")
    if dose is not None and not dose.unit and unit is not None:
        dose = Quantity(
            dose.value, attribute(unit, "displayName") or attribute(unit, "code"), "", dose.comparator
        )
    return dose, ""


def _rate(element: etree._Element) -> str:
    rate = one(element, "rateQuantity")
    if rate is None or null(rate):
        return ""
    stated = [part for part in (rate, one(rate, "low"), one(rate, "high")) if attribute(part, "value")]
    if not stated:
        return ""
    amounts = "–".join(attribute(part, "value") for part in stated)
    return f"rate {amounts} {attribute(stated[-1], 'unit')}".strip()


def _sig(scope: Scope, element: etree._Element) -> str:
    for part in every(element, "entryRelationship/substanceAdministration"):
        if SIG in templates(part):
            return scope.narrative(one(part, "text"))
    return ""


def _reason(scope: Scope, element: etree._Element) -> Concept:
    for part in every(element, "entryRelationship/observation"):
        if INDICATION in templates(part):
            return scope.concept(one(part, "value"))
    return Concept()


def read_supply(scope: Scope, element: etree._Element) -> None:
    """A supply: a medicine dispensed or ordered; of anything else, a device."""
    product = one(element, "product/manufacturedProduct")
    what = _product(scope, product)
    mood = attribute(element, "moodCode")
    status = attribute(one(element, "statusCode"), "code")
    during = _taken(element)
    roots = templates(element)
    if what and f"{ENTRY}18" in roots:
        scope.add(element, Medication(what, "dispense", status, taken=during))
    elif what and f"{ENTRY}17" in roots:
        scope.add(element, Medication(what, "request", status, "order", during))
    elif not roots & {f"{ENTRY}17", f"{ENTRY}18"}:
        device = scope.concept(one(element, "participant/participantRole/playingDevice/code"))
        planned = mood != "EVN"
        scope.add(element, Other("SupplyRequest" if planned else "Device", device or what, status, during))


def _read_vaccine(scope: Scope, element: etree._Element) -> None:
    product = one(element, "consumable/manufacturedProduct")
    what = _product(scope, product)
    times = every(element, "effectiveTime")
    given = next((found for part in times if (found := when(part))), None)
    status = attribute(one(element, "statusCode"), "code")
    if attribute(element, "moodCode") != "EVN" and attribute(element, "moodCode"):
        scope.add(element, Other("ImmunizationRecommendation", what, status, Period(given)))
        return
    if attribute(element, "negationInd") == "true":
        status = "not-done"
    lot = words(one(product, "manufacturedMaterial/lotNumberText"))
    route = scope.concept(one(element, "routeCode")).display
    if what:
        scope.add(element, Immunization(what, status, given, _dose(element)[0], route, lot))
