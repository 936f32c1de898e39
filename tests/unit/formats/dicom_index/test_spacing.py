"""Lengths in mm only from what the standard gives the class of an image, and said where they are unsure."""

from __future__ import annotations

import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import (
    ComputedRadiographyImageStorage,
    CTImageStorage,
    SecondaryCaptureImageStorage,
    UltrasoundImageStorage,
    XRayAngiographicImageStorage,
)

from medapp.formats.collect import collect
from tests.unit.formats.dicom_index.making import enhanced, image, save


def region(units: int = 3) -> Dataset:
    item = Dataset()
    item.RegionSpatialFormat = 1
    item.PhysicalUnitsXDirection = item.PhysicalUnitsYDirection = units
    item.PhysicalDeltaX, item.PhysicalDeltaY = 0.02, 0.03
    return item


def listed(tmp_path, dataset):
    save(dataset, tmp_path / "a.dcm")
    (series,) = collect([tmp_path]).series
    spacing = series.geometry.pixel_spacing_mm
    codes = {notice.code for notice in series.notices if "spacing" in notice.code}
    return spacing and tuple(round(step, 6) for step in spacing), codes


@pytest.mark.parametrize(
    ("sop_class", "values", "spacing", "codes"),
    [
        (CTImageStorage, {}, (0.25, 0.5), set()),
        (
            CTImageStorage,
            {"PixelSpacing": None, "ImagerPixelSpacing": [0.5, 0.25]},
            None,
            {"spacing-unknown"},
        ),
        (ComputedRadiographyImageStorage, {"Modality": "CR"}, (0.25, 0.5), {"spacing-uncertain"}),
        (
            ComputedRadiographyImageStorage,
            {"Modality": "CR", "PixelSpacingCalibrationType": "GEOMETRY"},
            (0.25, 0.5),
            set(),
        ),
        (
            ComputedRadiographyImageStorage,
            {"Modality": "CR", "ImagerPixelSpacing": [0.5, 0.25]},
            (0.25, 0.5),
            {"detector-spacing"},
        ),
        (
            XRayAngiographicImageStorage,
            {"Modality": "XA", "PixelSpacing": None, "ImagerPixelSpacing": [0.5, 0.25]},
            None,
            {"spacing-unknown"},
        ),
        (SecondaryCaptureImageStorage, {"Modality": "OT"}, (0.25, 0.5), {"spacing-uncertain"}),
        (UltrasoundImageStorage, {"Modality": "US"}, (0.25, 0.5), {"spacing-uncertain"}),
    ],
)
def test_what_a_pixel_spacing_means(tmp_path, sop_class, values, spacing, codes):
    assert listed(tmp_path, image(sop_class, **values)) == (spacing, codes)


def test_regions_of_ultrasound_come_before_a_pixel_spacing(tmp_path):
    dataset = image(UltrasoundImageStorage, Modality="US")
    dataset.SequenceOfUltrasoundRegions = Sequence([region()])
    assert listed(tmp_path, dataset) == ((0.2, 0.3), {"region-spacing"})


def test_regions_that_are_no_lengths_give_none(tmp_path):
    dataset = image(UltrasoundImageStorage, Modality="US")
    dataset.SequenceOfUltrasoundRegions = Sequence([region(), region(units=4)])
    assert listed(tmp_path, dataset) == (None, {"spacing-unknown"})


def test_functional_groups_of_other_frames_are_told(tmp_path):
    dataset = enhanced([{"position": 0}, {"position": 1}])
    dataset.NumberOfFrames = 1
    save(dataset, tmp_path / "a.dcm")
    (series,) = collect([tmp_path]).series
    assert "frames-mismatch" in {notice.code for notice in series.notices}


@pytest.mark.parametrize("offset", ["NaN", "inf", "1e300"])
def test_a_dose_grid_of_no_places_has_none(tmp_path, offset):
    dataset = image(
        "1.2.840.10008.5.1.4.1.1.481.2",
        Modality="RTDOSE",
        NumberOfFrames=2,
        GridFrameOffsetVector=[0, 3],
        PixelData=image().PixelData * 2,
        RescaleSlope=None,
        RescaleIntercept=None,
        DoseGridScaling=0.1,
        DoseUnits="GY",
    )
    path = save(dataset, tmp_path / "a.dcm")
    data = path.read_bytes()
    head = b"\x04\x30\x0c\0DS"
    start = data.index(head)
    text = f"0\\{offset}".encode()
    text += b" " * (len(text) % 2)
    end = start + 8 + int.from_bytes(data[start + 6 : start + 8], "little")
    path.write_bytes(data[: start + 6] + len(text).to_bytes(2, "little") + text + data[end:])
    found = collect([tmp_path])
    assert not found.rejected
    assert not found.series[0].geometry.stackable
