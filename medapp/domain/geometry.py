"""The grid of a volume in the patient: where voxel (i, j, k) lies in LPS millimetres.

Arrays are indexed ``[k, j, i]`` (slice, row, column); the affine maps ``(i, j, k)`` to patient
coordinates (x to the Left, y to the Posterior, z to the Superior), as in DICOM PS3.3 C.7.6.2.1.1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from medapp.domain.arrays import np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

Units = Literal["mm", "px"]
"""``px`` means that the spacing is not known: lengths may only be given in pixels."""

_ORTHOGONALITY = 1e-3


def _frozen(values: ArrayLike) -> NDArray[np.float64]:
    array = np.array(values, dtype=np.float64)
    array.setflags(write=False)
    return array


@dataclass(frozen=True, eq=False)
class Geometry:
    """The grid of a volume or of a stack of frames.

    Attributes:
        shape: Number of (slices, rows, columns).
        affine: 4 x 4, maps index (i, j, k, 1) to LPS; read-only.
        units: ``mm`` where the in-plane spacing is known, else ``px`` (the affine then has unit steps).
        oriented: True where the file states how the image lies in the patient.
        stackable: True where the slices are parallel and ordered along their normal, so that the
            array is a volume; False for a stack of unrelated frames (cine, X-ray, photographs).
        slice_positions: Position of every slice along the slice normal in mm, where known. The
            affine carries their mean step; a notice tells when the steps are uneven.
        frame_of_reference_uid: (0020,0052), empty where missing.
    """

    shape: tuple[int, int, int]
    affine: NDArray[np.float64]
    units: Units = "mm"
    oriented: bool = True
    stackable: bool = True
    slice_positions: tuple[float, ...] = ()
    frame_of_reference_uid: str = ""
    slice_step_known: bool = field(default=True)

    def __post_init__(self) -> None:
        affine = _frozen(self.affine)
        if affine.shape != (4, 4):
            message = f"an affine has 4 x 4 elements, not {affine.shape}"
            raise ValueError(message)
        object.__setattr__(self, "affine", affine)

    @classmethod
    def from_parts(
        cls,
        shape: tuple[int, int, int],
        origin: Sequence[float],
        spacing: Sequence[float],
        direction: ArrayLike | None = None,
    ) -> Geometry:
        """Build a geometry from SimpleITK's words.

        Args:
            shape: (slices, rows, columns).
            origin: LPS mm of the centre of voxel (0, 0, 0).
            spacing: mm along (i, j, k).
            direction: 3 x 3 whose columns are the unit vectors of i, j and k; identity by default.
        """
        axes = np.eye(3) if direction is None else np.asarray(direction, dtype=np.float64).reshape(3, 3)
        affine = np.eye(4)
        affine[:3, :3] = axes * np.asarray(spacing, dtype=np.float64)
        affine[:3, 3] = origin
        return cls(shape, affine)

    @classmethod
    def unknown(cls, shape: tuple[int, int, int]) -> Geometry:
        """A grid of which nothing but its size is known."""
        return cls(shape, np.eye(4), units="px", oriented=False, stackable=False, slice_step_known=False)

    @property
    def origin(self) -> NDArray[np.float64]:
        """LPS of the centre of voxel (0, 0, 0)."""
        return self.affine[:3, 3]

    @property
    def steps(self) -> NDArray[np.float64]:
        """Length of one step along (i, j, k), in `units`; for display arithmetic only."""
        return np.asarray(np.linalg.norm(self.affine[:3, :3], axis=0))

    @property
    def spacing_mm(self) -> tuple[float, float, float] | None:
        """Spacing along (i, j, k) in mm, or None where any of it is not known."""
        if self.units != "mm" or not self.slice_step_known:
            return None
        i, j, k = (float(step) for step in self.steps)
        return (i, j, k)

    @property
    def pixel_spacing_mm(self) -> tuple[float, float] | None:
        """In-plane spacing along (i, j) in mm, or None where it is not known."""
        if self.units != "mm":
            return None
        return (float(self.steps[0]), float(self.steps[1]))

    @property
    def direction(self) -> NDArray[np.float64]:
        """3 x 3, columns are the unit vectors of i, j and k."""
        return np.asarray(self.affine[:3, :3] / self.steps)

    @property
    def normal(self) -> NDArray[np.float64]:
        """Unit vector perpendicular to the slices (i cross j)."""
        axes = self.direction
        return np.asarray(np.cross(axes[:, 0], axes[:, 1]))

    @property
    def is_sheared(self) -> bool:
        """True where the axes are not perpendicular (gantry tilt)."""
        axes = self.direction
        return bool(np.abs(axes.T @ axes - np.eye(3)).max() > _ORTHOGONALITY)

    @property
    def voxel_volume_ml(self) -> float | None:
        """Volume of one voxel in ml, or None where the spacing is not known."""
        if self.spacing_mm is None:
            return None
        return float(abs(np.linalg.det(self.affine[:3, :3]))) / 1000.0

    def to_patient(self, ijk: ArrayLike) -> NDArray[np.float64]:
        """Map indices of shape (..., 3) in (i, j, k) order to LPS."""
        points = np.asarray(ijk, dtype=np.float64)
        return np.asarray(points @ self.affine[:3, :3].T + self.affine[:3, 3])

    def to_index(self, lps: ArrayLike) -> NDArray[np.float64]:
        """Map LPS points of shape (..., 3) to continuous (i, j, k)."""
        inverse = np.linalg.inv(self.affine)
        points = np.asarray(lps, dtype=np.float64)
        return np.asarray(points @ inverse[:3, :3].T + inverse[:3, 3])

    def same_grid(self, other: Geometry, tolerance_mm: float = 1e-3) -> bool:
        """True where both describe the same voxels."""
        return self.shape == other.shape and bool(np.allclose(self.affine, other.affine, atol=tolerance_mm))
