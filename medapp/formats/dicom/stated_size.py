"""The size that a compressed frame states of itself, read before a decoder allocates for it.

JPEG and JPEG-LS: the frame header (ITU-T T.81 B.2.2, T.87 C.2.2); JPEG 2000: the SIZ marker (T.800 A.5.1).
"""

from __future__ import annotations

import struct
from typing import Final

_J2K_START: Final = b"\xff\x4f\xff\x51"
_JP2_SIGNATURE: Final = b"\x00\x00\x00\x0cjP  "
_JPEG_START: Final = b"\xff\xd8"
_FRAME_HEADERS: Final = frozenset((*range(0xC0, 0xD0), 0xF7)) - {0xC4, 0xC8, 0xCC}
_START_OF_SCAN: Final = 0xDA
_FILL: Final = 0xFF
"""Begins every marker, and may stand before one."""
_ALONE: Final = frozenset((0x01, *range(0xD0, 0xD9)))


def stated_size(data: bytes) -> tuple[int, int] | None:
    """(rows, columns) of a JPEG, JPEG-LS or JPEG 2000 frame, None where it does not say."""
    if data.startswith((_J2K_START, _JP2_SIGNATURE)):
        return _j2k(data)
    return _jpeg(data) if data.startswith(_JPEG_START) else None


def _j2k(data: bytes) -> tuple[int, int] | None:
    start = data.find(_J2K_START)
    if start < 0 or start + 24 > len(data):
        return None
    right, bottom, left, top = struct.unpack_from(">4I", data, start + 8)
    return bottom - top, right - left


def _jpeg(data: bytes) -> tuple[int, int] | None:
    position = 2
    while position + 9 <= len(data) and data[position] == _FILL:
        marker = data[position + 1]
        if marker in _FRAME_HEADERS:
            rows, columns = struct.unpack_from(">HH", data, position + 5)
            # No rows: they are stated after the first scan.
            return (rows, columns) if rows else None
        if marker == _START_OF_SCAN:
            return None
        if marker == _FILL:
            position += 1
        elif marker in _ALONE:
            position += 2
        else:
            position += 2 + int(struct.unpack_from(">H", data, position + 2)[0])
    return None
