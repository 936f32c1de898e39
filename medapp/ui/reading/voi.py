"""From values to grey: windows, VOI tables and presets as one table (PS3.3 C.11.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from medapp.domain.arrays import np
from medapp.domain.volume import Window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from medapp.domain.volume import LookupTable, Volume

_BINS = 4096
_TAIL = 0.001
"""Share of values left out at each end by the automatic window."""
_SAMPLES = 400_000
_NARROWEST = 1e-6


@dataclass(frozen=True, eq=False)
class GrayTable:
    """Screen pixels of array values: ``pixels[value * gain + offset]``, clamped at both ends.

    Without pixels the sum is the grey level itself, from 0 to 255: what a linear window needs.
    """

    pixels: NDArray[np.uint32]
    gain: float
    offset: float


def gray_table(volume: Volume, window: Window | None, *, inverted: bool = False) -> GrayTable:
    """The table that draws a volume.

    Args:
        volume: Its type, rescale, VOI LUT and photometric interpretation count.
        window: In real values; None takes the file's VOI LUT, or its whole range without one.
        inverted: The reader's own exchange of black and white, on top of MONOCHROME1.
    """
    line = None if window is None else _line(window)
    if line is not None:
        return _straight(volume, *line, inverted=volume.inverted != inverted)
    positions, gain, offset = _table_positions(volume, window)
    real = positions * volume.slope + volume.intercept
    if window is None and volume.voi_lut is not None:
        gray = _through_table(real, volume.voi_lut)
    else:
        gray = apply_window(real, window or whole_range(volume))
    if volume.inverted != inverted:
        gray = 255.0 - gray
    levels = np.clip(np.floor(gray + 0.5), 0, 255).astype(np.uint32)
    return GrayTable(levels * np.uint32(0x010101) | np.uint32(0xFF000000), gain, offset)


def _line(window: Window) -> tuple[float, float] | None:
    """Slope and intercept of a linear window over real values, in grey levels; None for the others."""
    width = max(window.width, _NARROWEST)
    if window.function == "LINEAR_EXACT" or (window.function == "LINEAR" and width < 1.0):
        return 255.0 / width, 127.5 - 255.0 * window.center / width
    if window.function == "LINEAR" and width > 1.0:
        return 255.0 / (width - 1.0), 127.5 - 255.0 * (window.center - 0.5) / (width - 1.0)
    return None


def _straight(volume: Volume, slope: float, intercept: float, *, inverted: bool) -> GrayTable:
    """The line from array values to grey levels, rounded by what truncation takes off."""
    gain, level = volume.slope * slope, volume.intercept * slope + intercept
    if inverted:
        gain, level = -gain, 255.0 - level
    return GrayTable(np.zeros(0, dtype=np.uint32), gain, level + 0.5)


def _table_positions(volume: Volume, window: Window | None) -> tuple[NDArray[np.float64], float, float]:
    """The array values that the table's entries stand for, and how a value finds its entry."""
    kind = volume.array.dtype
    if kind.kind in "iu" and kind.itemsize <= 2:  # noqa: PLR2004 - 16 bits: one entry a value
        info = np.iinfo(kind.name)
        return np.arange(info.min, info.max + 1, dtype=np.float64), 1.0, 0.5 - info.min
    if window is not None:
        # One width to either side, so that the tails of a sigmoid are there too.
        low, high = window.center - 1.5 * window.width, window.center + 1.5 * window.width
    elif volume.voi_lut is not None:
        low, high = float(volume.voi_lut.first), float(volume.voi_lut.first + len(volume.voi_lut.data))
    else:
        whole = whole_range(volume)
        low, high = whole.center - whole.width, whole.center + whole.width
    ends = np.sort((np.array((low, high)) - volume.intercept) / (volume.slope or 1.0))
    gain = (_BINS - 1) / max(float(ends[1] - ends[0]), _NARROWEST)
    return np.linspace(ends[0], ends[1], _BINS), gain, 0.5 - float(ends[0]) * gain


def apply_window(real: NDArray[np.float64], window: Window) -> NDArray[np.float64]:
    """Grey from 0 to 255 of real values, by the window's function (C.11.2.1.2 and C.11.2.1.3)."""
    center, width = window.center, max(window.width, _NARROWEST)
    if window.function == "SIGMOID":
        return np.asarray(255.0 / (1.0 + np.exp(np.clip(-4.0 * (real - center) / width, -60.0, 60.0))))
    if window.function == "LINEAR" and width >= 1.0:
        if width == 1.0:
            return np.where(real > center - 0.5, 255.0, 0.0)
        return np.asarray(np.clip((real - (center - 0.5)) / (width - 1.0) + 0.5, 0.0, 1.0) * 255.0)
    return np.asarray(np.clip((real - center) / width + 0.5, 0.0, 1.0) * 255.0)


def _through_table(real: NDArray[np.float64], table: LookupTable) -> NDArray[np.float64]:
    index = np.clip(np.floor(real + 0.5) - table.first, 0, len(table.data) - 1).astype(np.int64)
    return np.asarray(table.data[index].astype(np.float64) * (255.0 / ((1 << table.bits) - 1)))


def table_window(table: LookupTable) -> Window:
    """The linear window that covers a VOI LUT: where dragging starts from."""
    count = len(table.data)
    return Window(table.first + count / 2, float(count), table.name)


def whole_range(volume: Volume) -> Window:
    """All values that the array's type or content can have."""
    kind = volume.array.dtype
    if kind.kind in "iu" and kind.itemsize == 1:
        low, high = 0.0, 255.0
    elif volume.array.size and kind.kind == "f":
        middle = volume.array[volume.array.shape[0] // 2]
        low, high = float(np.nanmin(middle)), float(np.nanmax(middle))
    else:
        low, high = 0.0, 4095.0
    return _between(low * volume.slope + volume.intercept, high * volume.slope + volume.intercept)


def covering_window(volume: Volume) -> Window:
    """The linear window that stands for the file's own table, or for all values without one."""
    return whole_range(volume) if volume.voi_lut is None else table_window(volume.voi_lut)


def automatic_window(volume: Volume, slices: Sequence[int] | NDArray[np.int64]) -> Window | None:
    """Preset 0: the full range less the top and bottom 0.1 %, without padding.

    Args:
        volume: Gray; None is returned for colour.
        slices: Those that have been read. Evenly spaced voxels of them are looked at.

    Returns:
        None where there is no value to go by.
    """
    usable = [int(k) for k in slices if int(k) not in volume.failed]
    if volume.is_color or not usable:
        return None
    chosen = usable[:: max(1, len(usable) // 32)]
    per_slice = max(1, volume.array.shape[1] * volume.array.shape[2] * len(chosen) // _SAMPLES)
    # A step that shares no factor with the row length, so that no column is favoured.
    step = per_slice | 1
    values = np.concatenate([volume.array[k].ravel()[::step] for k in chosen])
    if volume.padding is not None:
        values = values[(values < volume.padding[0]) | (values > volume.padding[1])]
    if values.dtype.kind == "f":
        values = values[np.isfinite(values)]
    if not values.size:
        return None
    low, high = np.quantile(values, (_TAIL, 1.0 - _TAIL))
    ends = np.sort(np.array((low, high)) * volume.slope + volume.intercept)
    return _between(float(ends[0]), float(ends[1]))


def _between(low: float, high: float) -> Window:
    return Window((low + high) / 2, max(high - low, _NARROWEST), "", "LINEAR_EXACT")


def first_window(volume: Volume, slices: Sequence[int] | NDArray[np.int64]) -> tuple[Window | None, str]:
    """What is shown first, with the key of its preset: the file's own (VOI LUT before windows), else 0."""
    if volume.voi_lut is not None:
        return None, "1"
    if volume.windows:
        return volume.windows[0], "1"
    return automatic_window(volume, slices), "0"


def dragged(window: Window, right: float, up: float, value_span: float, *, from_zero: bool) -> Window:
    """The window after a drag: right is wider, up is a lower centre (brighter).

    Args:
        window: At the start of the drag.
        right: Screen pixels from there.
        up: The same, upwards.
        value_span: Range of the image's values; 512 screen pixels cross it.
        from_zero: PET: the lower end stays at 0, and only the vertical way counts.
    """
    step = max(value_span, _NARROWEST) / 512.0
    function = window.function if window.function == "SIGMOID" else "LINEAR_EXACT"
    if from_zero:
        top = max(window.center + window.width / 2 - up * step, step)
        return Window(top / 2, top, "", function)
    width = max(window.width + right * step, step / 4)
    return Window(window.center - up * step, width, "", function)
