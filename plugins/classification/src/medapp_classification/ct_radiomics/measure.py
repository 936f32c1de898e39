"""All features of a segment, or why there are none."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

import numpy as np

from medapp_classification.ct_radiomics import intensity
from medapp_classification.ct_radiomics.catalogue import BY_KEY, full_tag
from medapp_classification.ct_radiomics.discretise import grey_levels
from medapp_classification.ct_radiomics.morphology import morphology
from medapp_classification.ct_radiomics.roi import NotComputable, cut
from medapp_classification.ct_radiomics.textures import Textures

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from medapp.domain.volume import Volume
    from medapp_classification.ct_radiomics.morphology import Values
    from medapp_classification.ct_radiomics.roi import Roi
    from medapp_classification.ct_radiomics.settings import Settings


_COSTS: Final = {"morph": 20, "loc": 9, "cm": 1, "rlm": 2, "szm": 3}
"""Time that families take, measured on spheres of 7,000 to 500,000 voxels; 1 for the rest."""


def tags_of(settings: Settings, family: str = "") -> list[str]:
    """The tags of all features that `settings` ask for, in their order; of one family where it is named."""
    return [
        full_tag(BY_KEY[key], feature, settings.dimension, settings.aggregation)
        for key in ((family,) if family else settings.families)
        for feature in BY_KEY[key].features
    ]


def features_of(
    volume: Volume,
    mask: NDArray[np.bool_],
    settings: Settings,
    tell: Callable[[float, str], None] = lambda _fraction, _message: None,
) -> Values:
    """Measure one segment.

    Args:
        volume: Of known spacing.
        mask: bool (slices, rows, columns).
        settings: How.
        tell: Called with a fraction from 0 to 1 and what is being done; may raise to cancel.

    Returns:
        By tag, in the order of `tags_of`: the value, or a sentence that says why there is none.
    """
    try:
        tell(0.0, "cutting out")
        segment = _Segment(cut(volume, mask, settings), settings)
    except NotComputable as reason:
        return dict.fromkeys(tags_of(settings), str(reason))
    found: Values = {}
    whole = sum(_COSTS.get(key, 1) for key in settings.families)
    for number, key in enumerate(settings.families):
        done = sum(_COSTS.get(each, 1) for each in settings.families[:number])
        fraction, title = done / whole, BY_KEY[key].title
        tell(fraction, title)
        tags = tags_of(settings, key)
        try:
            values = segment.family(key, partial(tell, fraction, title))
        except NotComputable as reason:
            values = dict.fromkeys(tags, str(reason))
        found |= {tag: _checked(values[tag]) for tag in tags}
    return found


def _checked(value: float | str) -> float | str:
    if isinstance(value, str):
        return value
    if np.isfinite(value):
        return float(value)
    return "it is not a finite number for this segment"


class _Segment:
    """One segment; what several families need is made once, and only where one of them is asked for."""

    def __init__(self, roi: Roi, settings: Settings) -> None:
        self.roi = roi
        self.settings = settings
        self._zones: tuple[Values, Values] | None = None

    @cached_property
    def values(self) -> NDArray[np.float64]:
        return np.asarray(self.roi.image[self.roi.inside], dtype=np.float64)

    @cached_property
    def tally(self) -> intensity.Tally:
        return intensity.Tally.of(self.values, whole=self.settings.whole_numbers)

    @cached_property
    def levels(self) -> NDArray[np.int32]:
        return grey_levels(self.values, self.settings)

    @cached_property
    def most(self) -> int:
        fixed = self.settings.discretisation == "fixed bin number"
        return self.settings.bins if fixed else int(self.levels.max())

    @cached_property
    def textures(self) -> Textures:
        return Textures(self.roi, self.levels, self.most, self.settings)

    def family(self, key: str, check: Callable[[], None]) -> Values:
        """Features of a family by tag.

        Raises:
            NotComputable: Where none of them can be had.
        """
        makers: dict[str, Callable[[], Values]] = {
            "morph": lambda: morphology(self.roi, check),
            "loc": lambda: intensity.local_peaks(self.roi),
            "stat": lambda: intensity.statistics(self.tally),
            "ih": lambda: intensity.histogram(self.levels, self.most),
            "ivh": lambda: intensity.volume_histogram(self.values, self.settings),
            "cm": lambda: self.textures.cooccurrence(check),
            "rlm": lambda: self.textures.runs(check),
            "szm": lambda: self.zones(check)[0],
            "dzm": lambda: self.zones(check)[1],
            "ngt": lambda: self.textures.tones(check),
            "ngl": lambda: self.textures.dependences(check),
        }
        return makers[key]()

    def zones(self, check: Callable[[], None]) -> tuple[Values, Values]:
        """Features of sizes and of distances: both go by the same zones."""
        if self._zones is None:
            self._zones = self.textures.zones(check)
        return self._zones
