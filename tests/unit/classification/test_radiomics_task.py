"""ct.radiomics through its hooks: findings by segment and family, refusals, the frame to train on."""

import dataclasses
import json

import numpy as np
import pytest

from medapp.api import ClassifyRequest, SegmentResult, TaskRefused
from medapp.api.context import JobCancelled
from medapp.api.testing import TrialContext, run_classify
from medapp.domain.geometry import Geometry
from medapp.domain.segmentation import Code, Label
from medapp.domain.volume import Volume
from medapp.services.measurements_file import write_measurements
from medapp_classification import hooks
from medapp_classification.ct_radiomics.catalogue import FAMILIES
from medapp_classification.ct_radiomics.frame import frame_of, read_frame
from medapp_classification.ct_radiomics.settings import settings_of

LUNG = Label(1, "Left lung", Code("44029006", "SCT", "Left lung"), "#4a90d9")
NODULE = Label(2, "Nodule", Code("27925004", "SCT", "Nodule"), "#ff0000")
OTHER = Label(5, "Nodule 2", Code("27925004", "SCT", "Nodule"), "#ff8800")
NOTHING = Label(6, "Gas", Code("", "", ""), "#ffffff")


def case(spacing=(0.8, 0.8, 2.0), **changes):
    rng = np.random.default_rng(7)
    image = rng.normal(-800, 40, (12, 40, 40)).round().astype(np.int16)
    labels = np.zeros(image.shape, np.uint8)
    labels[2:10, 5:35, 5:35] = 1
    labels[4:7, 15:22, 15:22] = 2
    labels[8, 30, 30] = 5
    labels[4:6, 15:18, 15:18] = 7  # both lung and nodule
    image[labels == 2] += 830
    volume = Volume(image, Geometry.from_parts(image.shape, (0, 0, 0), spacing), "CT", unit="HU")
    segments = SegmentResult(labels, (LUNG, NODULE, OTHER, NOTHING), overlaps={7: (1, 2)})
    request = ClassifyRequest("ct.radiomics", volume, "CT", segmentation=segments)
    return dataclasses.replace(request, **changes)


def changed(request, **volume):
    return dataclasses.replace(request, volume=dataclasses.replace(request.volume, **volume))


@pytest.fixture
def context(tmp_path):
    return TrialContext(tmp_path)


def test_every_segment_has_every_family_with_identifiers_and_units(context):
    found = run_classify(hooks, case(), context)
    assert len(found.findings) == 3 * 169
    by_key = {one.key: one for one in found.findings}
    mean = by_key["SCT:44029006/stat_mean"]
    assert (mean.title, mean.unit, mean.group) == ("Mean intensity", "HU", "Left lung: Intensity statistics")
    assert (mean.code.scheme, mean.code.value) == ("IBSI", "Q4LE")
    assert mean.value == pytest.approx(-800, abs=20)
    assert by_key["SCT:44029006/stat_var"].unit == "HU²"
    assert by_key["SCT:44029006/morph_volume"].value == pytest.approx(8 * 30 * 30 * 1.28, rel=0.03)
    assert {one.group for one in found.findings} >= {f"Nodule: {family.title}" for family in FAMILIES}
    assert found.used == ("images",)
    assert found.explained == {"images": "none"}
    assert json.loads(context.facts["radiomics"])["bin_size"] == 25
    notices = {one.code: one.message for one in found.notices}
    assert "trilinear interpolation to 1 mm" in notices["radiomics-settings"]
    assert notices["segments-empty"] == "Without a voxel, and so not measured: Gas."


def test_a_segment_has_all_its_voxels_where_segments_overlap(context):
    found = run_classify(hooks, case(parameters={"interpolation": "none", "families": "morph"}), context)
    by_key = {one.key: one.value for one in found.findings}
    labels = case().segmentation.array
    assert by_key["SCT:44029006/morph_vol_approx"] == pytest.approx(np.isin(labels, (1, 7)).sum() * 1.28)
    assert by_key["SCT:27925004#2/morph_vol_approx"] == pytest.approx(np.isin(labels, (2, 7)).sum() * 1.28)


def test_too_small_a_segment_is_not_computable_and_says_so(context):
    found = run_classify(hooks, case(parameters={"segments": "nodule 2"}), context)
    assert len(found.findings) == 169
    assert {one.value for one in found.findings} == {None}
    (reason,) = {one.remark for one in found.findings}
    assert reason.startswith("Not computable: it has ")
    assert "at least 10 are needed" in reason


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (case(modality="US"), "takes CT, MR, PT, this is US"),
        (case(segmentation=None), "needs labels on the images: run or open a segmentation first"),
        (changed(case(), unit=None), "needs Hounsfield units"),
        (changed(case(), geometry=Geometry.unknown((12, 40, 40))), "do not make a volume"),
        (
            changed(case(), geometry=dataclasses.replace(case().volume.geometry, units="px")),
            "needs the spacing",
        ),
        (
            changed(
                case(),
                geometry=dataclasses.replace(
                    case().volume.geometry, slice_positions=(*range(0, 22, 2), 25.0)
                ),
            ),
            "2.00 to 5.00 mm apart",
        ),
        (case(parameters={"segments": "liver"}), "none of the labels is called liver; there are Left lung"),
        (case(parameters={"resegmentation": "x"}), "written LOW,HIGH"),
        (
            case(segmentation=SegmentResult(np.ones((2, 2, 2), np.uint8), (LUNG,))),
            "do not lie on the slices",
        ),
        (case(parameters={"segments": "gas"}), "none of the segments holds a voxel"),
    ],
)
def test_what_cannot_be_measured_is_refused_with_what_would_help(request_, words, context):
    with pytest.raises(TaskRefused, match=words):
        run_classify(hooks, request_, context)


def test_a_tilted_stack_is_refused(context):
    affine = np.array(case().volume.geometry.affine)
    affine[1, 2] = 0.5
    geometry = dataclasses.replace(case().volume.geometry, affine=affine)
    with pytest.raises(TaskRefused, match="tilted"):
        run_classify(hooks, changed(case(), geometry=geometry), context)


def test_mr_without_a_unit_says_what_that_means(context):
    request = changed(case(modality="MR", parameters={"segments": "2"}), unit=None)
    found = run_classify(hooks, request, context)
    assert "unit-unknown" in {one.code for one in found.notices}
    assert {one.unit for one in found.findings if one.key.endswith("stat_mean")} == {""}
    assert next(one for one in found.findings if one.key.endswith("ivh_i10")).unit == "of 1000 bins"
    assert "fixed bin number 32" in found.notices[0].message


def test_the_user_can_stop_at_every_family(tmp_path):
    with pytest.raises(JobCancelled):
        run_classify(hooks, case(), TrialContext(tmp_path, cancel_at=9))


def test_the_same_input_gives_the_same_numbers(tmp_path):
    one, two = (run_classify(hooks, case(), TrialContext(tmp_path)).findings for _ in range(2))
    assert one == two


def test_the_table_is_read_back_as_a_frame_and_is_what_the_images_give(tmp_path, context):
    found = run_classify(hooks, case(), context)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_measurements(found, "ct.radiomics", tmp_path / name)
    frame = read_frame({name: tmp_path / name for name in ("a", "b")})
    assert frame.shape == (6, 169)
    assert frame.index.names == ["case", "segment"]
    assert frame.loc["a", "SCT:27925004#5"].isna().all()
    meaning = {one["name"]: one for one in frame.attrs["columns"]}
    assert meaning["stat_mean"] == {
        "name": "stat_mean", "title": "Mean intensity", "unit": "HU", "code": "IBSI:Q4LE",
        "family": "Intensity statistics",
    }  # fmt: skip
    request = case()
    mask = np.isin(request.segmentation.array, (1, 7))
    direct = frame_of([("a", "lung", request.volume, mask)], settings_of({}, "CT", "HU"))
    assert direct.loc["a", "lung"].to_dict() == frame.loc["a", "SCT:44029006"].to_dict()
    described = json.loads((tmp_path / "a" / "columns.json").read_text(encoding="utf-8"))
    assert described["warning"] == "Not for diagnostic use"
    assert described["segments"]["SCT:44029006"] == "Left lung"
    assert set(described["not_measured"]) == {"SCT:27925004#5"}


def test_runs_of_other_meaning_are_not_put_under_each_other(tmp_path, context):
    for name, request in (("a", case()), ("b", changed(case(modality="MR"), unit=None))):
        (tmp_path / name).mkdir()
        write_measurements(run_classify(hooks, request, context), "ct.radiomics", tmp_path / name)
    with pytest.raises(ValueError, match="before it was"):
        read_frame({name: tmp_path / name for name in ("a", "b")})
