"""Lines and messages of a file: separators, MLLP blocks, batches, character sets (HL7 v2.9, 2.10)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

MOST_SEGMENT = 64 << 20
"""Bytes of one segment: documents travel inside of OBX-5."""
MOST_MESSAGE = 256 << 20
CHUNK = 1 << 18

_BREAK = re.compile(rb"[\r\n\x0b\x1c]")
_SEGMENT = re.compile(rb"(?:\xef\xbb\xbf)?[A-Z][A-Z0-9]{2}(?![A-Za-z0-9 ])")
_START = b"MSH"

CHARSETS = {
    "": "ascii", "ASCII": "ascii", "8859/1": "iso8859-1", "8859/2": "iso8859-2", "8859/3": "iso8859-3",
    "8859/4": "iso8859-4", "8859/5": "iso8859-5", "8859/6": "iso8859-6", "8859/7": "iso8859-7",
    "8859/8": "iso8859-8", "8859/9": "iso8859-9", "8859/15": "iso8859-15", "ISO IR6": "ascii",
    "ISO IR14": "shift_jis", "ISO IR87": "iso2022_jp", "ISO IR159": "iso2022_jp_1",
    "GB 18030-2000": "gb18030", "KS X 1001": "euc_kr", "BIG-5": "big5", "UNICODE": "utf-8",
    "UNICODE UTF-8": "utf-8",
}  # fmt: skip
"""HL7 table 0211 to Python's codecs; UTF-16 and UTF-32 cannot be found in a stream of ER7 bytes."""


class OverlongError(Exception):
    """More in one piece than any message has."""


@dataclass(slots=True)
class RawMessage:
    """Lines of one message, still as bytes, and the number of its first line in the file."""

    line: int
    lines: list[tuple[int, bytes]] = field(default_factory=list)
    stray: list[int] = field(default_factory=list)
    returns: bool = False
    ended: bool = True


@dataclass(frozen=True, slots=True)
class Stray:
    """A line outside of any message; `trailer` is its text where it ends a batch."""

    line: int
    trailer: bytes = b""


def broken_lines(file: BinaryIO) -> Iterator[tuple[int, bytes, bytes]]:
    """Number, bytes and the separator after each line; the rest of the file has an empty separator.

    Raises:
        OverlongError: Where a line is longer than a segment may be.
    """
    kept = b""
    number = 1
    after_return = False
    while chunk := file.read(CHUNK):
        kept += chunk
        position = 0
        for found in _BREAK.finditer(kept):
            sign = found[0]
            if not (after_return and sign == b"\n" and position == found.start()):
                yield number, kept[position : found.start()], sign
                number += sign in b"\r\n"
            after_return = sign == b"\r"
            position = found.end()
        after_return = after_return and position == len(kept)
        kept = kept[position:]
        if len(kept) > MOST_SEGMENT:
            raise OverlongError
    if kept:
        yield number, kept, b""


def messages(file: BinaryIO) -> Iterator[RawMessage | Stray]:
    """The messages of a stream in turn; only one is held at a time.

    Raises:
        OverlongError: Where a message is larger than any is.
    """
    gathering = _Gathering()
    for number, line, sign in broken_lines(file):
        yield from gathering.take(number, line, sign)
    yield from gathering.end()


class _Gathering:
    """Puts lines together to messages."""

    def __init__(self) -> None:
        self._message: RawMessage | None = None
        self._before = b""
        self._framed = False
        self._size = 0

    def take(self, number: int, line: bytes, sign: bytes) -> Iterator[RawMessage | Stray]:
        before, self._before = self._before, sign
        if line.strip():
            yield from self._line(number, line, before)
        if sign == b"\x1c":
            self._framed = False
            yield from self._flush(ended=True)
        elif sign == b"\x0b":
            yield from self.end()
            self._framed = True

    def end(self) -> Iterator[RawMessage]:
        """What is left; inside an MLLP block it was cut off."""
        yield from self._flush(ended=not self._framed)

    def _line(self, number: int, line: bytes, before: bytes) -> Iterator[RawMessage | Stray]:
        bare = line.removeprefix(b"\xef\xbb\xbf").lstrip()
        name = bare[:3]
        if name in {b"FHS", b"BHS", b"BTS", b"FTS"} and _SEGMENT.match(bare):
            yield from self._flush(ended=True)
            yield Stray(number, bare)
        elif name == _START and _SEGMENT.match(bare):
            yield from self._flush(ended=True)
            self._message = RawMessage(number, [(number, bare)])
            self._size = len(bare)
        elif self._message is None:
            yield Stray(number)
        else:
            self._add(self._message, number, line, before)

    def _add(self, message: RawMessage, number: int, line: bytes, before: bytes) -> None:
        self._size += len(line)
        if self._size > MOST_MESSAGE:
            raise OverlongError
        bare = line.lstrip()
        first = message.lines[0][1]
        if _SEGMENT.match(bare) and bare[3:4] in {first[3:4], b""}:
            message.lines.append((number, bare))
            message.returns = message.returns or before == b"\r"
        elif before == b"\n" and message.returns:
            # Segments end with a carriage return here, so a line feed alone is part of a text.
            message.lines[-1] = (message.lines[-1][0], message.lines[-1][1] + b"\n" + line)
        else:
            message.stray.append(number)

    def _flush(self, *, ended: bool) -> Iterator[RawMessage]:
        message, self._message = self._message, None
        if message is not None:
            message.ended = ended
            yield message


def decode(line: bytes, codec: str) -> tuple[str, bool]:
    """Text of a line, and whether every byte of it could be read by what the message declares.

    A message that declares nothing (which means ASCII) and holds valid UTF-8 is read as that.
    """
    for attempt in dict.fromkeys((codec, "utf-8" if codec == "ascii" else codec)):
        try:
            return line.decode(attempt), True
        except UnicodeDecodeError:
            continue
    return line.decode(codec, errors="replace"), False
