"""Notices that come from header values, apart from geometry."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from medapp.domain.notice import Notice
from medapp.formats.dicom.elements import UNDEFINED
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
_LARGEST_SLOPE: Final = 1e9
_LISTED: Final = 5


def pixel_notices(headers: Sequence[Header]) -> list[Notice]:
    """Notices on the pixel facts of a series' files, each once."""
    found = [*_rescale(headers), *_lossy(headers), *_written(headers)]
    groups = _alike(headers, "BurnedInAnnotation")
    burned = sum(len(group) for group in groups if group[0].text("BurnedInAnnotation") == "YES")
    if burned:
        message = "The pixels carry burned-in text, which may identify the patient."
        found.append(Notice("burned-in", message, "info", {"files": burned}))
    return found


def rescale_of(header: Header) -> tuple[float, float] | None:
    """(slope, intercept), None where the file does not state a usable pair."""
    slope, intercept = header.numbers("RescaleSlope"), header.numbers("RescaleIntercept")
    if len(slope) != 1 or len(intercept) != 1:
        return None
    usable = (
        math.isfinite(intercept[0]) and abs(intercept[0]) < _LARGEST_SLOPE and 0 < slope[0] < _LARGEST_SLOPE
    )
    return (slope[0], intercept[0]) if usable else None


def _alike(headers: Sequence[Header], *keywords: str) -> list[list[Header]]:
    """Headers by the raw values of some elements, so that each is judged once."""
    tags = tuple(map(tag_of, keywords))
    found: dict[tuple[object, ...], list[Header]] = {}
    for header in headers:
        found.setdefault((header.values.little, *map(header.values.raw.get, tags)), []).append(header)
    return list(found.values())


def _rescale(headers: Sequence[Header]) -> list[Notice]:
    groups = _alike(headers, "RescaleSlope", "RescaleIntercept")
    stated = [
        group
        for group in groups
        if group[0].values.bytes_of("RescaleSlope") is not None
        or group[0].values.bytes_of("RescaleIntercept") is not None
    ]
    broken = [group for group in stated if rescale_of(group[0]) is None]
    if broken:
        header = broken[0][0]
        values: dict[str, object] = {
            "slope": header.text("RescaleSlope"),
            "intercept": header.text("RescaleIntercept"),
            "files": sum(map(len, broken)),
        }
        slope, intercept = (
            header.text(name)[:32] or "empty" for name in ("RescaleSlope", "RescaleIntercept")
        )
        message = (
            f"The rescale slope ({slope}) or intercept ({intercept}) is not usable; "
            "values are shown without a unit."
        )
        return [Notice("rescale-invalid", message, "warning", values)]
    plain = headers[0].text("Modality") == "CT" and headers[0].has_pixels and headers[0].samples == 1
    lacking = len(headers) - sum(map(len, stated))
    if plain and lacking and not headers[0].values.items("PerFrameFunctionalGroupsSequence"):
        message = "The rescale slope and intercept are missing; values are not Hounsfield units."
        return [Notice("rescale-missing", message, "warning", {"files": lacking})]
    pairs = {rescale_of(group[0]) for group in stated}
    if len(pairs) > 1:
        message = f"The slices have {len(pairs)} different slopes or intercepts; each is scaled with its own."
        severity = "info" if headers[0].text("Modality") == "PT" else "warning"
        return [Notice("rescale-varies", message, severity, {"pairs": len(pairs)})]  # type: ignore[arg-type]
    return []


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
            if code != "preamble-missing"
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
