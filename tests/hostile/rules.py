"""What a series says in numbers, held against the file as pydicom reads it: HU, mm, size."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any

import pydicom

if TYPE_CHECKING:
    from medapp.domain.patient import Series
    from medapp.domain.volume import Volume

_TOLERANCE = 1e-4
_SAID = {"detector-spacing", "spacing-estimated", "spacing-uncertain"}
_PROJECTIONS = {"CR", "DX", "MG", "IO", "PX", "RG", "XA", "RF"}


def contradictions(series: Series, volume: Volume | None) -> list[str] | None:
    """What the series says and the file does not.

    Args:
        series: Of the index.
        volume: Its pixels, None where they were refused.

    Returns:
        None where pydicom cannot read the file, so that nothing can be compared.
    """
    if series.geometry is None or not series.instances:
        return []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            dataset = pydicom.dcmread(series.instances[0].path, stop_before_pixels=True, force=True)
            return [*_size(series, volume, dataset), *_spacing(series, dataset), *_unit(volume, dataset)]
        except Exception:  # noqa: BLE001 - a damaged file may raise anything there
            return None


def _size(series: Series, volume: Volume | None, dataset: Any) -> list[str]:
    stated = dataset.get("Rows"), dataset.get("Columns")
    assert series.geometry is not None
    found = [series.geometry.shape[1:3], *([volume.array.shape[1:3]] if volume is not None else [])]
    if series.kind not in ("volume", "stack") or not all(isinstance(one, int) for one in stated):
        return []
    return [f"{shape} pixels where the file has {stated}" for shape in found if shape != stated]


def _unit(volume: Volume | None, dataset: Any) -> list[str]:
    if volume is None or volume.unit != "HU":
        return []
    if dataset.get("Modality") != "CT":
        return [f"HU for the modality {dataset.get('Modality')}"]
    if "ModalityLUTSequence" in dataset:
        return []
    pairs = [(one.get("RescaleSlope"), one.get("RescaleIntercept")) for one in _transforms(dataset)]
    return [f"HU with the rescale {pair}" for pair in pairs or [(None, None)] if not _usable(*pair)][:1]


def _transforms(dataset: Any) -> list[Any]:
    groups = [
        *dataset.get("SharedFunctionalGroupsSequence", ()),
        *dataset.get("PerFrameFunctionalGroupsSequence", ()),
    ]
    own = [item for group in groups for item in group.get("PixelValueTransformationSequence", ())]
    return own or [dataset]


def _usable(slope: Any, intercept: Any) -> bool:
    try:
        numbers = float(slope), float(intercept)
    except (TypeError, ValueError):
        return False
    return all(map(math.isfinite, numbers)) and numbers[0] > 0


def _spacing(series: Series, dataset: Any) -> list[str]:
    assert series.geometry is not None
    shown = series.geometry.pixel_spacing_mm
    if shown is None:
        return []
    rows_columns = (shown[1], shown[0])
    if not all(map(math.isfinite, shown)) or min(shown) <= 0:
        return [f"a spacing of {shown}"]
    codes = {notice.code for notice in series.notices}
    detector = _pair(dataset.get("ImagerPixelSpacing"))
    own = [_pair(dataset.get("PixelSpacing")), *map(_pair, _measures(dataset))]
    if _like(rows_columns, detector) and dataset.get("Modality") in _PROJECTIONS:
        calibrated = bool(dataset.get("PixelSpacingCalibrationType"))
        return [] if calibrated or codes & _SAID else ["spacing at the detector, not said"]
    if any(_like(rows_columns, pair) for pair in own):
        return []
    if codes & {"spacing-estimated", "region-spacing"}:
        return []
    return [f"mm of {rows_columns}, which the file does not state"]


def _measures(dataset: Any) -> list[Any]:
    groups = [
        *dataset.get("SharedFunctionalGroupsSequence", ()),
        *dataset.get("PerFrameFunctionalGroupsSequence", ()),
    ]
    return [item.get("PixelSpacing") for group in groups for item in group.get("PixelMeasuresSequence", ())]


def _pair(value: Any) -> tuple[float, float] | None:
    try:
        first, second = (float(number) for number in value)
    except (TypeError, ValueError):
        return None
    return first, second


def _like(one: tuple[float, float], other: tuple[float, float] | None) -> bool:
    return other is not None and all(
        math.isclose(a, b, rel_tol=_TOLERANCE) for a, b in zip(one, other, strict=True)
    )
