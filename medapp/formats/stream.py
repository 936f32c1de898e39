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
    with path.open("rb") as file:
        compressed = file.read(2) == GZIP_MAGIC
    raw = gzip.open(path, "rb") if compressed else path.open("rb")  # noqa: SIM115  closed by the reader
    return io.BufferedReader(_Limited(raw, most), 1 << 18)


def read_bytes(path: Path, most: int) -> bytes:
    """All bytes of a plain or compressed file.

    Raises:
        OSError: Where the file cannot be read.
        UnreadableError: Where it is damaged, or holds more than `most` bytes.
    """
    with open_bytes(path, most) as file:
        return file.read()


class _Limited(io.RawIOBase):
    """Passes bytes on and counts them."""

    def __init__(self, source: BinaryIO | gzip.GzipFile, most: int) -> None:
        self._source, self._most, self._count = source, most, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            part = self._source.read(len(buffer))
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
        super().close()
