"""What stored values stand for: rescale and unit, windows, padding, inversion, the lossy mark.

PS3.3 C.7.6.3, C.8.2.1, C.11.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from medapp.domain.volume import Window
from medapp.formats.dicom import kinds
from medapp.formats.dicom.pixel_form import smallest_width, usable_window
from medapp.formats.dicom.remarks import is_lossy
from medapp.formats.dicom.rescales import functional, rescale_of, transform_of

if TYPE_CHECKING:
    from medapp.domain.volume import WindowFunction
    from medapp.formats.dicom.header import Header

_METHODS: Final = {
    "1.2.840.10008.1.2.4.50": "JPEG",
    "1.2.840.10008.1.2.4.51": "JPEG",
    "1.2.840.10008.1.2.4.53": "JPEG",
    "1.2.840.10008.1.2.4.55": "JPEG",
    "1.2.840.10008.1.2.4.81": "JPEG-LS",
    "1.2.840.10008.1.2.4.91": "JPEG 2000",
    "1.2.840.10008.1.2.4.203": "HTJ2K",
    "ISO_10918_1": "JPEG",
    "ISO_14495_1": "JPEG-LS",
    "ISO_15444_1": "JPEG 2000",
    "ISO_15444_15": "HTJ2K",
    "ISO_13818_2": "MPEG-2",
    "ISO_14496_10": "MPEG-4",
    "ISO_23008_2": "HEVC",
}
_FUNCTIONS: Final[dict[str, WindowFunction]] = {
    "LINEAR": "LINEAR",
    "LINEAR_EXACT": "LINEAR_EXACT",
    "SIGMOID": "SIGMOID",
}
_NAMED_UNITS: Final = {
    "HU": "HU",
    "OD": "mOD",
    "US": None,
    "MGML": "mg/ml",
    "Z_EFF": None,
    "ED": "10^23/ml",
    "EDW": None,
    "HU_MOD": None,
    "PCT": "%",
}
_PET_UNITS: Final = {"BQML": "Bq/ml", "CNTS": "counts", "CPS": "counts/s", "PROPCPS": None, "GML": "g/ml"}
_DOSE_UNITS: Final = {"GY": "Gy", "RELATIVE": None}
_MAX_WINDOWS: Final = 32


@dataclass(frozen=True)
class Rescale:
    """real = stored * slope + intercept; `unit` is None where the numbers have none that is known."""

    slope: float = 1.0
    intercept: float = 0.0
    unit: str | None = None


def rescale(header: Header, frame: int | None = None) -> Rescale:
    """The rescale of one frame; without a usable one the stored values stand, without a unit."""
    if header.values.bytes_of("DoseGridScaling") is not None:
        factor = header.values.number("DoseGridScaling")
        if factor is None or factor <= 0:
            return Rescale()
        return Rescale(factor, 0.0, _DOSE_UNITS.get(header.text("DoseUnits")))
    group = transform_of(header, frame)
    pair = rescale_of(group if group is not None else header)
    if pair is None:
        return Rescale()
    stated = (group if group is not None else header.values).text("RescaleType").strip().upper()
    return Rescale(*pair, _unit(header, stated))


def _unit(header: Header, stated: str) -> str | None:
    if kinds.is_of_another_modality(header):
        return None
    if header.text("Modality") == "PT":
        return _PET_UNITS.get(header.text("Units"))
    if stated:
        return own_unit(header, _NAMED_UNITS.get(stated))
    # A CT image object without a rescale type is in Hounsfield units (PS3.3 C.8.2.1.1.2); no other is.
    return own_unit(header, "HU") if kinds.may_be_ct(header) else None


def own_unit(header: Header, unit: str | None) -> str | None:
    """A unit as far as the object can have it: only CT is in Hounsfield units."""
    is_ct = header.text("Modality") == "CT" and not kinds.is_of_another_modality(header)
    return None if unit == "HU" and not is_ct else unit


def windows_of(header: Header, frame: int | None = None) -> tuple[Window, ...]:
    """The file's own windows in real values; those that are no windows are left out."""
    group = functional(header, frame, "FrameVOILUTSequence")
    values = header.values if group is None or header.values.bytes_of("WindowCenter") else group
    centers, widths = values.numbers("WindowCenter"), values.numbers("WindowWidth")
    names = values.text("WindowCenterWidthExplanation").split("\\")
    function = _FUNCTIONS.get(values.text("VOILUTFunction").strip().upper(), "LINEAR")
    smallest = smallest_width(function)
    found = []
    for place, (center, width) in enumerate(zip(centers, widths, strict=False)):
        if not usable_window(center, width, smallest):
            continue
        name = names[place].strip() if place < len(names) else ""
        found.append(Window(center, width, name, function))
    return tuple(found[:_MAX_WINDOWS])


def is_inverted(header: Header) -> bool:
    """True where low values are shown bright."""
    return header.photometric == "MONOCHROME1" or header.text("PresentationLUTShape") == "INVERSE"


def padding_of(header: Header) -> tuple[float, float] | None:
    """(lowest, highest) stored values that are padding (PS3.3 C.7.5.1.1.2)."""
    first = _signed(header, "PixelPaddingValue")
    if first is None:
        return None
    last = _signed(header, "PixelPaddingRangeLimit")
    last = first if last is None else last
    return float(min(first, last)), float(max(first, last))


def _signed(header: Header, keyword: str) -> int | None:
    number = header.integer(keyword)
    if number is None:
        return None
    wraps = header.pixel_representation == 1 and number >= 1 << 15
    return number - (1 << 16) if wraps else number


def lossy_mark(header: Header) -> str:
    """Words of the lossy mark, empty where the pixels were never compressed with loss."""
    if not is_lossy(header):
        return ""
    methods = [
        _METHODS.get(word.strip(), "") for word in header.text("LossyImageCompressionMethod").split("\\")
    ]
    method = next((word for word in reversed(methods) if word), "") or _METHODS.get(
        header.transfer_syntax_uid, ""
    )
    ratios = [
        ratio for ratio in header.numbers("LossyImageCompressionRatio") if math.isfinite(ratio) and ratio > 1
    ]
    ratio = f"{ratios[-1]:.3g}:1" if ratios else ""
    return " ".join(word for word in (method or "lossy", ratio) if word)


def frame_time_ms(header: Header) -> float | None:
    """Time from one frame to the next of a cine run."""
    time = header.values.number("FrameTime")
    if time is not None and time > 0:
        return time
    steps = [step for step in header.numbers("FrameTimeVector")[1:] if math.isfinite(step) and step > 0]
    if steps:
        return sum(steps) / len(steps)
    rate = header.values.number("CineRate")
    return 1000.0 / rate if rate is not None and rate > 0 else None
