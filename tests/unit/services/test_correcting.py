"""A segmentation of the library is corrected by a person and kept as a new object beside the old one."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace

import highdicom
import numpy as np
import pydicom
import pytest

from medapp.domain.segmentation import measure
from medapp.formats.dicom.load import load_volume
from medapp.services import results
from medapp.services.app import App
from medapp.services.paths import AppPaths
from medapp.services.proposal import Proposal
from tests.unit.formats.dicom_index.making import stack
from tests.unit.services.segmenting import PROVENANCE, ct_series, foreign, label_map, only_series, overlapping

SEG = "1.2.840.10008.5.1.4.1.1.66.4"


@pytest.fixture
def app(tmp_path):
    with App.open(AppPaths.under(tmp_path / "home")) as running:
        yield running


@pytest.fixture
def series(app, tmp_path):
    ct_series(tmp_path / "ct")
    return imported(app, tmp_path / "ct")


def imported(app, path):
    (key,) = app.library.import_paths([path]).series_keys
    return app.library.series(key)


def accepted(app, series):
    volume, segmentation = load_volume(series), label_map(series)
    measures = measure(segmentation, volume)
    return results.accept(app, Proposal("job1", series, volume, segmentation, measures, PROVENANCE))


def one_voxel(proposal, value=1):
    """The proposal corrected to a single voxel of a label."""
    array = np.zeros_like(proposal.segmentation.array)
    array[2, 3, 4] = value
    return results.corrected(proposal, replace(proposal.segmentation, array=array))


def correct(app, kept):
    found = results.reopened(app, kept.key)
    return results.correction_of(found, load_volume(found.source))


def segmentations(app, series):
    return [item.key for item in app.library.series_of(series.study.uid) if item.kind == "segmentation"]


def test_a_correction_is_kept_beside_what_it_was_made_from(app, series):
    first = accepted(app, series)
    before = first.instances[0].path.read_bytes()
    final = one_voxel(correct(app, first))
    second = results.accept(app, final)
    assert sorted(segmentations(app, series)) == sorted([first.key, second.key])
    assert first.instances[0].path.read_bytes() == before
    statuses = {entry.id: entry.status for entry in app.library.results_of(series.key)}
    assert statuses == {"job1": "accepted", final.id: "corrected"}
    again = results.reopened(app, second.key)
    assert again.edited
    assert again.source.key == series.key
    assert np.array_equal(again.segmentation.array, final.segmentation.array)
    assert again.segmentation.labels == final.segmentation.labels
    # The model that made the first is named still.
    assert replace(again.segmentation.provenance, input_uids=()) == PROVENANCE
    assert again.segmentation.title == PROVENANCE.title


def test_it_names_what_it_was_made_from(app, series, tmp_path):
    first = accepted(app, series)
    second = results.accept(app, one_voxel(correct(app, first)))
    old, new = (pydicom.dcmread(item.instances[0].path) for item in (first, second))
    assert new.SOPInstanceUID != old.SOPInstanceUID
    source = new.SourceImageSequence[-1]
    assert (source.ReferencedSOPClassUID, source.ReferencedSOPInstanceUID) == (SEG, old.SOPInstanceUID)
    assert len(new.SourceImageSequence) == len(series.instances) + 1
    assert new.DerivationDescription.endswith(old.SOPInstanceUID)
    listed = [item.SeriesInstanceUID for item in new.ReferencedSeriesSequence]
    assert listed == [series.uid, old.SeriesInstanceUID]
    assert new.SegmentSequence[0].SegmentAlgorithmType == "SEMIAUTOMATIC"
    assert highdicom.seg.segread(second.instances[0].path).number_of_segments == 3
    folder = second.instances[0].path.parent
    exported = results.export(app, second, tmp_path / "out").result_json
    for report in (folder / "result.json", exported):
        told = json.loads(report.read_text())
        assert told["edited_by_hand"]
        assert told["derived_from"]["sop_instance_uid"] == old.SOPInstanceUID
        assert told["derived_from"]["how"] == "corrected by a person"
    assert told["labels"][0]["voxels"] == 1
    assert json.loads((first.instances[0].path.parent / "result.json").read_text())["derived_from"] is None


def test_every_correction_is_kept_and_names_the_one_before(app, series):
    first = accepted(app, series)
    proposal = one_voxel(correct(app, first))
    second = results.accept(app, proposal)
    third = results.accept(app, results.superseding(one_voxel(proposal, 2), second))
    # Another day it is itself what is corrected.
    fourth = results.accept(app, one_voxel(correct(app, third), 7))
    chain = [first, second, third, fourth]
    assert sorted(segmentations(app, series)) == sorted(item.key for item in chain)
    for before, after in itertools.pairwise(chain):
        named = results.reopened(app, after.key).segmentation.predecessor
        assert named.sop_instance_uid == before.instances[0].sop_instance_uid


@pytest.mark.parametrize("kind", ["MANUAL", "AUTOMATIC"])
def test_one_of_another_program(app, series, tmp_path, kind):
    path = tmp_path / "foreign.dcm"
    array = np.zeros((*series.geometry.shape, 2), np.uint8)
    array[1:3, 1:4, 1:4, 0] = array[3, 5:, 5:, 1] = 1
    foreign(path, series, array)
    add_facts(path, kind)
    first = imported(app, path)
    proposal = correct(app, first)
    assert proposal.provenance is None
    second = results.accept(app, one_voxel(proposal))
    old, new = (pydicom.dcmread(item.instances[0].path) for item in (first, second))
    for item in new.SegmentSequence:
        assert item.SegmentAlgorithmType == ("MANUAL" if kind == "MANUAL" else "SEMIAUTOMATIC")
        assert item.get("SegmentAlgorithmName", "") == ("" if kind == "MANUAL" else "Net")
        assert item.TrackingID == f"Leber {item.SegmentNumber} groß"
        (modifier,) = item.SegmentedPropertyTypeCodeSequence[0].SegmentedPropertyTypeModifierCodeSequence
        assert modifier.CodeMeaning == "Left"
    assert new.SourceImageSequence[-1].ReferencedSOPInstanceUID == old.SOPInstanceUID
    again = results.reopened(app, second.key)
    assert (again.edited, again.segmentation.array.sum()) == (True, 1)
    assert app.library.result(second.instances[0].path.parent.name).status == "corrected"
    third = results.accept(app, one_voxel(correct(app, second), 2))
    assert second.description.endswith(", corrected - not for diagnostic use")
    assert third.description == second.description


def add_facts(path, kind):
    """What other programs say of segments, in Latin 1."""
    dataset = pydicom.dcmread(path)
    dataset.SpecificCharacterSet = "ISO_IR 100"
    left = pydicom.Dataset()
    left.CodeValue, left.CodingSchemeDesignator, left.CodeMeaning = "7771000", "SCT", "Left"
    for item in dataset.SegmentSequence:
        item.SegmentAlgorithmType = kind
        if kind != "MANUAL":
            item.SegmentAlgorithmName = "Net"
        item.TrackingID = f"Leber {item.SegmentNumber} groß"
        item.TrackingUID = highdicom.UID()
        item.SegmentedPropertyTypeCodeSequence[0].SegmentedPropertyTypeModifierCodeSequence = [left]
    dataset.save_as(path)


def test_overlapping_segments_are_not_corrected(app, series, tmp_path):
    overlapping(tmp_path / "overlapping.dcm", series)
    kept = imported(app, tmp_path / "overlapping.dcm")
    with pytest.raises(ValueError, match="overlap"):
        correct(app, kept)


def test_without_its_images_it_is_not_corrected(app, series):
    kept = accepted(app, series)
    volume = load_volume(series)
    app.library.forget(series.key)
    with pytest.raises(ValueError, match="images"):
        results.correction_of(results.reopened(app, kept.key), volume)


def test_what_could_not_be_kept_is_not_corrected(app, series, tmp_path):
    foreign(tmp_path / "foreign.dcm", series, np.ones((*series.geometry.shape, 1), np.uint8), segments=1)
    dataset = pydicom.dcmread(tmp_path / "foreign.dcm")
    del dataset.SegmentSequence[0].SegmentedPropertyTypeCodeSequence
    dataset.save_as(tmp_path / "foreign.dcm")
    kept = imported(app, tmp_path / "foreign.dcm")
    assert "code" in results.why_not_corrected(results.reopened(app, kept.key))
    stack(tmp_path / "tilted", [[-10, -20 + k, 30 + 2 * k] for k in range(4)])
    tilted = only_series(tmp_path / "tilted")
    found = results.reopened(app, kept.key)
    on_tilted = replace(found, segmentation=label_map(tilted), source=tilted)
    assert "tilt" in results.why_not_corrected(on_tilted)
