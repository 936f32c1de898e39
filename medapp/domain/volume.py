"""Pixels with their place in the patient and their meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from medapp.domain.geometry import Geometry
    from medapp.domain.notice import Notice

WindowFunction = Literal["LINEAR", "LINEAR_EXACT", "SIGMOID"]


@dataclass(frozen=True)
class Window:
    """A window (VOI, PS3.3 C.11.2.1.2) in real-world values of the volume (after slope/intercept)."""

    center: float
    width: float
    name: str = ""
    function: WindowFunction = "LINEAR"


@dataclass(frozen=True, eq=False)
class LookupTable:
    """A modality or VOI LUT (PS3.3 C.11.1, C.11.2).

    Attributes:
        first: Input value mapped to ``data[0]``; smaller inputs take ``data[0]``, larger the last.
        data: Output values, uint16.
        bits: Bits of an output value.
    """

    first: int
    data: NDArray[np.uint16]
    bits: int
    name: str = ""


@dataclass(frozen=True, eq=False)
class Volume:
    """Pixels of one series.

    Attributes:
        array: (slices, rows, columns) of the smallest type that holds the values (stored values, see
            `slope`; real ones as float32 where slices are scaled differently), or RGB as uint8
            (slices, rows, columns, 3).
        geometry: Its grid; `geometry.stackable` tells a volume from a stack of frames.
        unit: ``HU``, ``SUVbw`` ..., or None where the numbers have no known unit.
        slope, intercept: real value = array * slope + intercept, for the whole volume.
        windows: The file's own windows, in real values. `voi_lut` comes before them.
        inverted: True for MONOCHROME1 (or presentation LUT INVERSE): low values are shown bright.
        padding: (lowest, highest) array values that are padding and never enter statistics or 0-presets.
        overlays: Bit planes (60xx) by slice index, bool (rows, columns).
        lossy: Words of the lossy-compression mark ("JPEG 12:1"), empty where lossless.
        failed: Reason by slice index where the pixels could not be decoded; such slices are filled
            with the padding/lowest value and marked by the viewer.
        instance_uids: SOP instance UID of every slice.
    """

    array: NDArray[np.generic]
    geometry: Geometry
    modality: str = ""
    series_key: str = ""
    unit: str | None = None
    slope: float = 1.0
    intercept: float = 0.0
    windows: tuple[Window, ...] = ()
    voi_lut: LookupTable | None = None
    inverted: bool = False
    padding: tuple[float, float] | None = None
    overlays: Mapping[int, NDArray[np.bool_]] = field(default_factory=dict)
    lossy: str = ""
    failed: Mapping[int, str] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    instance_uids: tuple[str, ...] = ()
    frame_time_ms: float | None = None

    @property
    def is_color(self) -> bool:
        """True for RGB."""
        return self.array.ndim == 4  # noqa: PLR2004

    def value_at(self, k: int, j: int, i: int) -> float | None:
        """Real value at an index; None for colour and for slices that failed to decode."""
        if self.is_color or k in self.failed:
            return None
        return float(self.array[k, j, i]) * self.slope + self.intercept
