"""Where each lane stands, in px from the top of all; the same for drawing, heads and mouse."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from medapp.ui.record.lanes import Lane

PAD = 2
_PERIODS = {"problems", "allergies", "medicines"}
_PERIOD, _PERIOD_LEAST = 15.0, 11.5
"""Rows that are lower cannot be read; rather than that the lanes are scrolled."""
_ROW = {"labs": 9.0, "encounters": 13.0}
_OTHERS = 14.0
_LEAST, _MOST = 0.2, 1.3
_HEAD = 18.0
_HALVINGS = 12


def row_height(name: str, scale: float) -> float:
    """Rows of periods shrink less: they have titles within them, which are to be read."""
    if name in _PERIODS:
        return max(_PERIOD * math.sqrt(scale), _PERIOD_LEAST)
    return _ROW.get(name, _OTHERS) * scale


class Band(NamedTuple):
    """One lane: its top and height, and the height of a row."""

    top: float
    height: float
    row: float


@dataclass(frozen=True)
class LaneLayout:
    """All bands, and how high they are together."""

    bands: tuple[Band, ...]
    height: float

    @classmethod
    def fit(cls, lanes: Sequence[Lane], room: float, tall: Collection[str] = ()) -> LaneLayout:
        """Rows shrink to a limit where there is not enough room for all; then the lanes are scrolled.

        Args:
            lanes: What is to be placed.
            room: Px from top to bottom.
            tall: Names of lanes whose rows shall keep room for their titles.
        """
        low, high = _LEAST, _MOST
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            fits = cls._of(lanes, middle, tall).height <= room
            low, high = (middle, high) if fits else (low, middle)
        return cls._of(lanes, low, tall)

    @classmethod
    def comfortable(cls, lanes: Sequence[Lane]) -> LaneLayout:
        """As high as all lanes like to be."""
        return cls._of(lanes, 1.0, ())

    @classmethod
    def _of(cls, lanes: Sequence[Lane], scale: float, tall: Collection[str]) -> LaneLayout:
        bands, top = [], 0.0
        for lane in lanes:
            own = max(scale, 1.0) if lane.name in tall else scale
            least = (_HEAD - 2 * PAD) / lane.row_count
            row = max(row_height(lane.name, own), min(least, _OTHERS))
            height = max(row * lane.row_count, _HEAD - 2 * PAD) + 2 * PAD
            bands.append(Band(top, height, row))
            top += height
        return cls(tuple(bands), top)

    def at(self, y: float) -> tuple[int, int] | None:
        """Lane and row at a height; None where there is no lane."""
        for index, band in enumerate(self.bands):
            if band.top <= y < band.top + band.height:
                return index, max(0, int((y - band.top - PAD) / band.row))
        return None
