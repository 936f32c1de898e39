"""Data types of CDA R2 (HL7 v3 Data Types R1) as values of the record."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from medapp.domain.record import Code, CodedValue, Concept, Period, Quantity, ReferenceRange
from medapp.formats.ccda.systems import system
from medapp.formats.ccda.xml import XSI, attribute, every, one, words
from medapp.formats.hl7v2.types import moment

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml import etree

    from medapp.domain.record import Value, When

    Narrative = Callable[[etree._Element | None], str]  # noqa: SLF001  the type that lxml documents

ABSENT = {
    "UNK": "unknown", "ASKU": "asked-unknown", "NASK": "not-asked", "NAV": "temp-unknown", "NI": "unknown",
    "NA": "not-applicable", "MSK": "masked", "PINF": "positive-infinity", "NINF": "negative-infinity",
    "NP": "unknown",
}  # fmt: skip
"""v3 NullFlavor to FHIR data-absent-reason."""
CODED = ("CD", "CE", "CV", "CO", "CS", "SC")


def kind_of(element: etree._Element) -> str:
    """The type that ``xsi:type`` names, without its prefix."""
    return attribute(element, f"{{{XSI}}}type").rpartition(":")[2]


def null(element: etree._Element | None) -> str:
    """Its null flavour; empty where a value is stated."""
    return attribute(element, "nullFlavor")


def concept(element: etree._Element | None, narrative: Narrative) -> Concept:
    """A coded value with all of its translations, and the text that it was coded from."""
    if element is None:
        return Concept()
    codes = [
        Code(system(attribute(part, "codeSystem")), value, attribute(part, "displayName"))
        for part in (element, *every(element, "translation"))
        if (value := attribute(part, "code"))
    ]
    text = narrative(one(element, "originalText"))
    if not codes and not text:
        text = attribute(element, "displayName") or (words(element) if len(element) == 0 else "")
    return Concept(tuple(dict.fromkeys(codes)), text)


def when(element: etree._Element | None) -> When | None:
    """A point in time, or the start of an interval."""
    if element is None:
        return None
    stated = moment(attribute(element, "value"))
    return stated or next((found for name in ("low", "center") if (found := when(one(element, name)))), None)


def period(element: etree._Element | None) -> Period:
    """An interval, or a point as its start."""
    if element is None:
        return Period()
    return Period(when(element), moment(attribute(one(element, "high"), "value")))


def number(text: str) -> float | None:
    """A finite number."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def quantity(element: etree._Element | None, comparator: str = "") -> Quantity | None:
    """PQ, INT or REAL; units of PQ are UCUM."""
    value = number(attribute(element, "value"))
    if value is None:
        return None
    unit = attribute(element, "unit")
    return Quantity(value, unit, unit, comparator)


def bound(element: etree._Element | None, sign: str) -> Quantity | None:
    """One end of an interval of quantities; inclusive unless it says otherwise."""
    closed = attribute(element, "inclusive") != "false"
    return quantity(element, f"{sign}=" if closed else sign)


def value(element: etree._Element, narrative: Narrative) -> Value:
    """What an observation found; None where a null flavour stands instead."""
    kind = kind_of(element)
    if kind in CODED:
        found = concept(element, narrative)
        return CodedValue(found) if found else None
    if null(element):
        return None
    if kind in {"PQ", "INT", "REAL", "MO"}:
        return quantity(element)
    if kind.startswith(("IVL_PQ", "IVL_INT", "IVL_REAL")):
        return _interval(element)
    if kind.startswith("RTO"):
        return _ratio(element)
    if kind == "BL":
        return {"true": True, "false": False}.get(attribute(element, "value"))
    if kind in {"TS", "IVL_TS"}:
        return when(element)
    return narrative(element) or attribute(element, "value") or None


def _interval(element: etree._Element) -> Value:
    """Of one bound, a compared quantity; of two, their words."""
    low, high = one(element, "low"), one(element, "high")
    has_low, has_high = quantity(low), quantity(high)
    if has_low is not None and has_high is not None:
        return f"{attribute(low, 'value')}–{attribute(high, 'value')} {has_high.unit}".strip()
    return bound(low, ">") or bound(high, "<") or quantity(one(element, "center")) or quantity(element)


def _ratio(element: etree._Element) -> Value:
    above, below = one(element, "numerator"), one(element, "denominator")
    parts = (f"{attribute(part, 'value')} {attribute(part, 'unit')}".strip() for part in (above, below))
    return ":".join(parts)


def reference_range(element: etree._Element, narrative: Narrative) -> ReferenceRange | None:
    """An ``observationRange``."""
    text = narrative(one(element, "text"))
    stated = one(element, "value")
    low = high = None
    if stated is not None:
        if kind_of(stated).startswith("IVL"):
            low, high = quantity(one(stated, "low")), quantity(one(stated, "high"))
        else:
            found = value(stated, narrative)
            coded = found.concept.display if isinstance(found, CodedValue) else ""
            text = text or coded or (found if isinstance(found, str) else "")
    applies = attribute(one(element, "interpretationCode"), "code")
    return ReferenceRange(low, high, text, applies) if low or high or text else None


def frequency(element: etree._Element) -> str:
    """How often (PIVL_TS, EIVL_TS), in words."""
    event, span = one(element, "event"), one(element, "period")
    if event is not None:
        return attribute(event, "code")
    if span is None:
        return ""
    if attribute(span, "value"):
        return f"every {attribute(span, 'value')} {attribute(span, 'unit')}".strip()
    low, high = one(span, "low"), one(span, "high")
    if low is None or high is None:
        return ""
    return f"every {attribute(low, 'value')}–{attribute(high, 'value')} {attribute(high, 'unit')}".strip()
