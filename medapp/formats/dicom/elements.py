"""The element walk: DICOM data sets of PS3.5 chapter 7, wanted values only.

Explicit little endian, which nearly all files use, has a loop of its own; the other encodings share a
slower one. Both know nothing of what the elements mean.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from medapp.formats.dicom.tags import NESTED_TAGS, PIXEL_TAGS, SEQUENCE_TAGS, TOP_LEVEL, TOP_TAGS, WHOLE_TAGS
from medapp.formats.errors import MALFORMED, UnreadableError

if TYPE_CHECKING:
    from medapp.formats.dicom.source import Source

Item = dict[int, "bytes | tuple[Item, ...]"]
"""Elements by tag; a sequence holds its items."""

MAX_DEPTH: Final = 64
MAX_VALUE: Final = 64 * 1024
UNDEFINED: Final = 0xFFFFFFFF
_ITEM: Final = 0xFFFEE000
_ITEM_END: Final = 0xFFFEE00D
_SEQUENCE_END: Final = 0xFFFEE0DD

LONG_VRS: Final = frozenset(
    (b"OB", b"OW", b"OF", b"OD", b"OL", b"OV", b"SQ", b"UN", b"UC", b"UR", b"UT", b"SV", b"UV")
)
SHORT_VRS: Final = frozenset(
    b"AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split(),
)
VRS: Final = LONG_VRS | SHORT_VRS


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the elements of a data set are written."""

    explicit: bool = True
    little: bool = True


EXPLICIT_LITTLE: Final = Encoding()
IMPLICIT_LITTLE: Final = Encoding(explicit=False)
EXPLICIT_BIG: Final = Encoding(little=False)


@dataclass(slots=True)
class DataSet:
    """What a walk found.

    Attributes:
        values: Raw bytes of the wanted elements; items for sequences.
        pixel_tag: Tag of the pixel element, 0 where there is none.
        pixel_offset: Where its value begins.
        pixel_length: As stated; `UNDEFINED` for encapsulated pixels.
        end: Where the walk ended.
        broken: Why the walk ended early, empty where it did not.
        other_vrs: Wanted elements that are written with another value representation than the standard's.
    """

    values: Item = field(default_factory=dict)
    pixel_tag: int = 0
    pixel_offset: int = 0
    pixel_length: int = 0
    end: int = 0
    broken: str = ""
    other_vrs: list[int] = field(default_factory=list)


def _wire(tag: int) -> int:
    """A tag as the integer its four bytes make when read in one go as little endian."""
    return tag >> 16 | (tag & 0xFFFF) << 16


_WIRE_ITEM: Final = _wire(_ITEM)
_WIRE_ENDS: Final = frozenset((_wire(_ITEM_END), _wire(_SEQUENCE_END)))
_WIRE_TOP: Final = {_wire(tag): tag for tag in TOP_TAGS | PIXEL_TAGS}
_SHORT_LE: Final = struct.Struct("<I2sH").unpack_from
_IMPLICIT_LE: Final = struct.Struct("<II").unpack_from
_LONG_LE: Final = struct.Struct("<I").unpack_from
_HEADS: Final = {True: struct.Struct("<HHI").unpack_from, False: struct.Struct(">HHI").unpack_from}
_SHORTS: Final = {True: struct.Struct("<H").unpack_from, False: struct.Struct(">H").unpack_from}
_LONGS: Final = {True: struct.Struct("<I").unpack_from, False: struct.Struct(">I").unpack_from}
_HEAD_ROOM: Final = 12
_EITHER: Final = frozenset((0x00280120, 0x00280121))
"""Padding is US or SS, as the pixels are signed or not."""
_VR_OF: Final = {
    tag: vr.encode()
    for tag, vr in TOP_LEVEL.values()
    if vr != "SQ" and tag >> 16 & 1 == 0 and tag not in _EITHER
}


def walk(source: Source, offset: int, encoding: Encoding) -> DataSet:
    """Walk a data set from `offset` up to its pixels or the end of the file.

    Raises:
        UnreadableError: ``malformed`` where sequences are nested too deep, ``too-large`` where the header
            is. Other damage ends the walk and is told in `DataSet.broken`.
    """
    if encoding == EXPLICIT_LITTLE:
        return _walk_fast(source, offset, EXPLICIT_LITTLE)
    if encoding == IMPLICIT_LITTLE:
        return _walk_fast(source, offset, IMPLICIT_LITTLE)
    return _walk_any(source, offset, encoding)


def _walk_fast(source: Source, offset: int, encoding: Encoding) -> DataSet:  # noqa: C901, PLR0912, PLR0915 - the one hot loop
    found = DataSet()
    values, explicit = found.values, encoding.explicit
    position = source.seek(offset, _HEAD_ROOM)
    data, base = source.data, source.base
    last = len(data) - _HEAD_ROOM
    vr = b""
    while True:
        if position > last:
            offset = base + position
            if offset + 8 > source.size:
                break
            position = source.seek(offset, _HEAD_ROOM)
            data, base = source.data, source.base
            last = max(len(data) - _HEAD_ROOM, position)
            if position + 8 > len(data):
                break
        value = position + 8
        if explicit:
            wire, vr, length = _SHORT_LE(data, position)
            if vr not in SHORT_VRS:
                value, length, vr = _long_head(data, position, vr)
        else:
            wire, length = _IMPLICIT_LE(data, position)
        tag = _WIRE_TOP.get(wire)
        position = value + length
        if tag is None:
            if length != UNDEFINED:
                continue
            tag = 0
        elif tag in PIXEL_TAGS:
            found.pixel_tag, found.pixel_offset, found.pixel_length = tag, base + value, length
            position = value
            break
        elif position <= last and tag not in SEQUENCE_TAGS:
            values[tag] = data[value:position]
            if explicit and vr != _VR_OF.get(tag, vr):
                found.other_vrs.append(tag)
            continue
        after = _take(source, values, (tag, vr, base + value, length), encoding, found)
        if found.broken:
            break
        position = after - base
        if source.data is not data:
            position = source.seek(after, _HEAD_ROOM)
            data, base = source.data, source.base
            last = len(data) - _HEAD_ROOM
    _finish(found, source, base + position)
    return found


def _long_head(data: bytes, position: int, vr: bytes) -> tuple[int, int, bytes]:
    """Value position, length and VR of an element that is not of a VR with a short length.

    Where the VR is none at all, the element is taken as written implicitly, or as one of a VR that a
    later edition of the standard has added.
    """
    if position + _HEAD_ROOM <= len(data):
        if vr in LONG_VRS:
            return position + 12, _LONG_LE(data, position + 8)[0], vr
        if vr.isalpha() and vr.isupper() and data[position + 6 : position + 8] == b"\0\0":
            return position + 12, _LONG_LE(data, position + 8)[0], b"UN"
    return position + 8, _LONG_LE(data, position + 4)[0], b"UN"


def _finish(found: DataSet, source: Source, end: int) -> None:
    found.end = end
    if found.pixel_tag or found.broken:
        return
    if end < source.size and source.size - end < 8 and source.read(end, source.size - end).strip(b"\0"):  # noqa: PLR2004 - a head
        found.broken = "the file ends within the head of an element"
    if end > source.size:
        found.broken = f"the last element ends {end - source.size} bytes after the end of the file"


def _walk_any(source: Source, offset: int, encoding: Encoding) -> DataSet:
    found = DataSet()
    while offset + 8 <= source.size:
        head = read_head(source, offset, encoding)
        if head is None:
            break
        tag, vr, value, length = head
        if tag in PIXEL_TAGS:
            found.pixel_tag, found.pixel_offset, found.pixel_length = tag, value, length
            offset = value
            break
        if tag not in TOP_TAGS and length != UNDEFINED:
            offset = value + length
            continue
        offset = _take(source, found.values, (tag, vr, value, length), encoding, found)
        if found.broken:
            break
    _finish(found, source, offset)
    return found


def read_head(source: Source, offset: int, encoding: Encoding) -> tuple[int, bytes, int, int] | None:
    """One element head.

    Returns:
        (tag, VR or empty, absolute offset of the value, length), or None at the end of the file.
    """
    position = source.seek(offset, _HEAD_ROOM)
    data = source.data
    if position + 8 > len(data):
        return None
    group, element, length = _HEADS[encoding.little](data, position)
    tag = group << 16 | element
    vr = data[position + 4 : position + 6]
    if not encoding.explicit or group == 0xFFFE or vr not in VRS:  # noqa: PLR2004 - item tags
        return tag, b"", offset + 8, length
    if vr in SHORT_VRS:
        return tag, vr, offset + 8, _SHORTS[encoding.little](data, position + 6)[0]
    if position + _HEAD_ROOM > len(data):
        return None
    return tag, vr, offset + 12, _LONGS[encoding.little](data, position + 8)[0]


def _take(
    source: Source, values: Item, head: tuple[int, bytes, int, int], encoding: Encoding, found: DataSet
) -> int:
    """Keep one wanted element, or step over an undefined length; returns the offset after it."""
    tag, vr, offset, length = head
    inner = IMPLICIT_LITTLE if vr == b"UN" else encoding
    if length == UNDEFINED:
        end = skip_undefined(source, offset, inner)
        if end is None:
            found.broken = f"a sequence at byte {offset} does not end"
            return offset
    else:
        end = offset + length
    if end > source.size:
        found.broken = (
            f"the element at byte {offset} ends {end - source.size} bytes after the end of the file"
        )
        return offset
    if tag in SEQUENCE_TAGS:
        values[tag] = _items(source.read(offset, end - offset), inner)
    elif tag in TOP_TAGS and length != UNDEFINED:
        values[tag] = source.read(offset, min(length, MAX_VALUE))
        if encoding.explicit and vr != _VR_OF.get(tag, vr):
            found.other_vrs.append(tag)
    return end


def _too_deep() -> UnreadableError:
    return UnreadableError(MALFORMED, f"sequences are nested deeper than {MAX_DEPTH}")


def skip_undefined(source: Source, offset: int, encoding: Encoding) -> int | None:
    """Find the end of a value of undefined length, without recursion.

    Returns:
        The offset after its delimiter, or None where the file ends first.

    Raises:
        UnreadableError: ``malformed`` where it is nested deeper than `MAX_DEPTH`.
    """
    if encoding.little:
        end = _skip_in_window(source, offset, explicit=encoding.explicit)
        if end:
            return end
    open_encodings = [encoding]
    while open_encodings:
        if len(open_encodings) > 2 * MAX_DEPTH:
            raise _too_deep()
        current = open_encodings[-1]
        head = read_head(source, offset, current)
        if head is None:
            return None
        tag, vr, value, length = head
        if tag in (_ITEM_END, _SEQUENCE_END):
            open_encodings.pop()
            offset = value
        elif length == UNDEFINED:
            open_encodings.append(IMPLICIT_LITTLE if vr == b"UN" else current)
            offset = value
        else:
            offset = value + length
    return offset


def _skip_in_window(source: Source, offset: int, *, explicit: bool) -> int:
    """`skip_undefined` for little endian data inside the window; 0 where it takes the general way."""
    data, base = source.data, source.base
    position, last = offset - base, len(data) - _HEAD_ROOM
    depth = 1
    while 0 <= position <= last and depth <= MAX_DEPTH:
        wire, length = _IMPLICIT_LE(data, position)
        if wire in _WIRE_ENDS:
            depth -= 1
            position += 8
            if not depth:
                return base + position
            continue
        value = position + 8
        if explicit and wire != _WIRE_ITEM:
            vr = data[position + 4 : position + 6]
            if vr in SHORT_VRS:
                length >>= 16
            elif vr in LONG_VRS and vr != b"UN":
                length = _LONG_LE(data, position + 8)[0]
                value += 4
            else:
                return 0
        if length == UNDEFINED:
            depth += 1
            length = 0
        position = value + length
    return 0


def _items(data: bytes, encoding: Encoding, depth: int = 0) -> tuple[Item, ...]:
    """Items of a sequence value in memory; damage ends the list, it never raises anything else.

    Raises:
        UnreadableError: ``malformed`` where it is nested deeper than `MAX_DEPTH`.
    """
    from medapp.formats.dicom.source import Source

    if depth > MAX_DEPTH:
        raise _too_deep()
    source = Source.of_bytes(data)
    items: list[Item] = []
    offset = 0
    while offset + 8 <= len(data):
        head = read_head(source, offset, encoding)
        if head is None or head[0] != _ITEM:
            break
        _, _, value, length = head
        item: Item = {}
        end = len(data) if length == UNDEFINED else min(value + length, len(data))
        offset = _item(source, value, end, encoding, (item, depth))
        items.append(item)
        if length != UNDEFINED:
            offset = end
    return tuple(items)


def _item(source: Source, offset: int, end: int, encoding: Encoding, into: tuple[Item, int]) -> int:
    item, depth = into
    while offset + 8 <= end:
        head = read_head(source, offset, encoding)
        if head is None:
            return end
        tag, vr, value, length = head
        if tag == _ITEM_END:
            return value
        inner = IMPLICIT_LITTLE if vr == b"UN" else encoding
        stop = skip_undefined(source, value, inner) if length == UNDEFINED else value + length
        if stop is None or stop > end:
            return end
        if tag in SEQUENCE_TAGS:
            item[tag] = _items(source.data[value:stop], inner, depth + 1)
        elif tag in NESTED_TAGS and length != UNDEFINED:
            item[tag] = source.data[value : stop if tag in WHOLE_TAGS else min(stop, value + MAX_VALUE)]
        offset = stop
    return end
