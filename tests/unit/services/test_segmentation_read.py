"""Segmentations of this program and of others come back as label maps on the right slices."""

from __future__ import annotations

from dataclasses import replace

import highdicom
import numpy as np
import pydicom
import pytest
from highdicom.sr import CodedConcept

from medapp.formats.collect import collect
from medapp.formats.dicom.segmentation_read import read_segmentation
from medapp.formats.dicom.segmentation_write import write_segmentation
from tests.unit.services.segmenting import LABELS, PROVENANCE, ct_series, enhanced_series, label_map


def codes(found):
    return {notice.code for notice in found.notices}


@pytest.fixture
def series(tmp_path):
    return ct_series(tmp_path / "ct")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "seg.dcm"


def test_our_own_comes_back_as_it_was(path, series):
    before = label_map(series)
    write_segmentation(path, before, series, edited=True)
    found = read_segmentation(path, series)
    after = found.segmentation
    assert np.array_equal(after.array, before.array)
    assert after.array.dtype == before.array.dtype
    assert after.labels == LABELS
    assert after.geometry is series.geometry
    assert (after.series_key, after.source_series_uid) == (series.key, series.uid)
    assert after.source_instance_uids == before.source_instance_uids
    assert replace(after.provenance, input_uids=()) == PROVENANCE
    assert found.edited
    assert found.notices == ()


def test_one_echo_of_an_enhanced_file(path, tmp_path):
    series = enhanced_series(tmp_path / "mr")[1]
    before = label_map(series)
    write_segmentation(path, before, series)
    assert np.array_equal(read_segmentation(path, series).segmentation.array, before.array)


def test_without_its_images_it_lies_on_a_grid_of_its_own(path, tmp_path):
    series = ct_series(tmp_path / "even", columns=8)
    before = label_map(series)
    hole = np.array(before.array)
    hole[2] = 0
    write_segmentation(path, replace(before, array=hole), series)
    found = read_segmentation(path)
    after = found.segmentation
    assert codes(found) == {"source-missing"}
    # The empty slices at both ends are gone, the one in the middle is part of the grid.
    assert np.array_equal(after.array, hole[1:-1])
    assert np.allclose(after.geometry.to_patient((3, 2, 1)), before.geometry.to_patient((3, 2, 2)))
    assert after.geometry.spacing_mm == pytest.approx((0.25, 0.5, 2.0))
    assert after.source_series_uid == series.uid


def test_images_elsewhere_do_not_lend_their_grid(path, series, tmp_path):
    write_segmentation(path, label_map(series), series)
    other = ct_series(tmp_path / "other", ImageOrientationPatient=[1, 0, 0, 0, 0, -1])
    assert read_segmentation(path, other).segmentation.geometry is not other.geometry
    finer = replace(series.geometry, affine=series.geometry.affine @ np.diag((0.5, 0.5, 1, 1)))
    found = read_segmentation(path, replace(series, geometry=finer))
    assert codes(found) == {"own-grid"}
    assert found.segmentation.source_instance_uids == ()


def described(number):
    return highdicom.seg.SegmentDescription(
        segment_number=number,
        segment_label=f"part {number}",
        segmented_property_category=CodedConcept("123037004", "SCT", "Anatomical Structure"),
        segmented_property_type=CodedConcept("10200004", "SCT", "Liver"),
        algorithm_type="MANUAL",
    )


def foreign(path, series, array, kind="BINARY", segments=2, **rest):
    """Written by highdicom, from the files themselves."""
    images = [pydicom.dcmread(instance.path) for instance in series.instances]
    for image in images:
        for keyword in ("StudyTime", "StudyID", "AccessionNumber", "ReferringPhysicianName"):
            setattr(image, keyword, "")
    made = highdicom.seg.Segmentation(
        source_images=images,
        pixel_array=array,
        segmentation_type=kind,
        segment_descriptions=[described(number) for number in range(1, segments + 1)],
        series_instance_uid=highdicom.UID(),
        series_number=100,
        sop_instance_uid=highdicom.UID(),
        instance_number=1,
        manufacturer="Another",
        manufacturer_model_name="One",
        software_versions="1",
        device_serial_number="1",
        **rest,
    )
    made.save_as(path)


def test_where_segments_overlap_the_last_is_kept_and_it_is_said(path, series):
    array = np.zeros((*series.geometry.shape, 2), np.uint8)
    array[1:3, 1:4, 1:4, 0] = 1
    array[2:4, 3:6, 3:6, 1] = 1
    foreign(path, series, array)
    found = read_segmentation(path, series)
    expected = np.where(array[..., 1], 2, array[..., 0])
    assert np.array_equal(found.segmentation.array, expected)
    (notice,) = found.notices
    assert (notice.code, notice.values["voxels"]) == ("segments-overlap", 1)
    assert len({label.color for label in found.segmentation.labels}) == 2


def test_fractions_are_cut_at_one_half_and_it_is_said(path, series):
    array = np.random.default_rng(0).random((*series.geometry.shape, 1)).astype(np.float32)
    foreign(path, series, array, "FRACTIONAL", 1, max_fractional_value=200)
    found = read_segmentation(path, series)
    stored = np.around(array[..., 0] * 200)
    assert np.array_equal(found.segmentation.array, stored >= 100)
    assert codes(found) == {"fractional"}


def test_a_label_map_object(path, series):
    array = np.zeros(series.geometry.shape, np.uint8)
    array[1, 2:4] = 1
    array[3, 5] = 3
    foreign(path, series, array, "LABELMAP", 3)
    found = read_segmentation(path, series)
    assert np.array_equal(found.segmentation.array, array)
    assert found.notices == ()


def test_what_is_no_segmentation_is_refused(path, series):
    with pytest.raises(ValueError, match="no DICOM segmentation"):
        read_segmentation(series.instances[0].path)
    with pytest.raises(ValueError, match="cannot be read"):
        read_segmentation(path)
    write_segmentation(path, label_map(series), series)
    damaged = pydicom.dcmread(path)
    del damaged.SegmentSequence
    damaged.save_as(path)
    with pytest.raises(ValueError, match="no segment"):
        read_segmentation(path, series)


REAL = ["dcmqi-seg-sr-pm", "ucsf-br06-dce-mr/seg", "highdicom-test/seg_image_ct_binary.dcm"]


@pytest.mark.parametrize("name", REAL)
def test_real_objects_hold_as_many_voxels_as_pydicom_finds(shared_data, name):
    found = collect([shared_data / "dicom" / name]).series
    sources = {series.uid: series for series in found if series.kind == "volume"}
    read = 0
    for series in found:
        if series.kind != "segmentation":
            continue
        source = next((sources[uid] for uid in series.source_uids if uid in sources), None)
        seen = read_segmentation(series.instances[0].path, source)
        pixels = pydicom.dcmread(series.instances[0].path).pixel_array
        lost = sum(int(n.values["voxels"]) for n in seen.notices if n.code == "segments-overlap")
        cut = (pixels >= 127.5).sum() if "fractional" in codes(seen) else pixels.sum()
        assert np.count_nonzero(seen.segmentation.array) + lost == cut
        assert source is None or seen.segmentation.geometry is source.geometry
        read += 1
    assert read
