"""Notices on how pixels are written: photometric interpretation, bits, windows (PS3.3 C.7.6.3, C.11.2)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from medapp.domain.notice import Notice
from medapp.formats.dicom.rescales import alike
from medapp.formats.dicom.tags import PIXEL_DATA

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp.formats.dicom.header import Header

_GREY: Final = frozenset(("MONOCHROME1", "MONOCHROME2", "PALETTE COLOR"))
_COLOUR: Final = frozenset(
    (
        *("RGB", "YBR_FULL", "YBR_FULL_422", "YBR_PARTIAL_420", "YBR_PARTIAL_422"),
        *("YBR_ICT", "YBR_RCT", "HSV", "XYB"),
    )
)
_FOUR_SAMPLES: Final = frozenset(("ARGB", "CMYK"))
_LARGEST_WINDOW: Final = 1e12


def form_notices(headers: Sequence[Header]) -> list[Notice]:
    """Notices on photometric interpretation, bits and windows of a series' files."""
    with_pixels = [header for header in headers if header.pixel_tag == PIXEL_DATA]
    return [*_photometric(with_pixels), *_bits(with_pixels), *_windows(with_pixels)]


def _photometric(headers: Sequence[Header]) -> list[Notice]:
    wrong = [
        group
        for group in alike(headers, "PhotometricInterpretation", "SamplesPerPixel")
        if not _fits(group[0].photometric, group[0].samples)
    ]
    if not wrong:
        return []
    header, files = wrong[0][0], sum(map(len, wrong))
    stated = header.photometric[:32] or "not stated"
    message = (
        f"The photometric interpretation ({stated}) is none of {header.samples} samples a pixel; "
        "brightness or colours may be wrong."
    )
    return [Notice("photometric-invalid", message, "warning", {"stated": stated, "files": files})]


def _fits(photometric: str, samples: int) -> bool:
    if samples == 1:
        return photometric in _GREY
    return photometric in (_COLOUR if samples == 3 else _FOUR_SAMPLES)  # noqa: PLR2004 - red, green, blue


def _bits(headers: Sequence[Header]) -> list[Notice]:
    groups = alike(headers, "BitsAllocated", "BitsStored", "HighBit")
    wrong = [group for group in groups if not _bits_fit(group[0])]
    if not wrong:
        return []
    header = wrong[0][0]
    allocated, stored, high = (
        header.text(name) or "missing" for name in ("BitsAllocated", "BitsStored", "HighBit")
    )
    message = (
        f"Bits stored ({stored}) and high bit ({high}) do not fit the {allocated} bits allocated; "
        "values may be wrong."
    )
    return [Notice("bits-invalid", message, "warning", {"files": sum(map(len, wrong))})]


def _bits_fit(header: Header) -> bool:
    """As the standard has it, and as files before it had: bits may lie anywhere in the word."""
    stored, high = header.integer("BitsStored"), header.integer("HighBit")
    if stored is None or high is None:
        return True
    return 0 < stored <= header.bits_allocated and stored <= high + 1 <= header.bits_allocated


def usable_window(center: float, width: float, smallest: float) -> bool:
    """True where a window can be drawn with; `smallest` as of `smallest_width`."""
    finite = math.isfinite(center) and math.isfinite(width)
    return finite and abs(center) < _LARGEST_WINDOW and smallest <= width < _LARGEST_WINDOW and width > 0


def smallest_width(function: str) -> float:
    """The least width of a window of a VOI LUT function (PS3.3 C.11.2.1.2, C.11.2.1.3)."""
    return 1.0 if function == "LINEAR" else 0.0


def _windows(headers: Sequence[Header]) -> list[Notice]:
    files, shown = 0, ""
    for group in alike(headers, "WindowCenter", "WindowWidth", "VOILUTFunction"):
        header = group[0]
        centers, widths = header.numbers("WindowCenter"), header.numbers("WindowWidth")
        smallest = smallest_width(header.text("VOILUTFunction").strip().upper() or "LINEAR")
        pairs = zip(centers, widths, strict=False)
        if len(centers) == len(widths) and all(usable_window(*pair, smallest) for pair in pairs):
            continue
        files += len(group)
        shown = shown or f"center {header.text('WindowCenter')[:32]}, width {header.text('WindowWidth')[:32]}"
    if not files:
        return []
    message = f"A window of the file ({shown}) is none and is left out."
    return [Notice("window-invalid", message, "info", {"files": files})]
