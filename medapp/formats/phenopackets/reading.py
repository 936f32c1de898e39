"""Files of phenopackets: one JSON document, or one packet a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import orjson

from medapp.domain.record import Refusal, Source
from medapp.formats.errors import UnreadableError
from medapp.formats.phenopackets.packet import items
from medapp.formats.stream import open_bytes

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


def read(path: Path, name: str, *, cancelled: Callable[[], bool] | None = None) -> Iterator[Item]:
    """Everyone in a file of phenopackets, each followed by their entries.

    Args:
        path: Plain or gzip; JSON or NDJSON, told by whether the first line is a packet by itself.
        name: Of the file, as the user knows it.
        cancelled: Asked before each packet.
    """
    try:
        with open_bytes(path) as file:
            yield from _packets(file, name, cancelled or (lambda: False))
    except UnreadableError as error:
        yield Refusal(Source(name, "phenopacket"), error.code, error.reason, whole=True)
    except OSError:
        yield Refusal(Source(name, "phenopacket"), "malformed", "the file cannot be opened", whole=True)


def _packets(file: BinaryIO, name: str, cancelled: Callable[[], bool]) -> Iterator[Item]:
    first = file.readline(_MOST_LINE).removeprefix(_BOM)
    while first and not first.strip():
        first = file.readline(_MOST_LINE)
    try:
        packet = orjson.loads(first)
    except orjson.JSONDecodeError:
        yield from _document(first, file, name, cancelled)
        return
    if isinstance(packet, list):
        yield from _several(packet, name, cancelled)
        return
    second = _next_line(file)
    if not second:
        yield from _one(packet, name, "")
        return
    yield from _one(packet, name, "line 1")
    number = 2
    while second and not cancelled():
        yield from _line(second, name, number)
        second, number = file.readline(_MOST_LINE), number + 1


def _next_line(file: BinaryIO) -> bytes:
    line = file.readline(_MOST_LINE)
    while line and not line.strip():
        line = file.readline(_MOST_LINE)
    return line


def _line(line: bytes, name: str, number: int) -> Iterator[Item]:
    if not line.strip():
        return
    try:
        packet = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        source = Source(name, "phenopacket", f"line {number}")
        yield Refusal(source, "malformed", f"line {number}, column {error.colno}: the line is no JSON")
        return
    yield from _one(packet, name, f"line {number}")


def _document(first: bytes, file: BinaryIO, name: str, cancelled: Callable[[], bool]) -> Iterator[Item]:
    source = Source(name, "phenopacket")
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
            yield from _lines(first + rest, name, cancelled)
            return
        where = f"line {error.lineno}, column {error.colno}"
        yield Refusal(source, "malformed", f"{where}: the file is no JSON", whole=True)
        return
    if isinstance(packet, list):
        yield from _several(packet, name, cancelled)
    else:
        yield from _one(packet, name, "")


def _lines(content: bytes, name: str, cancelled: Callable[[], bool]) -> Iterator[Item]:
    for number, line in enumerate(content.split(b"\n"), 1):
        if cancelled():
            return
        yield from _line(line, name, number)


def _several(packets: list[object], name: str, cancelled: Callable[[], bool]) -> Iterator[Item]:
    for number, packet in enumerate(packets):
        if cancelled():
            return
        yield from _one(packet, name, f"[{number}]")


def _one(packet: object, name: str, place: str) -> Iterator[Item]:
    if isinstance(packet, dict):
        yield from items(packet, name, place)
        return
    reason = f"{place}: it is no packet" if place else "the file holds no packet"
    yield Refusal(Source(name, "phenopacket", place), "malformed", reason, whole=not place)
