"""A heat map over its image, as a picture: for the window and for paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp.domain.finding import HeatMap
    from medapp.domain.volume import Volume

OPACITY: Final = 0.55
_INFERNO: Final = (
    (0, 0, 4), (40, 11, 84), (101, 21, 110), (159, 42, 99), (212, 72, 66), (245, 125, 21), (250, 193, 39),
    (252, 255, 164),
)  # fmt: skip
"""Steps of a colour scale that rises in lightness: it can be read without colours."""


def grey(volume: Volume, k: int) -> NDArray[np.uint8]:
    """A slice as grey levels, by the file's own window, else from the 1st to the 99th percentile."""
    plane = np.asarray(volume.array[k], dtype=np.float32)
    if plane.ndim == 3:  # noqa: PLR2004
        plane = plane.mean(axis=-1)
    values = plane * volume.slope + volume.intercept
    if volume.windows:
        window = volume.windows[0]
        low, high = window.center - window.width / 2, window.center + window.width / 2
    else:
        low, high = (float(one) for one in np.percentile(values, (1, 99)))
    shade = np.clip((values - low) / max(high - low, 1e-6), 0, 1)
    levels: NDArray[np.uint8] = ((1 - shade if volume.inverted else shade) * 255).astype(np.uint8)
    return levels


def blend(shades: NDArray[np.uint8], heat: NDArray[np.float32], opacity: float) -> NDArray[np.uint8]:
    """RGB (rows, columns, 3): heat over grey, the more of it the hotter."""
    scale = np.array(_INFERNO, dtype=np.float32)
    places = np.linspace(0, 1, len(scale))
    colors = np.stack([np.interp(heat, places, scale[:, one]) for one in range(3)], axis=-1)
    share = (heat * opacity)[..., None]
    return (shades[..., None] * (1 - share) + colors * share).astype(np.uint8)


def hottest(heat: HeatMap) -> int:
    """The slice with the most heat."""
    return int(np.argmax(heat.array.reshape(len(heat.array), -1).sum(axis=1)))


def picture(heat: HeatMap, volume: Volume | None, k: int, opacity: float = OPACITY) -> NDArray[np.uint8]:
    """RGB (rows, columns, 3) of slice `k`; over black where the image is not there or lies otherwise."""
    fits = volume is not None and volume.array.shape[:3] == heat.array.shape
    shades = grey(volume, k) if volume is not None and fits else np.zeros(heat.array.shape[1:], np.uint8)
    return blend(shades, np.asarray(heat.array[k]), opacity)
