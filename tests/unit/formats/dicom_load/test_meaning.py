"""Numbers have a unit only where the file gives them one; what cannot be used is left out and told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import (
    CTImageStorage,
    EnhancedCTImageStorage,
    MRImageStorage,
    PositronEmissionTomographyImageStorage,
    SecondaryCaptureImageStorage,
)

from medapp.formats.collect import collect
from medapp.formats.dicom.load import load_volume
from tests.unit.formats.dicom_index.making import COLUMNS, ROWS, enhanced, image, save


def loaded(tmp_path, dataset):
    save(dataset, tmp_path / "a.dcm")
    (series,) = collect([tmp_path]).series
    volume = load_volume(series)
    return volume, {notice.code for notice in (*series.notices, *volume.notices)}


@pytest.mark.parametrize(
    ("sop_class", "values", "unit"),
    [
        (CTImageStorage, {}, "HU"),
        (CTImageStorage, {"RescaleType": "US"}, None),
        (CTImageStorage, {"Modality": "MR"}, None),
        (CTImageStorage, {"Modality": "PT", "Units": "BQML"}, None),
        (MRImageStorage, {"Modality": "CT"}, None),
        (MRImageStorage, {"RescaleType": "HU"}, None),
        (SecondaryCaptureImageStorage, {}, None),
        (SecondaryCaptureImageStorage, {"RescaleType": "HU"}, "HU"),
        (CTImageStorage, {"RescaleSlope": None, "RescaleIntercept": None}, None),
        (CTImageStorage, {"RescaleSlope": 0}, None),
    ],
)
def test_hounsfield_units_are_those_of_ct_with_a_rescale(tmp_path, sop_class, values, unit):
    assert loaded(tmp_path, image(sop_class, **values))[0].unit == unit


def test_no_uptake_without_a_rescale(tmp_path):
    stated: dict[str, Any] = {"Modality": "PT", "Units": "GML", "SUVType": "BW"}
    without = {"RescaleSlope": None, "RescaleIntercept": None}
    volume, codes = loaded(tmp_path, image(PositronEmissionTomographyImageStorage, **stated, **without))
    assert volume.unit is None
    assert "rescale-missing" in codes


def test_uptake_with_a_rescale(tmp_path):
    stated: dict[str, Any] = {"Modality": "PT", "Units": "GML", "SUVType": "BW"}
    assert loaded(tmp_path, image(PositronEmissionTomographyImageStorage, **stated))[0].unit == "SUVbw"


def frames(*slopes: float | None) -> Dataset:
    """An enhanced CT whose frames state these slopes."""
    dataset = enhanced([{"position": k} for k in range(len(slopes))])
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = EnhancedCTImageStorage
    dataset.Modality = "CT"
    del dataset.RescaleSlope, dataset.RescaleIntercept
    for group, slope in zip(dataset.PerFrameFunctionalGroupsSequence, slopes, strict=True):
        if slope is not None:
            item = Dataset()
            item.RescaleSlope, item.RescaleIntercept, item.RescaleType = slope, -1024, "HU"
            group.PixelValueTransformationSequence = Sequence([item])
    return dataset


@pytest.mark.parametrize(
    ("slopes", "unit", "code"),
    [
        ((1, 1), "HU", None),
        ((1, 2), "HU", None),
        ((1, 0), None, "rescale-invalid"),
        ((1, -1), None, "rescale-invalid"),
        ((1, 1e12), None, "rescale-invalid"),
        ((1, None), None, "rescale-missing"),
    ],
)
def test_every_frame_has_to_state_a_rescale_that_can_be_used(tmp_path, slopes, unit, code):
    volume, codes = loaded(tmp_path, frames(*slopes))
    assert volume.unit == unit
    assert not volume.failed
    assert {one for one in codes if one.startswith("rescale")} == ({code} if code else set())


def table(entries: int, data: bytes) -> Sequence:
    item = Dataset()
    item.LUTDescriptor = [entries, 0, 16]
    item.ModalityLUTType = "HU"
    item.LUTData = data
    item["LUTData"].VR = "OW"
    item["LUTDescriptor"].VR = "US"
    return Sequence([item])


def test_a_lookup_table_that_is_too_short_is_left_out(tmp_path):
    dataset = image(RescaleSlope=None, RescaleIntercept=None, PixelRepresentation=0)
    dataset.ModalityLUTSequence = table(256, b"\0" * 16)
    volume, codes = loaded(tmp_path, dataset)
    assert volume.unit is None
    assert {"lut-invalid", "rescale-missing"} <= codes


def overlaid(rows: int, columns: int, count: int, data: bytes, **values: Any) -> Dataset:
    dataset = image(**values)
    dataset.add_new(0x60000010, "US", rows)
    dataset.add_new(0x60000011, "US", columns)
    dataset.add_new(0x60000015, "IS", count)
    dataset.add_new(0x60000050, "SS", [1, 1])
    dataset.add_new(0x60003000, "OW", data)
    return dataset


def test_an_overlay_larger_than_its_data_is_left_out(tmp_path):
    volume, codes = loaded(tmp_path, overlaid(1024, 1024, 1, b"\xff" * 8))
    assert not volume.overlays
    assert "overlay-invalid" in codes


def test_overlays_of_frames_lie_on_their_frames(tmp_path):
    count = 3
    planes = np.random.default_rng(0).integers(0, 2, (count, ROWS, COLUMNS))
    bits = np.packbits(planes.reshape(-1), bitorder="little").tobytes()
    stated = {"NumberOfFrames": count, "PixelData": image().PixelData * count}
    volume, _ = loaded(tmp_path, overlaid(ROWS, COLUMNS, count, bits, **stated))
    assert np.array_equal([volume.overlays[k] for k in range(count)], planes)


def test_an_overlay_of_a_million_frames_takes_no_memory_for_them(tmp_path):
    volume, _ = loaded(tmp_path, overlaid(1, 1, 2_000_000, b"\xff" * 250_000))
    assert [plane.sum() for plane in volume.overlays.values()] == [1]
