from __future__ import annotations

from medapp.formats.collect import collect
from tests.unit.formats.dicom_index.making import image, save, stack


def notices(folder):
    return {
        notice.code: dict(notice.values) for series in collect([folder]).series for notice in series.notices
    }


def test_every_file_without_a_usable_rescale_is_counted(tmp_path):
    stack(tmp_path / "good", [0, 1, 2])
    for k, slope in enumerate((0, 0, -1), 3):
        save(
            image(ImagePositionPatient=[-10, -20, k], InstanceNumber=k, RescaleSlope=slope),
            tmp_path / f"{k}.dcm",
        )
    found = notices(tmp_path)["rescale-invalid"]
    assert found["files"] == 3
    assert float(found["slope"]) == 0


def test_files_without_a_rescale_are_counted(tmp_path):
    stack(tmp_path / "good", [0, 1, 2])
    stack(tmp_path / "bare", [3, 4], RescaleSlope=None, RescaleIntercept=None, AcquisitionNumber=2)
    assert notices(tmp_path)["rescale-missing"]["files"] == 2


def test_different_rescales_are_counted(tmp_path):
    for k, intercept in enumerate((-1024, -1024, -1000, -900)):
        save(
            image(ImagePositionPatient=[-10, -20, k], InstanceNumber=k, RescaleIntercept=intercept),
            tmp_path / f"{k}.dcm",
        )
    assert notices(tmp_path)["rescale-varies"]["pairs"] == 3


def test_burned_in_text_and_long_pixel_data_are_counted(tmp_path):
    stack(tmp_path / "good", [0, 1, 2])
    stack(tmp_path / "odd", [3, 4], BurnedInAnnotation="YES", PixelData=b"\0" * 120)
    found = notices(tmp_path)
    assert found["burned-in"]["files"] == 2
    assert found["excess-pixel-data"]["count"] == 2


def test_the_sign_of_zero_is_that_of_the_file(tmp_path):
    stack(tmp_path / "a", [0, 1], SeriesInstanceUID="1.2.1")
    stack(
        tmp_path / "b",
        [0, 1],
        SeriesInstanceUID="1.2.2",
        ImageOrientationPatient=["1", "-0", "0", "0", "1", "0"],
    )
    signs = [str(series.geometry.affine[1, 0]) for series in collect([tmp_path]).series]
    assert signs == ["0.0", "-0.0"]
