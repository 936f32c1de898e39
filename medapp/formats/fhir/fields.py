"""Elements of a resource by their data type (FHIR R4, 2.24); one that is something else is told."""

from __future__ import annotations

import math
from typing import Any, Final

from medapp.domain.record import Code, Concept, Period, Quantity, When
from medapp.domain.record.coding import UCUM
from medapp.formats.fhir.faults import FaultError, inside

Node = dict[str, Any]
NO_CONCEPT: Final = Concept()
NO_PERIOD: Final = Period()
MOST_INTEGER: Final = 2**31
COMPARATORS: Final = frozenset({"<", "<=", ">=", ">"})


def text(node: Node, key: str) -> str:
    """A string, code, uri or markdown; empty where there is none."""
    value = node.get(key)
    if value is None:
        return ""
    if type(value) is str:
        return value
    raise FaultError(key, "is no text")


def flag(node: Node, key: str) -> bool | None:
    """A boolean."""
    value = node.get(key)
    if value is None or type(value) is bool:
        return value
    raise FaultError(key, "is neither true nor false")


def number(node: Node, key: str) -> float | None:
    """A decimal."""
    value = node.get(key)
    if value is None:
        return None
    if type(value) is float or type(value) is int:
        return finite(value, key)
    raise FaultError(key, "is no number")


def finite(value: float, key: str) -> float:
    """The number, where it is one that can be drawn and reckoned with."""
    try:
        found = float(value)
    except OverflowError:
        found = math.inf
    if not math.isfinite(found):
        raise FaultError(key, "is not a finite number")
    return found


def integer(node: Node, key: str) -> int | None:
    """An integer of 32 bits."""
    value = node.get(key)
    if value is None:
        return None
    if type(value) is not int:
        raise FaultError(key, "is no whole number of 32 bits")
    if not -MOST_INTEGER <= value < MOST_INTEGER:
        raise FaultError(key, "is no whole number of 32 bits")
    return value


def child(node: Node, key: str) -> Node | None:
    """A part with parts of its own."""
    value = node.get(key)
    if value is None or type(value) is dict:
        return value
    raise FaultError(key, "is no object")


def children(node: Node, key: str) -> list[Node]:
    """Parts that can be repeated."""
    value = node.get(key)
    if value is None:
        return []
    if type(value) is not list:
        raise FaultError(key, "is no list")
    for index, one in enumerate(value):
        if type(one) is not dict:
            path = f"{key}[{index}]"
            raise FaultError(path, "is no object")
    return value


def texts(node: Node, key: str) -> tuple[str, ...]:
    """Strings that can be repeated; a null stands for one that has only extensions."""
    value = node.get(key)
    if value is None:
        return ()
    if type(value) is not list:
        raise FaultError(key, "is no list")
    for index, one in enumerate(value):
        if one is not None and type(one) is not str:
            path = f"{key}[{index}]"
            raise FaultError(path, "is no text")
    return tuple(one for one in value if one)


def when(node: Node, key: str) -> When | None:
    """A date, dateTime or instant."""
    value = text(node, key)
    if not value:
        return None
    try:
        return When(value)
    except ValueError:
        raise FaultError(key, "is no date that exists", value) from None


def code_of(node: Node) -> Code:
    """A Coding."""
    return Code(text(node, "system"), text(node, "code"), text(node, "display"))


def coding(node: Node, key: str) -> Code:
    """A Coding that an element holds."""
    found = child(node, key)
    if found is None:
        return Code("", "")
    try:
        return code_of(found)
    except FaultError as fault:
        raise inside(fault, key) from None


def concept_of(node: Node) -> Concept:
    """A CodeableConcept."""
    codes = []
    for index, one in enumerate(children(node, "coding")):
        try:
            codes.append(code_of(one))
        except FaultError as fault:
            raise inside(fault, "coding", index) from None
    return Concept(tuple(codes), text(node, "text"))


def concept(node: Node, key: str) -> Concept:
    """A CodeableConcept that an element holds; an empty one where there is none."""
    found = child(node, key)
    if found is None:
        return NO_CONCEPT
    try:
        return concept_of(found)
    except FaultError as fault:
        raise inside(fault, key) from None


def concepts(node: Node, key: str) -> tuple[Concept, ...]:
    """CodeableConcepts that can be repeated."""
    found = []
    for index, one in enumerate(children(node, key)):
        try:
            found.append(concept_of(one))
        except FaultError as fault:
            raise inside(fault, key, index) from None
    return tuple(found)


def first(found: tuple[Concept, ...]) -> Concept:
    """The first of several."""
    return found[0] if found else NO_CONCEPT


def word(what: Concept, system: str = "") -> str:
    """The code of a concept as one word, by `system` where it has one of that; else its text."""
    if system:
        named = what.code(system)
        if named:
            return named
    return next((code.value for code in what.codes if code.value), what.text)


def quantity_of(node: Node) -> Quantity | None:
    """A Quantity; None where it states no number."""
    value = number(node, "value")
    unit, code, comparator = text(node, "unit"), text(node, "code"), text(node, "comparator")
    if comparator and comparator not in COMPARATORS:
        path = "comparator"
        raise FaultError(path, "is none of <, <=, >= and >")
    if value is None:
        return None
    return Quantity(value, unit or code, code if text(node, "system") == UCUM else "", comparator)


def quantity(node: Node, key: str) -> Quantity | None:
    """A Quantity that an element holds."""
    found = child(node, key)
    if found is None:
        return None
    try:
        return quantity_of(found)
    except FaultError as fault:
        raise inside(fault, key) from None


def period(node: Node, key: str) -> Period:
    """A Period."""
    found = child(node, key)
    if found is None:
        return NO_PERIOD
    try:
        return Period(when(found, "start"), when(found, "end"))
    except FaultError as fault:
        raise inside(fault, key) from None


def timing(node: Node, key: str) -> Period:
    """When a Timing happens, from its first to its last event, or within its bounds."""
    found = child(node, key)
    if found is None:
        return NO_PERIOD
    try:
        events = sorted((When(one) for one in texts(found, "event")), key=lambda one: one.instant)
        if events:
            return Period(events[0], events[-1] if len(events) > 1 else None)
        return period(child(found, "repeat") or {}, "boundsPeriod")
    except ValueError:
        path = f"{key}.event"
        raise FaultError(path, "is no date that exists") from None
    except FaultError as fault:
        raise inside(fault, key) from None


def moment(node: Node, name: str) -> Period:
    """A choice of dateTime, instant, Period and Timing (``effective[x]``); a moment has a start only."""
    for key in (f"{name}DateTime", f"{name}Instant"):
        if key in node:
            return Period(when(node, key))
    if f"{name}Period" in node:
        return period(node, f"{name}Period")
    return timing(node, f"{name}Timing")
