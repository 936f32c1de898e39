"""Read the header of a DICOM file: fast, bounded, without its pixels (PS3.10 chapter 7)."""

from __future__ import annotations

import os
import stat
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from medapp.formats.dicom.elements import (
    EXPLICIT_BIG,
    EXPLICIT_LITTLE,
    IMPLICIT_LITTLE,
    UNDEFINED,
    VRS,
    DataSet,
    Encoding,
    read_head,
    walk,
)
from medapp.formats.dicom.header import Header, Values, charset_of
from medapp.formats.dicom.outline import Outline, Outlines
from medapp.formats.dicom.source import MAX_HEADER_BYTES, Source
from medapp.formats.dicom.tags import TOP_LEVEL
from medapp.formats.dicom.written import (
    EXPLICIT_VR_BIG_ENDIAN,
    EXPLICIT_VR_LITTLE_ENDIAN,
    GE_BIG_ENDIAN_PIXELS,
    IMPLICIT_VR_LITTLE_ENDIAN,
    preamble_remarks,
    syntax_remarks,
    vr_remarks,
)
from medapp.formats.errors import (
    ARCHIVE_UNSAFE,
    EMPTY,
    MALFORMED,
    NOT_DICOM,
    TRUNCATED,
    UNREADABLE,
    UnreadableError,
)

if TYPE_CHECKING:
    from medapp.formats.dicom.elements import Item

DEFLATED: Final = "1.2.840.10008.1.2.1.99"
JPIP_DEFLATED: Final = frozenset(("1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.205"))

_PREAMBLE: Final = 132
_TRANSFER_SYNTAX_TAG: Final = TOP_LEVEL["TransferSyntaxUID"][0]
_SOP_CLASS_TAG: Final = TOP_LEVEL["SOPClassUID"][0]
_META_CLASS_TAG: Final = TOP_LEVEL["MediaStorageSOPClassUID"][0]
_ITEM: Final = 0xFFFEE000
_SEQUENCE_END: Final = 0xFFFEE0DD
_META_GROUP: Final = b"\x02\0"
_MOST_META: Final = 1024
"""Bytes of an element of the file meta information: a longer one is damaged rather than cut."""
_FIRST_TAGS: Final = frozenset((0x00080000, 0x00080001, 0x00080005, 0x00080008, 0x00080012, 0x00080016))
"""Elements that a data set begins with."""
_BOMB_RATIO: Final = 100
_OPEN_FLAGS: Final = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
_OUTLINES: Final = Outlines()
_BARE_GROUPS: Final = frozenset((0x0002, 0x0004, 0x0008))


def read_header(path: Path | str) -> Header:
    """Read what the index needs of a DICOM file.

    Raises:
        UnreadableError: ``empty``, ``not-dicom``, ``truncated``, ``malformed``, ``too-large``,
            ``archive-unsafe`` (a deflated data set that explodes) or ``unreadable`` (the system's refusal).
    """
    fd = open_file(path)
    try:
        source = source_of(fd)
        return header_in(source, path if isinstance(path, Path) else Path(path), outline_in(source))
    except OSError as error:
        raise UnreadableError(UNREADABLE, f"the file cannot be read: {_words(error)}") from error
    finally:
        os.close(fd)


def open_file(path: Path | str) -> int:
    """A descriptor of a file, which is the caller's to close.

    Raises:
        UnreadableError: ``unreadable``.
    """
    try:
        return os.open(path, _OPEN_FLAGS)
    except (OSError, ValueError) as error:
        raise UnreadableError(UNREADABLE, f"the file cannot be opened: {_words(error)}") from error


def _words(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)


def source_of(fd: int) -> Source:
    """The beginning of an open file.

    Raises:
        UnreadableError: ``empty``, ``unreadable``.
        OSError: Where it cannot be read.
    """
    status = os.fstat(fd)
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableError(UNREADABLE, "it is no regular file")
    if status.st_size == 0:
        raise UnreadableError(EMPTY, "the file has no bytes")
    return Source.of_file(fd, status.st_size)


def outline_in(source: Source) -> Outline | None:
    """The outline of a file at whose beginning nothing was read yet, None where it is not known."""
    return _OUTLINES.find(source.data)


def header_in(source: Source, path: Path, outline: Outline | None = None) -> Header:
    """The header of an open file.

    Raises:
        UnreadableError: As `read_header`.
        OSError: Where it cannot be read.
    """
    if outline is not None:
        found = outline.take(source.data)
        stated = (outline.declared, EXPLICIT_LITTLE, outline.remarks)
        return _header(source, path, found, {}, *stated, shared=True)
    data = source.data
    if data[128:132] == b"DICM":
        return _with_meta(source, path, _PREAMBLE)
    if data[:4] == b"DICM":
        return _with_meta(source, path, 4, (("preamble-missing", "the file has no preamble"),))
    return _without_preamble(source, path)


def _with_meta(source: Source, path: Path, offset: int, remarks: tuple[tuple[str, str], ...] = ()) -> Header:
    meta, offset = _read_meta(source, offset)
    if offset + 8 > source.size:
        raise UnreadableError(TRUNCATED, "the file ends with its file meta information; there is no data set")
    declared = _uid(meta.get(_TRANSFER_SYNTAX_TAG))
    if declared == DEFLATED or declared in JPIP_DEFLATED:
        return _deflated(source, path, offset, meta, remarks)
    encoding, declared, odd = _encoding(source, offset, declared)
    found = walk(source, offset, encoding)
    start = source.read(0, 8) if offset > _PREAMBLE else b""
    told = (*preamble_remarks(start), *syntax_remarks(declared, found), *vr_remarks(found))
    header = _header(source, path, found, meta, declared, encoding, remarks + odd + told)
    if encoding == EXPLICIT_LITTLE and not remarks and not odd:
        _OUTLINES.learn(source, found, declared, told)
    return header


def _read_meta(source: Source, offset: int) -> tuple[Item, int]:
    """Group 2, always explicit little endian, up to the first element of another group."""
    values: Item = {}
    while True:
        start = source.seek(offset, 8)
        if source.data[start : start + 2] != _META_GROUP:
            return values, offset
        head = read_head(source, offset, EXPLICIT_LITTLE)
        if head is None:
            return values, offset
        tag, _, value, length = head
        if length == UNDEFINED or value + length > source.size:
            if length <= _MOST_META:
                raise UnreadableError(TRUNCATED, "the file ends within its file meta information")
            raise UnreadableError(MALFORMED, f"the file meta information is damaged at byte {offset}")
        if tag in (_TRANSFER_SYNTAX_TAG, _META_CLASS_TAG):
            values[tag] = source.read(value, min(length, 128))
        offset = value + length


def _uid(value: bytes | tuple[Item, ...] | None) -> str:
    return value.rstrip(b" \0").decode("latin-1") if isinstance(value, bytes) else ""


def _encoding(
    source: Source, offset: int, declared: str
) -> tuple[Encoding, str, tuple[tuple[str, str], ...]]:
    """How the data set is written: as declared, unless its first element says otherwise."""
    expected = EXPLICIT_LITTLE
    if declared in (IMPLICIT_VR_LITTLE_ENDIAN, GE_BIG_ENDIAN_PIXELS):
        expected = IMPLICIT_LITTLE
    elif declared == EXPLICIT_VR_BIG_ENDIAN:
        expected = EXPLICIT_BIG
    seen = _observed(source, offset)
    if seen is None or (seen == expected and declared):
        return expected, declared, ()
    guessed = {IMPLICIT_LITTLE: IMPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_BIG: EXPLICIT_VR_BIG_ENDIAN}
    observed = guessed.get(seen, EXPLICIT_VR_LITTLE_ENDIAN)
    if not declared:
        return seen, observed, (("transfer-syntax-missing", "the file does not state its transfer syntax"),)
    sentence = f"the file states transfer syntax {declared[:64]} but is written otherwise"
    native = declared in (IMPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_BIG_ENDIAN)
    return seen, observed if native else declared, (("transfer-syntax-mismatch", sentence),)


def _observed(source: Source, offset: int) -> Encoding | None:
    """How the element at `offset` is written, None where it cannot be told."""
    head = source.read(offset, 8)
    if len(head) < 8:  # noqa: PLR2004 - an element head
        return None
    explicit = head[4:6] in VRS
    # No group before the private ones reaches 0x0100 within the identifying elements, so a zero
    # first byte means that the group is written high byte first.
    big = head[0] == 0 and head[1] != 0
    if big:
        return EXPLICIT_BIG if explicit else None
    return EXPLICIT_LITTLE if explicit else IMPLICIT_LITTLE


def _deflated(
    source: Source, path: Path, offset: int, meta: Item, remarks: tuple[tuple[str, str], ...]
) -> Header:
    """A deflated data set, inflated no further than a header may be long."""
    declared = _uid(meta.get(_TRANSFER_SYNTAX_TAG))
    packed = source.read(offset, min(source.size - offset, MAX_HEADER_BYTES // 2))
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        plain = inflater.decompress(packed, MAX_HEADER_BYTES)
    except zlib.error as error:
        raise UnreadableError(MALFORMED, f"the deflated data set is damaged: {error}") from error
    consumed = len(packed) - len(inflater.unconsumed_tail)
    if not inflater.eof and len(plain) > _BOMB_RATIO * max(consumed, 1):
        reason = f"the deflated data set grows more than {_BOMB_RATIO} times; it looks made to exhaust memory"
        raise UnreadableError(ARCHIVE_UNSAFE, reason)
    if not inflater.eof and not inflater.unconsumed_tail and offset + len(packed) >= source.size:
        raise UnreadableError(TRUNCATED, "the deflated data set breaks off before its end")
    inside = Source.of_bytes(plain)
    encoding, declared, odd = _encoding(inside, 0, declared)
    found = walk(inside, 0, encoding)
    header = _header(inside, path, found, meta, declared, encoding, (*remarks, *odd, *vr_remarks(found)))
    return Header(
        path,
        header.values,
        header.transfer_syntax_uid,
        header.explicit,
        header.little,
        header.pixel_tag,
        None,
        None,
        None,
        source.size,
        header.remarks,
    )


def _without_preamble(source: Source, path: Path) -> Header:
    """A data set without preamble, or none: it must begin as data sets do and name its class."""
    start = source.read(0, 8)
    remark = (("preamble-missing", "the file has no preamble"),)
    if start[:2] == _META_GROUP and start[4:6] in VRS:
        return _with_meta(source, path, 0, remark)
    encoding = _observed(source, 0) if len(start) == 8 else None  # noqa: PLR2004
    if encoding is not None:
        head = read_head(source, 0, encoding)
        if head is not None and head[0] >> 16 in _BARE_GROUPS and head[2] + head[3] <= source.size:
            found = walk(source, 0, encoding)
            if _SOP_CLASS_TAG in found.values and not found.broken:
                _, declared, _ = _encoding(source, 0, "")
                return _header(source, path, found, {}, declared, encoding, remark)
            if head[0] in _FIRST_TAGS and found.broken:
                reason = f"it has no preamble, and its header breaks off: {found.broken}"
                raise UnreadableError(TRUNCATED, reason)
    raise UnreadableError(
        NOT_DICOM, "the file is not DICOM: it has no DICM mark and does not begin like a data set"
    )


def _header(
    source: Source,
    path: Path,
    found: DataSet,
    meta: Item,
    declared: str,
    encoding: Encoding,
    remarks: tuple[tuple[str, str], ...],
    *,
    shared: bool = False,
) -> Header:
    raw = found.values
    if found.broken:
        if _SOP_CLASS_TAG not in raw:
            raise UnreadableError(TRUNCATED, f"the header breaks off: {found.broken}")
        remarks = (*remarks, ("header-damaged", f"the header breaks off: {found.broken}"))
    raw.update(meta)
    if found.pixel_tag and found.pixel_length == UNDEFINED:
        remarks = (*remarks, *_fragment_remarks(source, found.pixel_offset))
    native = found.pixel_tag != 0 and found.pixel_length != UNDEFINED
    packed = found.pixel_tag != 0 and found.pixel_length == UNDEFINED
    return Header(
        path,
        Values(raw, encoding.little, charset_of(raw)),
        declared,
        encoding.explicit,
        encoding.little,
        found.pixel_tag,
        found.pixel_offset if native else None,
        found.pixel_length if native else None,
        found.pixel_offset if packed else None,
        source.size,
        remarks,
        shared,
    )


def _fragment_remarks(source: Source, offset: int) -> tuple[tuple[str, str], ...]:
    """Check the beginning of encapsulated pixels (PS3.5 A.4): the offset table and the first fragment.

    Raises:
        UnreadableError: ``malformed`` where there are no fragments, ``truncated`` where the first is cut.
    """
    table = read_head(source, offset, EXPLICIT_LITTLE)
    if table is None or table[0] == _SEQUENCE_END:
        raise UnreadableError(TRUNCATED, "the compressed pixel data is empty")
    tag, _, value, length = table
    if tag != _ITEM or value + length > source.size:
        raise UnreadableError(MALFORMED, "the compressed pixel data does not begin with an offset table")
    first = source.read(value, 4) if length >= 4 else b""  # noqa: PLR2004 - one offset
    fragment = read_head(source, value + length, EXPLICIT_LITTLE)
    if fragment is None or fragment[0] != _ITEM:
        raise UnreadableError(TRUNCATED, "the compressed pixel data has no fragments")
    if fragment[2] + fragment[3] > source.size:
        missing = fragment[2] + fragment[3] - source.size
        raise UnreadableError(
            TRUNCATED, f"the first fragment of the pixel data ends {missing} bytes after the file"
        )
    if first.strip(b"\0"):
        return (("offset-table-invalid", "the table of frame offsets does not begin at the first frame"),)
    return ()
