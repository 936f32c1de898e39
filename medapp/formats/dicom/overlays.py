"""Overlay planes of group 60xx: drawn text and marks of one bit (PS3.3 C.9.2)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.formats.dicom import heavy

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp.formats.dicom.header import Header

_ROWS, _COLUMNS, _FRAMES, _ORIGIN = 0x0010, 0x0011, 0x0015, 0x0050
_FIRST_FRAME, _BIT_POSITION, _DATA = 0x0051, 0x0102, 0x3000
_GROUPS: Final = range(0x6000, 0x6020, 2)
_LARGEST: Final = 1 << 28


def has_overlays(header: Header) -> bool:
    """True where the file carries any."""
    return bool(heavy.read_heavy(header, heavy.is_overlay))


def overlays_of(
    header: Header, shape: tuple[int, int], raw_words: NDArray[Any] | None = None
) -> dict[int, NDArray[np.bool_]]:
    """All planes of a file joined, by 0-based frame; planes that are damaged are left out.

    Args:
        header: Of the file.
        shape: (rows, columns) of the image.
        raw_words: Undecoded 16-bit words of the first frame, for overlays in unused high bits.
    """
    found = heavy.read_heavy(header, heavy.is_overlay)
    planes: dict[int, NDArray[np.bool_]] = {}
    for group in _GROUPS:
        values = {
            tag & 0xFFFF: raw for tag, raw in found.items() if tag >> 16 == group and isinstance(raw, bytes)
        }
        for frame, plane in _planes(values, shape, raw_words, little=header.little):
            planes[frame] = planes[frame] | plane if frame in planes else plane
    return planes


def _planes(
    values: dict[int, bytes], shape: tuple[int, int], raw_words: NDArray[Any] | None, *, little: bool
) -> list[tuple[int, NDArray[np.bool_]]]:
    data = values.get(_DATA)
    if data is None:
        position = _number(values.get(_BIT_POSITION), "H", little=little)
        if not position or raw_words is None:
            return []
        return [(0, (raw_words >> position & 1).astype(bool))]
    rows = _number(values.get(_ROWS), "H", little=little) or 0
    columns = _number(values.get(_COLUMNS), "H", little=little) or 0
    frames = _text_number(values.get(_FRAMES), 1)
    first = _text_number(values.get(_FIRST_FRAME), 1) - 1
    count = rows * columns
    if not count or count > _LARGEST or frames < 1 or first < 0 or len(data) * 8 < count:
        return []
    bits = np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little")
    top, left = _origin(values.get(_ORIGIN), little=little)
    found = []
    for frame in range(min(frames, len(bits) // count)):
        plane = bits[frame * count : (frame + 1) * count].reshape(rows, columns).astype(bool)
        found.append((first + frame, _placed(plane, shape, top - 1, left - 1)))
    return found


def _placed(plane: NDArray[np.bool_], shape: tuple[int, int], top: int, left: int) -> NDArray[np.bool_]:
    """The plane on the grid of the image, cut where it goes beyond."""
    if plane.shape == shape and top == left == 0:
        return plane
    out = np.zeros(shape, bool)
    rows, columns = plane.shape
    y0, x0 = max(top, 0), max(left, 0)
    y1, x1 = min(top + rows, shape[0]), min(left + columns, shape[1])
    if y1 > y0 and x1 > x0:
        out[y0:y1, x0:x1] = plane[y0 - top : y1 - top, x0 - left : x1 - left]
    return out


def _origin(raw: bytes | None, *, little: bool) -> tuple[int, int]:
    if raw is None or len(raw) < 4:  # noqa: PLR2004 - two numbers of two bytes
        return 1, 1
    top, left = struct.unpack_from("<hh" if little else ">hh", raw)
    return int(top), int(left)


def _number(raw: bytes | None, kind: str, *, little: bool) -> int | None:
    if raw is None or len(raw) < struct.calcsize(kind):
        return None
    return int(struct.unpack_from(("<" if little else ">") + kind, raw)[0])


def _text_number(raw: bytes | None, default: int) -> int:
    """IS, or the US that the first frame is written as."""
    if raw is None:
        return default
    text = raw.strip(b" \0")
    if text.isdigit():
        return int(text[:9])
    return int.from_bytes(raw[:2], "little") if len(raw) == 2 else default  # noqa: PLR2004
