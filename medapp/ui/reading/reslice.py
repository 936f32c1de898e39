"""Planes and slabs out of a volume that may still be loading."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Protocol

from medapp.domain.arrays import np
from medapp.ui.reading.backend import BACKEND
from medapp.ui.reading.render import no_labels, reduced
from medapp.ui.reading.render_numpy import FAILED, NO_DATA

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from medapp.domain.volume import Volume
    from medapp.ui.reading.backend import Backend
    from medapp.ui.reading.planes import PlaneGrid

_DRAWN_TYPES = frozenset({"int16", "uint16", "uint8", "float32"})
"""In the byte order of the machine."""
_BLOCK = 16
"""Planes across the rows that are taken at once."""
_KEPT = 12
"""Planes kept per viewport: enough to go back and forth without slicing again."""


class Load(Protocol):
    """A series while it is being read, as `medapp.formats.dicom.load.open_volume` gives it."""

    @property
    def volume(self) -> Volume:
        """The array is filled in place."""
        ...

    @property
    def loaded(self) -> NDArray[np.bool_]:
        """Per slice."""
        ...

    @property
    def complete(self) -> bool:
        """True once every slice has been read or has failed."""
        ...

    @property
    def failed(self) -> Mapping[int, str]:
        """Reason by slice."""
        ...

    def prefer(self, k: int) -> None:
        """Read this slice next."""
        ...


class PlaneImage:
    """One plane, ready to be drawn.

    Attributes:
        values: (rows, columns) or (rows, columns, 3), of a type that the kernels draw.
        labels: (rows, columns) uint16, (0, 0) where there is nothing to lay over.
    """

    def __init__(self, values: NDArray[np.generic], labels: NDArray[np.uint16]) -> None:
        """Hold a plane; see the class for the shapes."""
        self.values = values
        self.labels = labels
        self._turned: tuple[tuple[bool, int, int], NDArray[np.generic], NDArray[np.uint16]] | None = None

    def turned(
        self,
        flipped: bool,
        turns: int,
        factor: int = 1,
    ) -> tuple[NDArray[np.generic], NDArray[np.uint16]]:
        """Values and labels flipped, turned and averaged, in memory order. The last answer is kept."""
        wanted = (flipped, turns % 4, factor)
        if self._turned is not None and self._turned[0] == wanted:
            return self._turned[1], self._turned[2]
        values = _turn(reduced(self.values, factor), flipped, turns)
        labels = self.labels
        if labels.size:
            labels = np.asarray(_turn(labels[::factor, ::factor], flipped, turns), dtype=np.uint16)
        self._turned = (wanted, values, labels)
        return values, labels


def _turn(array: NDArray[np.generic], flipped: bool, turns: int) -> NDArray[np.generic]:
    if flipped:
        array = array[:, ::-1]
    return np.ascontiguousarray(np.rot90(array, -turns) if turns % 4 else array)


class PlaneReader:
    """Takes planes out of one volume for one viewport and keeps the last of them."""

    def __init__(self, load: Load, backend: Backend = BACKEND) -> None:
        """Read from `load`."""
        self.load = load
        self._backend = backend
        self._kept: OrderedDict[tuple[object, ...], NDArray[np.generic]] = OrderedDict()
        self._masks: dict[tuple[object, ...], NDArray[np.uint16]] = {}
        self._columns: dict[np.dtype[np.generic], tuple[NDArray[np.generic], int, NDArray[np.generic]]] = {}

    def forget(self) -> None:
        """Drop what was kept: the volume has changed."""
        self._kept.clear()
        self._masks.clear()
        self._columns.clear()

    def labels_changed(self) -> None:
        """Drop what was kept of labels: they are painted in place."""
        array = self.load.volume.array
        self._columns = {kind: kept for kind, kept in self._columns.items() if kept[0] is array}

    def image(
        self,
        grid: PlaneGrid,
        index: int,
        slab_mm: float,
        labels: NDArray[np.generic] | None,
        shown: NDArray[np.uint16] | None = None,
    ) -> PlaneImage:
        """One plane with its labels and the marks of what is missing.

        Args:
            grid: Plane.
            index: Slice of it.
            slab_mm: Above 0: maximum over this thickness.
            labels: Label map on the volume's grid.
            shown: Which label stands for each value of `labels`, where not all stand for themselves.
        """
        values, mask = self._values(grid, index, slab_mm)
        overlay = no_labels()
        if labels is not None:
            overlay = self._labels(grid, index, labels)
            overlay = overlay if shown is None else shown[overlay]
        missing = self._missing(grid, index, mask)
        if missing is not None:
            overlay = missing if not overlay.size else np.where(missing > 0, missing, overlay)
        return PlaneImage(values, overlay)

    # ---- values ---------------------------------------------------------------------------------------
    def _values(
        self, grid: PlaneGrid, index: int, slab_mm: float
    ) -> tuple[NDArray[np.generic], NDArray[np.uint16] | None]:
        key = (grid.name, grid.acquisition, index, round(slab_mm, 3))
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key], self._masks.get(key)
        first, last = slab_range(grid, index, slab_mm)
        array = self.load.volume.array
        mask: NDArray[np.uint16] | None = None
        if grid.axes is None:
            values, mask = self._resampled(grid, first, last)
        elif last - first == 1:
            values = self._one(grid, index, array)
        else:
            values = self._slab(grid, first, last, array)
        values = _drawable(values)
        # The acquired slices are views of the volume; only what was made is worth keeping.
        if self.load.complete and not np.shares_memory(values, array):
            self._keep(key, values, mask)
        return values, mask

    def _keep(
        self, key: tuple[object, ...], values: NDArray[np.generic], mask: NDArray[np.uint16] | None
    ) -> None:
        self._kept[key] = values
        if mask is not None:
            self._masks[key] = mask
        while len(self._kept) > _KEPT:
            old, _ = self._kept.popitem(last=False)
            self._masks.pop(old, None)

    def _one(self, grid: PlaneGrid, index: int, array: NDArray[np.generic]) -> NDArray[np.generic]:
        if grid.axes not in {(2, 1, 0), (2, 0, 1)}:
            return np.ascontiguousarray(grid.view(array)[index])
        return self._column(grid, index, array)

    def _column(self, grid: PlaneGrid, index: int, array: NDArray[np.generic]) -> NDArray[np.generic]:
        """A plane across the rows of the array, the one that numpy copies slowly."""
        if array.ndim != 3 or not array.flags.c_contiguous:  # noqa: PLR2004 - gray
            return np.ascontiguousarray(grid.view(array)[index])
        i = round(float(grid.to_voxel(0, 0, index)[0]))
        kept = self._columns.get(array.dtype)
        if kept is None or kept[0] is not array or not kept[1] <= i < kept[1] + kept[2].shape[1]:
            first = i - i % _BLOCK
            count = min(_BLOCK, array.shape[2] - first)
            planes = np.empty((array.shape[0], count, array.shape[1]), dtype=array.dtype)
            self._backend.functions.take_columns(array, first, planes)
            kept = (array, first, planes)
            # Not before all has been read: what is kept is not looked at again.
            if self.load.complete:
                self._columns[array.dtype] = kept
        return _as_plane(grid, kept[2][:, i - kept[1]])

    def _slab(
        self, grid: PlaneGrid, first: int, last: int, array: NDArray[np.generic]
    ) -> NDArray[np.generic]:
        if grid.axes is not None and grid.axes[0] == 2 and array.ndim == 3 and array.flags.c_contiguous:  # noqa: PLR2004
            ends = sorted(round(float(grid.to_voxel(0, 0, n)[0])) for n in (first, last - 1))
            out = np.empty(array.shape[:2], dtype=array.dtype)
            self._backend.functions.max_over_columns(array, ends[0], ends[1] + 1, out)
            return _as_plane(grid, out)
        return np.ascontiguousarray(grid.view(array)[first:last].max(axis=0))

    def _resampled(
        self, grid: PlaneGrid, first: int, last: int
    ) -> tuple[NDArray[np.generic], NDArray[np.uint16]]:
        array = self.load.volume.array
        if not _is_drawn(array.dtype):
            array = array.astype(np.float32)
        shape = (grid.rows, grid.columns)
        best: NDArray[np.generic] | None = None
        inside = np.full(shape, NO_DATA, dtype=np.uint16)
        for n in range(first, last):
            values, mask = np.empty(shape, dtype=array.dtype), np.empty(shape, dtype=np.uint16)
            self._backend.functions.reslice_linear(
                array, *_index_steps(grid, n), self._darkest(array.dtype),
                0.5 if array.dtype.kind in "iu" else 0.0, values, mask,
            )  # fmt: skip
            best = values if best is None else np.maximum(best, values)
            np.minimum(inside, mask, out=inside)
        return (best if best is not None else np.zeros(shape, array.dtype)), inside

    @staticmethod
    def _darkest(kind: np.dtype[np.generic]) -> float:
        return float(np.iinfo(kind.name).min) if kind.kind in "iu" else float(np.finfo(np.float32).min)

    # ---- labels and marks -----------------------------------------------------------------------------
    def _labels(self, grid: PlaneGrid, index: int, labels: NDArray[np.generic]) -> NDArray[np.uint16]:
        if grid.axes is None:
            out = np.empty((grid.rows, grid.columns), dtype=np.uint16)
            self._backend.functions.reslice_labels(labels, *_index_steps(grid, index), out)
            return out
        return np.ascontiguousarray(self._one(grid, index, labels), dtype=np.uint16)

    def _missing(
        self, grid: PlaneGrid, index: int, mask: NDArray[np.uint16] | None
    ) -> NDArray[np.uint16] | None:
        """Marks of pixels without data: outside the volume, not read yet, or failed."""
        state = self.slice_marks()
        if state is None:
            return mask
        if grid.axes is None:
            origin, right, down = _index_steps(grid, index)
            rows = np.arange(grid.rows)[:, None] * down[0] + np.arange(grid.columns)[None, :] * right[0]
            slices = np.clip(np.floor(origin[0] + rows + 0.5), 0, len(state) - 1).astype(np.int64)
            marks = np.asarray(state[slices], dtype=np.uint16)
            return marks if mask is None else np.maximum(marks, mask)
        view = grid.view(np.broadcast_to(state[:, None, None], self.load.volume.array.shape[:3]))[index]
        return np.ascontiguousarray(view, dtype=np.uint16) if view.any() else None

    def slice_marks(self) -> NDArray[np.uint16] | None:
        """Per slice 0, NO_DATA (not read yet) or FAILED; None where all is well."""
        if self.load.complete and not self.load.failed:
            return None
        marks = np.where(np.asarray(self.load.loaded), 0, NO_DATA).astype(np.uint16)
        for k in tuple(self.load.failed):
            marks[k] = FAILED
        return marks if bool(marks.any()) else None


def slab_range(grid: PlaneGrid, index: int, slab_mm: float) -> tuple[int, int]:
    """First and one past the last slice of a slab about `index`."""
    if slab_mm <= 0 or not grid.slice_step:
        return index, index + 1
    count = max(1, round(slab_mm / grid.slice_step))
    first = max(0, index - (count - 1) // 2)
    return first, min(grid.count, index - (count - 1) // 2 + count)


def _index_steps(
    grid: PlaneGrid, index: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Origin, right and down in the order of the array's axes (k, j, i)."""
    origin = grid.to_voxel(0, 0, index)
    return (
        np.ascontiguousarray(origin[::-1]),
        np.ascontiguousarray(grid.right[::-1]),
        np.ascontiguousarray(grid.down[::-1]),
    )


def _as_plane(grid: PlaneGrid, columns: NDArray[np.generic]) -> NDArray[np.generic]:
    """Turn (k, j) into the (row, column) of a plane across the array's rows."""
    turned = columns if grid.axes == (2, 0, 1) else columns.T
    down = -1 if grid.down.sum() < 0 else 1
    right = -1 if grid.right.sum() < 0 else 1
    return np.ascontiguousarray(turned[::down, ::right])


def _is_drawn(kind: np.dtype[Any]) -> bool:
    return kind.isnative and kind.name in _DRAWN_TYPES


def _drawable(values: NDArray[np.generic]) -> NDArray[np.generic]:
    """A type that the kernels draw; wider ones lose what no screen could show."""
    if _is_drawn(values.dtype):
        return np.ascontiguousarray(values)
    if values.dtype == np.bool_:
        return values.astype(np.uint8)
    return values.astype(np.float32)
