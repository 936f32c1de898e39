"""The planes a volume is read in: which voxels they show and where they lie in the patient.

Planes that follow the axes of the array are views of it (no voxel is changed or made up). The planes of
the patient through an oblique or tilted volume are resampled along its affine.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from medapp.domain.arrays import np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from medapp.domain.geometry import Geometry

PlaneName = Literal["acquisition", "axial", "coronal", "sagittal"]
ANATOMICAL: tuple[PlaneName, ...] = ("axial", "coronal", "sagittal")

_ALIGNED = 1e-3
"""Largest sine between an array axis and a patient axis that still counts as the same direction."""
_LONGEST_SIDE = 1024
"""Pixels along the longer side of a resampled plane, at most."""

# Screen right, screen down and the direction in which slices are counted, in LPS. Patient right is on
# screen left for axial and coronal; sagittal looks from the left with anterior on screen left.
_SCREEN: Mapping[PlaneName, tuple[tuple[int, int, int], tuple[int, int, int], tuple[int, int, int]]] = {
    "axial": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "coronal": ((1, 0, 0), (0, 0, -1), (0, 1, 0)),
    "sagittal": ((0, 1, 0), (0, 0, -1), (1, 0, 0)),
}


@dataclass(frozen=True, eq=False)
class PlaneGrid:
    """All slices of one plane.

    Attributes:
        name: ``axial``, ``coronal``, ``sagittal``, or ``acquisition`` where the patient is not known.
        count, rows, columns: Slices, and pixels of each.
        origin: Index (i, j, k) of pixel (0, 0) of slice 0.
        right, down, step: Index (i, j, k) steps per column, row and slice.
        pixel: Size of a pixel (width, height) in mm, or in relative units where mm are not known.
        slice_step: Distance of two slices in mm, None where not known.
        axes: Array axis of (slice, row, column) where the plane is a view of the array, else None.
        acquisition: True where the slices are those that were acquired.
    """

    name: PlaneName
    count: int
    rows: int
    columns: int
    origin: NDArray[np.float64]
    right: NDArray[np.float64]
    down: NDArray[np.float64]
    step: NDArray[np.float64]
    pixel: tuple[float, float]
    slice_step: float | None
    axes: tuple[int, int, int] | None
    acquisition: bool

    def to_voxel(self, column: float, row: float, index: float) -> NDArray[np.float64]:
        """Continuous (i, j, k) of a point of the plane."""
        return self.origin + column * self.right + row * self.down + index * self.step

    def from_voxel(self, ijk: NDArray[np.float64]) -> tuple[float, float, float]:
        """(column, row, slice) of a continuous (i, j, k)."""
        column, row, index = self._inverse @ (np.asarray(ijk, dtype=np.float64) - self.origin)
        return float(column), float(row), float(index)

    @cached_property
    def _inverse(self) -> NDArray[np.float64]:
        return np.asarray(np.linalg.inv(np.column_stack((self.right, self.down, self.step))))

    def view(self, array: NDArray[np.generic]) -> NDArray[np.generic]:
        """The array as (slice, row, column, ...), without copying. Only where `axes` is set.

        Raises:
            ValueError: For a resampled plane.
        """
        if self.axes is None:
            message = "a resampled plane is not a view of the array"
            raise ValueError(message)
        rest = tuple(range(3, array.ndim))
        turned = array.transpose(*self.axes, *rest)
        signs = tuple(self._reversed(vector) for vector in (self.step, self.down, self.right))
        return turned[signs]

    @staticmethod
    def _reversed(vector: NDArray[np.float64]) -> slice:
        return slice(None, None, -1) if vector.sum() < 0 else slice(None)


def plane_grids(geometry: Geometry) -> dict[PlaneName, PlaneGrid]:
    """The planes in which a series can be shown; "acquisition" is always among them.

    The anatomical planes are there for volumes whose orientation and spacing are all known: a plane
    made with a guessed spacing would have the wrong shape.
    """
    acquired = _acquisition(geometry)
    grids: dict[PlaneName, PlaneGrid] = {"acquisition": acquired}
    if not can_reformat(geometry):
        return grids
    for name in ANATOMICAL:
        if name == acquired.name:
            grids[name] = acquired
        elif _follows_patient(geometry):
            grids[name] = _aligned(geometry, name)
        else:
            grids[name] = _resampled(geometry, name)
    return grids


def can_reformat(geometry: Geometry) -> bool:
    """True where planes other than the acquired one have a known shape."""
    several = min(geometry.shape) > 1
    return geometry.stackable and geometry.oriented and geometry.spacing_mm is not None and several


def _follows_patient(geometry: Geometry) -> bool:
    away = np.sort(np.abs(geometry.direction), axis=0)[:2]
    return bool(away.max() < _ALIGNED)


def _acquisition(geometry: Geometry) -> PlaneGrid:
    """The acquired slices, in the order of the array, turned as the nearest anatomical plane is shown."""
    columns, rows, count = geometry.shape[2], geometry.shape[1], geometry.shape[0]
    steps = geometry.steps
    slice_step = float(steps[2]) if geometry.stackable and geometry.spacing_mm is not None else None
    if not (geometry.oriented and geometry.stackable):
        identity = np.eye(3)
        return PlaneGrid(
            "acquisition", count, rows, columns, np.zeros(3), identity[0], identity[1], identity[2],
            (float(steps[0]), float(steps[1])), slice_step, (0, 1, 2), acquisition=True,
        )  # fmt: skip
    name: PlaneName = ("sagittal", "coronal", "axial")[int(np.argmax(np.abs(geometry.normal)))]
    right = _nearest_axis(geometry, np.array(_SCREEN[name][0]), (0, 1))
    other = 1 - int(np.argmax(np.abs(right)))
    down = _nearest_axis(geometry, np.array(_SCREEN[name][1]), (other,))
    plain = _follows_patient(geometry)
    shown: PlaneName = name if plain else "acquisition"
    return _from_axes(geometry, shown, right, down, np.array((0.0, 0.0, 1.0)))


def _nearest_axis(
    geometry: Geometry, direction: NDArray[np.int64], axes: tuple[int, ...]
) -> NDArray[np.float64]:
    """The signed unit index step among `axes` that runs best along a patient direction."""
    along = direction @ geometry.direction
    axis = max(axes, key=lambda a: abs(along[a]))
    step = np.zeros(3)
    step[axis] = 1.0 if along[axis] >= 0 else -1.0
    return step


def _aligned(geometry: Geometry, name: PlaneName) -> PlaneGrid:
    right, down, step = (_nearest_axis(geometry, np.array(d), (0, 1, 2)) for d in _SCREEN[name])
    return _from_axes(geometry, name, right, down, step)


def _from_axes(
    geometry: Geometry,
    name: PlaneName,
    right: NDArray[np.float64],
    down: NDArray[np.float64],
    step: NDArray[np.float64],
) -> PlaneGrid:
    sizes = np.array(geometry.shape[::-1])
    origin = np.zeros(3)
    for vector in (right, down, step):
        if vector.sum() < 0:
            origin -= vector * (sizes - 1)
    i_right, i_down, i_step = (int(np.argmax(np.abs(v))) for v in (right, down, step))
    steps = geometry.steps
    known = geometry.spacing_mm is not None or (i_step != 2 and geometry.units == "mm")  # noqa: PLR2004
    return PlaneGrid(
        name=name,
        count=int(sizes[i_step]),
        rows=int(sizes[i_down]),
        columns=int(sizes[i_right]),
        origin=origin,
        right=right,
        down=down,
        step=step,
        pixel=(float(steps[i_right]), float(steps[i_down])),
        slice_step=float(steps[i_step]) if known else None,
        axes=(2 - i_step, 2 - i_down, 2 - i_right),
        acquisition=i_step == 2,  # noqa: PLR2004 - index axis k
    )


def _resampled(geometry: Geometry, name: PlaneName) -> PlaneGrid:
    """A plane of the patient through an oblique volume, over the box that holds it."""
    sizes = np.array(geometry.shape[::-1])
    corners = np.array(np.meshgrid(*[(0, n - 1) for n in sizes], indexing="ij")).reshape(3, -1).T
    right, down, step = (np.array(d, dtype=np.float64) for d in _SCREEN[name])
    placed = geometry.to_patient(corners)
    box = placed @ np.column_stack((right, down, step))
    low, size = box.min(axis=0), np.ptp(box, axis=0)
    fine = max(float(geometry.steps.min()), float(size[:2].max()) / (_LONGEST_SIDE - 1))
    across = float(geometry.steps[int(np.argmax(np.abs(step @ geometry.direction)))])
    inverse = np.linalg.inv(geometry.affine[:3, :3])
    start = low[0] * right + low[1] * down + low[2] * step
    return PlaneGrid(
        name=name,
        count=int(np.floor(size[2] / across)) + 1,
        rows=int(np.floor(size[1] / fine)) + 1,
        columns=int(np.floor(size[0] / fine)) + 1,
        origin=geometry.to_index(start),
        right=inverse @ right * fine,
        down=inverse @ down * fine,
        step=inverse @ step * across,
        pixel=(fine, fine),
        slice_step=across,
        axes=None,
        acquisition=False,
    )
