"""Key fields of records, as facts that can be counted: (type, field, value)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from medapp.domain.record import (
    Allergy,
    CodedValue,
    Concept,
    Encounter,
    Entry,
    Immunization,
    Medication,
    Observation,
    Person,
    Problem,
    Quantity,
    When,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from medapp.domain.record import Item, Value

Fact = tuple[str, str, str]


def read_keys(items: Iterable[Item], expected: Counter[Fact]) -> Counter[Fact]:
    """Of what a reader yields; of a concept's several codes, the one that is expected."""
    wanted = {(kind, value) for kind, field, value in expected if field == "code"}
    return Counter(fact for item in items for fact in _item(item, wanted))


def _item(item: Item, wanted: set[tuple[str, str]]) -> Iterator[Fact]:
    if isinstance(item, Person):
        yield from _person(item)
    elif isinstance(item, Entry):
        yield from _entry(item, wanted)


def _person(person: Person) -> Iterator[Fact]:
    for identifier in person.identifiers:
        yield "Patient", "identifier", identifier.value.lower()
    for name in person.names:
        yield "Patient", "name", " ".join((name.family, *name.given)).lower()
    if person.birth_date:
        yield "Patient", "birth date", person.birth_date.text[:10]
    if person.sex:
        yield "Patient", "gender", person.sex


def _entry(entry: Entry, wanted: set[tuple[str, str]]) -> Iterator[Fact]:
    content = entry.content
    kinds = {Problem: "Condition", Medication: "Medication", Allergy: "AllergyIntolerance"}
    for kind, name in kinds.items():
        if isinstance(content, kind):
            yield name, "code", _code(content.concept, name, wanted)
    if isinstance(content, Allergy):
        for shown in (one for reaction in content.reactions for one in reaction.manifestations):
            yield "AllergyIntolerance", "reaction", _code(shown)
    if isinstance(content, Observation):
        yield from _finding(content, wanted)
    if isinstance(content, Immunization):
        yield "Immunization", "code", _code(content.concept, "Immunization", wanted)
        if content.given:
            yield "Immunization", "date", content.given.text[:10]
    if isinstance(content, Encounter):
        yield "Encounter", "class", content.kind
        if content.during.start:
            yield "Encounter", "start", content.during.start.text[:10]


def _finding(content: Observation, wanted: set[tuple[str, str]]) -> Iterator[Fact]:
    code = _code(content.concept, "Observation", wanted)
    yield "Observation", "code", code
    values = [part.value for part in content.components] or [content.value]
    for value in values:
        if value is not None:
            yield "Observation", "value", f"{code} = {_value(value)}"
        if isinstance(value, Quantity) and (value.code or value.unit):
            yield "Observation", "unit", f"{code} in {value.code or value.unit}"


def _code(
    concept: Concept, kind: str = "", wanted: frozenset[tuple[str, str]] | set[tuple[str, str]] = frozenset()
) -> str:
    codes = [code.value.lower() for code in concept.codes]
    return next(
        (code for code in codes if (kind, code) in wanted), codes[0] if codes else concept.text.lower()
    )


def _value(value: Value) -> str:
    if isinstance(value, Quantity):
        return f"{value.comparator}{value.value:g}"
    if isinstance(value, CodedValue):
        return _code(value.concept)
    if isinstance(value, When):
        return value.text[:10]
    return " ".join(str(value).lower().split())


def expected_keys(bundle: dict[str, Any]) -> Counter[Fact]:
    """Of a FHIR Bundle."""
    return Counter(fact for entry in bundle.get("entry", ()) for fact in _resource(entry["resource"], bundle))


def _resource(resource: dict[str, Any], bundle: dict[str, Any]) -> Iterator[Fact]:
    kind = resource["resourceType"]
    if kind == "Patient":
        yield from _patient(resource)
    elif kind == "Condition":
        yield kind, "code", _coded(resource.get("code"))
    elif kind == "AllergyIntolerance":
        yield kind, "code", _coded(resource.get("code"))
        shown = [
            part for reaction in resource.get("reaction", ()) for part in reaction.get("manifestation", ())
        ]
        for part in shown:
            yield kind, "reaction", _coded(part)
    elif kind.startswith("Medication") and kind != "Medication":
        yield "Medication", "code", _coded(_medicine(resource, bundle))
    elif kind == "Observation":
        yield from _observation(resource)
    else:
        yield from _dated(resource, kind)


def _dated(resource: dict[str, Any], kind: str) -> Iterator[Fact]:
    if kind == "Immunization":
        yield kind, "code", _coded(resource.get("vaccineCode"))
        if "occurrenceDateTime" in resource:
            yield kind, "date", resource["occurrenceDateTime"][:10]
    elif kind == "Encounter":
        yield kind, "class", resource.get("class", {}).get("code", "")
        if "start" in resource.get("period", {}):
            yield kind, "start", resource["period"]["start"][:10]


def _patient(resource: dict[str, Any]) -> Iterator[Fact]:
    for identifier in resource.get("identifier", ()):
        yield "Patient", "identifier", identifier.get("value", "").lower().removeprefix("urn:uuid:")
    for name in resource.get("name", ()):
        yield "Patient", "name", " ".join((name.get("family", ""), *name.get("given", ()))).lower()
    if "birthDate" in resource:
        yield "Patient", "birth date", resource["birthDate"][:10]
    if "gender" in resource:
        yield "Patient", "gender", resource["gender"]


def _medicine(resource: dict[str, Any], bundle: dict[str, Any]) -> dict[str, Any] | None:
    if "medicationCodeableConcept" in resource:
        return resource["medicationCodeableConcept"]
    wanted = resource.get("medicationReference", {}).get("reference", "").rpartition("/")[2]
    for entry in bundle["entry"]:
        if entry["resource"].get("id") == wanted:
            return entry["resource"].get("code")
    return None


def _observation(resource: dict[str, Any]) -> Iterator[Fact]:
    code = _coded(resource.get("code"))
    yield "Observation", "code", code
    for part in [resource, *resource.get("component", ())]:
        if "valueQuantity" in part:
            value = part["valueQuantity"]
            if "value" in value:
                yield (
                    "Observation",
                    "value",
                    f"{code} = {value.get('comparator', '')}{float(value['value']):g}",
                )
            unit = value.get("code") or value.get("unit")
            if unit:
                yield "Observation", "unit", f"{code} in {unit}"
        if "valueCodeableConcept" in part:
            yield "Observation", "value", f"{code} = {_coded(part['valueCodeableConcept'])}"
        for name in ("valueString", "valueDateTime"):
            if name in part:
                text = part[name][:10] if name == "valueDateTime" else part[name]
                yield "Observation", "value", f"{code} = {' '.join(text.lower().split())}"


def _coded(concept: dict[str, Any] | None) -> str:
    if not concept:
        return ""
    codes = [code.get("code") for code in concept.get("coding", ()) if code.get("code")]
    displays = [code.get("display") for code in concept.get("coding", ()) if code.get("display")]
    return (codes[0] if codes else concept.get("text") or (displays[0] if displays else "")).lower()
