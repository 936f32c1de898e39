"""Uncompressed frames, as they lie in the file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.formats.dicom.codecs import FORMAT_KEYWORDS, as_stored, format_of
from medapp.formats.dicom.tags import PIXEL_DATA, tag_of
from medapp.formats.dicom.written import GE_BIG_ENDIAN_PIXELS
from medapp.formats.errors import TRUNCATED, UnreadableError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from medapp.formats.dicom.codecs import PixelFormat
    from medapp.formats.dicom.header import Header

_GROUPS: Final = frozenset(
    map(tag_of, ("PerFrameFunctionalGroupsSequence", "SharedFunctionalGroupsSequence"))
)
PLAIN_TAGS: Final = tuple(
    tag_of(keyword)
    for keyword in (
        *FORMAT_KEYWORDS,
        *("Modality", "DoseGridScaling", "DoseUnits", "Units"),
        *("RescaleSlope", "RescaleIntercept", "RescaleType"),
    )
)
_BINARY_FLAG = getattr(os, "O_BINARY", 0)


def read_into(path: Path, offset: int, plane: NDArray[Any]) -> None:
    """Fill a contiguous array with the bytes at `offset`, without a copy in between.

    Raises:
        UnreadableError: ``truncated`` where the file ends before.
    """
    fd = os.open(path, os.O_RDONLY | _BINARY_FLAG)
    try:
        read_open_into(fd, offset, plane)
    finally:
        os.close(fd)


def read_open_into(fd: int, offset: int, plane: NDArray[Any]) -> None:
    """As `read_into`, from a file that is open.

    Raises:
        UnreadableError: ``truncated`` where the file ends before.
    """
    done = _fill(fd, offset, memoryview(plane.data).cast("B"))
    if done < plane.nbytes:
        reason = f"the pixel data ends after {done} of {plane.nbytes} bytes"
        raise UnreadableError(TRUNCATED, reason)


def _fill(fd: int, offset: int, view: memoryview) -> int:
    done = 0
    while done < len(view):
        if hasattr(os, "preadv"):
            count = os.preadv(fd, [view[done:]], offset + done)
        else:  # pragma: no cover - Windows
            os.lseek(fd, offset + done, os.SEEK_SET)
            chunk = os.read(fd, len(view) - done)
            view[done : done + len(chunk)] = chunk
            count = len(chunk)
        if count == 0:
            break
        done += count
    return done


def pixels_little(header: Header) -> bool:
    """True where pixel words have their low byte first; one private syntax turns them round."""
    return header.little and header.transfer_syntax_uid != GE_BIG_ENDIAN_PIXELS


def is_plain(header: Header, form: PixelFormat) -> bool:
    """True where the bytes of a frame are its values: one sample of 8 or 16 bits in this machine's order."""
    return (
        header.pixel_offset is not None
        and header.pixel_tag == PIXEL_DATA
        and form.samples == 1
        and (form.bits_allocated == 8 or (form.bits_allocated == 16 and pixels_little(header)))  # noqa: PLR2004
        and np.little_endian
    )


def plain_facts(header: Header) -> tuple[object, ...] | None:
    """All that decides how the pixels of a plain file are read and what rescale they have.

    Returns:
        None where that is more than a few values. What was found for one header holds for every other
        with the same facts.
    """
    raw = header.values.raw
    if header.pixel_offset is None or not _GROUPS.isdisjoint(raw):
        return None
    return (header.little, header.pixel_tag, header.transfer_syntax_uid, *map(raw.get, PLAIN_TAGS))


def native_frame(header: Header, index: int) -> NDArray[Any]:
    """Stored values of one uncompressed frame: (rows, columns) or (rows, columns, samples).

    Raises:
        UnreadableError: ``truncated`` where the file ends before.
    """
    form = format_of(header)
    size = header.frame_bytes
    if header.pixel_tag != PIXEL_DATA:
        return _floats(header, index, form)
    if form.bits_allocated == 1:
        return _bits(header, index, form)
    raw = np.empty(size, np.uint8)
    read_into(header.path, (header.pixel_offset or 0) + index * size, raw)
    if form.photometric == "YBR_FULL_422":
        return _from_422(raw, form)
    values = raw.view(form.dtype if pixels_little(header) else form.dtype.newbyteorder(">"))
    values = values.astype(form.dtype, copy=False)
    if form.samples == 1:
        return as_stored(values.reshape(form.shape), form)
    if form.planar:
        planes = values.reshape(form.samples, form.rows, form.columns)
        return as_stored(np.ascontiguousarray(np.moveaxis(planes, 0, -1)), form)
    return as_stored(values.reshape(form.shape), form)


def _floats(header: Header, index: int, form: PixelFormat) -> NDArray[Any]:
    size = form.bits_allocated // 8
    raw = np.empty(form.rows * form.columns, np.dtype(f"f{size}"))
    read_into(header.path, (header.pixel_offset or 0) + index * raw.nbytes, raw)
    values = raw if header.little else raw.byteswap()
    # What does not fit becomes infinite, and is refused as such.
    with np.errstate(over="ignore"):
        return values.reshape(form.rows, form.columns).astype(np.float32)


def _bits(header: Header, index: int, form: PixelFormat) -> NDArray[Any]:
    """Frames of one bit are packed without gaps between them (PS3.5 8.1.1)."""
    count = form.rows * form.columns
    first = index * count
    start, end = first // 8, (first + count + 7) // 8
    raw = np.empty(end - start, np.uint8)
    read_into(header.path, (header.pixel_offset or 0) + start, raw)
    bits = np.unpackbits(raw, bitorder="little")
    return bits[first - 8 * start : first - 8 * start + count].reshape(form.rows, form.columns)


def _from_422(raw: NDArray[np.uint8], form: PixelFormat) -> NDArray[Any]:
    """Two luminances share a pair of chrominances: Y1 Y2 CB CR (PS3.3 C.7.6.3.1.2)."""
    pairs = raw.reshape(form.rows, form.columns // 2, 4)
    out = np.empty((form.rows, form.columns // 2, 2, 3), np.uint8)
    out[..., 0] = pairs[..., :2]
    out[..., 1] = pairs[..., 2:3]
    out[..., 2] = pairs[..., 3:4]
    return out.reshape(form.shape)
