"""A black volume for labels whose images are not at hand: they are shown on a grid of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from medapp.domain.notice import Notice
from medapp.domain.volume import Volume, Window

if TYPE_CHECKING:
    from collections.abc import Mapping

    from medapp.domain.patient import Series
    from medapp.domain.segmentation import LabelMeasure, Segmentation


class BlankLoad:
    """Behaves as a series that has been read; there is nothing in it but its grid."""

    complete = True

    def __init__(self, segmentation: Segmentation, notice: str) -> None:
        """Make it for the grid of `segmentation`; `notice` tells the reader why it is black."""
        shape = segmentation.array.shape
        # One value seen everywhere, so that the black takes no memory.
        black = np.broadcast_to(np.zeros((), np.uint8), shape)
        self.volume = Volume(
            black, segmentation.geometry, "SEG", segmentation.series_key, windows=(Window(128, 255),),
            notices=(Notice("images-missing", notice),),
        )  # fmt: skip
        self.loaded = np.ones(shape[0], np.bool_)
        self.failed: Mapping[int, str] = {}

    def prefer(self, k: int) -> None:
        """Nothing is left to be read."""


def sizes_only(segmentation: Segmentation, load: BlankLoad) -> tuple[LabelMeasure, ...]:
    """Volumes of the labels; means there are none without images."""
    from dataclasses import replace

    from medapp.domain.segmentation import measure

    return tuple(replace(found, mean=None, unit=None) for found in measure(segmentation, load.volume))


def as_volume(stored: Series, segmentation: Segmentation) -> Series:
    """The segmentation's series as one that can be shown."""
    from dataclasses import replace

    return replace(stored, kind="volume", geometry=segmentation.geometry)
