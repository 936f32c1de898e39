"""Refuse what cannot be an image before anything is allocated for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from medapp.formats.dicom import kinds
from medapp.formats.dicom.remarks import available_bytes, needed_bytes
from medapp.formats.dicom.tags import CHECKED_ONLY, tag_of
from medapp.formats.errors import MALFORMED, TOO_LARGE, TRUNCATED, UnreadableError

if TYPE_CHECKING:
    from medapp.formats.dicom.header import Header

_BITS: Final = frozenset((1, 8, 16, 32, 64))
_SAMPLES: Final = frozenset((1, 3, 4))
_LARGEST_FRAME: Final = 1 << 32
_FRAGMENT_HEAD: Final = 8
_LARGEST_RATIO: Final = 20_000
_SUSPICIOUS: Final = 256 * 1024 * 1024
MAX_FRAMES: Final = 10_000_000

_LOOKED_AT: Final = tuple(
    tag_of(keyword)
    for keyword in (
        "SOPClassUID",
        "MediaStorageSOPClassUID",
        "Modality",
        "Rows",
        "Columns",
        "BitsAllocated",
        "SamplesPerPixel",
        "NumberOfFrames",
        "PhotometricInterpretation",
    )
)
"""Every value that `vet` reads, sequences apart."""
_SEQUENCES: Final = CHECKED_ONLY | {
    tag_of(name) for name in ("StructureSetROISequence", "ROIContourSequence", "WaveformSequence")
}
_REMEMBERED: Final = 1024
_PASSED: Final[set[tuple[object, ...]]] = set()
"""Facts that were found sound: those of the next file of a series are mostly the same."""


def vet(header: Header) -> Header:
    """Check that the header describes something.

    Returns:
        The header with remarks on what was found, and without what is kept for this check alone.

    Raises:
        UnreadableError: ``malformed``, ``truncated``, ``too-large``, ``no-pixels``.
    """
    facts = _facts(header)
    if facts is not None and facts in _PASSED:
        return header
    vetted = _vet(header)
    if facts is not None and vetted is header:
        if len(_PASSED) >= _REMEMBERED:
            _PASSED.clear()
        _PASSED.add(facts)
    return vetted


def _facts(header: Header) -> tuple[object, ...] | None:
    """All that the check looks at; None where that is more than a few values."""
    raw = header.values.raw
    if not _SEQUENCES.isdisjoint(raw):
        return None
    return (
        header.values.little,
        header.pixel_tag,
        header.pixel_offset,
        header.pixel_length,
        header.fragments_offset,
        header.file_size,
        header.remarks,
        *map(raw.get, _LOOKED_AT),
    )


def _vet(header: Header) -> Header:
    if not header.sop_class_uid and not header.has_pixels and not header.text("Modality"):
        raise UnreadableError(
            MALFORMED, "the data set does not say what it is: no SOP class, no modality, no pixels"
        )
    broken = dict(header.remarks).get("header-damaged")
    kind = kinds.kind_of(header)
    if broken and not header.has_pixels and kind in (None, "segmentation", "waveform"):
        raise UnreadableError(TRUNCATED, broken)
    if header.has_pixels:
        _vet_pixels(header)
    _vet_waveforms(header)
    remarks = _structures(header)
    if isinstance(header.values.raw, dict):
        for tag in CHECKED_ONLY & header.values.raw.keys():
            del header.values.raw[tag]
    return replace(header, remarks=header.remarks + remarks) if remarks else header


def _structures(header: Header) -> tuple[tuple[str, str], ...]:
    """Contours that are none, and regions that are drawn but not named."""
    named = {item.integer("ROINumber") for item in header.values.items("StructureSetROISequence")}
    dangling: list[int | None] = []
    odd = 0
    for roi in header.values.items("ROIContourSequence"):
        number = roi.integer("ReferencedROINumber")
        if number not in named:
            dangling.append(number)
        for contour in roi.items("ContourSequence"):
            data = contour.bytes_of("ContourData") or b""
            odd += (data.count(b"\\") + 1) % 3 != 0 or not data.strip(b" \0")
    found: list[tuple[str, str]] = []
    if dangling:
        names = ", ".join(str(number) for number in dangling[:5])
        found.append(
            ("structure-unnamed", f"contours refer to regions that the file does not define: {names}")
        )
    if odd:
        found.append(("contour-invalid", f"{odd} contours are not made of points in three dimensions"))
    return tuple(found)


def _vet_waveforms(header: Header) -> None:
    for number, group in enumerate(header.values.items("WaveformSequence"), 1):
        channels = group.integer("NumberOfWaveformChannels") or 0
        samples = group.integer("NumberOfWaveformSamples") or 0
        bits = group.integer("WaveformBitsAllocated") or 0
        needed, length = channels * samples * bits // 8, len(group.bytes_of("WaveformData") or b"")
        if not needed or needed > length:
            stated = f"{channels} channels of {samples} samples"
            reason = f"group {number} of the waveform states {stated}, its data has {length} bytes"
            raise UnreadableError(MALFORMED, reason)


def _vet_pixels(header: Header) -> None:
    rows, columns, bits = header.rows, header.columns, header.bits_allocated
    if not rows or not columns:
        raise UnreadableError(MALFORMED, f"the image has {rows} rows and {columns} columns")
    if bits not in _BITS:
        raise UnreadableError(MALFORMED, f"{bits} bits allocated for a sample is not a size that images have")
    if header.samples not in _SAMPLES:
        raise UnreadableError(
            MALFORMED, f"{header.samples} samples in a pixel is not a number that images have"
        )
    frames = header.number_of_frames
    if frames < 1:
        raise UnreadableError(
            MALFORMED, f"the number of frames ({header.text('NumberOfFrames')[:32]}) is no count"
        )
    if header.frame_bytes > _LARGEST_FRAME:
        raise UnreadableError(
            TOO_LARGE, f"one frame of {rows} x {columns} would take {header.frame_bytes} bytes"
        )
    if header.pixel_offset is not None:
        _vet_native(header)
    elif header.fragments_offset is not None:
        _vet_encapsulated(header)
    elif frames > MAX_FRAMES:
        raise UnreadableError(MALFORMED, f"{frames} frames are stated")


def _vet_native(header: Header) -> None:
    needed, room = needed_bytes(header), available_bytes(header)
    if room < needed and room < header.frame_bytes:
        frame = f"{header.frame_bytes} are needed for a frame of {header.rows} x {header.columns}"
        reason = f"the pixel data has {room} bytes, {frame}"
        raise UnreadableError(TRUNCATED, reason)
    if room < needed and header.frame_bytes * header.number_of_frames > room * _LARGEST_RATIO:
        raise UnreadableError(
            MALFORMED, f"{header.number_of_frames} frames are stated, the pixel data has {room} bytes"
        )


def _vet_encapsulated(header: Header) -> None:
    room = header.file_size - (header.fragments_offset or 0)
    if room <= 2 * _FRAGMENT_HEAD:
        raise UnreadableError(TRUNCATED, "the compressed pixel data is empty")
    frames = header.number_of_frames
    if frames * _FRAGMENT_HEAD > room:
        raise UnreadableError(
            MALFORMED, f"{frames} frames are stated, the compressed pixel data has {room} bytes"
        )
    total = header.frame_bytes * frames
    if total > _SUSPICIOUS and total > room * _LARGEST_RATIO:
        raise UnreadableError(TOO_LARGE, f"{room} bytes of compressed pixels are stated to become {total}")
