"""Files of phenopackets: one JSON document, or one packet a line."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, BinaryIO

import orjson

from medapp.domain.record import Refusal, Source
from medapp.formats.errors import UnreadableError
from medapp.formats.phenopackets.packet import items
from medapp.formats.stream import open_bytes, share_read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from medapp.domain.record import Item

_MOST_LINE = 64 << 20
_MOST_DOCUMENT = 512 << 20
_BOM = b"\xef\xbb\xbf"
_SIGNS = (
    b'"phenopacketSchemaVersion"',
    b'"phenopacket_schema_version"',
    b'"phenotypicFeatures"',
    b'"phenotypic_features"',
    b'"genomicInterpretations"',
)


def looks_like(head: bytes) -> bool:
    """Whether the first 64 KiB are of phenopackets, of any version.

    Args:
        head: Decompressed.
    """
    start = head.removeprefix(_BOM).lstrip()
    return (
        start[:1] in {b"{", b"["} and b'"resourceType"' not in start and any(sign in start for sign in _SIGNS)
    )


def read(
    path: Path,
    name: str,
    *,
    cancelled: Callable[[], bool] | None = None,
    progress: Callable[[float], None] | None = None,
) -> Iterator[Item]:
    """Everyone in a file of phenopackets, each followed by their entries.

    Args:
        path: Plain or gzip; JSON or NDJSON, told by whether the first line is a packet by itself.
        name: Of the file, as the user knows it.
        cancelled: Asked before each packet; reading ends where it says so.
        progress: Told then which share of the file is read, 0 to 1.
    """
    reading = _File(name, cancelled or (lambda: False), progress or (lambda _share: None))
    try:
        with open_bytes(path) as file:
            yield from reading.items(file)
    except UnreadableError as error:
        yield reading.broken(error.code, error.reason)
    except OSError:
        yield reading.broken("malformed", "the file cannot be opened")


def _numbered(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Lines that are not blank, with their numbers from 1."""
    number = 0
    while line := file.readline(_MOST_LINE):
        number += 1
        line = line.removeprefix(_BOM) if number == 1 else line
        if line.strip():
            yield number, line


class _File:
    """One file while it is read."""

    def __init__(self, name: str, cancelled: Callable[[], bool], progress: Callable[[float], None]) -> None:
        self._name, self._cancelled, self._progress = name, cancelled, progress
        self._line = 0
        self._read = False

    def broken(self, code: str, reason: str) -> Refusal:
        """Why no more of the file can be read, and how far it was."""
        place = f"line {self._line}" if self._line else ""
        rest = f"; lines up to {self._line} were read" if self._line else ""
        source = Source(self._name, "phenopacket", place)
        return Refusal(source, code, f"{reason}{rest}", whole=not self._read)

    def items(self, file: BinaryIO) -> Iterator[Item]:
        """All of the file."""
        for item in self._packets(file):
            self._read = self._read or not isinstance(item, Refusal)
            yield item

    def _packets(self, file: BinaryIO) -> Iterator[Item]:
        lines = _numbered(file)
        number, first = next(lines, (1, b""))
        try:
            packet = orjson.loads(first)
        except orjson.JSONDecodeError:
            yield from self._document(first, file, number)
            return
        if isinstance(packet, list):
            yield from self._several(packet)
            return
        second = next(lines, None)
        if second is None:
            yield from self._one(packet, "")
            return
        yield from self._one(packet, f"line {number}")
        for at, line in chain([second], lines):
            if self._cancelled():
                return
            self._progress(share_read(file))
            yield from self._of_line(line, at)

    def _of_line(self, line: bytes, number: int) -> Iterator[Item]:
        try:
            packet = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            source = Source(self._name, "phenopacket", f"line {number}")
            yield Refusal(source, "malformed", f"line {number}, column {error.colno}: the line is no JSON")
            return
        yield from self._one(packet, f"line {number}")
        self._line = number

    def _document(self, first: bytes, file: BinaryIO, number: int) -> Iterator[Item]:
        source = Source(self._name, "phenopacket")
        rest = file.read(_MOST_DOCUMENT)
        if len(rest) == _MOST_DOCUMENT:
            reason = f"the document is larger than {_MOST_DOCUMENT >> 20} MiB"
            yield Refusal(source, "too-large", reason, whole=True)
            return
        try:
            packet = orjson.loads(first + rest)
        except orjson.JSONDecodeError as error:
            # A first line that is a packet cut short in a file of lines: the other lines can still be read.
            if rest and first.lstrip().startswith(b"{") and rest.lstrip().startswith(b'{"'):
                yield from self._rest(first + rest, number)
                return
            where = f"line {error.lineno + number - 1}, column {error.colno}"
            source = Source(self._name, "phenopacket", where)
            yield Refusal(source, "malformed", f"{where}: the file is no JSON", whole=True)
            return
        if isinstance(packet, list):
            yield from self._several(packet)
        else:
            yield from self._one(packet, "")

    def _rest(self, content: bytes, number: int) -> Iterator[Item]:
        lines = content.split(b"\n")
        for at, line in enumerate(lines):
            if self._cancelled():
                return
            self._progress(at / len(lines))
            if line.strip():
                yield from self._of_line(line, number + at)

    def _several(self, packets: list[object]) -> Iterator[Item]:
        for number, packet in enumerate(packets):
            if self._cancelled():
                return
            self._progress(number / len(packets))
            yield from self._one(packet, f"[{number}]")

    def _one(self, packet: object, place: str) -> Iterator[Item]:
        if isinstance(packet, dict):
            yield from items(packet, self._name, place)
            return
        reason = f"{place}: it is no packet" if place else "the file holds no packet"
        yield Refusal(Source(self._name, "phenopacket", place), "malformed", reason, whole=not place)
