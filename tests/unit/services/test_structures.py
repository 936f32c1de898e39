"""A structure set of the library lies on its images, and is exported with the numbers of every region."""

from __future__ import annotations

import json

import pytest

from medapp.services import results
from medapp.services.app import App
from medapp.services.paths import AppPaths
from tests.unit.formats.dicom_index.making import FRAME
from tests.unit.formats.rtstruct.making import box, written
from tests.unit.services.segmenting import ct_series

REGIONS = {"Large": [box(1.5, 1.5, 12.5, 12.5, 1)], "Small": [box(3.5, 3.5, 6.5, 6.5, 1)]}


@pytest.fixture
def app(tmp_path):
    with App.open(AppPaths.under(tmp_path / "home")) as running:
        yield running


@pytest.fixture
def images(tmp_path):
    return ct_series(tmp_path / "images", 5, 16, 20)


def imported(app, folder):
    keys = app.library.import_paths([folder]).series_keys
    return {series.kind: series for series in map(app.library.series, keys)}


@pytest.mark.parametrize("refers", [True, False])
def test_it_lies_on_its_images(app, images, tmp_path, refers):
    written(tmp_path / "images" / "rs.dcm", REGIONS, images if refers else None)
    series = imported(app, tmp_path / "images")
    found = results.reopened(app, series["structures"].key)
    assert found.source.key == series["volume"].key
    assert found.segmentation.series_key == series["volume"].key
    assert ("images-by-place" in {notice.code for notice in found.notices}) != refers


@pytest.mark.parametrize("says", ["series", "images", "frame", "other images", "nothing"])
def test_it_is_offered_for_the_images_that_it_names(app, images, tmp_path, says):
    uid = {"images": images.instances[1].sop_instance_uid, "other images": "1.2.3.4"}.get(says, "")
    regions = {"Large": [box(1.5, 1.5, 12.5, 12.5, 1, uid=uid)]}
    values = {"frame": "", "FrameOfReferenceUID": None} if says == "nothing" else {}
    written(tmp_path / "images" / "rs.dcm", regions, images if says == "series" else None, **values)
    series = imported(app, tmp_path / "images")
    offered = [one.series.key for one in results.stored_results(app, series["volume"])]
    assert offered == ([] if says in {"other images", "nothing"} else [series["structures"].key])


def test_export_keeps_the_file_and_writes_the_numbers(app, images, tmp_path):
    path = written(tmp_path / "images" / "rs.dcm", REGIONS, images)
    series = imported(app, tmp_path / "images")
    out = results.export(app, series["structures"], tmp_path / "out")
    assert out.segmentation_dcm.read_bytes() == path.read_bytes()
    assert out.segmentation_dcm.name == "structures.dcm"
    # A label map cannot say that a voxel belongs to two regions.
    assert out.segmentation_nii is None
    assert [notice.code for notice in out.notices] == ["nifti-not-written"]
    told = json.loads(out.result_json.read_text())["labels"]
    assert [item["voxels"] for item in told] == [121, 9]
    assert told[0]["volume_ml"] == pytest.approx(121 * 0.25 / 1000)


def test_images_that_are_gone_leave_the_volumes(app, images, tmp_path):
    written(tmp_path / "rs" / "rs.dcm", REGIONS, images)
    volume = imported(app, tmp_path / "images")["volume"]
    structures = imported(app, tmp_path / "rs")["structures"]
    for instance in volume.instances:
        instance.path.unlink()
    told = json.loads(results.export(app, structures, tmp_path / "out").result_json.read_text())["labels"]
    assert [item["voxels"] for item in told] == [121, 9]
    assert told[0]["mean"] is None


@pytest.mark.parametrize("values", [{"frame": f"{FRAME}.1"}, {"StudyInstanceUID": "1.2.3"}])
def test_without_images_that_fit_it_is_refused(app, images, tmp_path, values):
    written(tmp_path / "images" / "rs.dcm", REGIONS, **values)
    series = imported(app, tmp_path / "images")
    with pytest.raises(ValueError, match=r"another frame of reference|not in the library"):
        results.reopened(app, series["structures"].key)
