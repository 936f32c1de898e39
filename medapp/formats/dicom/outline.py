"""What the headers of a series have in common: the same elements at the same places.

A walk depends on nothing but the heads of the elements: their tags, value representations and lengths.
A file whose heads are byte for byte those of a file that was walked before, at the same places, is
therefore taken apart as that one was, in two looks instead of one for every element. Values that did not
differ in the files seen so far are looked at like heads: where they are the same, they are shared.
"""

from __future__ import annotations

import struct
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from medapp.formats.dicom.elements import (
    EXPLICIT_LITTLE,
    IMPLICIT_LITTLE,
    UNDEFINED,
    VRS,
    DataSet,
    Item,
    read_head,
    skip_undefined,
)
from medapp.formats.dicom.tags import PIXEL_TAGS, SEQUENCE_TAGS, TOP_LEVEL, TOP_TAGS, tag_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from medapp.formats.dicom.source import Source

_START: Final = 132
_MARKED: Final = 8
"""Bytes of the preamble that remarks are made of."""
_HEAD_ROOM: Final = 12
_META: Final = 0x0002
_TRANSFER_SYNTAX: Final = TOP_LEVEL["TransferSyntaxUID"][0]
_META_CLASS: Final = TOP_LEVEL["MediaStorageSOPClassUID"][0]
_NEVER_FREE: Final = SEQUENCE_TAGS | {_TRANSFER_SYNTAX}
_VARYING: Final = frozenset(
    tag_of(keyword)
    for keyword in ("SOPInstanceUID", "InstanceNumber", "ImagePositionPatient", "SliceLocation")
)
"""What differs from slice to slice in any series."""
_LONGEST_UID: Final = 128
_MOST: Final = 32
_PRICE: Final = 4
_CREDIT: Final = 16
_MOST_CREDIT: Final = 256


@dataclass(frozen=True, eq=False, slots=True)
class Outline:
    """Where the elements of a header lie, up to its pixels.

    Attributes:
        declared: Transfer syntax.
        tags: Elements whose values are read from every file; all others are `fixed`.
        pixel_tag, pixel_offset, pixel_length: As of `DataSet`.
        remarks: (code, sentence) on the beginning of the file.
    """

    declared: str
    pixel_tag: int
    pixel_offset: int
    pixel_length: int
    remarks: tuple[tuple[str, str], ...]
    pixel_head: bytes
    heads: Callable[[bytes], tuple[Any, ...]]
    known: tuple[Any, ...]
    values: Callable[[bytes], tuple[Any, ...]]
    tags: tuple[int, ...]
    fixed: Item

    def settles(self, tags: Iterable[int]) -> bool:
        """True where no value of these elements differs from one file with this outline to the next."""
        return not any(tag in self.tags for tag in tags)

    def fits(self, data: bytes) -> bool:
        """True where the first bytes of a file have these heads."""
        return self.pixel_offset + _HEAD_ROOM <= len(data) and self.heads(data) == self.known

    def take(self, data: bytes) -> DataSet:
        """What a walk of these bytes finds, file meta information included."""
        values = self.fixed.copy()
        values.update(zip(self.tags, self.values(data), strict=True))
        return DataSet(values, self.pixel_tag, self.pixel_offset, self.pixel_length, self.pixel_offset)


class Outlines:
    """The outlines of the files read last."""

    def __init__(self) -> None:
        """Know none."""
        self._known: tuple[tuple[bytes, int, Outline], ...] = ()
        self._seen: dict[int, tuple[Item, frozenset[int]]] = {}
        self._credit = _CREDIT
        self._lock = threading.Lock()

    def find(self, data: bytes) -> Outline | None:
        """The outline that a file with these first bytes has."""
        for start, offset, outline in self._known:
            if data.startswith(start, offset) and outline.fits(data):
                self._credit = min(self._credit + 1, _MOST_CREDIT)
                return outline
        return None

    def learn(
        self, source: Source, found: DataSet, declared: str, remarks: tuple[tuple[str, str], ...]
    ) -> None:
        """Keep the outline of a file that was walked; only of lengths seen twice, and while they are of use.

        `found` holds the file meta information too.
        """
        offset = found.pixel_offset
        if not found.pixel_tag or found.broken or source.base or offset + _HEAD_ROOM > len(source.data):
            return
        with self._lock:
            self._learn(source, found, (declared, remarks))

    def _learn(self, source: Source, found: DataSet, stated: tuple[str, tuple[tuple[str, str], ...]]) -> None:
        offset = found.pixel_offset
        before, varying = self._seen.pop(offset, (None, _VARYING))
        if before is not None:
            varying |= {
                tag for tag in before.keys() | found.values.keys() if not _equal(before, found.values, tag)
            }
        self._seen = {**dict([*self._seen.items()][1 - _MOST :]), offset: (found.values, varying)}
        if before is None or self._credit < _PRICE:
            return
        self._credit -= _PRICE
        outline = _outline(source, found, varying, stated)
        # Looked at once more in full: an outline that does not give what the walk gave is none.
        if outline is not None and outline.fits(source.data) and outline.take(source.data) == _same(found):
            start = outline.pixel_offset - len(outline.pixel_head)
            self._known = ((outline.pixel_head, start, outline), *self._known[: _MOST - 1])


def _equal(one: Item, other: Item, tag: int) -> bool:
    return tag in one and tag in other and one[tag] == other[tag]


def _same(found: DataSet) -> DataSet:
    return DataSet(found.values, found.pixel_tag, found.pixel_offset, found.pixel_length, found.pixel_offset)


def _outline(
    source: Source,
    found: DataSet,
    varying: frozenset[int],
    stated: tuple[str, tuple[tuple[str, str], ...]],
) -> Outline | None:
    heads, values = _Fields(), _Fields()
    heads.take(0, _MARKED)
    heads.take(_START - 4, _START, join=True)
    tags: list[int] = []
    offset, in_meta = _START, True
    while True:
        head = read_head(source, offset, EXPLICIT_LITTLE)
        if head is None or head[1] not in VRS:
            return None
        tag, _, value, length = head
        if tag in PIXEL_TAGS:
            break
        end = _end(source, head)
        if end is None or end > found.pixel_offset or (tag >> 16 == _META and not in_meta):
            return None
        in_meta = tag >> 16 == _META
        free = length != UNDEFINED and tag not in _NEVER_FREE
        heads.take(offset, value if free and (tag in varying or not _wanted(tag)) else end, join=True)
        if free and tag in varying and _wanted(tag):
            values.take(value, end)
            tags.append(tag)
        offset = end
    if value != found.pixel_offset:
        return None
    heads.take(offset, value, join=True)
    fixed: Item = {tag: item for tag, item in found.values.items() if tag not in tags}
    look, read = heads.reader(), values.reader()
    return Outline(
        stated[0],
        found.pixel_tag,
        found.pixel_offset,
        found.pixel_length,
        stated[1],
        source.data[offset:value],
        look,
        look(source.data),
        read,
        tuple(tags),
        fixed,
    )


def _wanted(tag: int) -> bool:
    return tag in (_TRANSFER_SYNTAX, _META_CLASS) if tag >> 16 == _META else tag in TOP_TAGS


def _end(source: Source, head: tuple[int, bytes, int, int]) -> int | None:
    """Where an element ends; None where a walk would cut its value."""
    tag, vr, value, length = head
    if length == UNDEFINED:
        return skip_undefined(source, value, IMPLICIT_LITTLE if vr == b"UN" else EXPLICIT_LITTLE)
    return None if tag >> 16 == _META and length > _LONGEST_UID else value + length


class _Fields:
    """Places in a file that are read in one go."""

    def __init__(self) -> None:
        self._places: list[tuple[int, int]] = []

    def take(self, start: int, end: int, *, join: bool = False) -> None:
        if join and self._places and self._places[-1][1] == start:
            start = self._places.pop()[0]
        self._places.append((start, end))

    def reader(self) -> Callable[[bytes], tuple[Any, ...]]:
        parts, at = ["<"], 0
        for start, end in self._places:
            parts.append(f"{start - at}x{end - start}s")
            at = end
        return struct.Struct("".join(parts)).unpack_from
