"""Bounded random access to the bytes of a header."""

from __future__ import annotations

import os
from typing import Final

from medapp.formats.errors import TOO_LARGE, UnreadableError

FIRST_READ: Final = 16 * 1024
NEXT_READ: Final = 64 * 1024
MAX_HEADER_BYTES: Final = 64 * 1024 * 1024


class Source:
    """A window over an open file, or over bytes already in memory.

    Values that nobody wants are stepped over by their length and never read; what is read is counted
    and bounded, so that no file can make the index read more than `MAX_HEADER_BYTES` of it.

    Attributes:
        data: Bytes of the window.
        base: Offset of ``data[0]``.
        size: Bytes in the whole source.
    """

    __slots__ = ("_fd", "_left", "base", "data", "size")

    def __init__(self, data: bytes, size: int, fd: int | None = None) -> None:
        """See `of_bytes` and `of_file`."""
        self.data = data
        self.base = 0
        self.size = size
        self._fd = fd
        self._left = MAX_HEADER_BYTES

    @classmethod
    def of_bytes(cls, data: bytes) -> Source:
        """A source that is wholly in memory."""
        return cls(data, len(data))

    @classmethod
    def of_file(cls, fd: int, size: int) -> Source:
        """A source over an open file descriptor, which stays the caller's."""
        return cls(os.pread(fd, FIRST_READ, 0), size, fd)

    def seek(self, offset: int, need: int) -> int:
        """Move the window so that it holds `need` bytes at `offset`, or as many as the file has.

        Returns:
            The index of `offset` in `data`.

        Raises:
            UnreadableError: ``too-large`` where the header goes beyond `MAX_HEADER_BYTES`.
        """
        start = offset - self.base
        if start >= 0 and start + need <= len(self.data):
            return start
        if self._fd is None:
            return min(max(start, 0), len(self.data))
        wanted = max(need, NEXT_READ)
        self._left -= wanted
        if self._left < 0:
            limit = MAX_HEADER_BYTES // 1024 // 1024
            reason = f"the header goes on beyond {limit} MiB"
            raise UnreadableError(TOO_LARGE, reason)
        self.data = os.pread(self._fd, wanted, offset) if offset < self.size else b""
        self.base = offset
        return 0

    def read(self, offset: int, count: int) -> bytes:
        """At most `count` bytes at `offset`; fewer at the end of the file."""
        start = self.seek(offset, count)
        return self.data[start : start + count]
