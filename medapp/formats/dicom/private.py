"""The few private elements the index understands, where their creator is who it should be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from medapp.formats.dicom.header import Header

_CREATORS: Final = (
    ("SiemensCreator", "SIEMENS MR HEADER", "SiemensBValue"),
    ("PhilipsCreator", "Philips Imaging DD 001", "PhilipsBValue"),
    ("GECreator", "GEMS_PARM_01", "GEBValue"),
)
B_VALUE_KEYWORDS: Final = (
    "DiffusionBValue",
    *(name for creator, _, value in _CREATORS for name in (creator, value)),
)
"""What `b_value` reads."""
_GE_OFFSET: Final = 1_000_000_000


def b_value(header: Header) -> float | None:
    """Diffusion b-value in s/mm2, standard or private; None where there is none."""
    values = header.values
    stated = values.number("DiffusionBValue")
    if stated is not None:
        return stated
    for creator, name, keyword in _CREATORS:
        if values.bytes_of(keyword) and values.text(creator) == name:
            number = values.number(keyword)
            # GE adds 10^9 to b-values of some of its versions.
            return number % _GE_OFFSET if number is not None and keyword == "GEBValue" else number
    return None


def is_mosaic(header: Header) -> bool:
    """True where slices are tiled into one plane (Siemens)."""
    words = header.text("ImageType").split("\\")
    return "MOSAIC" in words and header.number_of_frames == 1
