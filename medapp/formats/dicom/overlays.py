"""Overlay planes of group 60xx: drawn text and marks of one bit (PS3.3 C.9.2)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.formats.dicom import heavy

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp.formats.dicom.elements import Item
    from medapp.formats.dicom.header import Header

_ROWS, _COLUMNS, _FRAMES, _ORIGIN = 0x0010, 0x0011, 0x0015, 0x0050
_FIRST_FRAME, _BIT_POSITION, _DATA = 0x0051, 0x0102, 0x3000
_GROUPS: Final = range(0x6000, 0x6020, 2)
_LARGEST: Final = 1 << 28


def has_overlays(header: Header) -> bool:
    """True where the file carries any."""
    return bool(heavy.read_heavy(header, heavy.is_overlay))


def overlay_of(
    header: Header, shape: tuple[int, int], frame: int = 0, raw_words: NDArray[Any] | None = None
) -> NDArray[np.bool_] | None:
    """The planes of one frame joined, None where it has none; planes that are damaged are left out.

    Args:
        header: Of the file.
        shape: (rows, columns) of the image.
        frame: 0-based.
        raw_words: Undecoded 16-bit words of the frame, for overlays in unused high bits.
    """
    found = heavy.read_heavy(header, heavy.is_overlay)
    joined: NDArray[np.bool_] | None = None
    for group in _GROUPS:
        values = {
            tag & 0xFFFF: raw for tag, raw in found.items() if tag >> 16 == group and isinstance(raw, bytes)
        }
        plane = _plane(values, shape, (frame, raw_words), little=header.little)
        if plane is not None:
            joined = plane if joined is None else joined | plane
    return joined


def damaged_overlays(found: Item, *, little: bool) -> int:
    """Number of overlays whose data is shorter than their stated size, or of no size.

    Args:
        found: Elements of a file, overlays among them.
        little: Byte order of the file.
    """
    damaged = 0
    for group in _GROUPS:
        data = found.get(group << 16 | _DATA)
        if not isinstance(data, bytes):
            continue
        stated = (found.get(group << 16 | tag) for tag in (_ROWS, _COLUMNS))
        rows, columns = (
            _number(raw if isinstance(raw, bytes) else None, "H", little=little) or 0 for raw in stated
        )
        count = rows * columns
        damaged += not count or count > _LARGEST or len(data) * 8 < count
    return damaged


def _plane(
    values: dict[int, bytes],
    shape: tuple[int, int],
    wanted: tuple[int, NDArray[Any] | None],
    *,
    little: bool,
) -> NDArray[np.bool_] | None:
    frame, raw_words = wanted
    data = values.get(_DATA)
    if data is None:
        position = _number(values.get(_BIT_POSITION), "H", little=little)
        if not position or raw_words is None:
            return None
        return np.asarray((raw_words >> position & 1).astype(bool))
    rows = _number(values.get(_ROWS), "H", little=little) or 0
    columns = _number(values.get(_COLUMNS), "H", little=little) or 0
    place = frame - (_text_number(values.get(_FIRST_FRAME), 1) - 1)
    count = rows * columns
    if not count or count > _LARGEST or not 0 <= place < _text_number(values.get(_FRAMES), 1):
        return None
    start = place * count
    if start + count > len(data) * 8:
        return None
    # Only the bytes of this frame: a plane of one pixel may be stated for millions of frames.
    piece = np.frombuffer(data, np.uint8)[start // 8 : (start + count + 7) // 8]
    bits = np.unpackbits(piece, bitorder="little")[start % 8 : start % 8 + count]
    top, left = _origin(values.get(_ORIGIN), little=little)
    return _placed(bits.reshape(rows, columns).astype(bool), shape, top - 1, left - 1)


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
