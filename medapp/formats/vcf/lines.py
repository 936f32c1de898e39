"""Lines of a VCF as text: encoding, line ends, characters that no line may hold (section 1.2 of 4.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from medapp.formats.errors import TOO_LARGE, UnreadableError
from medapp.formats.stream import open_bytes
from medapp.formats.vcf.edition import ENCODING_SINCE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from medapp.formats.vcf.edition import Edition
    from medapp.formats.vcf.problem import Findings

MOST_BYTES = 256 << 30
"""Of a whole file: lines are read one at a time, so only one line is held."""
LONGEST_LINE = 64 << 20
_CONTROL = bytes(code for code in range(32) if code not in b"\t\n")


def open_lines(path: Path) -> BinaryIO:
    """The bytes of a plain, gzip or bgzip file.

    Raises:
        OSError: Where it cannot be opened.
    """
    return open_bytes(path, MOST_BYTES)


def raw_lines(file: BinaryIO) -> Iterator[bytes]:
    """Every line with its end.

    Raises:
        UnreadableError: Where the compressed file is damaged, or a line is longer than any of a VCF.
    """
    while line := file.readline(LONGEST_LINE):
        if len(line) >= LONGEST_LINE:
            message = f"a line is longer than {LONGEST_LINE >> 20} MiB"
            raise UnreadableError(TOO_LARGE, message)
        yield line


def text_of(raw: bytes, edition: Edition, found: Findings) -> str:
    """The line without its end, and what is wrong with its characters."""
    if raw.endswith(b"\n"):
        line = raw[:-2] if raw.endswith(b"\r\n") else raw[:-1]
    else:
        line = raw
        found.flaw("line", "the last line has no newline at its end", is_error=edition.ends_lines)
    if len(line.translate(None, _CONTROL)) != len(line):
        reason = (
            "a carriage return stands within the line" if b"\r" in line else "there is a control character"
        )
        found.error("line", reason)
    if line.isascii():
        return line.decode("ascii")
    try:
        return line.decode()
    except UnicodeDecodeError:
        found.flaw("line", "the text is not UTF-8", is_error=edition.minor >= ENCODING_SINCE)
        return line.decode("latin-1")
