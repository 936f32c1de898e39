from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from medapp.domain.geometry import Geometry
from medapp.ui.reading import measure
from medapp.ui.reading.planes import plane_grids
from medapp.ui.reading.undo import UndoStack
from tests.ui.reading.phantoms import make_array, make_volume


@pytest.fixture
def axial(volume):
    return plane_grids(volume.geometry)["axial"]


def without_spacing(volume):
    return dataclasses.replace(volume, geometry=Geometry.unknown(volume.array.shape))


def test_a_distance_is_in_mm_of_the_plane(volume, axial):
    assert measure.distance(((0, 0), (3, 4)), volume, axial) == (pytest.approx(10.0), "mm")
    coronal = plane_grids(volume.geometry)["coronal"]
    length, unit = measure.distance(((0, 0), (3, 4)), volume, coronal)
    assert (length, unit) == (pytest.approx(np.hypot(3 * 2, 4 * 3)), "mm")


def test_without_spacing_a_distance_is_in_pixels(volume):
    bare = without_spacing(volume)
    grid = plane_grids(bare.geometry)["acquisition"]
    assert measure.distance(((0, 0), (3, 4)), bare, grid) == (pytest.approx(5.0), "px")
    found = measure.region_statistics(((0, 0), (4, 4)), bare.array[3], np.ones((48, 64), bool), bare, grid)
    assert found.area_unit == "px²"


def test_an_angle_has_degrees_unless_points_coincide(volume, axial):
    assert measure.angle(((5, 0), (0, 0), (0, 5)), volume, axial) == pytest.approx(90)
    assert measure.angle(((5, 0), (0, 0), (-5, 0)), volume, axial) == pytest.approx(180)
    assert measure.angle(((0, 0), (0, 0), (0, 5)), volume, axial) is None


def test_a_region_counts_real_values_and_leaves_padding_out(axial):
    array = make_array()
    volume = dataclasses.replace(make_volume(array), slope=2.0, intercept=-5.0, padding=(-2000, -50))
    corners = ((10.0, 10.0), (20.0, 16.0))
    mask = measure.ellipse_mask(corners, (48, 64))
    everything = np.ones((48, 64), bool)
    found = measure.region_statistics(corners, array[6], everything, volume, axial)
    kept = array[6][mask & (array[6] > -50)] * 2.0 - 5.0
    assert found.pixels == kept.size
    assert found.mean == pytest.approx(kept.mean())
    assert found.deviation == pytest.approx(kept.std(ddof=1))
    assert (found.lowest, found.highest) == (kept.min(), kept.max())
    assert found.area == pytest.approx(np.pi / 4 * 20 * 12)
    assert (found.area_unit, found.unit) == ("mm²", "HU")


def test_a_region_of_nothing_has_no_mean(volume, axial):
    nothing = np.zeros((48, 64), bool)
    found = measure.region_statistics(((1, 1), (9, 9)), volume.array[2], nothing, volume, axial)
    assert found.mean is found.deviation is found.lowest is None


def test_colour_has_no_mean(axial):
    volume = make_volume(np.zeros((20, 48, 64, 3), np.uint8))
    everything = np.ones((48, 64), bool)
    found = measure.region_statistics(((1, 1), (9, 9)), volume.array[2], everything, volume, axial)
    assert found.mean is None
    assert found.pixels > 0


def test_the_middle_of_a_label_lies_in_it(segmentation):
    point = measure.label_center(segmentation, 2)
    i, j, k = segmentation.geometry.to_index(point).round().astype(int)
    assert segmentation.array[k, j, i] == 2
    assert measure.label_center(segmentation, 9) is None


def test_measurements_belong_to_a_slice_and_can_be_taken_back():
    undo = UndoStack()
    model = measure.MeasurementModel(undo)
    line = measure.Measurement("distance", "a", "axial", 4, ((0, 0), (1, 1)))
    assert line.complete
    model.add(line)
    assert model.on("a", "axial", 4) == [line]
    assert model.on("a", "axial", 5) == model.on("a", "coronal", 4) == []
    undo.undo()
    assert model.on("a", "axial", 4) == []
    undo.redo()
    model.remove(line)
    assert undo.undo() == "measurement"
    assert model.on("a", "axial", 4) == [line]
    model.clear()
    assert model.on("a", "axial", 4) == []
