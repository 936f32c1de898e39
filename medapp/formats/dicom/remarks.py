"""Notices that come from header values, apart from geometry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from medapp.domain.notice import Notice
from medapp.formats.dicom.elements import UNDEFINED
from medapp.formats.dicom.pixel_form import form_notices
from medapp.formats.dicom.rescales import alike, rescale_notices
from medapp.formats.dicom.tags import PIXEL_DATA, tag_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp.formats.dicom.header import Header

_LOSSY_SYNTAXES: Final = frozenset(f"1.2.840.10008.1.2.4.{number}" for number in (50, 51, 53, 55, 81, 203))
_SIZE_TAGS: Final = tuple(
    map(
        tag_of,
        (
            "Rows",
            "Columns",
            "SamplesPerPixel",
            "BitsAllocated",
            "PhotometricInterpretation",
            "NumberOfFrames",
        ),
    )
)
_LISTED: Final = 5
_HARMLESS: Final = frozenset(("preamble-missing", "vr-mismatch"))


def pixel_notices(headers: Sequence[Header]) -> list[Notice]:
    """Notices on the pixel facts of a series' files, each once."""
    found = [*rescale_notices(headers), *form_notices(headers), *_lossy(headers), *_written(headers)]
    groups = alike(headers, "BurnedInAnnotation")
    burned = sum(len(group) for group in groups if group[0].text("BurnedInAnnotation") == "YES")
    if burned:
        message = "The pixels carry burned-in text, which may identify the patient."
        found.append(Notice("burned-in", message, "info", {"files": burned}))
    return found


def is_lossy(header: Header) -> bool:
    """True where the pixels were once compressed with loss."""
    return header.text("LossyImageCompression") == "01" or header.transfer_syntax_uid in _LOSSY_SYNTAXES


def _lossy(headers: Sequence[Header]) -> list[Notice]:
    lossy = [header for header in headers if is_lossy(header)]
    if not lossy:
        return []
    header = lossy[0]
    ratio = header.text("LossyImageCompressionRatio")
    method = header.text("LossyImageCompressionMethod")
    words = "The images were compressed with loss" + (f" ({method})" if method else "")
    words += f", about {ratio} to 1." if ratio else "."
    return [Notice("lossy", words, "info", {"ratio": ratio, "method": method, "files": len(lossy)})]


def _written(headers: Sequence[Header]) -> list[Notice]:
    """Oddities of the files themselves, and pixel data longer than stated."""
    found: dict[str, tuple[str, list[str]]] = {}
    sound: set[tuple[object, ...]] = set()
    for header in headers:
        where = (header.pixel_tag, header.pixel_offset, header.pixel_length, header.file_size)
        facts = (*where, header.remarks, header.values.little, *map(header.values.raw.get, _SIZE_TAGS))
        if facts in sound:
            continue
        remarks = (*header.remarks, *length_remarks(header))
        if not remarks:
            sound.add(facts)
        for code, sentence in remarks:
            found.setdefault(code, (sentence, []))[1].append(header.path.name)
    return [
        Notice(
            code,
            f"{sentence[0].upper()}{sentence[1:]}."
            if len(names) == 1
            else f"In {len(names)} files: {sentence}.",
            "error"
            if code in ("truncated", "header-damaged")
            else "warning"
            if code not in _HARMLESS
            else "info",
            {"files": names[:_LISTED], "count": len(names)},
        )
        for code, (sentence, names) in found.items()
    ]


def length_remarks(header: Header) -> list[tuple[str, str]]:
    """What the length of native pixels says against the stated size."""
    if header.pixel_length is None or header.pixel_tag != PIXEL_DATA or header.pixel_length == UNDEFINED:
        return []
    needed = needed_bytes(header)
    room = available_bytes(header)
    if room < needed:
        frames = room // header.frame_bytes if header.frame_bytes else 0
        return [
            (
                "truncated",
                f"pixel data has {room} of {needed} bytes, {frames} of {header.number_of_frames} frames",
            )
        ]
    if header.pixel_length > needed + 1 and needed:
        return [
            (
                "excess-pixel-data",
                f"pixel data has {header.pixel_length - needed} bytes more than the stated size",
            )
        ]
    return []


def needed_bytes(header: Header) -> int:
    """Bytes that native pixels of the stated size take; packed bits run on across frames."""
    if header.bits_allocated == 1:
        return (header.rows * header.columns * header.samples * header.number_of_frames + 7) // 8
    return header.frame_bytes * header.number_of_frames


def available_bytes(header: Header) -> int:
    """Bytes of native pixels that are really in the file."""
    if header.pixel_length is None or header.pixel_offset is None:
        return 0
    return max(min(header.pixel_length, header.file_size - header.pixel_offset), 0)
