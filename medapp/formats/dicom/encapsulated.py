"""Bytes of one compressed frame, by the fragments of the file and not by its offset tables alone."""

from __future__ import annotations

import mmap
import struct
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_ITEM: Final = b"\xfe\xff\x00\xe0"
_HEAD: Final = struct.Struct("<4sI")
_JPEG_STARTS: Final = (b"\xff\xd8\xff", b"\xff\x4f\xff\x51")


def fragments_of(path: Path, offset: int) -> tuple[list[int], list[bytes]]:
    """Offsets table and fragments of encapsulated pixels that begin at `offset` (PS3.5 A.4).

    Returns:
        The basic offset table (may be empty) and the fragments in order; a cut last fragment is kept.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        items = []
        while offset + _HEAD.size <= len(data):
            tag, length = _HEAD.unpack_from(data, offset)
            if tag != _ITEM:
                break
            offset += _HEAD.size
            items.append(data[offset : offset + length])
            offset += length
    if not items:
        return [], []
    table = items[0]
    count = len(table) // 4
    return list(struct.unpack_from(f"<{count}I", table)), items[1:]


def frames_from(table: list[int], fragments: list[bytes], frames: int) -> list[bytes]:
    """Join fragments to frames.

    One fragment a frame is the rule; several a frame are told apart by a table that names the beginning
    of a fragment, else by the start marks of JPEG and JPEG 2000.

    Raises:
        ValueError: Where the fragments cannot be told apart.
    """
    if frames == 1:
        return [b"".join(fragments)]
    if len(fragments) == frames:
        return fragments
    starts = _by_table(table, fragments, frames) or _by_marks(fragments, frames)
    if not starts:
        message = f"{len(fragments)} fragments cannot be told apart into {frames} frames"
        raise ValueError(message)
    ends = [*starts[1:], len(fragments)]
    return [b"".join(fragments[start:end]) for start, end in zip(starts, ends, strict=True)]


def _by_table(table: list[int], fragments: list[bytes], frames: int) -> list[int]:
    if len(table) != frames:
        return []
    place, position = {}, 0
    for number, fragment in enumerate(fragments):
        place[position] = number
        position += _HEAD.size + len(fragment)
    return [place[offset] for offset in table] if all(offset in place for offset in table) else []


def _by_marks(fragments: list[bytes], frames: int) -> list[int]:
    starts = [number for number, fragment in enumerate(fragments) if fragment.startswith(_JPEG_STARTS)]
    return starts if len(starts) == frames and starts[0] == 0 else []
