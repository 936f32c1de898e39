from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from medapp.domain.geometry import Geometry
from medapp.ui.reading import render_numpy
from medapp.ui.reading.backend import load_kernels
from medapp.ui.reading.planes import plane_grids
from medapp.ui.reading.render import reduced
from medapp.ui.reading.render_numpy import FAILED, NO_DATA
from medapp.ui.reading.reslice import PlaneReader, slab_range
from tests.ui.reading.phantoms import Loaded, make_array, make_volume


def oblique(degrees: float = 20.0):
    angle = np.deg2rad(degrees)
    turn = np.array([[1, 0, 0], [0, np.cos(angle), -np.sin(angle)], [0, np.sin(angle), np.cos(angle)]])
    geometry = Geometry.from_parts((20, 48, 64), (0, 0, 0), (2, 2, 3), turn)
    return make_volume(geometry=geometry)


@pytest.mark.parametrize("plane", ["axial", "coronal", "sagittal"])
def test_a_plane_and_its_labels_are_taken_from_the_array(volume, segmentation, plane):
    grid = plane_grids(volume.geometry)[plane]
    image = PlaneReader(Loaded(volume)).image(grid, 7, 0.0, segmentation.array)
    assert np.array_equal(image.values, grid.view(volume.array)[7])
    assert np.array_equal(image.labels, grid.view(segmentation.array)[7])


@pytest.mark.parametrize("plane", ["axial", "coronal", "sagittal"])
def test_a_slab_holds_the_maximum(volume, plane):
    grid = plane_grids(volume.geometry)[plane]
    first, last = slab_range(grid, 8, 12.0)
    image = PlaneReader(Loaded(volume)).image(grid, 8, 12.0, None)
    assert (last - first) * grid.slice_step == pytest.approx(12, abs=grid.slice_step)
    assert np.array_equal(image.values, grid.view(volume.array)[first:last].max(axis=0))


def test_slabs_stay_inside(volume):
    grid = plane_grids(volume.geometry)["axial"]
    assert slab_range(grid, 0, 15.0)[0] == 0
    assert slab_range(grid, 19, 15.0)[1] == 20
    assert slab_range(grid, 5, 0.0) == (5, 6)


def test_an_oblique_volume_is_interpolated_where_its_values_are_linear():
    volume = oblique()
    grid = plane_grids(volume.geometry)["axial"]
    index = grid.count // 2
    image = PlaneReader(Loaded(volume)).image(grid, index, 0.0, None)
    rows, columns = np.nonzero(image.labels == 0)
    assert rows.size > 500
    middle = rows.size // 2
    i, j, k = grid.to_voxel(columns[middle], rows[middle], index)
    assert image.values[rows[middle], columns[middle]] == pytest.approx(k * 10 + j * 2 + i - 100, abs=0.51)
    assert (image.labels == NO_DATA).any()


def test_what_is_not_read_and_what_has_failed_is_marked(volume):
    loaded = np.ones(20, bool)
    loaded[[3, 4]] = False
    load = Loaded(volume, loaded)
    load.failed[4] = "broken"
    reader = PlaneReader(load)
    grids = plane_grids(volume.geometry)
    coronal = reader.image(grids["coronal"], 5, 0.0, None).labels
    rows = {int(row[0]): int((row == row[0]).all()) for row in coronal}
    assert rows[NO_DATA] == rows[FAILED] == 1
    axial = grids["axial"]
    shown = [int(reader.image(axial, n, 0.0, None).labels.max(initial=0)) for n in range(axial.count)]
    assert sorted(shown)[-2:] == [FAILED, NO_DATA]


def test_wide_types_are_drawn_as_floats():
    volume = make_volume(make_array().astype(np.float64) / 3)
    grid = plane_grids(volume.geometry)["axial"]
    image = PlaneReader(Loaded(volume)).image(grid, 2, 0.0, None)
    assert image.values.dtype == np.float32
    assert image.values == pytest.approx(grid.view(volume.array)[2], rel=1e-5)


def test_averaging_keeps_the_mean():
    image = np.arange(35, dtype=np.float32).reshape(5, 7)
    small = reduced(image, 2)
    assert small.shape == (3, 4)
    assert small[0, 0] == pytest.approx(image[:2, :2].mean())
    assert small[-1, -1] == image[-1, -1]


@pytest.mark.parametrize("kind", [np.int16, np.uint16, np.uint8, np.float32])
def test_compiled_reslicing_equals_numpy(kind):

    compiled = load_kernels()
    rng = np.random.default_rng(3)
    volume = rng.integers(0, 200, (9, 11, 13)).astype(kind)
    origin, right, down = np.array((1.3, -0.7, 0.2)), np.array((0.2, 0.05, 0.9)), np.array((0.1, 0.8, -0.03))
    made = []
    for functions in (compiled, render_numpy):
        out, mask = np.zeros((14, 15), kind), np.zeros((14, 15), np.uint16)
        half = 0.0 if kind is np.float32 else 0.5
        functions.reslice_linear(volume, origin, right, down, 0.0, half, out, mask)
        made.append((out, mask))
    assert np.array_equal(made[0][1], made[1][1])
    assert np.abs(made[0][0].astype(float) - made[1][0].astype(float)).max() <= (1 if half else 1e-3)


def test_compiled_columns_equal_numpy():
    compiled = load_kernels()
    volume = make_array()
    column, slab = np.zeros((20, 48), np.int16), np.zeros((20, 48), np.int16)
    compiled.take_columns(volume, 9, column[:, None])
    compiled.max_over_columns(volume, 4, 9, slab)
    assert np.array_equal(column, volume[:, :, 9])
    assert np.array_equal(slab, volume[:, :, 4:9].max(axis=2))


@pytest.mark.parametrize("kind", [np.int16, np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize(
    ("rows", "columns", "first", "count"), [(64, 96, 16, 16), (60, 96, 16, 8), (64, 90, 88, 2)]
)
def test_columns_turned_in_words_are_the_columns(kind, rows, columns, first, count):
    volume = np.random.default_rng(5).integers(-32768, 32767, (7, rows, columns)).astype(kind)
    wanted = np.moveaxis(volume[:, :, first : first + count], 2, 1)
    for functions in (load_kernels(), render_numpy):
        out = np.zeros((7, count, rows), kind)
        functions.take_columns(volume, first, out)
        assert np.array_equal(out, wanted)


def test_columns_of_a_volume_that_is_not_in_memory_order_are_the_columns():
    volume = np.random.default_rng(5).integers(0, 999, (16, 24, 8)).astype(np.int16).transpose(2, 1, 0)
    out = np.zeros((8, 8, 24), np.int16)
    load_kernels().take_columns(volume, 8, out)
    assert np.array_equal(out, np.moveaxis(volume[:, :, 8:], 2, 1))


@pytest.mark.parametrize("kind", [np.int16, np.float32])
def test_oblique_planes_of_volumes_of_any_shape_equal_numpy(kind):
    """Thin volumes and steps along an axis: rows without a pixel inside, rows that only touch the edge."""
    compiled = load_kernels()
    rng = np.random.default_rng(11)
    for case in range(120):
        volume = (rng.random(rng.integers(1, 30, 3)) * 200).astype(kind)
        right, down = rng.normal(size=3) * rng.choice((1e-12, 0.1, 1.0)), rng.normal(size=3)
        if case % 4 == 0:
            right, down = np.eye(3)[case % 3] * rng.choice((-1.0, 0.5)), np.eye(3)[(case + 1) % 3]
        # Off the voxels' own borders, where the last bit decides what is outside.
        origin = np.array(volume.shape) / 2 - 20 * right - 20 * down + 0.013
        made = []
        for functions in (compiled, render_numpy):
            out, mask = np.zeros((40, 41), kind), np.zeros((40, 41), np.uint16)
            half = 0.5 if kind is np.int16 else 0.0
            functions.reslice_linear(volume, origin, right, down, 0.0, half, out, mask)
            made.append((out.astype(float), mask))
        assert np.array_equal(made[0][1], made[1][1])
        assert np.abs(made[0][0] - made[1][0]).max() <= (1 if kind is np.int16 else 1e-3)


def test_labels_on_another_grid_are_not_laid_over(volume, segmentation):
    from medapp.ui.reading.viewport_model import ViewportModel
    from tests.ui.reading.phantoms import make_series

    model = ViewportModel()
    model.show(make_series(), Loaded(volume))
    assert model.fitting_labels(segmentation) is segmentation.array
    moved = Geometry.from_parts((20, 48, 64), (0, 0, 0), (2, 2, 3))
    assert model.fitting_labels(dataclasses.replace(segmentation, geometry=moved, series_key="other")) is None
