"""Bytes of a file that may be compressed, never more than what was allowed for."""

from __future__ import annotations

import gzip
import io
import zlib
from typing import TYPE_CHECKING, BinaryIO

from medapp.formats.errors import MALFORMED, TOO_LARGE, UnreadableError

if TYPE_CHECKING:
    from pathlib import Path

GZIP_MAGIC = b"\x1f\x8b"
MOST_BYTES = 4 << 30
"""More than any file of a record is; a smaller bomb than this only takes time, as files are read in parts."""


def open_bytes(path: Path, most: int = MOST_BYTES) -> BinaryIO:
    """Open a plain, gzip or bgzip file; told by its first bytes, not by its name.

    Reading raises `UnreadableError` where what comes out is damaged or more than `most` bytes.

    Raises:
        OSError: Where the file cannot be opened.
    """
    raw = path.open("rb")
    try:
        compressed = raw.read(2) == GZIP_MAGIC
        size = raw.seek(0, io.SEEK_END)
        raw.seek(0)
    except OSError:
        raw.close()
        raise
    return io.BufferedReader(_Limited(raw, most, size, compressed=compressed), 1 << 18)


def read_bytes(path: Path, most: int) -> bytes:
    """All bytes of a plain or compressed file.

    Raises:
        OSError: Where the file cannot be read.
        UnreadableError: Where it is damaged, or holds more than `most` bytes.
    """
    with open_bytes(path, most) as file:
        return file.read()


def start_of(path: Path, count: int) -> bytes:
    """The first bytes of a plain or compressed file; of one that is damaged, what stands before the damage.

    Raises:
        OSError: Where the file cannot be read.
        UnreadableError: Where nothing can.
    """
    parts: list[bytes] = []
    with open_bytes(path) as file:
        try:
            while count > 0 and (part := file.read1(count)):  # type: ignore[attr-defined]
                parts.append(part)
                count -= len(part)
        except UnreadableError:
            if not parts:
                raise
    return b"".join(parts)


def share_read(file: BinaryIO) -> float:
    """How much of a file of `open_bytes` was read so far, 0 to 1, by its bytes on the disk."""
    limited = getattr(file, "raw", None)
    return limited.share if isinstance(limited, _Limited) else 0.0


class _Limited(io.RawIOBase):
    """Passes bytes on and counts them."""

    def __init__(self, raw: io.BufferedReader, most: int, size: int, *, compressed: bool) -> None:
        self._raw, self._most, self._size, self._count = raw, most, size, 0
        self._source = gzip.GzipFile(fileobj=raw) if compressed else raw

    def readable(self) -> bool:
        return True

    @property
    def share(self) -> float:
        return min(1.0, self._raw.tell() / self._size) if self._size else 1.0

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            # As much as there is at once: what stands before the damage still comes out.
            part = self._source.read1(len(buffer))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            message = f"the compressed file is damaged: {error}"
            raise UnreadableError(MALFORMED, message) from error
        self._count += len(part)
        if self._count > self._most:
            message = f"the file holds more than {self._most >> 20} MiB"
            raise UnreadableError(TOO_LARGE, message)
        buffer[: len(part)] = part
        return len(part)

    def close(self) -> None:
        self._source.close()
        self._raw.close()
        super().close()
