"""Decoders that let two threads work at once (imagecodecs), by transfer syntax.

Everything here takes the bytes of one frame and returns stored values; `decode` falls back to slower
decoders where one of these refuses.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.formats.dicom.tags import tag_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from medapp.formats.dicom.header import Header

RLE: Final = "1.2.840.10008.1.2.5"
JPEG_BASELINE: Final = "1.2.840.10008.1.2.4.50"
DEFLATED_FRAME: Final = "1.2.840.10008.1.2.8.1"
_JPEG_LOSSY: Final = (JPEG_BASELINE, *(f"1.2.840.10008.1.2.4.{n}" for n in (51, 53, 55)))
_JPEG_LOSSLESS: Final = ("1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70")
_JPEG_LS: Final = ("1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81")
_JPEG_2000: Final = ("1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91")
# The lossy HTJ2K syntax (203) is left to the other decoders: here values beyond the range wrap round.
_HTJ2K: Final = ("1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.202")
_SIXTEEN: Final = 16
_RLE_HEADER: Final = struct.Struct("<16I")
_JFIF: Final = b"JFIF"
_REMEMBERED: Final = 1024
_FORMATS: Final[dict[tuple[object, ...], PixelFormat]] = {}
"""Formats by raw values: the files of a series mostly have one."""


@dataclass(frozen=True)
class PixelFormat:
    """How the header says the stored values are written (PS3.3 C.7.6.3)."""

    rows: int
    columns: int
    samples: int
    bits_allocated: int
    bits_stored: int
    high_bit: int
    signed: bool
    planar: bool
    photometric: str

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of a stored value."""
        size = max(1, self.bits_allocated // 8)
        return np.dtype(f"{'i' if self.signed else 'u'}{size}")

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of a decoded frame."""
        plane = (self.rows, self.columns)
        return plane if self.samples == 1 else (*plane, self.samples)


FORMAT_KEYWORDS: Final = (
    "Rows",
    "Columns",
    "SamplesPerPixel",
    "BitsAllocated",
    "BitsStored",
    "HighBit",
    "PixelRepresentation",
    "PlanarConfiguration",
    "PhotometricInterpretation",
)
"""What `format_of` reads."""
_FORMAT_TAGS: Final = tuple(map(tag_of, FORMAT_KEYWORDS))


def format_of(header: Header) -> PixelFormat:
    """The pixel format that a header states."""
    facts = (header.values.little, *map(header.values.raw.get, _FORMAT_TAGS))
    found = _FORMATS.get(facts)
    if found is None:
        if len(_FORMATS) >= _REMEMBERED:
            _FORMATS.clear()
        found = _FORMATS[facts] = _format_of(header)
    return found


def _format_of(header: Header) -> PixelFormat:
    stored = header.bits_stored
    stored = stored if 0 < stored <= header.bits_allocated else header.bits_allocated
    high = header.integer("HighBit")
    return PixelFormat(
        header.rows,
        header.columns,
        header.samples,
        header.bits_allocated,
        stored,
        high if high is not None and stored <= high + 1 <= header.bits_allocated else stored - 1,
        header.pixel_representation == 1,
        header.integer("PlanarConfiguration") == 1,
        header.photometric,
    )


def decoder_for(transfer_syntax: str) -> Callable[[bytes, PixelFormat], NDArray[Any]] | None:
    """The fast decoder of a transfer syntax, None where there is none."""
    return _DECODERS.get(transfer_syntax)


def fit(values: NDArray[Any], form: PixelFormat) -> NDArray[Any]:
    """Bring decoded values to the shape, sign and width that the header states.

    Raises:
        ValueError: Where the decoded frame has another size than the header says.
    """
    if values.shape != form.shape:
        message = f"decoded to {values.shape}, the header says {form.shape}"
        raise ValueError(message)
    if form.bits_allocated <= _SIXTEEN and values.dtype.itemsize > form.dtype.itemsize:
        if values.size and (int(values.max()) >> form.bits_stored > 0):
            message = f"decoded values need more than the {form.bits_stored} bits that the header states"
            raise ValueError(message)
        values = values.astype(form.dtype)
    return as_stored(values, form)


def as_stored(values: NDArray[Any], form: PixelFormat) -> NDArray[Any]:
    """Bring values to the type of the header, without the bits that are not stored ones.

    What lies above the high bit (overlays of old files) is cut, what lies below the stored bits shifted
    out, and a sign of fewer bits than the type has is extended.
    """
    if values.dtype.kind == "f":
        return values
    if form.signed and values.dtype.kind == "u":
        wide = values.astype(form.dtype) if values.dtype.itemsize < form.dtype.itemsize else values
        values = wide.view(form.dtype)
    values = values.astype(form.dtype, copy=False)
    below = max(form.high_bit + 1 - form.bits_stored, 0)
    above = form.bits_allocated - below - form.bits_stored
    if above < 0 or (below == 0 and (above == 0 or not _exceeds(values, form))):
        return values
    return np.asarray((values << above) >> (above + below))


def _exceeds(values: NDArray[Any], form: PixelFormat) -> bool:
    """True where bits above the stored ones are in use, or a sign is not extended."""
    if not values.size:
        return False
    top = 1 << (form.bits_stored - 1 if form.signed else form.bits_stored)
    return bool(values.max() >= top) or (form.signed and bool(values.min() < -top))


def _rle(data: bytes, form: PixelFormat) -> NDArray[Any]:
    if form.samples == 1:
        return _rle_plane(data, form)
    planes = [_rle_plane(one, form) for one in rle_planes(data, form.samples, form.dtype.itemsize)]
    return np.stack(planes, axis=-1)


def _rle_plane(data: bytes, form: PixelFormat) -> NDArray[Any]:
    import imagecodecs

    unsigned = np.dtype(f"u{form.dtype.itemsize}")
    # With room for the segments of one plane and no more, the decoder cannot be made to fill memory, and
    # all that is stated is there only if every segment is of its full length.
    room = np.empty(form.rows * form.columns * unsigned.itemsize, np.uint8)
    written = imagecodecs.dicomrle_decode(data, unsigned, out=room.data)
    if len(written) != len(room):
        message = f"run-length data holds {len(written)} bytes, the header says {len(room)}"
        raise ValueError(message)
    return room.view(unsigned).reshape(form.rows, form.columns)


def rle_planes(data: bytes, samples: int, size: int) -> list[bytes]:
    """Divide a run-length frame into one for each sample, with a header of its own (PS3.5 G.5).

    The decoder does not see where a segment that is too short is made up for by one that is too long.

    Raises:
        ValueError: Where it has not `size` segments for every sample, or they do not follow one another.
    """
    if len(data) < _RLE_HEADER.size:
        message = f"run-length data of {len(data)} bytes has no header"
        raise ValueError(message)
    count, *offsets = _RLE_HEADER.unpack_from(data)
    starts = [*offsets[:count], len(data)]
    if count != samples * size or starts[0] != _RLE_HEADER.size or starts != sorted(starts):
        message = f"{count} run-length segments, {samples * size} are needed, one after the other"
        raise ValueError(message)
    planes = []
    for first in range(0, count, size):
        base, end = starts[first], starts[first + size]
        own = [start - base + _RLE_HEADER.size for start in starts[first : first + size]]
        planes.append(_RLE_HEADER.pack(size, *own, *[0] * (15 - size)) + data[base:end])
    return planes


def _jpeg_lossy(data: bytes, form: PixelFormat) -> NDArray[Any]:
    import imagecodecs

    if form.samples == 1:
        return np.asarray(imagecodecs.jpeg8_decode(data))
    as_rgb = form.photometric == "RGB" and _JFIF not in data[:32]
    return np.asarray(
        imagecodecs.jpeg8_decode(data, colorspace="RGB" if as_rgb else None, outcolorspace="RGB")
    )


def _jpeg_lossless(data: bytes, _form: PixelFormat) -> NDArray[Any]:
    import imagecodecs

    try:
        return np.asarray(imagecodecs.ljpeg_decode(data))
    except (RuntimeError, ValueError):
        return np.asarray(imagecodecs.jpegsof3_decode(data))


def _jpeg_ls(data: bytes, _form: PixelFormat) -> NDArray[Any]:
    import imagecodecs

    return np.asarray(imagecodecs.jpegls_decode(data))


def _jpeg_2000(data: bytes, _form: PixelFormat) -> NDArray[Any]:
    import imagecodecs

    return np.asarray(imagecodecs.jpeg2k_decode(data))


def _htj2k(data: bytes, _form: PixelFormat) -> NDArray[Any]:
    import imagecodecs

    return np.asarray(imagecodecs.htj2k_decode(data))


def _deflated_frame(data: bytes, form: PixelFormat) -> NDArray[Any]:
    import zlib

    size = int(np.prod(form.shape)) * form.bits_allocated // 8
    size = (int(np.prod(form.shape)) + 7) // 8 if form.bits_allocated == 1 else size
    stream = zlib.decompressobj(wbits=-zlib.MAX_WBITS)
    raw = stream.decompress(data, size + 2)[:size]
    if form.bits_allocated == 1:
        bits = np.unpackbits(np.frombuffer(raw, np.uint8), bitorder="little")
        return bits[: form.rows * form.columns].reshape(form.shape)
    return np.frombuffer(raw, form.dtype.newbyteorder("<")).reshape(form.shape)


_DECODERS: Final[dict[str, Callable[[bytes, PixelFormat], NDArray[Any]]]] = {
    RLE: _rle,
    DEFLATED_FRAME: _deflated_frame,
    **dict.fromkeys(_JPEG_LOSSY, _jpeg_lossy),
    **dict.fromkeys(_JPEG_LOSSLESS, _jpeg_lossless),
    **dict.fromkeys(_JPEG_LS, _jpeg_ls),
    **dict.fromkeys(_JPEG_2000, _jpeg_2000),
    **dict.fromkeys(_HTJ2K, _htj2k),
}
