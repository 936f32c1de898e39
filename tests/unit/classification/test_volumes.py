"""mr.volumes through its hooks: known volumes, sides however the head lies, references, refusals."""

import dataclasses
import json

import numpy as np
import pytest

from medapp.api import SegmentResult, TaskRefused
from medapp.api.context import JobCancelled
from medapp.api.testing import TrialContext, run_classify
from medapp.domain.geometry import Geometry
from medapp_classification import hooks
from medapp_classification.mr_volumes.reference import read_reference
from tests.unit.classification import heads

HEADER = "structure,age_from,age_to,sex,mean_ml,sd_ml,q05,q50,q95,n,source\n"


@pytest.fixture(scope="module")
def upright():
    return heads.head(spacing=(1.5, 1.5, 1.6), larger_right=0.3)


@pytest.fixture
def context(tmp_path):
    return TrialContext(tmp_path)


def answers(request, context):
    found = run_classify(hooks, request, context)
    return {one.key: one for one in found.findings}, {one.code: one for one in found.notices}, found


def test_volumes_are_those_of_the_voxels(upright, context):
    array, geometry, x = upright
    found, _, result = answers(heads.request(array, geometry), context)
    millilitre = 1.5 * 1.5 * 1.6 / 1000
    counts = np.bincount(array.ravel(), minlength=19) * millilitre
    assert found["hippocampus"].value == pytest.approx(counts[14])
    assert found["lateral_ventricle"].value == pytest.approx(counts[[3, 4]].sum())
    assert found["white_matter"].value == pytest.approx(counts[[1, 5]].sum())
    assert found["grey_matter"].value == pytest.approx(counts[[2, 6, 7, 8, 9, 10, 14, 15, 16]].sum())
    assert found["csf"].value == pytest.approx(counts[[3, 4, 11, 12, 18]].sum())
    assert found["intracranial"].value == pytest.approx(counts[1:].sum())
    assert found["brain"].value + found["csf"].value == pytest.approx(found["intracranial"].value)
    left, right = (float((side & (array == 14)).sum()) * millilitre for side in (x > 0, x < 0))
    assert found["hippocampus_left"].value == pytest.approx(left, rel=0.01)
    assert found["hippocampus_right"].value == pytest.approx(right, rel=0.01)
    expected = 100 * (left - right) / ((left + right) / 2)
    assert expected < -15
    assert found["hippocampus_asymmetry"].value == pytest.approx(expected, abs=1)
    share = 100 * found["hippocampus"].value / found["intracranial"].value
    assert found["hippocampus_icv"].value == pytest.approx(share)
    for key in ("hippocampus", "hippocampus_left", "hippocampus_asymmetry", "hippocampus_icv", "brain_icv"):
        one = found[key]
        assert one.low < one.value < one.high <= (100 if one.unit == "%" else one.high)
        assert one.bounds == found["hippocampus"].bounds
        assert one.bounds.startswith("border moved by ")
    whole, icv = found["hippocampus"], found["intracranial"]
    assert found["hippocampus_icv"].low == pytest.approx(100 * whole.low / icv.high)
    left, right = found["hippocampus_left"], found["hippocampus_right"]
    mean = (left.high + right.low) / 2
    assert found["hippocampus_asymmetry"].high == pytest.approx(100 * (left.high - right.low) / mean)
    assert (found["hippocampus"].code.scheme, found["hippocampus"].code.value) == ("SCT", "5366008")
    assert result.used == ("images",)
    assert {one.kind for one in result.findings} == {"measurement"}


def test_the_interval_moves_the_border_and_says_so(upright, context):
    array, geometry, _ = upright
    found, _, _ = answers(heads.request(array, geometry), context)
    one = found["hippocampus"]
    assert one.low < one.value < one.high
    assert one.high - one.value == pytest.approx(one.value - one.low)
    assert "border moved by 0.77 mm; no confidence interval" in one.remark
    assert found["intracranial"].high / found["intracranial"].value < 1.06


@pytest.mark.parametrize("tilt", [(0, 0), (18, -12), (-30, 20), (35, 5)])
def test_sides_are_told_apart_however_the_head_lies(tilt, context):
    array, geometry, x = heads.head(
        tilt=tilt, shift=(23, -40, 300), spacing=(1.5, 1.5, 1.8), larger_right=0.2
    )
    found, notices, _ = answers(heads.request(array, geometry), context)
    assert "laterality-unknown" not in notices
    normal = np.array(json.loads(context.facts["midplane"])["normal"])
    assert np.degrees(np.arccos(normal @ heads.turn(tilt)[:, 0])) < 1.5
    for key, values in (("hippocampus", [14]), ("lateral_ventricle", [3, 4])):
        for side, where in (("left", x > 0), ("right", x < 0)):
            expected = (np.isin(array, values) & where).sum() * geometry.voxel_volume_ml
            assert found[f"{key}_{side}"].value == pytest.approx(expected, rel=0.02)


def test_sides_follow_the_patient_and_not_the_array(upright, context):
    array, geometry, _ = upright
    affine = np.array(geometry.affine)
    affine[:, 3] += affine[:, 0] * (array.shape[2] - 1)
    affine[:, 0] *= -1
    mirrored = dataclasses.replace(geometry, affine=affine)
    one, _, _ = answers(heads.request(array, geometry), context)
    same, _, _ = answers(heads.request(array[:, :, ::-1].copy(), mirrored), context)
    assert same["hippocampus_left"].value == pytest.approx(one["hippocampus_left"].value, rel=0.01)
    other, _, _ = answers(heads.request(array, mirrored), context)
    assert other["hippocampus_left"].value == pytest.approx(one["hippocampus_right"].value, rel=0.01)


def test_without_orientation_there_are_no_sides(upright, context):
    array, geometry, _ = upright
    blind = dataclasses.replace(geometry, oriented=False)
    found, notices, _ = answers(heads.request(array, blind), context)
    assert found["hippocampus"].value > 0
    for key in ("hippocampus_left", "hippocampus_right", "hippocampus_asymmetry", "hippocampus_left_icv"):
        assert found[key].value is None
        assert "does not state how the image lies" in found[key].remark
    assert "laterality-unknown" in notices


def test_half_a_brain_has_no_middle(upright, context):
    array, geometry, x = upright
    cut = np.where(x > 12, array, 0).astype(np.uint8)
    found, notices, _ = answers(heads.request(cut, geometry), context)
    assert found["hippocampus_left"].value is None
    assert "too unlike" in notices["laterality-unknown"].message


def test_without_the_fluid_there_is_no_intracranial_volume(upright, context):
    array, geometry, _ = upright
    asked = heads.request(np.where(array == 18, 0, array).astype(np.uint8), geometry)
    labels = tuple(one for one in heads.LABELS if one.value != 18)
    asked = dataclasses.replace(asked, segmentation=SegmentResult(asked.segmentation.array, labels))
    found, _, _ = answers(asked, context)
    assert found["intracranial"].value is None
    assert "run mr.brain with fluid = true" in found["intracranial"].remark
    assert found["csf"].value is None
    assert found["hippocampus_icv"].value is None
    assert "intracranial volume is not known" in found["hippocampus_icv"].remark
    assert found["hippocampus"].value > 0


def test_labels_of_hippocampi_alone_give_those_alone(upright, context):
    array, geometry, _ = upright
    labels = tuple(one for one in heads.LABELS if one.value == 14)
    only = SegmentResult(np.where(array == 14, 14, 0).astype(np.uint8), labels)
    asked = dataclasses.replace(heads.request(array, geometry), segmentation=only)
    found, _, _ = answers(asked, context)
    assert found["hippocampus"].value > 0
    assert found["grey_matter"].value is None
    assert "lack" in found["grey_matter"].remark


def test_a_percentile_needs_a_population_and_names_it(upright, context, tmp_path):
    array, geometry, _ = upright
    found, notices, _ = answers(heads.request(array, geometry), context)
    assert all(one.percentile is None for one in found.values())
    assert "No reference population is loaded" in notices["reference"].message
    volume = found["hippocampus_left"].value
    path = tmp_path / "norms.csv"
    path.write_text(
        HEADER
        + f"hippocampus_left,70,80,F,{volume + 0.5},0.5,,,,312,A study 2020\n"
        + "hippocampus_left,70,80,M,99,1,,,,300,A study 2020\n"
        + f"hippocampus_right,60,90,,,,{volume},50,90,40,Another\n"
        + "hippocampus,20,30,,5,1,,,,40,Another\n",
        encoding="utf-8",
    )
    found, notices, _ = answers(heads.request(array, geometry, reference=str(path)), context)
    assert found["hippocampus_left"].percentile == pytest.approx(15.87, abs=0.01)
    assert found["hippocampus_left"].reference == "A study 2020, 312 people, 70 to 80 years, women"
    assert 5 < found["hippocampus_right"].percentile < 50
    assert found["hippocampus"].percentile is None
    assert "has 2 of these volumes for a patient of 71 years" in notices["reference"].message
    ageless = dataclasses.replace(heads.request(array, geometry, reference=str(path)), facts={})
    found, notices, _ = answers(ageless, context)
    assert all(one.percentile is None for one in found.values())
    assert "age at the study is not known" in notices["reference"].message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "lacks the column"),
        ("structure,age_from\n", "lacks the column 'age_to'"),
        (HEADER, "has no row"),
        (HEADER + "x,1,2,Q,1,1,,,,5,S\n", "sex is 'Q'"),
        (HEADER + "x,1,2,,1,,,,,5,S\n", "neither mean_ml"),
        (HEADER + "x,2,1,,1,1,,,,5,S\n", "no range of ages"),
        (HEADER + "x,1,2,,1,1,,,,,S\n", "of how many people"),
        (HEADER + "x,1,2,,1,1,,,,5,\n", "of how many people"),
        (HEADER + "x,1,2,,one,1,,,,5,S\n", "'one', no number"),
        (HEADER + "x,1,2,,nan,1,,,,5,S\n", "no number"),
        (HEADER + "x,1,2,,,,9,5,10,5,S\n", "do not grow"),
    ],
)
def test_a_reference_that_is_none_is_refused_with_its_line(text, words, tmp_path):
    path = tmp_path / "norms.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=words):
        read_reference(path)


def test_quantiles_are_not_carried_beyond_their_ends(tmp_path):
    path = tmp_path / "norms.csv"
    path.write_text(HEADER + "x,1,2,,,,2,5,10,5,S\n", encoding="utf-8")
    norm = read_reference(path).norm("x", 1.5, "")
    assert [norm.percentile(value) for value in (0, 2, 3.5, 5, 7.5, 99)] == [5, 5, 27.5, 50, 72.5, 95]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"modality": "CT"}, "needs MR, this is CT"),
        ({"segmentation": None}, "run mr.brain first"),
        ({"segmentation": SegmentResult(np.ones((2, 2, 2), np.uint8), heads.LABELS)}, "do not lie"),
        ({"parameters": {"reference": "/nowhere/norms.csv"}}, "no such file"),
    ],
)
def test_what_cannot_be_measured_is_refused_with_what_would_help(change, words, upright, context):
    array, geometry, _ = upright
    with pytest.raises(TaskRefused, match=words):
        run_classify(hooks, dataclasses.replace(heads.request(array, geometry), **change), context)


def test_no_brain_and_no_spacing_are_refused(upright, context):
    array, geometry, _ = upright
    with pytest.raises(TaskRefused, match="no brain in the labels"):
        run_classify(hooks, heads.request(np.zeros_like(array), geometry), context)
    pixels = dataclasses.replace(geometry, units="px")
    with pytest.raises(TaskRefused, match="needs the spacing"):
        run_classify(hooks, heads.request(array, pixels), context)
    with pytest.raises(TaskRefused, match="do not make a volume"):
        run_classify(hooks, heads.request(array, Geometry.unknown(array.shape)), context)


def test_a_brain_that_is_cut_is_told(upright, context):
    array, geometry, _ = upright
    rows = slice(40, 127)
    part = Geometry.from_parts(array[:, rows].shape, geometry.origin, (1.5, 1.5, 1.6))
    _, notices, _ = answers(heads.request(np.ascontiguousarray(array[:, rows]), part), context)
    assert "first or last row" in notices["brain-cut"].message


@pytest.mark.parametrize("at", [1, 4, 60])
def test_the_user_can_stop_at_any_time(at, upright, tmp_path):
    array, geometry, _ = upright
    with pytest.raises(JobCancelled):
        run_classify(hooks, heads.request(array, geometry), TrialContext(tmp_path, cancel_at=at))
