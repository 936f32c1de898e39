from __future__ import annotations

import numpy as np
import pytest

from medapp.domain.geometry import Geometry
from medapp.ui.reading.orientation import Edges, edges, letters, turned
from medapp.ui.reading.planes import plane_grids

SHAPE = (12, 20, 30)


def rotated(degrees: float) -> np.ndarray:
    angle = np.deg2rad(degrees)
    return np.array([[1, 0, 0], [0, np.cos(angle), -np.sin(angle)], [0, np.sin(angle), np.cos(angle)]])


SAGITTAL = np.array([[0, 0, 1], [1, 0, 0], [0, -1, 0]]).astype(float)
CORONAL = np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]]).astype(float)


@pytest.mark.parametrize(
    "direction", [np.eye(3), np.diag([-1.0, -1, 1]), np.diag([1.0, -1, -1]), SAGITTAL, CORONAL]
)
def test_patient_right_is_on_screen_left_and_head_is_up(direction):
    geometry = Geometry.from_parts(SHAPE, (1, 2, 3), (0.8, 1.2, 2.5), direction)
    grids = plane_grids(geometry)
    assert edges(geometry, grids["axial"]) == Edges("R", "A", "L", "P")
    assert edges(geometry, grids["coronal"]) == Edges("R", "H", "L", "F")
    assert edges(geometry, grids["sagittal"]) == Edges("A", "H", "P", "F")


@pytest.mark.parametrize("direction", [np.eye(3), np.diag([-1.0, -1, 1]), SAGITTAL, CORONAL])
def test_a_plane_shows_the_voxels_it_says(direction):
    geometry = Geometry.from_parts(SHAPE, (1, 2, 3), (0.8, 1.2, 2.5), direction)
    array = np.arange(np.prod(SHAPE)).reshape(SHAPE)
    for grid in plane_grids(geometry).values():
        view = grid.view(array)
        assert view.shape == (grid.count, grid.rows, grid.columns)
        i, j, k = grid.to_voxel(3, 2, 1).round().astype(int)
        assert view[1, 2, 3] == array[k, j, i]
        assert grid.from_voxel(grid.to_voxel(3.5, 2.25, 1)) == pytest.approx((3.5, 2.25, 1))


def test_spacing_goes_with_the_plane():
    grids = plane_grids(Geometry.from_parts(SHAPE, (0, 0, 0), (0.8, 1.2, 2.5)))
    assert grids["axial"].pixel == pytest.approx((0.8, 1.2))
    assert grids["coronal"].pixel == pytest.approx((0.8, 2.5))
    assert grids["sagittal"].pixel == pytest.approx((1.2, 2.5))
    assert grids["sagittal"].slice_step == pytest.approx(0.8)


def test_oblique_volume_is_resampled_and_its_own_slices_are_not():
    geometry = Geometry.from_parts(SHAPE, (0, 0, 0), (1, 1, 2), rotated(20))
    grids = plane_grids(geometry)
    assert grids["acquisition"].axes == (0, 1, 2)
    assert edges(geometry, grids["acquisition"]).top == "AF"
    assert all(grids[name].axes is None for name in ("axial", "coronal", "sagittal"))
    # A resampled plane covers the whole volume: all corners lie inside its box.
    axial = grids["axial"]
    for corner in np.ndindex(2, 2, 2):
        index = np.array(corner) * (np.array(SHAPE[::-1]) - 1)
        column, row, n = axial.from_voxel(index)
        assert -0.01 <= column <= axial.columns
        assert -0.01 <= row <= axial.rows
        assert -0.01 <= n <= axial.count
    assert edges(geometry, axial) == Edges("R", "A", "L", "P")


def test_gantry_tilt_is_resampled():
    affine = np.diag([1.0, 1, 3, 1])
    affine[1, 2] = 0.8
    grids = plane_grids(Geometry(SHAPE, affine))
    assert grids["coronal"].axes is None
    assert grids["acquisition"].axes == (0, 1, 2)


@pytest.mark.parametrize(
    "change",
    [{"units": "px"}, {"oriented": False}, {"stackable": False}, {"slice_step_known": False}],
)
def test_no_plane_is_made_up_where_something_is_not_known(change):
    assert set(plane_grids(Geometry(SHAPE, np.eye(4), **change))) == {"acquisition"}


def test_letters():
    assert letters(np.array([0.7, 0.7, 0])) in {"LP", "PL"}
    assert letters(np.array([1, 0.02, 0])) == "L"
    assert letters(np.array([0.5, -0.8, 0.3])) == "ALH"
    assert letters(np.zeros(3)) == "?"


def test_letters_of_a_projection_come_from_the_file():
    geometry = Geometry.unknown((1, 10, 10))
    grid = plane_grids(geometry)["acquisition"]
    assert edges(geometry, grid, "L\\F") == Edges("R", "H", "L", "F")
    assert edges(geometry, grid, "AL\\FP") == Edges("PR", "HA", "AL", "FP")
    assert edges(geometry, grid, "") == Edges("?", "?", "?", "?")
    assert edges(geometry, grid, "X\\F") == Edges("?", "H", "?", "F")


def test_letters_turn_with_the_image():
    plain = Edges("R", "A", "L", "P")
    assert turned(plain, 1, flipped=False) == Edges("P", "R", "A", "L")
    assert turned(plain, 0, flipped=True) == Edges("L", "A", "R", "P")
    assert turned(plain, 4, flipped=False) == plain
