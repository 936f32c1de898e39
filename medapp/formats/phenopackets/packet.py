"""One phenopacket as a person and entries."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from medapp.domain.record import Entry, Refusal, Source
from medapp.domain.record.clinical import Other
from medapp.formats.phenopackets.clinical import action, disease, feature, measurement
from medapp.formats.phenopackets.fields import ShapeError, get, many, one, text
from medapp.formats.phenopackets.genomic import interpretation
from medapp.formats.phenopackets.person import person
from medapp.formats.phenopackets.terms import concept, moment, resources, time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from medapp.domain.record import Item, When
    from medapp.domain.record.clinical import Content
    from medapp.formats.phenopackets.fields import Message

    Reader = Callable[[Message, When | None, Mapping[str, str]], Iterator[tuple[str, Content]]]


def _plain(make: Callable[[Message, When | None, Mapping[str, str]], Content]) -> Reader:
    def reader(
        message: Message, birth: When | None, systems: Mapping[str, str]
    ) -> Iterator[tuple[str, Content]]:
        yield "", make(message, birth, systems)

    return reader


def _interpretations(
    message: Message, _birth: When | None, systems: Mapping[str, str]
) -> Iterator[tuple[str, Content]]:
    yield from interpretation(message, systems)


def _biosample(message: Message, birth: When | None, systems: Mapping[str, str]) -> Other:
    when, words = time(one(message, "timeOfCollection"), birth)
    facts = (
        ("id", text(message, "id")),
        ("collected", words),
        ("description", text(message, "description")),
        ("diagnosis", concept(one(message, "histologicalDiagnosis"), systems).display),
        ("type", concept(one(message, "sampleType"), systems).display),
    )
    tissue = concept(one(message, "sampledTissue"), systems)
    return Other("Biosample", tissue, during=when, facts=tuple(fact for fact in facts if fact[1]))


def _file(message: Message, _birth: When | None, _systems: Mapping[str, str]) -> Other:
    """A File: its address is shown, never opened."""
    facts = [("uri", text(message, "uri"))]
    facts.extend((str(name), str(value)) for name, value in one(message, "fileAttributes").items())
    return Other("File", facts=tuple(facts))


_READERS: dict[str, Reader] = {
    "phenotypicFeatures": _plain(feature),
    "diseases": _plain(disease),
    "measurements": _plain(measurement),
    "medicalActions": _plain(action),
    "interpretations": _interpretations,
    "biosamples": _plain(_biosample),
    "files": _plain(_file),
}


def items(packet: Message, file: str, line: str) -> Iterator[Item]:
    """A Phenopacket, or each packet of a Family or a Cohort.

    Args:
        packet: The message.
        file: Name of the file.
        line: Its place in the file, to stand before the place in the packet; empty where it is the file.
    """
    inner = [("proband", get(packet, "proband"))]
    for name in ("relatives", "members"):
        found = get(packet, name)
        if isinstance(found, list):
            inner.extend((f"{name}[{number}]", item) for number, item in enumerate(found))
    packets = [(place, item) for place, item in inner if isinstance(item, dict)]
    if not packets:
        yield from _Packet(packet, file, line).items()
    for place, item in packets:
        yield from _Packet(item, file, f"{line} {place}".strip()).items()


class _Packet:
    """One packet while it is read."""

    def __init__(self, packet: Message, file: str, place: str) -> None:
        self._packet, self._file, self._place = packet, file, place
        self._birth: When | None = None

    def items(self) -> Iterator[Item]:
        """The person, then all entries."""
        try:
            meta = one(self._packet, "metaData")
            refusal = self._version(meta)
            if refusal is not None:
                yield refusal
                return
            systems, recorded = resources(meta), moment(meta, "created")
            individual = one(self._packet, "subject")
            numbers = [text(self._packet, "id"), text(individual, "id")]
            if not numbers[1]:
                yield self._refusal("subject", "no-subject", "the packet names no subject", whole=True)
                return
            # Packets of one file name different people alike ("patient 1"): the packet's id sets them apart.
            subject = "/".join(part for part in numbers if part)
            who = person(subject, individual, self._source("subject"))
        except ShapeError as error:
            yield self._refusal("", "invalid", str(error), whole=True)
            return
        self._birth = who.birth_date
        yield who
        for name, reader in _READERS.items():
            yield from self._entries(name, reader, subject, systems, recorded)

    def _version(self, meta: Message) -> Refusal | None:
        stated = text(meta, "phenopacketSchemaVersion")
        if re.fullmatch(r"v?2(\.\d+)*", stated):
            return None
        if not stated:
            reason = "the packet states no version of the phenopacket schema; only version 2 is read"
        elif re.fullmatch(r"v?[\d.]{1,12}", stated):
            reason = f"version {stated} of the phenopacket schema is not read, only version 2"
        else:
            reason = "the version of the phenopacket schema is not known, only version 2 is read"
        return self._refusal("metaData", "version", reason, whole=True)

    def _entries(
        self, name: str, reader: Reader, subject: str, systems: Mapping[str, str], recorded: When | None
    ) -> Iterator[Item]:
        try:
            found = many(self._packet, name)
        except ShapeError as error:
            yield self._refusal(name, "invalid", str(error))
            return
        for number, message in enumerate(found):
            place = f"{name}[{number}]"
            try:
                if not isinstance(message, dict):
                    yield self._refusal(place, "invalid", "it is no object")
                    continue
                for inside, content in reader(message, self._birth, systems):
                    where = f"{place}{inside}"
                    source = self._source(where)
                    yield Entry(f"{subject}/{where}", subject, source, content, recorded=recorded)
            except ShapeError as error:
                yield self._refusal(place, "invalid", str(error))

    def _source(self, place: str) -> Source:
        return Source(self._file, "phenopacket", f"{self._place} {place}".strip())

    def _refusal(self, place: str, code: str, reason: str, *, whole: bool = False) -> Refusal:
        source = self._source(place)
        said = f"{source.place}: {reason}" if source.place else reason
        # One packet among many lines is not the whole file.
        return Refusal(source, code, said, whole=whole and not self._place)
