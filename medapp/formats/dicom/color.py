"""Colour frames to RGB: YBR, palettes, more than eight bits (PS3.3 C.7.6.3.1.2, C.7.6.3.1.5)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from medapp.formats.dicom import heavy
from medapp.formats.errors import MALFORMED, UnreadableError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp.formats.dicom.elements import Item

_EIGHT = 8
_LARGEST_TABLE = 1 << 16


@dataclass(frozen=True, eq=False)
class Palette:
    """Red, green and blue by stored value; smaller values take the first entry, larger the last."""

    first: int
    table: NDArray[np.uint8]

    def apply(self, values: NDArray[Any]) -> NDArray[np.uint8]:
        """RGB (rows, columns, 3) of stored values (rows, columns)."""
        index = np.clip(values.astype(np.int64) - self.first, 0, len(self.table) - 1)
        colors: NDArray[np.uint8] = self.table[index]
        return colors


def from_ybr(values: NDArray[Any]) -> NDArray[np.uint8]:
    """RGB of YBR_FULL values of eight bits."""
    y = values[..., 0].astype(np.float32)
    blue = values[..., 1].astype(np.float32) - 128
    red = values[..., 2].astype(np.float32) - 128
    out = np.empty(values.shape, np.float32)
    out[..., 0] = y + 1.402 * red
    out[..., 1] = y - 0.344136 * blue - 0.714136 * red
    out[..., 2] = y + 1.772 * blue
    return np.clip(np.rint(out), 0, 255).astype(np.uint8)


def to_eight_bits(values: NDArray[Any], bits_stored: int) -> NDArray[np.uint8]:
    """The upper eight of the stored bits."""
    if values.dtype != np.uint8:
        values = np.clip(values >> max(bits_stored - _EIGHT, 0), 0, 255)
    eight: NDArray[np.uint8] = values.astype(np.uint8, copy=False)
    return eight


def read_palette(found: Item, *, little: bool, signed: bool) -> Palette:
    """The palette of a PALETTE COLOR image.

    Raises:
        UnreadableError: ``malformed`` where it is missing or its tables do not fit their descriptors.
    """
    columns, first = [], 0
    parts = zip(heavy.PALETTE_DESCRIPTORS, heavy.PALETTE_DATA, heavy.SEGMENTED_PALETTE_DATA, strict=True)
    for descriptor_tag, data_tag, segmented_tag in parts:
        descriptor = found.get(descriptor_tag)
        plain, segmented = found.get(data_tag), found.get(segmented_tag)
        raw = plain if plain is not None else segmented
        if not isinstance(descriptor, bytes) or len(descriptor) < 6 or not isinstance(raw, bytes):  # noqa: PLR2004
            raise UnreadableError(MALFORMED, "the palette that the colours come from is missing")
        count, first, bits = lut_descriptor(descriptor, little=little, signed=signed)
        if bits not in (_EIGHT, 16):
            raise UnreadableError(MALFORMED, f"the palette has entries of {bits} bits")
        words = _words(raw, count if plain is not None else None, bits, little=little)
        if plain is None:
            words = expand_segments(words, count)
        if len(words) < count:
            raise UnreadableError(MALFORMED, f"the palette has {len(words)} of {count} entries")
        columns.append((words[:count] >> (bits - _EIGHT)).astype(np.uint8))
    return Palette(first, np.stack(columns, axis=1))


def lut_descriptor(raw: bytes, *, little: bool, signed: bool) -> tuple[int, int, int]:
    """Entries, first value mapped and bits of an entry (PS3.3 C.11.1.1.1)."""
    order = "<" if little else ">"
    count, first, bits = struct.unpack_from(f"{order}H{'h' if signed else 'H'}H", raw)
    return count or _LARGEST_TABLE, first, bits


def _words(raw: bytes, count: int | None, bits: int, *, little: bool) -> NDArray[np.uint16]:
    """Entries of a table; eight-bit entries may be packed two to a word."""
    if bits == _EIGHT and (count is None or len(raw) < 2 * count):
        return np.frombuffer(raw, np.uint8).astype(np.uint16)
    order = "<" if little else ">"
    return np.frombuffer(raw[: len(raw) // 2 * 2], f"{order}u2").astype(np.uint16)


def expand_segments(words: NDArray[np.uint16], count: int) -> NDArray[np.uint16]:
    """Expand a segmented table: discrete, linear and indirect segments (PS3.3 C.7.9.2).

    Raises:
        UnreadableError: ``malformed`` where a segment is of no known kind.
    """
    out: list[int] = []
    starts: list[int] = []
    position = 0
    data = [int(word) for word in words]
    while position + 1 < len(data) and len(out) < count:
        starts.append(position)
        position = _segment(data, position, out, starts)
    return np.array(out[:count], np.uint16)


def _segment(data: list[int], position: int, out: list[int], starts: list[int]) -> int:
    kind, length = data[position], data[position + 1]
    if length > _LARGEST_TABLE or kind > 2:  # noqa: PLR2004 - three kinds
        raise UnreadableError(MALFORMED, "the segmented palette has a segment of no known kind")
    body = position + 2
    if kind == 0:
        out += data[body : body + length]
        return body + length
    if kind == 1:
        if body >= len(data) or not out:
            raise UnreadableError(MALFORMED, "the segmented palette has a line without a beginning or an end")
        line = np.linspace(out[-1], data[body], length + 1)[1:]
        out += [int(value) for value in np.rint(line)]
        return body + 1
    _repeat(data, (length, body), out, starts)
    return body + 2


def _repeat(data: list[int], place: tuple[int, int], out: list[int], starts: list[int]) -> None:
    """Copy earlier segments: `length` of them, beginning at a 32-bit word offset."""
    length, body = place
    if body + 1 >= len(data):
        raise UnreadableError(MALFORMED, "the segmented palette is cut")
    offset = data[body] | data[body + 1] << 16
    if offset not in starts[:-1]:
        raise UnreadableError(MALFORMED, "the segmented palette repeats what is no segment")
    position = offset
    for _ in range(length):
        if position + 1 >= len(data) or data[position] == 2 or len(out) > _LARGEST_TABLE:  # noqa: PLR2004
            raise UnreadableError(MALFORMED, "the segmented palette repeats itself")
        position = _segment(data, position, out, starts)
