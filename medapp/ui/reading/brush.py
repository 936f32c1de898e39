"""Painting on a label map, on any plane, undone by the stroke."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from medapp.domain.arrays import np
from medapp.ui.reading.events import Event
from medapp.ui.reading.undo import Command, UndoStack

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp.ui.reading.overlay import OverlayModel
    from medapp.ui.reading.viewport_model import ViewportModel

SMALLEST, LARGEST = 0.5, 100.0
_STEP = 1.25


class BrushModel:
    """Paints the active label of the overlay's segmentation, or erases.

    The radius is in mm, in pixels where mm are not known. `edited` is called with the segmentation after
    every stroke, undo and redo; its array is the one painted on, not a copy.
    """

    def __init__(self, overlay: OverlayModel, undo_stack: UndoStack) -> None:
        """Start switched off."""
        self.edited = Event()
        self.painted = Event()
        self.active = False
        self.radius = 5.0
        self._overlay = overlay
        self._undo = undo_stack
        self._array: NDArray[np.unsignedinteger] | None = None
        self._stroke: list[tuple[NDArray[np.int64], NDArray[np.unsignedinteger]]] = []
        self._last: NDArray[np.float64] | None = None
        self._value = 0

    def start(self, label_value: int) -> bool:
        """Paint a label from now on; False where there is no segmentation with it, or labels overlap."""
        segmentation = self._overlay.segmentation
        if segmentation is None or segmentation.overlaps:
            return False
        if label_value not in {label.value for label in segmentation.labels}:
            return False
        if self._array is None or self._array is not segmentation.array:
            self._array = np.array(segmentation.array, order="C", copy=True)
            self._overlay.segmentation = replace(segmentation, array=self._array)
        self._overlay.set_active_label(label_value)
        self.active = True
        return True

    def stop(self) -> None:
        """Paint no more."""
        self.end_stroke()
        self.active = False
        self._array = None

    def resize(self, larger: bool) -> None:
        """One step larger or smaller."""
        radius = self.radius * (_STEP if larger else 1 / _STEP)
        self.radius = min(max(radius, SMALLEST), LARGEST)
        self._overlay.changed.emit()

    def begin_stroke(self, *, erase: bool) -> None:
        """The button has gone down."""
        self.end_stroke()
        self._value = 0 if erase else self._overlay.active_label
        self._last = None

    def paint(self, viewport: ViewportModel, column: float, row: float) -> bool:
        """Paint up to a point of the shown slice; False where this viewport does not show the labels."""
        grid = viewport.grid
        fitting = viewport.fitting_labels(self._overlay.segmentation)
        if not self.active or grid is None or self._array is None or fitting is not self._array:
            return False
        here = np.array((column, row), dtype=np.float64)
        start = here if self._last is None else self._last
        reach = self.radius / np.array(grid.pixel)
        steps = max(1, int(np.ceil(np.linalg.norm((here - start) / np.maximum(reach, 0.5)) * 2)))
        for n in range(1, steps + 1):
            self._dab(viewport, start + (here - start) * n / steps)
        self._last = here
        self.painted.emit()
        return True

    def end_stroke(self) -> None:
        """The button has gone up: the stroke becomes one step of undo."""
        stroke, self._stroke, self._last = self._stroke, [], None
        array, value = self._array, self._value
        if not stroke or array is None:
            return

        def undo() -> None:
            for where, before in reversed(stroke):
                array.reshape(-1)[where] = before
            self._tell(array)

        def redo() -> None:
            for where, _ in stroke:
                array.reshape(-1)[where] = value
            self._tell(array)

        self._undo.push(Command("brush", undo, redo))
        self._tell(array)

    def _tell(self, array: NDArray[np.unsignedinteger]) -> None:
        segmentation = self._overlay.segmentation
        self.painted.emit()
        if segmentation is not None and segmentation.array is array:
            self.edited.emit(segmentation)

    def _dab(self, viewport: ViewportModel, center: NDArray[np.float64]) -> None:
        where = voxels_under(viewport, center, self.radius)
        if self._array is None or not where.size:
            return
        flat = self._array.reshape(-1)
        where = where[flat[where] != self._value]
        if where.size:
            self._stroke.append((where, flat[where].copy()))
            flat[where] = self._value


def voxels_under(viewport: ViewportModel, center: NDArray[np.float64], radius: float) -> NDArray[np.int64]:
    """Flat indices of the voxels of the shown slice within `radius` of a point of it.

    On a resampled plane those voxels whose centre lies within half a slice of the plane.
    """
    grid = viewport.grid
    if grid is None:
        return np.zeros(0, dtype=np.int64)
    shape = viewport.volume.array.shape[:3]
    reach = radius / np.array(grid.pixel)
    matrix = np.column_stack((grid.right, grid.down, grid.step))
    middle = grid.to_voxel(float(center[0]), float(center[1]), viewport.state.index)
    half = np.abs(matrix) @ np.array((reach[0], reach[1], 0.5))
    low = np.maximum(np.ceil(middle - half - 1e-6), 0).astype(np.int64)
    high = np.minimum(np.floor(middle + half + 1e-6), np.array(shape[::-1]) - 1).astype(np.int64)
    if (high < low).any():
        return np.zeros(0, dtype=np.int64)
    k, j, i = np.meshgrid(
        *(np.arange(low[axis], high[axis] + 1) for axis in (2, 1, 0)), indexing="ij", sparse=False
    )
    offsets = np.stack((i.ravel(), j.ravel(), k.ravel()), axis=-1) - middle
    place = offsets @ np.linalg.inv(matrix).T
    across = (place[:, 0] / reach[0]) ** 2 + (place[:, 1] / reach[1]) ** 2
    # The voxel under the point is always painted, however thin the brush.
    inside = (across <= 1.0) | ((np.abs(place[:, 0]) <= 0.5) & (np.abs(place[:, 1]) <= 0.5))  # noqa: PLR2004
    inside &= np.abs(place[:, 2]) <= 0.5  # noqa: PLR2004 - half a slice
    flat = (k.ravel() * shape[1] + j.ravel()) * shape[2] + i.ravel()
    return np.asarray(flat[inside], dtype=np.int64)
