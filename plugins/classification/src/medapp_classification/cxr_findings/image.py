"""From stored pixels to the square grey image that network and descriptors see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from medapp.domain.volume import Volume

SIZE = 96
_DARKEST, _BRIGHTEST = 0.5, 99.5
_ENOUGH = 200_000


def grey_of(volume: Volume) -> NDArray[np.float32]:
    """The only slice of a volume, (rows, columns), dense tissue bright, padding at its darkest.

    Raises:
        ValueError: Where it is a colour image, or its pixels could not be read or are no numbers.
    """
    if volume.is_color:
        message = "needs grey values, this is a colour image"
        raise ValueError(message)
    if 0 in volume.failed:
        message = "the image could not be read"
        raise ValueError(message)
    stored = volume.array[0]
    grey: NDArray[np.float32] = stored.astype(np.float32)
    grey = grey * np.float32(volume.slope) + np.float32(volume.intercept)
    if not np.isfinite(grey).all():
        message = "has pixels that are no numbers"
        raise ValueError(message)
    if volume.inverted:
        grey = -grey
    if volume.padding is not None:
        low, high = volume.padding
        outside = (stored >= low) & (stored <= high)
        if outside.any() and not outside.all():
            grey[outside] = grey[~outside].min()
    return grey


def windowed(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """Values from 0 to 1: the window lies between two percentiles, so that burnt-in marks do not set it."""
    step = max(1, int(np.sqrt(grey.size / _ENOUGH)))
    low, high = np.percentile(grey[::step, ::step], [_DARKEST, _BRIGHTEST])
    if high <= low:
        return np.zeros(grey.shape, np.float32)
    return np.asarray(np.clip((grey - np.float32(low)) / np.float32(high - low), 0, 1), np.float32)


def squared(image: NDArray[np.float32], size: int = SIZE) -> NDArray[np.float32]:
    """(size, size) of any image, each side scaled by itself as in training; smoothed to shrink."""
    from PIL import Image

    picture = Image.fromarray(np.ascontiguousarray(image, dtype=np.float32))
    small = np.asarray(picture.resize((size, size), Image.Resampling.BILINEAR), np.float32)
    return np.asarray(np.clip(small, 0, 1), np.float32)


def prepared(volume: Volume, size: int = SIZE) -> NDArray[np.float32]:
    """(size, size), 0 to 1, of a single image.

    Raises:
        ValueError: See `grey_of`.
    """
    return squared(windowed(grey_of(volume)), size)


def read_picture(path: Path, size: int = SIZE) -> NDArray[np.float32]:
    """The same of a picture in a file of any kind that Pillow reads; colours become grey.

    Raises:
        OSError: Where it cannot be read.
    """
    from PIL import Image

    with Image.open(path) as picture:
        grey = np.asarray(picture.convert("F"), np.float32)
    return squared(windowed(grey), size)
