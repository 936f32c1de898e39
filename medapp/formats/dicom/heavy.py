"""Elements that only drawing needs: lookup tables, palettes, overlays. They are read when a series is opened.

The index steps over them, for they can be large; here they are read whole, within a bound.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from medapp.formats.dicom.elements import (
    IMPLICIT_LITTLE,
    UNDEFINED,
    Encoding,
    Item,
    read_head,
    skip_undefined,
)
from medapp.formats.dicom.source import Source
from medapp.formats.dicom.tags import PIXEL_TAGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from medapp.formats.dicom.header import Header

MODALITY_LUTS: Final = 0x00283000
VOI_LUTS: Final = 0x00283010
LUT_DESCRIPTOR: Final = 0x00283002
LUT_EXPLANATION: Final = 0x00283003
MODALITY_LUT_TYPE: Final = 0x00283004
LUT_DATA: Final = 0x00283006
PALETTE_DESCRIPTORS: Final = (0x00281101, 0x00281102, 0x00281103)
PALETTE_DATA: Final = (0x00281201, 0x00281202, 0x00281203)
SEGMENTED_PALETTE_DATA: Final = (0x00281221, 0x00281222, 0x00281223)

_TABLES: Final = frozenset(
    (MODALITY_LUTS, VOI_LUTS, *PALETTE_DESCRIPTORS, *PALETTE_DATA, *SEGMENTED_PALETTE_DATA)
)
_SEQUENCES: Final = frozenset((MODALITY_LUTS, VOI_LUTS))
_FIRST_OVERLAY: Final = 0x60000000
_LAST_OVERLAY: Final = 0x601EFFFF
_ITEM: Final = 0xFFFEE000
_ITEM_END: Final = 0xFFFEE00D
_MAX_VALUE: Final = 16 * 1024 * 1024
_MAX_ELEMENTS: Final = 100_000


def is_overlay(tag: int) -> bool:
    """True for the repeating overlay groups 6000 to 601E."""
    return _FIRST_OVERLAY <= tag <= _LAST_OVERLAY and tag >> 16 & 1 == 0


def is_table(tag: int) -> bool:
    """True for lookup tables and palettes."""
    return tag in _TABLES


def read_heavy(header: Header, wanted: Callable[[int], bool]) -> Item:
    """Read the wanted elements of a file that the index knows; damage ends the reading early.

    Returns:
        Raw values by tag; sequences as tuples of items.

    Raises:
        OSError: Where the file cannot be read.
        UnreadableError: Where its header is larger than headers are.
    """
    encoding = Encoding(explicit=header.explicit, little=header.little)
    with _open(header.path) as file:
        source = Source.of_file(file, os.fstat(file).st_size)
        start = _start(source)
        return _collect(source, start, encoding, wanted)


@contextmanager
def _open(path: Path) -> Iterator[int]:
    fd = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        yield fd
    finally:
        os.close(fd)


def _start(source: Source) -> int:
    """Offset of the data set: after the file meta information where there is any."""
    if source.read(128, 4) != b"DICM":
        return 0
    offset = 132
    while True:
        head = read_head(source, offset, Encoding())
        if head is None or head[0] >> 16 != 0x0002:  # noqa: PLR2004 - the group of the file meta information
            return offset
        offset = head[2] + head[3]


def _collect(source: Source, offset: int, encoding: Encoding, wanted: Callable[[int], bool]) -> Item:
    found: Item = {}
    for _ in range(_MAX_ELEMENTS):
        if offset + 8 > source.size:
            break
        head = read_head(source, offset, encoding)
        if head is None:
            break
        tag, vr, value, length = head
        # Overlays come after 5FFF and before the pixels; nothing that is wanted comes after those.
        if tag in PIXEL_TAGS:
            break
        inner = IMPLICIT_LITTLE if vr == b"UN" else encoding
        end = skip_undefined(source, value, inner) if length == UNDEFINED else value + length
        if end is None or end > source.size:
            break
        if wanted(tag) and end - value <= _MAX_VALUE:
            raw = source.read(value, end - value)
            found[tag] = _items(raw, inner) if tag in _SEQUENCES else raw
        offset = end
    return found


def _items(raw: bytes, encoding: Encoding) -> tuple[Item, ...]:
    """Items of a flat sequence; what is nested deeper is left out."""
    source, items, offset = Source.of_bytes(raw), list[Item](), 0
    while offset + 8 <= len(raw):
        head = read_head(source, offset, encoding)
        if head is None or head[0] != _ITEM:
            break
        end = len(raw) if head[3] == UNDEFINED else min(head[2] + head[3], len(raw))
        item, offset = _item(source, head[2], end, encoding)
        items.append(item)
    return tuple(items)


def _item(source: Source, offset: int, end: int, encoding: Encoding) -> tuple[Item, int]:
    item: Item = {}
    while offset + 8 <= end:
        head = read_head(source, offset, encoding)
        if head is None:
            return item, end
        tag, _, value, length = head
        if tag == _ITEM_END:
            return item, value
        stop = skip_undefined(source, value, encoding) if length == UNDEFINED else value + length
        if stop is None or stop > end:
            return item, end
        if length != UNDEFINED:
            item[tag] = source.data[value:stop]
        offset = stop
    return item, end
