"""A file of HL7 v2 messages in ER7 encoding, one or many, plain, in batches or as MLLP blocks."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, BinaryIO

from medapp.domain.record import Person, Refusal, Source
from medapp.formats.errors import MALFORMED, TOO_LARGE, UnreadableError
from medapp.formats.hl7v2.framing import MOST_SEGMENT, OverlongError, Stray, messages
from medapp.formats.hl7v2.message import read_message
from medapp.formats.hl7v2.segments import Delimiters
from medapp.formats.hl7v2.unread import told as told_unread
from medapp.formats.stream import open_bytes, share_read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from medapp.domain.record import Item

_HEAD = re.compile(rb"(?:\xef\xbb\xbf)?[\x0b\s]*(?:MSH|FHS|BHS)(?=[^A-Za-z0-9\s\x00-\x1f])")


def looks_like(head: bytes) -> bool:
    """Whether a file that starts so holds HL7 v2 messages: an MSH, FHS or BHS segment comes first."""
    found = _HEAD.match(head)
    if found is None:
        return False
    start = head[found.end() - 3 : found.end() + 16].decode("latin-1")
    return Delimiters.of(start) is not None


def read(
    path: Path,
    name: str,
    *,
    cancelled: Callable[[], bool] | None = None,
    progress: Callable[[float], None] | None = None,
) -> Iterator[Item]:
    """Persons, entries and refusals of all messages, in their order; one message is held at a time.

    A person is told again only where a later message says something else about them.

    Args:
        path: Plain or gzip.
        name: Of the file as the user knows it.
        cancelled: Asked before each message; reading ends where it says so.
        progress: Told then which share of the file is read, 0 to 1.
    """
    reading = _File(name, cancelled or (lambda: False), progress or (lambda _share: None))
    try:
        with open_bytes(path) as file:
            yield from reading.items(file)
    except UnreadableError as error:
        yield reading.broken(error.code, error.reason)
    except OSError:
        yield reading.broken(MALFORMED, "the file cannot be opened")
    except OverlongError:
        yield reading.broken(TOO_LARGE, f"a segment or message is longer than {MOST_SEGMENT >> 20} MiB")


class _File:
    """One file while it is read."""

    def __init__(self, name: str, cancelled: Callable[[], bool], progress: Callable[[float], None]) -> None:
        self._name, self._cancelled, self._progress = name, cancelled, progress
        self._read = False
        self._number = 0

    def broken(self, code: str, reason: str) -> Refusal:
        """Why no more of the file can be read, and how far it was."""
        place = f"message {self._number}" if self._number else ""
        rest = f"; messages up to {self._number} were read" if self._number else ""
        return Refusal(Source(self._name, "hl7v2", place), code, f"{reason}{rest}", whole=not self._read)

    def items(self, file: BinaryIO) -> Iterator[Item]:
        """All messages."""
        batches = _Batches(self._name)
        told: dict[str, int] = {}
        unread: Counter[str] = Counter()
        for raw in messages(file):
            if self._cancelled():
                return
            if isinstance(raw, Stray):
                yield from batches.stray(raw, self._number)
                continue
            self._number += 1
            self._progress(share_read(file))
            for item in read_message(self._name, self._number, raw, unread):
                self._read = self._read or not isinstance(item, Refusal)
                if isinstance(item, Person):
                    said = hash((item.identifiers, item.names, item.birth_date, item.sex, item.deceased,
                                 item.addresses, item.facts))  # fmt: skip
                    if told.get(item.subject) == said:
                        continue
                    told[item.subject] = said
                yield item
        yield from batches.end()
        lost = told_unread(self._name, unread)
        if lost is not None:
            yield lost
        if self._number == 0:
            reason = "the file holds no MSH segment"
            yield Refusal(Source(self._name, "hl7v2"), MALFORMED, reason, whole=True)


class _Batches:
    """Counts what trailers promise (HL7 v2.9, 2.10.3)."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._before = 0
        self._open: set[bytes] = set()

    def stray(self, line: Stray, number: int) -> Iterator[Refusal]:
        """A line outside of the messages."""
        kind = line.trailer[:3]
        if kind in {b"FHS", b"BHS"}:
            self._before = number
            self._open.add(kind[:1])
        elif kind == b"FTS":
            self._open.discard(b"F")
        elif kind == b"BTS":
            yield from self._trailer(line, number)
        elif not kind:
            reason = f"line {line.line} is of no message and is left out"
            yield Refusal(Source(self._name, "hl7v2", f"line {line.line}"), MALFORMED, reason)

    def end(self) -> Iterator[Refusal]:
        """What was opened and never closed: the file may be cut off."""
        for kind, name in ((b"B", "BTS"), (b"F", "FTS")):
            if kind in self._open:
                reason = (
                    f"the file ends without the {name} segment that closes it; what there is of it was read"
                )
                yield Refusal(Source(self._name, "hl7v2", name), MALFORMED, reason)

    def _trailer(self, line: Stray, number: int) -> Iterator[Refusal]:
        self._open.discard(b"B")
        promised = line.trailer[4:].split(line.trailer[3:4])[0].strip() if len(line.trailer) > 4 else b""  # noqa: PLR2004
        held = number - self._before
        if promised.isdigit() and int(promised) != held:
            reason = f"line {line.line}: the batch should hold {int(promised)} messages, there are {held}"
            yield Refusal(Source(self._name, "hl7v2", f"line {line.line}"), MALFORMED, reason)
