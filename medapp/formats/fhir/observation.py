"""Observation (FHIR R4, 10.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from medapp.domain.record import (
    CodedValue,
    Component,
    Observation,
    Period,
    Quantity,
    ReferenceRange,
    Value,
    When,
)
from medapp.formats.fhir.faults import FaultError, inside
from medapp.formats.fhir.fields import (
    NO_PERIOD,
    child,
    children,
    concept,
    concepts,
    first,
    flag,
    integer,
    moment,
    period,
    quantity,
    text,
    when,
    word,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from medapp.formats.fhir.fields import Node
    from medapp.formats.fhir.references import Scope

CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/observation-category"


def observation(node: Node, scope: Scope) -> Observation:
    """An Observation without its subject."""
    effective = moment(node, "effective")
    if effective == NO_PERIOD:
        effective = Period(when(node, "issued"))
    _, _, specimen = scope.follow(node, "specimen")
    measured = concept(specimen, "type").display if specimen else ""
    return Observation(
        concept=concept(node, "code"),
        status=text(node, "status"),
        category=_category(node),
        effective=effective,
        value=value(node),
        absent=word(concept(node, "dataAbsentReason")),
        flags=_flags(node),
        ranges=_ranges(node),
        components=_components(node),
        specimen=measured or text(child(node, "specimen") or {}, "display"),
        method=concept(node, "method").display,
        body_site=concept(node, "bodySite").display,
        comment="\n".join(text(note, "text") for note in children(node, "note")),
        members=scope.ids(node, "hasMember"),
    )


def _category(node: Node) -> str:
    found = concepts(node, "category")
    named = next((code for one in found if (code := one.code(CATEGORY))), "")
    return named or word(first(found))


def _flags(node: Node) -> tuple[str, ...]:
    return tuple(word(one) for one in concepts(node, "interpretation") if one)


def _components(node: Node) -> tuple[Component, ...]:
    found = []
    for index, part in enumerate(children(node, "component")):
        try:
            found.append(
                Component(
                    concept(part, "code"),
                    value(part),
                    word(concept(part, "dataAbsentReason")),
                    _flags(part),
                    _ranges(part),
                )
            )
        except FaultError as fault:
            raise inside(fault, "component", index) from None
    return tuple(found)


def _ranges(node: Node) -> tuple[ReferenceRange, ...]:
    found = []
    for index, part in enumerate(children(node, "referenceRange")):
        try:
            applies = ", ".join(one.display for one in concepts(part, "appliesTo"))
            age = _range(part, "age")
            found.append(
                ReferenceRange(
                    quantity(part, "low"),
                    quantity(part, "high"),
                    text(part, "text") or concept(part, "type").display,
                    ", ".join(word_ for word_ in (applies, f"age {age}" if age else "") if word_),
                )
            )
        except FaultError as fault:
            raise inside(fault, "referenceRange", index) from None
    return tuple(found)


def value(node: Node) -> Value:
    """``value[x]``; what the record has no kind for is told in words."""
    keys = [key for key in node if key[:5] == "value" and key[5:] in _VALUES]
    if not keys:
        return None
    if len(keys) > 1:
        path = "value[x]"
        raise FaultError(path, "is stated more than once")
    found = _VALUES[keys[0][5:]](node, keys[0])
    return None if found == "" else found


def _coded(node: Node, key: str) -> Value:
    found = concept(node, key)
    return CodedValue(found) if found else None


def _whole(node: Node, key: str) -> Value:
    found = integer(node, key)
    return None if found is None else Quantity(float(found))


def _in_words(one: Quantity | None) -> str:
    if one is None:
        return ""
    return f"{one.comparator}{one.value:g}" + (f" {one.unit}" if one.unit else "")


def _range(node: Node, key: str) -> str:
    found = child(node, key)
    if found is None:
        return ""
    try:
        low, high = _in_words(quantity(found, "low")), _in_words(quantity(found, "high"))
    except FaultError as fault:
        raise inside(fault, key) from None
    if low and high:
        return f"{low} – {high}"
    return f"from {low}" if low else f"up to {high}" if high else ""


def _ratio(node: Node, key: str) -> str:
    found = child(node, key) or {}
    try:
        over, under = quantity(found, "numerator"), quantity(found, "denominator")
    except FaultError as fault:
        raise inside(fault, key) from None
    return f"{_in_words(over)}:{_in_words(under)}" if over or under else ""


def _sampled(node: Node, key: str) -> str:
    found = child(node, key) or {}
    try:
        return f"{len(text(found, 'data').split())} samples"
    except FaultError as fault:
        raise inside(fault, key) from None


def _span(node: Node, key: str) -> str:
    found = period(node, key)
    start, end = (one.text if one else "" for one in (found.start, found.end))
    return f"{start} – {end}".strip()


def _when(node: Node, key: str) -> When | None:
    return when(node, key)


_VALUES: Final[dict[str, Callable[[Node, str], Value]]] = {
    "Quantity": quantity,
    "CodeableConcept": _coded,
    "String": text,
    "Boolean": flag,
    "Integer": _whole,
    "Range": _range,
    "Ratio": _ratio,
    "SampledData": _sampled,
    "Time": text,
    "DateTime": _when,
    "Period": _span,
}
