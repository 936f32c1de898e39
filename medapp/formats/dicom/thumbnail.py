"""A small picture of a series, as its own window shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.formats.dicom.load import open_volume

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp.domain.patient import Series
    from medapp.domain.volume import Volume

SIZE: Final = 128
_TAILS: Final = (0.5, 99.5)


def make_thumbnail(series: Series, size: int = SIZE) -> bytes | None:
    """Decode the middle slice and draw it at most `size` pixels wide and high, as PNG.

    Returns:
        None for a series without pictures, or where its middle slice cannot be decoded.

    Raises:
        UnreadableError: Where the series cannot be opened.
    """
    if series.kind not in ("volume", "stack"):
        return None
    load = open_volume(series)
    middle = len(load.loaded) // 2
    load.read_slice(middle)
    if not load.loaded[middle]:
        return None
    return png_of(picture(load.volume, middle, size))


def picture(volume: Volume, k: int, size: int = SIZE) -> NDArray[np.uint8]:
    """Slice `k` in grey (rows, columns) or RGB (rows, columns, 3), pixels of its own proportion."""
    plane = _shrunk(volume.array[k], _proportion(volume), size)
    if volume.is_color:
        return np.ascontiguousarray(plane, dtype=np.uint8)
    real = plane.astype(np.float32) * np.float32(volume.slope) + np.float32(volume.intercept)
    if volume.windows and volume.voi_lut is None:
        window = volume.windows[0]
        low, high = window.center - window.width / 2, window.center + window.width / 2
    else:
        low, high = (float(value) for value in np.percentile(real, _TAILS))
    grey = np.clip((real - low) / max(high - low, 1e-6), 0, 1) * 255
    return np.asarray(255 - grey if volume.inverted else grey, dtype=np.float32).astype(np.uint8)


def _proportion(volume: Volume) -> float:
    """Height of a pixel over its width."""
    spacing = volume.geometry.pixel_spacing_mm
    return spacing[1] / spacing[0] if spacing is not None else 1.0


def _shrunk(plane: NDArray[Any], proportion: float, size: int) -> NDArray[Any]:
    """Nearest pixels on a grid of square ones, at most `size` each way."""
    height, width = plane.shape[0] * proportion, float(plane.shape[1])
    step = max(height, width) / size
    rows = np.arange(max(int(height / step), 1)) * (step / proportion)
    columns = np.arange(max(int(width / step), 1)) * step
    j = np.clip(rows + step / proportion / 2, 0, plane.shape[0] - 1).astype(np.intp)
    i = np.clip(columns + step / 2, 0, plane.shape[1] - 1).astype(np.intp)
    return np.asarray(plane[j][:, i])


def png_of(image: NDArray[np.uint8]) -> bytes:
    """Encode a picture."""
    import imagecodecs

    return bytes(imagecodecs.png_encode(np.ascontiguousarray(image), level=6))
