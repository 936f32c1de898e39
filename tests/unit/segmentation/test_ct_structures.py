"""ct.structures on made-up chests, through the hooks."""

from dataclasses import replace

import numpy as np
import pytest

from medapp.api import JobCancelled, SegmentRequest
from medapp.domain.geometry import Geometry
from medapp_segmentation import hooks
from medapp_segmentation.ct_structures.labels import AIRWAYS, BODY, BONE, LUNG_LEFT, LUNG_RIGHT, LUNGS
from tests.unit.segmentation.phantoms import Context, chest, dice, geometry, volume


def run(image, context=None):
    request = SegmentRequest("ct.structures", image, "CT")
    assert hooks.medapp_check_input(request).ok
    return hooks.medapp_segment(request, context or Context())


def codes(result):
    return {notice.code for notice in result.notices}


@pytest.fixture(scope="module")
def phantom():
    return chest()


@pytest.fixture(scope="module")
def result(phantom):
    return run(volume(phantom[0]))


def assert_chest(array, truth, least=0.97):
    assert dice(array == LUNG_LEFT, truth["left"]) > least
    assert dice(array == LUNG_RIGHT, truth["right"]) > least
    assert dice(array == AIRWAYS, truth["trachea"]) > 0.85
    assert dice(array == BONE, truth["bone"]) > 0.93
    assert dice(array > 0, truth["body"]) > 0.98


def test_chest_is_found_with_vessels_in_the_lungs_and_no_table(phantom, result):
    assert_chest(result.array, phantom[1])
    assert result.array.shape == phantom[0].shape
    assert not result.array[:, 112:].any()
    assert {label.value for label in result.labels} == {BODY, LUNG_LEFT, LUNG_RIGHT, AIRWAYS, BONE}
    assert result.notices == ()


def test_stored_values_with_slope_and_intercept_give_the_same(phantom, result):
    stored = (phantom[0].astype(np.int32) + 1024).astype(np.uint16)
    again = run(volume(stored, intercept=-1024.0))
    assert np.array_equal(again.array, result.array)


@pytest.mark.parametrize("axes", [(0,), (1, 2), (2,)])
def test_sides_follow_the_patient_and_not_the_order_of_voxels(phantom, result, axes):
    array = np.ascontiguousarray(np.flip(phantom[0], axes))
    affine = geometry(array).affine.copy()
    for axis in axes:
        column = 2 - axis
        affine[:3, 3] += affine[:3, column] * (array.shape[axis] - 1)
        affine[:3, column] *= -1
    found = run(volume(array, Geometry(array.shape, affine)))
    assert_chest(np.flip(found.array, axes), phantom[1], 0.95)


def test_gantry_tilt(phantom):
    """Slices are shifted row by row, as a tilted gantry stores them; the affine says so."""
    array = np.stack([np.roll(plane, -(k // 6), axis=0) for k, plane in enumerate(phantom[0])])
    truth = {
        name: np.stack([np.roll(plane, -(k // 6), axis=0) for k, plane in enumerate(mask)])
        for name, mask in phantom[1].items()
    }
    affine = geometry(array).affine.copy()
    affine[1, 2] = 2.5 / 6
    grid = Geometry(array.shape, affine)
    assert grid.is_sheared
    assert_chest(run(volume(array, grid)).array, truth, 0.96)


def test_small_field_of_view_cuts_lungs_and_skin(phantom):
    part = (slice(None), slice(25, 95), slice(35, 109))
    array = np.ascontiguousarray(phantom[0][part])
    found = run(volume(array)).array
    assert dice(found == LUNG_LEFT, phantom[1]["left"][part]) > 0.9
    assert dice(found == LUNG_RIGHT, phantom[1]["right"][part]) > 0.9


def test_no_lungs(phantom):
    array, truth = chest(lungs=False)
    found = run(volume(array)).array
    assert not np.isin(found, (LUNG_LEFT, LUNG_RIGHT, LUNGS)).any()
    assert dice(found == BONE, truth["bone"]) > 0.93


def test_one_lung_collapsed(phantom):
    array = phantom[0].copy()
    array[phantom[1]["left"]] = 30
    found = run(volume(array))
    assert not (found.array == LUNG_LEFT).any()
    assert dice(found.array == LUNG_RIGHT, phantom[1]["right"]) > 0.97
    assert "one-lung" in codes(found)


def test_vessel_full_of_contrast_is_not_bone(phantom):
    array = phantom[0].copy()
    y, x = np.ogrid[: array.shape[1], : array.shape[2]]
    aorta = np.broadcast_to((y - 70) ** 2 + (x - 72) ** 2 < 5**2, array.shape)
    array[aorta] = np.random.default_rng(1).normal(320, 12, int(aorta.sum())).astype(np.int16)
    found = run(volume(array)).array
    assert (found[aorta] == BONE).mean() < 0.05
    assert dice(found == BONE, phantom[1]["bone"]) > 0.9


def test_bronchi_are_followed_and_do_not_leak_into_the_lung(phantom):
    array, truth = phantom[0].copy(), phantom[1]
    z, y, x = np.ogrid[: array.shape[0], : array.shape[1], : array.shape[2]]
    bronchus = ((z - 37) ** 2 + (y - 56) ** 2 < 3**2) & (np.abs(x - 72) < 22)
    array[bronchus] = -990
    found = run(volume(array)).array
    assert dice(found == AIRWAYS, truth["trachea"] | bronchus) > 0.85
    for value, side in ((LUNG_LEFT, "left"), (LUNG_RIGHT, "right")):
        assert dice(found == value, truth[side] & ~bronchus) > 0.95


def test_unknown_orientation_leaves_the_sides_open(phantom):
    grid = replace(geometry(phantom[0]), oriented=False)
    found = run(volume(phantom[0], grid))
    assert "orientation-unknown" in codes(found)
    both = phantom[1]["left"] | phantom[1]["right"]
    assert dice(found.array == LUNGS, both) > 0.97
    assert not np.isin(found.array, (LUNG_LEFT, LUNG_RIGHT)).any()


def test_failed_slices_and_padding_stay_empty(phantom):
    array = phantom[0].copy()
    array[30] = -2000
    array[:, :5] = -2000
    found = run(volume(array, failed={30: "not decoded"}, padding=(-2000, -2000)))
    assert not found.array[30].any()
    assert not found.array[:, :5].any()
    assert "failed-slices" in codes(found)
    assert dice(found.array == LUNG_RIGHT, phantom[1]["right"]) > 0.95


def test_nothing_but_air():
    found = run(volume(np.full((4, 40, 40), -1000, np.int16)))
    assert not found.array.any()
    assert "nothing-found" in codes(found)


@pytest.mark.parametrize(
    ("change", "modality", "words"),
    [
        ({}, "MR", "needs CT"),
        ({"unit": None}, "CT", "Hounsfield"),
        ({"geometry": Geometry.unknown((4, 8, 8))}, "CT", "parallel slices"),
        ({"geometry": Geometry((4, 8, 8), np.eye(4), units="px")}, "CT", "pixel spacing"),
        ({"array": np.zeros((4, 8, 8, 3), np.uint8)}, "CT", "colour"),
    ],
)
def test_what_it_cannot_take_is_refused_with_a_reason(change, modality, words):
    image = replace(volume(np.zeros((4, 8, 8), np.int16)), **change)
    request = SegmentRequest("ct.structures", image, modality)
    check = hooks.medapp_check_input(request)
    assert not check.ok
    assert words in check.reason
    with pytest.raises(ValueError, match=words):
        hooks.medapp_segment(request, Context())


def test_cancel_and_progress(phantom):
    context = Context()
    run(volume(phantom[0]), context)
    assert context.fractions == sorted(context.fractions)
    assert context.fractions[-1] == 1.0
    for checks in (2, 60):
        with pytest.raises(JobCancelled):
            run(volume(phantom[0]), Context(checks_left=checks))


def test_estimate_grows_with_the_volume(phantom):
    small, large = (
        hooks.medapp_estimate_resources(SegmentRequest("ct.structures", volume(array), "CT"))
        for array in (phantom[0][:8], phantom[0])
    )
    assert 0 < small.memory_bytes < large.memory_bytes
    assert small.seconds < large.seconds
