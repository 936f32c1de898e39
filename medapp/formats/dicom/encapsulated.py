"""Bytes of compressed frames, by the fragments of the file and not by its offset tables alone (PS3.5 A.4)."""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from medapp.formats.errors import MALFORMED, TRUNCATED, UnreadableError

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.formats.dicom.header import Header

_ITEM: Final = b"\xfe\xff\x00\xe0"
_HEAD: Final = struct.Struct("<4sI")
_JPEG_STARTS: Final = (b"\xff\xd8\xff", b"\xff\x4f\xff\x51")
_MAX_FRAGMENTS: Final = 2_000_000
_LARGEST_FRAME: Final = 1 << 30


@dataclass(frozen=True)
class Fragments:
    """Where the fragments of every frame lie.

    Attributes:
        places: (offset, length) of every fragment in the file; a cut last one is kept as far as it goes.
        starts: Number of the first fragment of every frame.
    """

    path: Path
    places: tuple[tuple[int, int], ...]
    starts: tuple[int, ...]

    @classmethod
    def of(cls, header: Header) -> Fragments:
        """Find the fragments of a file.

        Raises:
            UnreadableError: ``malformed`` where they cannot be told apart into frames.
        """
        fd = os.open(header.path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        try:
            table, places = _items(fd, header.fragments_offset or 0, os.fstat(fd).st_size)
            starts = _starts(fd, table, places, header.number_of_frames)
        finally:
            os.close(fd)
        return cls(header.path, tuple(places), tuple(starts))

    def frame(self, index: int) -> bytes:
        """Bytes of one frame, its fragments joined.

        Raises:
            UnreadableError: ``truncated`` where the file has none for it.
        """
        first = self.starts[index] if index < len(self.starts) else len(self.places)
        end = self.starts[index + 1] if index + 1 < len(self.starts) else len(self.places)
        pieces = self.places[first:end]
        if not pieces:
            raise UnreadableError(TRUNCATED, f"the file has no pixel data for frame {index + 1}")
        if sum(length for _, length in pieces) > _LARGEST_FRAME:
            raise UnreadableError(MALFORMED, f"frame {index + 1} is larger than frames are")
        with self.path.open("rb") as file:
            data = []
            for offset, length in pieces:
                file.seek(offset)
                data.append(file.read(length))
        return b"".join(data)


def _items(fd: int, offset: int, size: int) -> tuple[bytes, list[tuple[int, int]]]:
    """The basic offset table and the places of the fragments."""
    table, places, first = b"", list[tuple[int, int]](), True
    while offset + _HEAD.size <= size and len(places) < _MAX_FRAGMENTS:
        tag, length = _HEAD.unpack(_pread(fd, _HEAD.size, offset))
        if tag != _ITEM:
            break
        offset += _HEAD.size
        length = min(length, size - offset)
        if first:
            table, first = _pread(fd, min(length, 8 * _MAX_FRAGMENTS), offset), False
        else:
            places.append((offset, length))
        offset += length
    return table, places


def _pread(fd: int, count: int, offset: int) -> bytes:
    if hasattr(os, "pread"):
        return os.pread(fd, count, offset)
    os.lseek(fd, offset, os.SEEK_SET)  # pragma: no cover - Windows
    return os.read(fd, count)  # pragma: no cover - Windows


def _starts(fd: int, table: bytes, places: list[tuple[int, int]], frames: int) -> list[int]:
    """The first fragment of every frame.

    One fragment a frame is the rule; several a frame are told apart by a table that names the beginning of
    a fragment, else by the start marks of JPEG and JPEG 2000.
    """
    if table[:4] not in (b"", b"\0\0\0\0"):
        raise UnreadableError(MALFORMED, "the table of frame offsets does not begin at the first frame")
    if frames == 1:
        return [0]
    if len(places) == frames:
        return list(range(frames))
    starts = _by_table(table, places, frames) or _by_marks(fd, places, frames)
    if starts:
        return starts
    if len(places) < frames:
        # A file that was cut: the frames that are there are shown.
        return list(range(len(places)))
    reason = f"{len(places)} fragments cannot be told apart into {frames} frames"
    raise UnreadableError(MALFORMED, reason)


def _by_table(table: bytes, places: list[tuple[int, int]], frames: int) -> list[int]:
    offsets = struct.unpack_from(f"<{len(table) // 4}I", table)
    if len(offsets) != frames or not places:
        return []
    base = places[0][0] - _HEAD.size
    number = {place[0] - _HEAD.size - base: index for index, place in enumerate(places)}
    return [number[offset] for offset in offsets] if all(offset in number for offset in offsets) else []


def _by_marks(fd: int, places: list[tuple[int, int]], frames: int) -> list[int]:
    starts = [index for index, place in enumerate(places) if _pread(fd, 4, place[0]).startswith(_JPEG_STARTS)]
    return starts if len(starts) == frames and starts[0] == 0 else []
