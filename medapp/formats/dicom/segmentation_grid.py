"""Which voxels the frames of a segmentation cover: those of its source, or of a grid of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from medapp.domain.geometry import Geometry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from medapp.formats.dicom.frames import Frame

_SAME_DIRECTION: Final = 1e-3
_SAME_SPACING: Final = 1e-3
_OFF_PIXELS: Final = 0.1
_OFF_STEPS: Final = 0.05
_OFF_MM: Final = 0.1
_MOST_EMPTY: Final = 50
"""A grid of its own has at most so many times as many slices as there are planes with frames."""


def on_grid(frames: Sequence[Frame], geometry: Geometry) -> list[int] | None:
    """Slice of `geometry` for every frame; None where any frame does not lie pixel on pixel with one."""
    first = frames[0]
    if (first.header.rows, first.header.columns) != geometry.shape[1:] or not geometry.oriented:
        return None
    if first.spacing is None or geometry.units != "mm":
        return None
    if not np.allclose(first.spacing, (geometry.steps[1], geometry.steps[0]), rtol=_SAME_SPACING):
        return None
    normal = geometry.normal
    places = geometry.slice_positions or tuple(
        float(geometry.to_patient((0, 0, k)) @ normal) for k in range(geometry.shape[0])
    )
    along = np.asarray(places)
    step = float(np.diff(along).min()) if len(along) > 1 else 1.0
    found = []
    for frame in frames:
        if frame.position is None or not _parallel(frame, geometry.direction[:, :2].T):
            return None
        position = np.asarray(frame.position)
        k = int(np.argmin(np.abs(along - position @ normal)))
        i, j, _ = geometry.to_index(position)
        if abs(along[k] - position @ normal) > _OFF_STEPS * step or max(abs(i), abs(j)) > _OFF_PIXELS:
            return None
        found.append(k)
    return found


def own_grid(frames: Sequence[Frame], step_mm: float | None) -> tuple[Geometry, list[int]]:
    """A grid that holds all frames, and the slice of each.

    Planes between them that hold no frame are part of the grid where all lie a whole number of steps
    apart, for empty frames are not written.

    Args:
        frames: Of one object.
        step_mm: Spacing between slices, where the object states it.

    Raises:
        ValueError: Where the frames are not parallel or do not lie behind one another.
    """
    first = frames[0]
    points = np.array([frame.position or (0.0, 0.0, 0.0) for frame in frames], dtype=np.float64)
    if first.orientation is None or any(frame.position is None for frame in frames):
        return Geometry.unknown((len(frames), first.header.rows, first.header.columns)), list(
            range(len(frames))
        )
    axes = np.asarray(first.orientation).reshape(2, 3)
    if not all(_parallel(frame, axes) for frame in frames):
        message = "its frames are not parallel"
        raise ValueError(message)
    normal = np.cross(axes[0], axes[1])
    start = points[int(np.argmin(points @ normal))]
    offsets = (points - start) @ normal
    if np.linalg.norm(points - start - offsets[:, None] * normal, axis=1).max() > _OFF_MM:
        message = "its frames do not lie behind one another"
        raise ValueError(message)
    slices, places, even = _steps(offsets, step_mm or 0.0)
    step = (places[-1] - places[0]) / (len(places) - 1) if len(places) > 1 else step_mm
    affine = np.eye(4)
    rows_mm, columns_mm = first.spacing or (1.0, 1.0)
    affine[:3, 0], affine[:3, 1] = axes[0] * columns_mm, axes[1] * rows_mm
    affine[:3, 2] = normal * (step or first.thickness or 1.0)
    affine[:3, 3] = start
    geometry = Geometry(
        (len(places), first.header.rows, first.header.columns),
        affine,
        units="px" if first.spacing is None else "mm",
        slice_positions=tuple(float(place + start @ normal) for place in places),
        frame_of_reference_uid=first.header.text("FrameOfReferenceUID"),
        slice_step_known=even and bool(step),
    )
    return geometry, slices


def _parallel(frame: Frame, axes: NDArray[np.float64]) -> bool:
    if frame.orientation is None:
        return False
    return bool(np.allclose(np.asarray(frame.orientation).reshape(2, 3), axes, atol=_SAME_DIRECTION))


def _steps(offsets: NDArray[np.float64], stated: float) -> tuple[list[int], NDArray[np.float64], bool]:
    """Slice of every frame, place of every slice from the first, and whether the slices are even."""
    places = np.asarray(np.unique(np.round(offsets, 3)), dtype=np.float64)
    gaps = np.diff(places)
    smallest = float(gaps.min()) if len(gaps) else 0.0
    for step in (abs(stated), smallest):
        if step <= 0:
            continue
        numbers = np.rint(offsets / step)
        count = int(numbers.max()) + 1
        if np.abs(offsets / step - numbers).max() <= _OFF_STEPS and count <= _MOST_EMPTY * len(places):
            mean = float(offsets.max() / (count - 1)) if count > 1 else step
            return [int(number) for number in numbers], np.arange(count, dtype=np.float64) * mean, True
    return [int(np.argmin(np.abs(places - offset))) for offset in offsets], places, len(places) <= 1
