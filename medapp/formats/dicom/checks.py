"""Refuse what cannot be an image before anything is allocated for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from medapp.formats.dicom import kinds
from medapp.formats.dicom.remarks import available_bytes, needed_bytes
from medapp.formats.errors import UnreadableError

if TYPE_CHECKING:
    from medapp.formats.dicom.header import Header

_BITS: Final = frozenset((1, 8, 16, 32, 64))
_SAMPLES: Final = frozenset((1, 3, 4))
_LARGEST_FRAME: Final = 1 << 32
_FRAGMENT_HEAD: Final = 8
_LARGEST_RATIO: Final = 20_000
_SUSPICIOUS: Final = 256 * 1024 * 1024
MAX_FRAMES: Final = 10_000_000


def vet(header: Header) -> None:
    """Check that the header describes something.

    Raises:
        UnreadableError: ``malformed``, ``truncated``, ``too-large``, ``no-pixels``.
    """
    if not header.sop_class_uid and not header.has_pixels and not header.text("Modality"):
        raise UnreadableError("malformed", "the data set does not say what it is: no SOP class, no modality, no pixels")
    broken = dict(header.remarks).get("header-damaged")
    kind = kinds.kind_of(header)
    if broken and not header.has_pixels and kind in (None, "segmentation", "waveform"):
        raise UnreadableError("truncated", broken)
    if header.has_pixels:
        _vet_pixels(header)


def _vet_pixels(header: Header) -> None:
    rows, columns, bits = header.rows, header.columns, header.bits_allocated
    if not rows or not columns:
        raise UnreadableError("malformed", f"the image has {rows} rows and {columns} columns")
    if bits not in _BITS:
        raise UnreadableError("malformed", f"{bits} bits allocated for a sample is not a size that images have")
    if header.samples not in _SAMPLES:
        raise UnreadableError("malformed", f"{header.samples} samples in a pixel is not a number that images have")
    frames = header.number_of_frames
    if frames < 1:
        raise UnreadableError("malformed", f"the number of frames ({header.text('NumberOfFrames')[:32]}) is no count")
    if header.frame_bytes > _LARGEST_FRAME:
        raise UnreadableError("too-large", f"one frame of {rows} x {columns} would take {header.frame_bytes} bytes")
    if header.pixel_offset is not None:
        _vet_native(header)
    elif header.fragments_offset is not None:
        _vet_encapsulated(header)
    elif frames > MAX_FRAMES:
        raise UnreadableError("malformed", f"{frames} frames are stated")


def _vet_native(header: Header) -> None:
    needed, room = needed_bytes(header), available_bytes(header)
    if room < needed and room < header.frame_bytes:
        reason = f"the pixel data has {room} bytes, {header.frame_bytes} are needed for a frame of {header.rows} x {header.columns}"
        raise UnreadableError("truncated", reason)
    if room < needed and header.frame_bytes * header.number_of_frames > room * _LARGEST_RATIO:
        raise UnreadableError("malformed", f"{header.number_of_frames} frames are stated, the pixel data has {room} bytes")


def _vet_encapsulated(header: Header) -> None:
    room = header.file_size - (header.fragments_offset or 0)
    if room <= 2 * _FRAGMENT_HEAD:
        raise UnreadableError("truncated", "the compressed pixel data is empty")
    frames = header.number_of_frames
    if frames * _FRAGMENT_HEAD > room:
        raise UnreadableError("malformed", f"{frames} frames are stated, the compressed pixel data has {room} bytes")
    total = header.frame_bytes * frames
    if total > _SUSPICIOUS and total > room * _LARGEST_RATIO:
        raise UnreadableError("too-large", f"{room} bytes of compressed pixels are stated to become {total}")
