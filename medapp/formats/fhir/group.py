"""Resources that can refer to each other, and one resource alone, to items of the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from medapp.domain.record import Refusal, Source
from medapp.formats.fhir import version
from medapp.formats.fhir.check import check
from medapp.formats.fhir.faults import FaultError, inside
from medapp.formats.fhir.mapping import entry, subject
from medapp.formats.fhir.person import person
from medapp.formats.fhir.references import Index, Located, Scope
from medapp.formats.fhir.tables import tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from medapp.domain.record import Item
    from medapp.formats.fhir.bundle import Placed
    from medapp.formats.fhir.fields import Node

INVALID: Final = "invalid"
NO_SUBJECT: Final = "no-subject"
UNKNOWN_KIND: Final = "unknown-kind"
VERSION: Final = "version"
ONLY: Final = "FHIR R4 and R4B are read"
PATIENT: Final = "Patient"
OFTEN: Final = 256
_MEDICINE: Final = ("resourceType", "id", "code")


@dataclass(frozen=True, slots=True)
class Telling:
    """How what is wrong with a group is told.

    Attributes:
        name: Of the file.
        where: ``line[4]``; empty for the whole file.
        alone: Whether it is a line, whose neighbours are not at hand.
        sole: Whether it is one resource that is the whole file.
    """

    name: str
    where: str = ""
    alone: bool = False
    sole: bool = False

    def refusal(self, code: str, reason: str, place: str = "", *, whole: bool = False) -> Refusal:
        """A sentence with the line before it, where there is one."""
        line = self.where.strip("line[]")
        said = f"line {line}: {reason}" if self.where else reason
        place = place or self.where
        return Refusal(Source(self.name, "fhir", place), code, said[:1].upper() + said[1:], whole)


def read_group(
    group: list[Placed], telling: Telling, medicines: Index, cancelled: Callable[[], bool]
) -> Iterator[Item]:
    """Items of resources of one document; `medicines` are those of the lines before, where it is a line."""
    nodes = [one for _, one, _ in group if type(one) is dict]
    signs = version.signs_of(nodes)
    found = version.of_file(nodes, signs)
    if found and not telling.alone:
        name, example = found
        sentence = f"it looks like FHIR {name} ({example.element} {example.why}); only {ONLY}."
        yield telling.refusal(VERSION, sentence, example.element, whole=True)
        return
    index = Index()
    located: list[Located] = []
    for where, node, url in group:
        if type(node) is not dict or type(node.get("resourceType")) is not str:
            yield telling.refusal(INVALID, f"{where}: no resource: it has no resourceType.", where)
            continue
        located.append(index.add(node, where, url))
    if telling.alone and len(located) == 1:
        _keep_medicine(located[0], medicines)
        index = medicines
    for number, one in enumerate(located, 1):
        if number % OFTEN == 0 and cancelled():
            return
        odd = signs.get(id(one.resource))
        if odd:
            name = " or ".join(odd.versions)
            sentence = f"it looks like FHIR {name} ({odd.element} {odd.why}); only {ONLY}."
            yield telling.refusal(VERSION, f"{one.place}: {sentence}", one.place)
        else:
            yield from read_resource(one, index, telling)


def _keep_medicine(one: Located, medicines: Index) -> None:
    """Keep what later lines of the same file may refer to: no more of it than its code."""
    if one.kind == "Medication" and one.id:
        slim: Node = {key: value for key, value in one.resource.items() if key in _MEDICINE}
        medicines.add(slim, "")


def read_resource(one: Located, index: Index, telling: Telling) -> Iterator[Item]:
    """The person or the entry of one resource, and what is wrong with it."""
    if one.kind not in tables().shapes:
        sentence = f"{one.place}: R4 has no resource of this type."
        yield telling.refusal(UNKNOWN_KIND, sentence, one.place, whole=telling.sole)
        return
    source = Source(telling.name, "fhir", one.place)
    try:
        check(one.kind, one.resource)
        if one.kind == PATIENT:
            yield from _person(one.resource, one.id, source, telling)
        else:
            yield from _entry(Scope(one, index), source, telling)
    except FaultError as fault:
        yield _invalid(one.place, fault, telling, whole=telling.sole)


def _person(node: Node, identity: str, source: Source, telling: Telling) -> Iterator[Item]:
    who, faults = person(node, identity, source)
    yield who
    for fault in faults:
        yield _invalid(source.place, fault, telling)


def _entry(scope: Scope, source: Source, telling: Telling) -> Iterator[Item]:
    who, contained, unclear = subject(scope)
    found = entry(scope, who, source)
    if contained is not None:
        try:
            check(PATIENT, contained)
            yield from _person(contained, who, source, telling)
        except FaultError as fault:
            yield _invalid(source.place, inside(fault, "contained"), telling)
    yield found
    for part in scope.faults:
        yield _invalid(source.place, part, telling)
    patients = scope.index.patients
    if unclear:
        sentence = "who the patient is that it names cannot be told; it was read, but belongs to nobody"
    elif who and patients and who not in patients and contained is None:
        sentence = (
            "it names a patient who is not in this file; it was read, but belongs to none of those here"
        )
    else:
        return
    yield telling.refusal(NO_SUBJECT, f"{source.place}: {sentence}.", source.place)


def _invalid(place: str, fault: FaultError, telling: Telling, *, whole: bool = False) -> Refusal:
    sentence = f"{place}: {fault.path} {fault.why}."
    return telling.refusal(INVALID, sentence, f"{place}.{fault.path}", whole=whole)
