"""Why a text that looks like part of a record is none: what is wrong with it, and where."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from medapp.formats.errors import EMPTY, MALFORMED, TOO_LARGE, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD: Final = 1 << 16
ENCODING: Final = "encoding"
ENTITY: Final = "entity"
UNKNOWN_KIND: Final = "unknown-kind"
DEEPEST: Final = 250
"""Elements of XML inside of each other; a reader of XML goes no deeper."""
_WIDE: Final = 3
_MOST_WORDS: Final = 3
_LIST: Final = re.compile(rb'\[\s*(?:["\[\]{\d-]|true|false|null|$)')
_BOMS: Final = ((b"\xff\xfe\0\0", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_WEB: Final = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)
_TAG: Final = re.compile(rb"<(?:(/)|[A-Za-z_])[^<>]*?(/)?>")
_SEGMENTS: Final = re.compile(rb"(?:PID|EVN|PV1|OBR|OBX|ORC)\|")


def why(head: bytes) -> UnreadableError | None:
    """What is wrong with content that no reader knows; None for what looks like no record at all.

    Args:
        head: The first 64 KiB, decompressed.
    """
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        return _blank(head)
    if head.startswith(tuple(mark for mark, _ in _BOMS)):
        return _wide_characters(head)
    for sign, judge in _JUDGES:
        if start.startswith(sign):
            return judge(head)
    if _SEGMENTS.match(start):
        reason = "line 1: segments of HL7 v2 without the MSH segment that a message begins with"
        return UnreadableError(MALFORMED, reason)
    return _table(head)


def _blank(head: bytes) -> UnreadableError:
    if len(head) < HEAD:
        return UnreadableError(EMPTY, "the file holds nothing but blanks")
    return UnreadableError(MALFORMED, "bytes 0 to 65535: nothing but blanks, as no record begins")


def _wide_characters(head: bytes) -> UnreadableError | None:
    """Kinds of record that are written in UTF-8 and were not; None for others."""
    codec = next(name for mark, name in _BOMS if head.startswith(mark))
    text = head[: len(head) & ~3].decode(codec, errors="replace").lstrip()
    if not text.startswith(("{", "[", "MSH", "FHS", "BHS", "##fileformat")):
        return None
    return UnreadableError(ENCODING, f"byte 0: it is written in {codec.upper()}; such a record is in UTF-8")


def _json(head: bytes) -> UnreadableError | None:
    from medapp.formats.fhir.parse import deepest, parse

    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"[") and not _LIST.match(start):
        return None
    at = deepest(head)
    if at >= 0:
        return UnreadableError(MALFORMED, f"{_line(head, at)}: it is nested deeper than any record is")
    if len(head) < HEAD:
        parsed = parse(head)
        if parsed.value is None and parsed.problems:
            code, _, sentence = parsed.problems[0]
            return UnreadableError(code, sentence)
    reason = "line 1: it is JSON, but names neither a resourceType (FHIR) nor the parts of a phenopacket"
    return UnreadableError(UNKNOWN_KIND, reason)


def _xml(head: bytes) -> UnreadableError | None:
    if _WEB.match(head):
        return None
    declared = re.search(rb"<!(?:DOCTYPE|ENTITY)\b", head)
    if declared:
        where = _line(head, declared.start())
        return UnreadableError(ENTITY, f"{where}: it declares a document type, which may hide entities")
    at = _too_deep(head)
    if at >= 0:
        return UnreadableError(TOO_LARGE, f"{_line(head, at)}: elements are nested deeper than any record is")
    return UnreadableError(UNKNOWN_KIND, "line 1: it is XML, but neither a CDA document nor a part of one")


def _too_deep(head: bytes) -> int:
    depth = 0
    for found in _TAG.finditer(head):
        depth += -1 if found[1] else 0 if found[2] else 1
        if depth > DEEPEST:
            return found.start()
    return -1


def _hl7v2(_head: bytes) -> UnreadableError:
    return UnreadableError(MALFORMED, "MSH[1]: its encoding characters cannot be told apart")


def _vcf(_head: bytes) -> UnreadableError:
    return UnreadableError(MALFORMED, "line 1: a VCF has to begin with ##fileformat=VCFv4.x")


def _table(head: bytes) -> UnreadableError | None:
    """A text that begins as a table does, and is none; None for any other text."""
    from medapp.formats.recognise_table import are_names
    from medapp.formats.tables.delimited import sample, tell

    if b"\n" not in head and b"\r" not in head and len(head) >= HEAD:
        reason = "line 1 is longer than 64 KiB: a table that wide, or a text without lines, is not read"
        return UnreadableError(TOO_LARGE, reason)
    dialect = tell(head)
    lines = sample(head, dialect.encoding)
    first, *rest = lines or [""]
    names = [cell.strip().strip('\ufeff"') for cell in first.split(dialect.delimiter)]
    if len(names) < _WIDE or not all(names) or any(len(name.split()) > _MOST_WORDS for name in names):
        return None
    rows = [(at, line) for at, line in enumerate(rest, 2) if line.strip()]
    widths = [(at, line.count(dialect.delimiter) + 1) for at, line in rows]
    fitting = [width == len(names) for _, width in widths]
    if not are_names(list(dict.fromkeys(names))):
        reason = "line 1: it is even as a table is, but its first line holds no names of columns"
        return UnreadableError(MALFORMED, reason) if all(fitting) and rows else None
    if not any(fitting) and rows:
        return None
    if not rows:
        return UnreadableError(EMPTY, "line 1: names of columns, as of a table, and no row below them")
    return UnreadableError(MALFORMED, f"it begins as a table does, but {_fault(names, rows, widths)}")


def _fault(names: list[str], rows: list[tuple[int, str]], widths: list[tuple[int, int]]) -> str:
    """Why a table is none, with its place."""
    for at, line in rows:
        if any(sign < " " and sign != "\t" for sign in line) or "\ufffd" in line:
            return f"line {at} holds bytes that are no text"
    twice = next((at for at, name in enumerate(names, 1) if name in names[: at - 1]), 0)
    if twice:
        return f"line 1: column {twice} has the name of another column"
    uneven = next(((at, width) for at, width in widths if width != len(names)), None)
    if uneven:
        return f"line {uneven[0]}: {uneven[1]} cells where the header has {len(names)}"
    return "line 2: no column holds numbers, dates or words of a list"


def _line(head: bytes, at: int) -> str:
    number = head.count(b"\n", 0, at) + 1
    return f"line {number}"


_JUDGES: Final[tuple[tuple[bytes, Callable[[bytes], UnreadableError | None]], ...]] = (
    (b"{", _json), (b"[", _json), (b"<", _xml), (b"MSH", _hl7v2), (b"FHS", _hl7v2), (b"BHS", _hl7v2),
    (b"#CHROM", _vcf), (b"##file", _vcf),
)  # fmt: skip
