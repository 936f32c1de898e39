"""FHIR R4 in JSON: bundles, one file a patient or many, and bulk NDJSON."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any, Final

from medapp.domain.record import (
    Code,
    Concept,
    Encounter,
    Entry,
    Medication,
    Observation,
    Period,
    Person,
    Problem,
    Procedure,
    Quantity,
    Record,
    Source,
    When,
)
from medapp_treatment.records.files import DataError, open_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from medapp.domain.record.clinical import Content
    from medapp.domain.record.person import Sex

Node = dict[str, Any]
_ENDS: Final = (".json", ".json.gz", ".ndjson", ".ndjson.gz")
_LARGEST: Final = 1 << 29
"""Characters of one document, unpacked: more would be no bundle of a patient."""
_KINDS: Final = ("MedicationRequest", "MedicationStatement", "MedicationAdministration")
_SEXES: Final[tuple[Sex, ...]] = ("male", "female", "other", "unknown")


def is_there(folder: Path) -> bool:
    """Whether a folder or one below it holds files that may be FHIR."""
    return next(_files(folder), None) is not None


def read(folder: Path) -> Iterator[Record]:
    """Everyone's record; files that are no FHIR or cannot be read are left out.

    Raises:
        DataError: Where none could be read.
    """
    persons: dict[str, Person] = {}
    entries: dict[str, dict[str, Entry]] = {}
    unread = 0
    for path in _files(folder):
        try:
            for node in _resources(path):
                _take(node, persons, entries, path.name)
        except (OSError, EOFError, zlib.error, ValueError, RecursionError):
            unread += 1
    if unread and not persons:
        message = f"none of {unread} JSON files is FHIR that can be read"
        raise DataError(message)
    for subject, person in persons.items():
        yield Record((person,), tuple(entries.get(subject, {}).values()))


def _files(folder: Path) -> Iterator[Path]:
    return (
        path for path in sorted(folder.rglob("*")) if path.name.lower().endswith(_ENDS) and path.is_file()
    )


def _resources(path: Path) -> Iterator[Node]:
    with open_text(path) as file:
        if ".ndjson" in path.name.lower():
            for line in file:
                if line.strip():
                    yield from _inside(json.loads(line))
        else:
            text = file.read(_LARGEST + 1)
            if len(text) > _LARGEST:
                message = f"{path.name} is larger than one document can be"
                raise ValueError(message)
            yield from _inside(json.loads(text))


def _inside(node: object) -> Iterator[Node]:
    if not isinstance(node, dict):
        return
    if node.get("resourceType") == "Bundle":
        for one in _list(node.get("entry")):
            yield from _inside(one.get("resource"))
    elif isinstance(node.get("resourceType"), str):
        yield node


def _take(node: Node, persons: dict[str, Person], entries: dict[str, dict[str, Entry]], file: str) -> None:
    kind = node["resourceType"]
    source = Source(file, "fhir", f"{kind}/{node.get('id', '')}")
    if kind == "Patient":
        name = _text(node.get("id"))
        sex = next((one for one in _SEXES if one == node.get("gender")), None)
        persons[name] = Person(name, source, birth_date=_when(node.get("birthDate")), sex=sex)
        return
    content = _content(kind, node)
    if content is None:
        return
    subject = _reference(node.get("subject") or node.get("patient"))
    written = _when(node.get("authoredOn") or node.get("recordedDate") or node.get("issued"))
    own = f"{kind}/{node.get('id', '')}"
    encounter = own if kind == "Encounter" else _encounter(node)
    of_subject = entries.setdefault(subject, {})
    # The same resource may lie in several files; one without an id is always another.
    name = own if node.get("id") else f"{own}{file}[{len(of_subject)}]"
    of_subject[name] = Entry(name, subject, source, content, encounter, written)


def _encounter(node: Node) -> str:
    found = _reference(node.get("encounter") or node.get("context"))
    return f"Encounter/{found}" if found else ""


def _content(kind: str, node: Node) -> Content | None:
    status = _text(node.get("status"))
    if kind == "Encounter":
        return Encounter(
            _concept((_list(node.get("type")) or [{}])[0]),
            _text((node.get("class") or {}).get("code")),
            status,
            _period(node.get("period")),
            _concept((_list(node.get("reasonCode")) or [{}])[0]),
        )
    if kind == "Condition":
        return Problem(
            _concept(node.get("code")),
            certainty=_concept(node.get("verificationStatus")).display,
            onset=Period(_when(node.get("onsetDateTime")), _when(node.get("abatementDateTime"))),
        )
    if kind == "Procedure":
        done = _period(node.get("performedPeriod"))
        done = Period(_when(node.get("performedDateTime")) or done.start, done.end)
        reason = _concept((_list(node.get("reasonCode")) or [{}])[0])
        return Procedure(_concept(node.get("code")), status, done, reason=reason)
    if kind in _KINDS:
        return Medication(_concept(node.get("medicationCodeableConcept")), "request", status)
    value = node.get("valueQuantity") if kind == "Observation" else None
    if isinstance(value, dict) and isinstance(value.get("value"), int | float):
        number = Quantity(float(value["value"]), _text(value.get("unit")), _text(value.get("code")))
        moment = Period(_when(node.get("effectiveDateTime")))
        return Observation(_concept(node.get("code")), status, "", moment, number)
    return None


def _concept(node: object) -> Concept:
    if not isinstance(node, dict):
        return Concept()
    codes = tuple(
        Code(_text(one.get("system")), _text(one.get("code")), _text(one.get("display")))
        for one in _list(node.get("coding"))
    )
    return Concept(codes, _text(node.get("text")))


def _reference(node: object) -> str:
    """The id that a reference ends with."""
    text = _text(node.get("reference")) if isinstance(node, dict) else ""
    return text.removeprefix("urn:uuid:").rpartition("/")[2]


def _period(node: object) -> Period:
    return Period(_when(node.get("start")), _when(node.get("end"))) if isinstance(node, dict) else Period()


def _when(value: object) -> When | None:
    try:
        return When(_text(value)) if value else None
    except ValueError:
        return None


def _list(value: object) -> list[Node]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
