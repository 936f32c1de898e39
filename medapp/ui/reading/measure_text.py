"""The numbers of measurements, with their units and with what is to be known of the spacing behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from medapp.domain.arrays import np
from medapp.ui.reading import measure
from medapp.ui.reading.corners import number, value_text
from medapp.ui.reading.text import tr

if TYPE_CHECKING:
    from medapp.ui.reading.measure import Measurement, Point
    from medapp.ui.reading.viewport_model import ViewportModel

Trust = Literal["patient", "detector", "uncertain"]
"""Where a length in mm holds."""


def length_trust(model: ViewportModel) -> Trust:
    """Where the lengths of a projection hold: its spacing may be that at the detector, or not be told."""
    if model.series is None or model.load is None:
        return "uncertain"
    codes = {notice.code for notice in (*model.series.notices, *model.volume.notices)}
    if "spacing-uncertain" in codes:
        return "uncertain"
    return "detector" if "detector-spacing" in codes else "patient"


def trust_text(trust: Trust) -> str:
    """Behind a length in mm, empty where it holds in the patient."""
    if trust == "patient":
        return ""
    return f" ({tr('at the detector') if trust == 'detector' else tr('spacing uncertain')})"


def measurement_text(model: ViewportModel, measurement: Measurement) -> str:
    """The numbers of a measurement, with their units."""
    grid = model.grid
    if grid is None or not measurement.complete:
        return ""
    points: tuple[Point, ...] = measurement.points
    if measurement.kind == "distance":
        length, unit = measure.distance(points, model.volume, grid)
        return f"{length:.1f} {unit}{_remark(model, unit)}"
    if measurement.kind == "angle":
        degrees = measure.angle(points, model.volume, grid)
        unit = measure.length_unit(model.volume, grid)
        return "" if degrees is None else f"{degrees:.1f}°{_uncalibrated(unit)}"
    if measurement.kind == "probe":
        probe = model.probe(*points[0])
        return "" if probe is None else value_text(probe)
    return _region_text(model, measurement)


def _remark(model: ViewportModel, unit: str) -> str:
    return trust_text(length_trust(model)) if unit == "mm" else _uncalibrated(unit)


def _uncalibrated(unit: str) -> str:
    return f" ({tr('spacing not known')})" if unit == "px" else ""


def _region_text(model: ViewportModel, measurement: Measurement) -> str:
    grid = model.grid
    image = model.image(None)
    if grid is None or image is None:
        return ""
    usable = image.labels == 0 if image.labels.size else np.ones((grid.rows, grid.columns), dtype=np.bool_)
    found = measure.region_statistics(measurement.points, image.values, usable, model.volume, grid)
    area = f"{number(found.area)} {found.area_unit}{_remark(model, found.area_unit[:2])}"
    if found.mean is None or found.deviation is None:
        return area
    unit = found.unit or tr("raw")
    low, high = found.lowest or 0.0, found.highest or 0.0
    spread = tr("mean {} ± {} {}").format(number(found.mean), number(found.deviation), unit)
    return f"{spread}\n{number(low)} – {number(high)}\n{area}"
