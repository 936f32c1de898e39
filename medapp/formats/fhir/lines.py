"""A file to JSON documents: one for the whole file, or one for each line (FHIR Bulk Data, NDJSON)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO, Final

from medapp.formats.errors import TOO_LARGE, UnreadableError
from medapp.formats.fhir.parse import BOM

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_DOCUMENT: Final = 128 << 20
"""A Bundle is parsed whole, which takes about eight times its size."""
_HEAD: Final = re.compile(rb'"resourceType"\s*:\s*"[A-Z][A-Za-z]*"')
_XML: Final = re.compile(rb"""xmlns(:\w+)?\s*=\s*["']http://hl7\.org/fhir["']""")


def looks_like(head: bytes) -> bool:
    """Whether the first part of the content is FHIR: in JSON, NDJSON, or XML, which is refused by name."""
    start = head.removeprefix(BOM).lstrip()
    if start[:1] in {b"{", b"["}:
        return bool(_HEAD.search(head))
    return is_xml(start) and bool(_XML.search(head))


def is_xml(start: bytes) -> bool:
    """Whether content begins as XML does."""
    return start.removeprefix(BOM).lstrip()[:1] == b"<"


def documents(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Documents with the line that each stands on; 0 for one that is the whole file.

    Lines are documents where the second line that is not empty begins as the first does: JSON that is broken
    into lines for people never has two opening braces like that.

    Raises:
        UnreadableError: Where the file is damaged, or a document larger than any is.
    """
    before: list[bytes] = []
    filled: list[int] = []
    for line in _lines(file):
        before.append(line)
        if line.strip().removeprefix(BOM):
            filled.append(len(before))
        if len(filled) > 1:
            break
    if len(filled) > 1 and all(_opens(before[at - 1]) for at in filled):
        yield from ((at, before[at - 1]) for at in filled)
        for at, line in enumerate(_lines(file, len(before)), len(before) + 1):
            if not line.isspace():
                yield at, line
        return
    start = b"".join(before)
    rest = file.read(MOST_DOCUMENT - len(start) + 1)
    if len(start) + len(rest) > MOST_DOCUMENT:
        raise UnreadableError(TOO_LARGE, f"line 1: a document of more than {MOST_DOCUMENT >> 20} MiB")
    yield 0, start + rest


def _opens(line: bytes) -> bool:
    return line.removeprefix(BOM).lstrip()[:1] == b"{"


def _lines(file: BinaryIO, number: int = 0) -> Iterator[bytes]:
    """Lines after that of a number."""
    while line := file.readline(MOST_DOCUMENT + 1):
        number += 1
        if len(line) > MOST_DOCUMENT:
            raise UnreadableError(TOO_LARGE, f"line {number} holds more than {MOST_DOCUMENT >> 20} MiB")
        yield line
