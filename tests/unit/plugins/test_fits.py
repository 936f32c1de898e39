"""Which series a task takes and what it will need, from the manifest alone; parameters checked and read."""

from dataclasses import replace

import pytest

from medapp.api.manifest import TaskManifest
from medapp.domain.geometry import Geometry
from medapp.domain.patient import Patient, Series, Study
from medapp.plugins import ParameterError, checked, first_estimate, fits, parsed

SHAPE = (20, 64, 64)
GEOMETRY = Geometry.from_parts(SHAPE, (0, 0, 0), (1, 1, 2))
TASK = TaskManifest(
    "t",
    "T",
    "segmentation",
    images=("CT", "MR"),
    parameters={
        "share": {"type": "number", "minimum": 0, "maximum": 1, "default": 0.5},
        "rounds": {"type": "integer", "default": 3},
        "fine": {"type": "boolean", "default": False},
        "atlas": {"type": "string"},
    },
    required_parameters=("atlas",),
    bytes_per_voxel=10,
    fixed_bytes=1000,
    seconds_per_megavoxel=2,
)


def series(modality="CT", kind="volume", geometry=GEOMETRY):
    return Series("k", "1.2", Study("1", Patient()), modality, kind, (), geometry)


def test_a_volume_of_a_known_kind_fits():
    assert fits(TASK, series()).ok
    assert fits(TaskManifest("a", "A", "segmentation", images=("*",)), series("PT")).ok


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (series("US"), "takes CT, MR, this is US"),
        (series(""), "this is unknown"),
        (series(kind="stack"), "parallel slices"),
        (series(geometry=None), "parallel slices"),
        (series(geometry=Geometry.from_parts((1, 64, 64), (0, 0, 0), (1, 1, 1))), "single image"),
        (series(geometry=Geometry(SHAPE, GEOMETRY.affine, units="px")), "spacing is not known"),
        (series(geometry=Geometry(SHAPE, GEOMETRY.affine, slice_step_known=False)), "spacing is not known"),
        (series(geometry=Geometry(SHAPE, GEOMETRY.affine, oriented=False)), "orientation"),
    ],
)
def test_what_does_not_fit_has_a_reason(given, words):
    check = fits(TASK, given)
    assert not check.ok
    assert words in check.reason


def test_a_task_may_take_single_images_and_volumes_alike():
    both = TaskManifest("b", "B", "classification", images=("*",), single="either")
    one = Geometry.from_parts((1, 64, 64), (0, 0, 0), (1, 1, 1))
    assert fits(both, series()).ok
    assert fits(both, series("CR", "stack", one)).ok
    assert "parallel slices" in fits(both, series("US", "stack")).reason


def test_a_task_without_images_takes_none():
    assert fits(TaskManifest("a", "A", "molecules"), series()).reason == "takes no images"


def test_first_estimate_counts_voxels():
    found = first_estimate(TASK, series())
    assert found.memory_bytes == 1000 + 10 * 20 * 64 * 64
    assert found.seconds == pytest.approx(2 * 20 * 64 * 64 / 1e6)
    assert first_estimate(TASK, series(geometry=None)).seconds is None
    assert first_estimate(TaskManifest("a", "A", "segmentation"), series()).seconds is None


def test_a_time_that_is_always_taken_is_added():
    both = replace(TASK, fixed_seconds=3)
    assert first_estimate(both, series()).seconds == first_estimate(TASK, series()).seconds + 3
    assert first_estimate(both, series(geometry=None)).seconds == 3
    alone = TaskManifest("a", "A", "classification", fixed_seconds=8)
    assert first_estimate(alone, series()).seconds == 8


def test_defaults_are_filled_in():
    found = checked(TASK, {"atlas": "a", "rounds": 5})
    assert found == {"share": 0.5, "rounds": 5, "fine": False, "atlas": "a"}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "'atlas' is a required property"),
        ({"atlas": 3}, "atlas: 3 is not of type 'string'"),
        ({"atlas": "a", "share": 2}, "share: 2 is greater than the maximum"),
        ({"atlas": "a", "other": 1}, "'other' was unexpected"),
        ({"share": -1, "rounds": "x"}, "; "),
    ],
)
def test_wrong_parameters_are_all_named(given, words):
    with pytest.raises(ParameterError, match=words):
        checked(TASK, given)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("share", "0.25", 0.25),
        ("rounds", "7", 7),
        ("fine", "Yes", True),
        ("fine", "off", False),
        ("atlas", "12", "12"),
    ],
)
def test_text_becomes_the_type_of_the_parameter(name, text, expected):
    found = parsed(TASK, name, text)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("share", "much", "not of type number"),
        ("fine", "maybe", "not of type boolean"),
        ("x", "1", "no parameter"),
    ],
)
def test_text_that_does_not_fit(name, text, words):
    with pytest.raises(ParameterError, match=words):
        parsed(TASK, name, text)
