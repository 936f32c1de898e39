"""Standardised uptake by body weight, where the file states all that it takes.

Follows the vendor-neutral pseudo-code of the Quantitative Imaging Biomarkers Alliance (QIBA FDG-PET
profile, 2016): uptake is known only for attenuation- and decay-corrected images with weight, dose,
half-life and both times.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from medapp.domain.notice import Notice

if TYPE_CHECKING:
    from medapp.formats.dicom.header import Header, Values

_GRAMS: Final = 1000.0
_HEAVIEST_KG: Final = 650.0
_LONGEST_UPTAKE_S: Final = 24 * 3600.0


def suv_factor(header: Header) -> tuple[float | None, Notice | None]:
    """SUVbw for one unit of the rescaled value of a PET image, and why there is none.

    Returns:
        The factor (None where it is not known) and a notice in that case.
    """
    units = header.text("Units")
    if units == "GML" and header.text("SUVType") in ("", "BW"):
        return 1.0, None
    if units != "BQML":
        return None, _unknown(f"the values are in {units or 'no stated unit'}")
    corrected = {word.strip() for word in header.text("CorrectedImage").split("\\")}
    if not {"ATTN", "DECY"} <= corrected:
        return None, _unknown("the image is not corrected for attenuation and decay")
    weight = header.values.number("PatientWeight")
    if weight is None or not 0 < weight < _HEAVIEST_KG:
        return None, _unknown("the weight of the patient is not stated")
    return _from_dose(header, weight)


def _from_dose(header: Header, weight: float) -> tuple[float | None, Notice | None]:
    drug = header.values.first("RadiopharmaceuticalInformationSequence")
    dose, half_life = drug.number("RadionuclideTotalDose"), drug.number("RadionuclideHalfLife")
    if not dose or not half_life or dose <= 0 or half_life <= 0:
        return None, _unknown("the injected dose or its half-life is not stated")
    correction = header.text("DecayCorrection")
    if correction == "ADMIN":
        return weight * _GRAMS / dose, None
    if correction != "START":
        return None, _unknown("the time that the decay was corrected to is not stated")
    elapsed = _elapsed_s(header, drug)
    if elapsed is None:
        return None, _unknown("the time from injection to scan cannot be told")
    decayed = dose * math.pow(2.0, -elapsed / half_life)
    return weight * _GRAMS / decayed, None


def _elapsed_s(header: Header, drug: Values) -> float | None:
    """Seconds from injection to the beginning of the series."""
    start = moment(header.text("SeriesDate"), header.text("SeriesTime"))
    acquired = moment(header.text("AcquisitionDate"), header.text("AcquisitionTime"))
    # A series that was made later (a reformat) states its own time; when the scan began is then not told.
    if start is None or (acquired is not None and start > acquired):
        return None
    stated = drug.text("RadiopharmaceuticalStartDateTime")
    injected = moment(stated[:8], stated[8:])
    if injected is None:
        injected = moment(start.strftime("%Y%m%d"), drug.text("RadiopharmaceuticalStartTime"))
        if injected is not None and injected > start:
            injected -= timedelta(days=1)
    if injected is None:
        return None
    elapsed = (start - injected).total_seconds()
    return elapsed if 0 <= elapsed < _LONGEST_UPTAKE_S else None


def moment(date: str, time: str) -> datetime | None:
    """A DA and a TM value as one, None where either is not valid."""
    digits = time.strip().split("+")[0].split("-")[0].partition(".")[0].ljust(6, "0")
    try:
        return datetime.strptime(date.strip() + digits[:6], "%Y%m%d%H%M%S")  # noqa: DTZ007 - local to the scanner
    except ValueError:
        return None


def _unknown(why: str) -> Notice:
    return Notice("suv-unknown", f"Standardised uptake is not known: {why}.", "info")
