"""Resources that can refer to each other, and one resource alone, to items of the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from medapp.domain.record import Refusal, Source
from medapp.formats.fhir import validate, version
from medapp.formats.fhir.check import MISSING, check, without
from medapp.formats.fhir.faults import FaultError, inside
from medapp.formats.fhir.mapping import entry, subject
from medapp.formats.fhir.person import person
from medapp.formats.fhir.references import Index, Located, Scope
from medapp.formats.fhir.tables import tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from medapp.domain.record import Item
    from medapp.formats.fhir.bundle import Placed
    from medapp.formats.fhir.fields import Node

T = TypeVar("T")
INCOMPLETE: Final = "incomplete"
INVALID: Final = "invalid"
NONCONFORMANT: Final = "nonconformant"
NO_SUBJECT: Final = "no-subject"
UNKNOWN_KIND: Final = "unknown-kind"
VERSION: Final = "version"
ONLY: Final = "FHIR R4 and R4B are read"
PATIENT: Final = "Patient"
OFTEN: Final = 256
MOST_TOLD: Final = 20
"""Faults of one resource; a hundred of one kind tell no more."""
_MEDICINE: Final = ("resourceType", "id", "code")


@dataclass(frozen=True, slots=True)
class Telling:
    """How what is wrong with a group is told.

    Attributes:
        name: Of the file.
        where: ``line[4]``; empty for the whole file.
        alone: Whether it is a line, whose neighbours are not at hand.
        sole: Whether it is one resource that is the whole file.
        strict: Whether a resource that does not conform is refused, see `validate`.
        expected: How many resources there are, about.
    """

    name: str
    where: str = ""
    alone: bool = False
    sole: bool = False
    strict: bool = False
    expected: int = 1

    def refusal(
        self, code: str, reason: str, place: str = "", *, whole: bool = False, quote: str = ""
    ) -> Refusal:
        """A sentence with the line before it, where there is one."""
        line = self.where.strip("line[]")
        said = f"line {line}: {reason}" if self.where else reason
        place = place or self.where
        return Refusal(Source(self.name, "fhir", place), code, said[:1].upper() + said[1:], whole, quote)


@dataclass(frozen=True, slots=True)
class Watch:
    """Whom to ask whether reading goes on, and whom to tell how far it is."""

    cancelled: Callable[[], bool]
    progress: Callable[[float], None] | None = None

    def over(self, things: Iterable[T], count: int, begin: float, end: float) -> Iterator[T]:
        """The things one by one, which take from one share of the work to another; no more where it is ended.

        `count` is how many there are, as far as that is known.
        """
        for number, one in enumerate(things, 1):
            yield one
            if number % OFTEN == 0:
                if self.cancelled():
                    return
                if self.progress is not None:
                    self.progress(begin + (end - begin) * min(1.0, number / max(count, 1)))


def read_group(group: Iterable[Placed], telling: Telling, medicines: Index, watch: Watch) -> Iterator[Item]:
    """Items of resources of one document; `medicines` are those of the lines before, where it is a line."""
    listed = list(watch.over(group, telling.expected, 0.0, 0.05))
    nodes = [one for _, one, _ in listed if type(one) is dict]
    signs = version.signs_of(watch.over(nodes, len(nodes), 0.05, 0.1))
    found = version.of_file(nodes, signs)
    if found and not telling.alone:
        name, example = found
        sentence = f"it looks like FHIR {name} ({example.element} {example.why}); only {ONLY}."
        yield telling.refusal(VERSION, sentence, example.element, whole=True)
        return
    index = Index()
    located: list[Located] = []
    for where, node, url in watch.over(listed, len(listed), 0.1, 0.2):
        if type(node) is not dict or type(node.get("resourceType")) is not str:
            yield telling.refusal(INVALID, f"{where}: no resource: it has no resourceType.", where)
            continue
        located.append(index.add(node, where, url))
    if telling.alone and len(located) == 1:
        _keep_medicine(located[0], medicines)
        index = medicines
    if watch.cancelled():
        return
    for one in watch.over(located, len(located), 0.2, 1.0):
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
    try:
        lacking = check(one.kind, one.resource)
        refused = list(_unfit(one, lacking, telling)) if telling.strict else []
        yield from refused
        if any(refusal.code == NONCONFORMANT for refusal in refused):
            return
        one.resource = without(one.kind, one.resource, lacking)
        source = Source(telling.name, "fhir", one.place)
        if one.kind == PATIENT:
            yield from _person(one.resource, one.id, source, telling)
        else:
            yield from _entry(Scope(one, index), source, telling)
    except FaultError as fault:
        yield _invalid(one.place, fault, telling, whole=telling.sole)
        return
    for lack in lacking:
        yield _incomplete(one.place, lack, telling)


def _unfit(one: Located, lacking: list[FaultError], telling: Telling) -> Iterator[Refusal]:
    """Why a resource does not conform; that it cannot be checked is told too, and refuses nothing."""
    found = {fault.path: fault for fault in (*lacking, *validate.faults(one.resource))}
    if any(fault.path.endswith("[x]") for fault in lacking):
        found.pop(one.kind, None)  # the same, without the name of the choice
    if found.get("resourceType") and found["resourceType"].why == validate.NO_TYPE:
        sentence = f"{one.place}: it was read, but R4B has no resource of this type to check it by."
        yield telling.refusal(INCOMPLETE, sentence, one.place)
        del found["resourceType"]
    for fault in list(found.values())[:MOST_TOLD]:
        sentence = f"{one.place}: {fault.path} {fault.why}; it does not conform to R4B and is left out."
        yield telling.refusal(NONCONFORMANT, sentence, f"{one.place}.{fault.path}", whole=telling.sole)
    if len(found) > MOST_TOLD:
        sentence = f"{one.place}: {len(found) - MOST_TOLD} further faults are not listed."
        yield telling.refusal(NONCONFORMANT, sentence, one.place, whole=telling.sole)


def _person(node: Node, identity: str, source: Source, telling: Telling) -> Iterator[Item]:
    who, faults = person(node, identity, source)
    yield who
    for fault in faults:
        yield _invalid(source.place, fault, telling)


def _entry(scope: Scope, source: Source, telling: Telling) -> Iterator[Item]:
    who, contained, unclear = subject(scope)
    found = entry(scope, who, source)
    if contained is not None:
        yield from _contained(contained, who, source, telling)
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


def _contained(node: Node, who: str, source: Source, telling: Telling) -> Iterator[Item]:
    """A patient who stands inside of the resource that speaks of them."""
    try:
        lacking = check(PATIENT, node)
        yield from _person(without(PATIENT, node, lacking), who, source, telling)
    except FaultError as fault:
        yield _invalid(source.place, inside(fault, "contained"), telling)
        return
    for lack in lacking:
        yield _incomplete(source.place, inside(lack, "contained"), telling)


def _invalid(place: str, fault: FaultError, telling: Telling, *, whole: bool = False) -> Refusal:
    sentence = f"{place}: {fault.path} {fault.why}."
    return telling.refusal(INVALID, sentence, f"{place}.{fault.path}", whole=whole, quote=fault.quote)


def _incomplete(place: str, fault: FaultError, telling: Telling) -> Refusal:
    """Of something that was read all the same."""
    rest = "the rest was read" if fault.why == MISSING else "it was left out, the rest was read"
    sentence = f"{place}: {fault.path} {fault.why}; {rest}."
    return telling.refusal(INCOMPLETE, sentence, f"{place}.{fault.path}", quote=fault.quote)
