"""A proposal is accepted, corrected, refused, exported and opened again."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import nibabel
import numpy as np
import pydicom
import pytest

from medapp.domain.segmentation import measure
from medapp.domain.volume import Volume
from medapp.formats.dicom.load import load_volume
from medapp.services import results
from medapp.services.app import App
from medapp.services.paths import AppPaths
from medapp.services.proposal import Proposal
from tests.unit.formats.dicom_index.making import stack
from tests.unit.services.segmenting import PROVENANCE, ct_series, label_map, overlapping


@pytest.fixture
def app(tmp_path):
    with App.open(AppPaths.under(tmp_path / "home")) as running:
        yield running


@pytest.fixture
def series(app, tmp_path):
    ct_series(tmp_path / "ct")
    (key,) = app.library.import_paths([tmp_path / "ct"]).series_keys
    return app.library.series(key)


def proposal_for(series, released=None):
    volume = load_volume(series)
    segmentation = label_map(series)
    return Proposal(
        "job1",
        series,
        volume,
        segmentation,
        measure(segmentation, volume),
        PROVENANCE,
        on_release=(lambda: released.append(True)) if released is not None else lambda: None,
    )


def test_what_is_accepted_comes_back_the_same(app, series):
    released = []
    proposal = proposal_for(series, released)
    kept = results.accept(app, proposal)
    assert (kept.kind, kept.study.uid, kept.source_uids) == ("segmentation", series.study.uid, (series.uid,))
    assert kept.key in [item.key for item in app.library.series_of(series.study.uid)]
    entry = app.library.result("job1")
    assert (entry.status, entry.task, entry.series_key) == ("accepted", "test.task", series.key)
    assert json.loads((entry.folder / "result.json").read_text())["status"] == "accepted"
    assert released == [True]
    again = results.reopen(app, kept.key)
    assert np.array_equal(again.array, proposal.segmentation.array)
    assert again.labels == proposal.segmentation.labels
    assert again.series_key == series.key
    assert again.geometry.same_grid(series.geometry)
    assert not any(entry.folder in path.parents for path in app.library.recent())


def test_a_correction_is_measured_again_and_said(app, series):
    proposal = proposal_for(series)
    array = np.where(proposal.segmentation.array == 1, 2, proposal.segmentation.array)
    final = results.corrected(proposal, replace(proposal.segmentation, array=array))
    array[:] = 0
    liver, spleen, _ = final.measures
    assert liver.voxels == 0
    assert liver.mean is None
    assert spleen.voxels == sum(item.voxels for item in proposal.measures[:2])
    kept = results.accept(app, final)
    assert app.library.result("job1").status == "corrected"
    seen = pydicom.dcmread(kept.instances[0].path)
    assert seen.SegmentSequence[0].SegmentAlgorithmType == "SEMIAUTOMATIC"
    assert results.reopened(app, kept.key).edited
    assert np.array_equal(results.reopen(app, kept.key).array, final.segmentation.array)


def test_what_was_accepted_is_never_written_over(app, series):
    proposal = proposal_for(series)
    first = results.accept(app, proposal)
    before = first.instances[0].path.read_bytes()
    array = np.zeros_like(proposal.segmentation.array)
    array[2, 3, 3] = 2
    final = results.corrected(proposal, replace(proposal.segmentation, array=array))
    with pytest.raises(ValueError, match="accepted already"):
        results.accept(app, final)
    second = results.accept(app, results.superseding(final, first))
    listed = {item.key for item in app.library.series_of(series.study.uid) if item.kind == "segmentation"}
    assert listed == {first.key, second.key}
    assert first.instances[0].path.read_bytes() == before
    assert results.reopen(app, second.key).array.sum() == 2
    statuses = sorted(entry.status for entry in app.library.results_of(series.key))
    assert statuses == ["accepted", "corrected"]
    seen = pydicom.dcmread(second.instances[0].path)
    assert seen.SourceImageSequence[-1].ReferencedSOPInstanceUID == first.instances[0].sop_instance_uid


def test_an_accept_that_broke_off_can_be_repeated(app, series, monkeypatch):
    proposal = proposal_for(series)

    def full(*_):
        raise OSError

    with monkeypatch.context() as broken:
        broken.setattr(results, "write_report", full)
        with pytest.raises(OSError):  # noqa: PT011 - the disk says no more
            results.accept(app, proposal)
    assert results.accept(app, proposal).kind == "segmentation"


def test_labels_from_another_grid_are_no_correction(series):
    proposal = proposal_for(series)
    other = replace(series.geometry, affine=series.geometry.affine @ np.diag((2, 1, 1, 1)))
    with pytest.raises(ValueError, match="grid"):
        results.corrected(proposal, replace(proposal.segmentation, geometry=other))


def test_a_refusal_is_recorded_without_voxels(app, series):
    released = []
    results.reject(app, proposal_for(series, released))
    (entry,) = app.library.results_of(series.key)
    assert entry.status == "rejected"
    assert [path.name for path in entry.folder.iterdir()] == ["result.json"]
    assert json.loads((entry.folder / "result.json").read_text())["labels"][0]["voxels"] > 0
    assert released == [True]


def test_a_refusal_is_taken_back(app, series):
    proposal = proposal_for(series)
    results.reject(app, proposal)
    results.take_back(app, proposal)
    assert app.library.results_of(series.key) == ()
    assert not (app.paths.results / proposal.id).exists()
    assert results.accept(app, proposal).kind == "segmentation"


@pytest.mark.parametrize("stage", ["proposal", "kept"])
def test_export_writes_the_same_three_files_before_and_after(app, series, tmp_path, stage):
    proposal = proposal_for(series)
    what = proposal if stage == "proposal" else results.accept(app, proposal)
    found = results.export(app, what, tmp_path / "out" / "deeper")
    assert found.notices == ()
    voxels = np.asarray(nibabel.load(found.segmentation_nii).dataobj).transpose(2, 1, 0)
    assert np.array_equal(voxels, proposal.segmentation.array)
    assert pydicom.dcmread(found.segmentation_dcm).Modality == "SEG"
    report = json.loads(found.result_json.read_text())
    assert report["series"]["key"] == series.key
    for told, measured in zip(report["labels"], proposal.measures, strict=True):
        assert (told["voxels"], told["unit"]) == (measured.voxels, "HU")
        assert told["mean"] == pytest.approx(measured.mean)
        assert told["volume_ml"] == pytest.approx(measured.volume_ml)


def test_export_of_overlapping_segments_loses_no_voxel(app, series, tmp_path):
    path = tmp_path / "overlapping.dcm"
    array = overlapping(path, series)
    (key,) = app.library.import_paths([path]).series_keys
    found = results.export(app, app.library.series(key), tmp_path / "out")
    assert found.segmentation_dcm.read_bytes() == path.read_bytes()
    # A label map cannot say that a voxel belongs to two segments.
    assert found.segmentation_nii is None
    assert [notice.code for notice in found.notices] == ["nifti-not-written"]
    report = json.loads(found.result_json.read_text())
    told = [item["voxels"] for item in report["labels"]]
    assert told == [int(count) for count in array.sum(axis=(0, 1, 2))]
    assert {notice["code"] for notice in report["notices"]} == {"segments-overlap", "nifti-not-written"}


def test_a_tilted_result_is_kept_as_nifti(app, tmp_path):
    stack(tmp_path / "ct", [[-10, -20 + k, 30 + 2 * k] for k in range(4)])
    (key,) = app.library.import_paths([tmp_path / "ct"]).series_keys
    series = app.library.series(key)
    proposal = proposal_for(series)
    found = results.export(app, proposal, tmp_path / "out")
    assert found.segmentation_dcm is None
    assert found.segmentation_nii.is_file()
    report = json.loads(found.result_json.read_text())
    assert [notice["code"] for notice in report["notices"]] == ["dicom-not-written"]
    with pytest.raises(ValueError, match="tilt"):
        results.accept(app, proposal)


def test_without_its_images_a_segmentation_stands_alone(app, series, tmp_path):
    kept = results.accept(app, proposal_for(series))
    app.library.forget(series.key)
    found = results.reopened(app, kept.key)
    assert found.source is None
    assert found.segmentation.series_key == kept.key
    exported = results.export(app, kept, tmp_path / "out")
    liver = json.loads(exported.result_json.read_text())["labels"][0]
    assert liver["voxels"] == (label_map(series).array == 1).sum()
    assert liver["mean"] is None


def test_images_that_are_gone_leave_the_mean_unknown(app, series, tmp_path):
    kept = results.accept(app, proposal_for(series))
    shutil.rmtree(tmp_path / "ct")
    exported = results.export(app, kept, tmp_path / "out")
    report = json.loads(exported.result_json.read_text())
    assert report["labels"][0]["volume_ml"] > 0
    assert report["labels"][0]["mean"] is None
    assert exported.notices[0].code == "images-unread"


def test_what_is_no_segmentation_is_not_reopened(app, series):
    with pytest.raises(ValueError, match="no segmentation"):
        results.reopen(app, series.key)
    with pytest.raises(KeyError):
        results.reopen(app, "nothing")


def test_unread_slices_are_told():
    from medapp.services.running import doubts

    volume = Volume(np.zeros((4, 2, 2), np.int16), ct_geometry(), failed={2: "damaged"})
    (notice,) = doubts(volume)
    assert notice.values == {"slices": [2]}
    assert "1 of 4" in notice.message


def ct_geometry():
    from medapp.domain.geometry import Geometry

    return Geometry.from_parts((4, 2, 2), (0, 0, 0), (1, 1, 1))


def test_results_of_a_series_are_found_without_reading_them(app, series, tmp_path):
    assert results.stored_results(app, series) == ()
    first = results.accept(app, proposal_for(series))
    results.reject(app, replace(proposal_for(series), id="refused"))
    overlapping(tmp_path / "overlapping.dcm", series)
    (other,) = app.library.import_paths([tmp_path / "overlapping.dcm"]).series_keys
    second = results.accept(app, results.superseding(proposal_for(series), first))
    found = results.stored_results(app, series)
    assert {one.series.key for one in found[:2]} == {first.key, second.key}
    assert found[0].record.created >= found[1].record.created
    assert found[2].series.key == other
    assert [one.record.status if one.record else None for one in found] == ["accepted", "accepted", None]
    assert [one.record.version for one in found[:2]] == [PROVENANCE.plugin_version] * 2


def test_results_of_one_phase_are_not_those_of_another(app, series):
    first = results.accept(app, proposal_for(series))
    other = replace(series, key=f"{series.key}-2", split="phase 2 of 2")
    assert results.stored_results(app, other) == ()
    app.library.forget(series.key)
    (found,) = results.stored_results(app, other)
    assert found.series.key == first.key
