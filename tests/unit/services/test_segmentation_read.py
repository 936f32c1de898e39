"""Segmentations of this program and of others come back as label maps on the right slices."""

from __future__ import annotations

from dataclasses import replace

import highdicom
import numpy as np
import pydicom
import pytest

from medapp.formats.collect import collect
from medapp.formats.dicom.segmentation_read import read_segmentation
from medapp.formats.dicom.segmentation_write import write_segmentation
from tests.unit.services.segmenting import (
    LABELS,
    PROVENANCE,
    ct_series,
    enhanced_series,
    foreign,
    label_map,
    overlapping,
)


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


def test_where_segments_overlap_each_keeps_all_its_voxels(path, series):
    array = overlapping(path, series)
    found = read_segmentation(path, series)
    segmentation = found.segmentation
    assert np.array_equal(masks(segmentation), array.astype(bool))
    # Where both lie the smaller one is drawn.
    assert segmentation.overlaps == {3: (1, 2)}
    assert segmentation.array.dtype == np.uint8
    (notice,) = found.notices
    assert (notice.code, notice.values["voxels"]) == ("segments-overlap", 2)
    assert len({label.color for label in segmentation.labels}) == 2


def test_overlapping_segments_are_measured_whole(path, series):
    from medapp.domain.segmentation import measure
    from medapp.formats.dicom.load import load_volume

    array = overlapping(path, series).astype(bool)
    volume = load_volume(series)
    measured = measure(read_segmentation(path, series).segmentation, volume)
    real = volume.array * volume.slope + volume.intercept
    assert [item.voxels for item in measured] == [18, 8]
    for number, item in enumerate(measured):
        assert item.mean == pytest.approx(real[array[..., number]].mean())


def test_more_ways_to_overlap_than_a_byte_can_say(path, series):
    """Nine segments in all their combinations."""
    array = np.zeros((*series.geometry.shape, 9), np.uint8)
    ways = np.arange(array[..., 0].size) % 512
    array[:] = (ways[:, None] >> np.arange(9) & 1).reshape(array.shape)
    foreign(path, series, array, segments=9)
    segmentation = read_segmentation(path, series).segmentation
    assert np.array_equal(masks(segmentation), array.astype(bool))
    assert len(np.unique(segmentation.array)) == min(len(ways), 512)


def masks(segmentation):
    """The mask of every label, (slices, rows, columns, labels)."""
    planes = range(len(segmentation.array))
    return np.stack(
        [np.stack([segmentation.mask(label.value, k) for k in planes]) for label in segmentation.labels],
        axis=-1,
    )


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


REAL = [
    "dcmqi-seg-sr-pm",
    "ucsf-br06-dce-mr/seg",
    "highdicom-test/seg_image_ct_binary.dcm",
    "highdicom-test/seg_image_ct_binary_overlap.dcm",
    "highdicom-test/seg_image_ct_true_fractional.dcm",
    "pydicom-data-sel/liver_nonbyte_aligned_j2k.dcm",
]


@pytest.mark.parametrize("name", REAL)
def test_segments_of_real_objects_hold_as_many_voxels_as_highdicom_finds(shared_data, name):
    found = collect([shared_data / "dicom" / name]).series
    sources = {series.uid: series for series in found if series.kind == "volume"}
    read = 0
    for series in found:
        if series.kind != "segmentation":
            continue
        source = next((sources[uid] for uid in series.source_uids if uid in sources), None)
        for instance in series.instances:
            seen = read_segmentation(instance.path, source)
            segmentation = seen.segmentation
            voxels = [int(count) for count in masks(segmentation).sum(axis=(0, 1, 2))]
            assert voxels == peer_voxels(instance.path), instance.path.name
            assert ("segments-overlap" in codes(seen)) == bool(segmentation.overlaps)
            assert source is None or segmentation.geometry is source.geometry
            read += 1
    assert read


def peer_voxels(path):
    """Voxels of every segment as highdicom reads them, of at least one half where they are fractions."""
    peer = highdicom.seg.segread(path)
    numbers = list(peer.segment_numbers)
    largest = int(peer.get("MaximumFractionalValue", 1))
    if len(numbers) > 1:
        pixels = peer.get_volume(rescale_fractional=False, allow_missing_positions=True).array
    else:
        # Frames of a single segment need not name it, which highdicom expects.
        pixels = peer.pixel_array[..., None]
    return [int((pixels[..., place] * 2.0 >= largest).sum()) for place in range(len(numbers))]
