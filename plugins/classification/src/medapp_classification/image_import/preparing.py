"""From a series to what a network takes, and from the network's grid back to the series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from medapp_classification.image_import.words import ImportRefused

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp.domain.geometry import Geometry
    from medapp.domain.volume import Volume
    from medapp_classification.image_import.description import InputSpec, IntensitySpec

_AXES = {"L": (0, 1), "R": (0, -1), "P": (1, 1), "A": (1, -1), "S": (2, 1), "I": (2, -1)}
_COLOURS = 3
_ENOUGH = 2_000_000
_EDGE = -0.5
"""Where the first point of an axis begins; the last ends as far before its count."""
_OBLIQUE = 0.8
"""How well an axis of the image has to follow one of the patient to be called by its name (37 degrees)."""


@dataclass(frozen=True, slots=True)
class Placing:
    """How the network's grid lies in the image.

    Attributes:
        order: Axis of the stored image of each axis of the turned one.
        flipped: Of the turned axes.
        shape: Of the turned image.
        start, extent: Of the part of the turned image that the network sees, border and all.
    """

    order: tuple[int, ...]
    flipped: tuple[bool, ...]
    shape: tuple[int, ...]
    start: tuple[float, ...]
    extent: tuple[float, ...]

    def back(self, seen: NDArray[np.floating]) -> NDArray[np.float32]:
        """Bring a map over what the network sees, values at the middles of cells, to the stored image."""
        axes = [
            (np.arange(count) + 0.5 - start) / extent * points - 0.5
            for count, start, extent, points in zip(
                self.shape, self.start, self.extent, seen.shape, strict=True
            )
        ]
        inside = [
            (axis >= _EDGE) & (axis <= points + _EDGE) for axis, points in zip(axes, seen.shape, strict=True)
        ]
        result = seen.astype(np.float32)
        for place, axis in enumerate(axes):
            result = _along(result, place, np.clip(axis, 0, seen.shape[place] - 1))
        for place, kept in enumerate(inside):
            result[(slice(None),) * place + (~kept,)] = 0
        turned = result[tuple(slice(None, None, -1 if flip else 1) for flip in self.flipped)]
        return np.ascontiguousarray(turned.transpose(np.argsort(self.order)), dtype=np.float32)


def _along(values: NDArray[np.float32], place: int, axis: NDArray[np.float64]) -> NDArray[np.float32]:
    """Linear interpolation along one axis at fractional indices."""
    low = np.floor(axis).astype(np.intp)
    high = np.minimum(low + 1, values.shape[place] - 1)
    shape = [1] * values.ndim
    shape[place] = -1
    share = (axis - low).astype(np.float32).reshape(shape)
    found = values.take(low, place) * (1 - share) + values.take(high, place) * share
    return np.asarray(found, np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Ready:
    """What goes into the network.

    Attributes:
        array: float32 (channels, *size).
        placing: For the way back.
    """

    array: NDArray[np.float32]
    placing: Placing


def refusal(volume: Volume, given: InputSpec) -> str:
    """Why a series cannot be made ready; empty where it can."""
    slices = volume.array.shape[0]
    if given.dimensions == 2 and slices != 1:  # noqa: PLR2004
        return f"takes a single image, this series has {slices}"
    if given.dimensions == 3 and (slices < 2 or not volume.geometry.stackable):  # noqa: PLR2004
        return "takes a volume of parallel slices, this is none"
    if volume.is_color and (given.channels != _COLOURS or given.dimensions == 3):  # noqa: PLR2004
        return "needs grey values, this is a colour image"
    if volume.failed:
        return "images of the series could not be read"
    if given.orientation and not volume.geometry.oriented:
        return "needs the orientation in the patient, which the file does not state"
    return ""


def ready(volume: Volume, given: InputSpec, intensity: IntensitySpec) -> Ready:
    """Make a series ready.

    Raises:
        ImportRefused: Where it cannot be, see `refusal`, or its values are no numbers.
    """
    reason = refusal(volume, given)
    if reason:
        raise ImportRefused(reason)
    values = _real(volume, given)
    order, flipped = _turns(volume.geometry, given)
    turned = values.transpose(0, *(1 + axis for axis in order))
    turned = turned[(slice(None), *(slice(None, None, -1 if flip else 1) for flip in flipped))]
    scaled = _scaled(turned, intensity)
    start, extent = _part(scaled.shape[1:], given, _spacing(volume.geometry, given, order))
    lowest = float(scaled.min())
    placed = np.stack([_sampled(channel, start, extent, given.size, lowest) for channel in scaled])
    if given.channels > len(placed):
        placed = np.repeat(placed, given.channels, axis=0)
    placing = Placing(order, flipped, scaled.shape[1:], start, extent)
    return Ready(_standardised(placed, intensity), placing)


def _real(volume: Volume, given: InputSpec) -> NDArray[np.float32]:
    """(channels, *image), real values, in the sense of grey that the manifest asks for."""
    if volume.is_color:
        values = np.moveaxis(volume.array.astype(np.float32), -1, 0)
    else:
        grey: NDArray[np.float32] = volume.array.astype(np.float32)
        values = (grey * np.float32(volume.slope) + np.float32(volume.intercept))[None]
        if volume.padding is not None:
            outside = (grey >= volume.padding[0]) & (grey <= volume.padding[1])
            if outside.any() and not outside.all():
                values[0][outside] = values[0][~outside].min()
    if not np.isfinite(values).all():
        message = "the image has values that are no numbers"
        raise ImportRefused(message)
    if (given.invert == "as shown" and volume.inverted) or given.invert == "always":
        values = values.max() + values.min() - values
    return values[:, 0] if given.dimensions == 2 else values  # noqa: PLR2004


def _turns(geometry: Geometry, given: InputSpec) -> tuple[tuple[int, ...], tuple[bool, ...]]:
    """Which stored axis each axis of the network is, and whether it runs the other way."""
    if given.dimensions == 2:  # noqa: PLR2004
        return (0, 1), (False, False)
    if not given.orientation:
        return (0, 1, 2), (False, False, False)
    axes = geometry.direction[:, ::-1]  # of slices, rows, columns
    order, flipped = [], []
    for letter in given.orientation:
        axis, sign = _AXES[letter]
        place = int(np.argmax(np.abs(axes[axis])))
        if abs(axes[axis, place]) < _OBLIQUE or place in order:
            message = "lies too obliquely in the patient to be turned as the classifier needs it"
            raise ImportRefused(message)
        order.append(place)
        flipped.append(bool(np.sign(axes[axis, place]) != sign))
    return tuple(order), tuple(flipped)


def _scaled(values: NDArray[np.float32], how: IntensitySpec) -> NDArray[np.float32]:
    if how.scale == "values":
        return values
    low, high = how.low, how.high
    if how.scale == "percentiles":
        step = max(1, values.size // _ENOUGH)
        low, high = (float(one) for one in np.percentile(values.ravel()[::step], [low, high]))
        if high <= low:
            message = "the image holds one grey value only"
            raise ImportRefused(message)
    first, last = how.target
    share = np.clip((values - np.float32(low)) / np.float32(high - low), 0, 1)
    return np.asarray(first + share * (last - first), np.float32)


def _spacing(geometry: Geometry, given: InputSpec, order: tuple[int, ...]) -> tuple[float, ...]:
    """Millimetres between points of the turned image; empty where nobody asks for them."""
    if not given.spacing_mm:
        return ()
    geometry_mm = geometry.pixel_spacing_mm if given.dimensions == 2 else geometry.spacing_mm  # noqa: PLR2004
    known = None if geometry_mm is None else geometry_mm[::-1]
    if known is None:
        message = "needs the spacing, which the file does not state"
        raise ImportRefused(message)
    return tuple(known[axis] for axis in order)


def _part(
    shape: tuple[int, ...], given: InputSpec, spacing: tuple[float, ...]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Start and extent of what the network sees, in points of the image."""
    if spacing:
        wanted = zip(given.size, given.spacing_mm, spacing, strict=True)
        extent = tuple(points * step / own for points, step, own in wanted)
    elif given.resize == "stretch":
        return (0.0,) * len(shape), tuple(map(float, shape))
    else:
        steps = [count / points for count, points in zip(shape, given.size, strict=True)]
        step = max(steps) if given.resize == "pad" else min(steps)
        extent = tuple(step * points for points in given.size)
    return tuple((count - length) / 2 for count, length in zip(shape, extent, strict=True)), extent


def _sampled(
    image: NDArray[np.float32],
    start: tuple[float, ...],
    extent: tuple[float, ...],
    size: tuple[int, ...],
    outside: float,
) -> NDArray[np.float32]:
    """Points of the network's grid, smoothed where it is coarser than the image."""
    steps = [length / points for length, points in zip(extent, size, strict=True)]
    sigmas = [0.5 * (step - 1) if step > 1 else 0.0 for step in steps]
    smooth = ndimage.gaussian_filter(image, sigmas, mode="nearest") if max(sigmas) > 0 else image
    axes = [
        begin + (np.arange(points) + 0.5) * step - 0.5
        for begin, points, step in zip(start, size, steps, strict=True)
    ]
    result = smooth
    for place, axis in enumerate(axes):
        count = image.shape[place]
        kept = (axis >= _EDGE) & (axis <= count + _EDGE)
        result = _along(result, place, np.clip(axis, 0, count - 1))
        result[(slice(None),) * place + (~kept,)] = outside
    return result


def _standardised(values: NDArray[np.float32], how: IntensitySpec) -> NDArray[np.float32]:
    if how.mean is None or how.std is None:
        return np.asarray((values - values.mean()) / (values.std() + np.float32(1e-6)), np.float32)
    shape = (-1,) + (1,) * (values.ndim - 1)
    mean, std = (np.array(part, np.float32).reshape(shape) for part in (how.mean, how.std))
    return np.ascontiguousarray((values - mean) / std, dtype=np.float32)
