"""Values against their value representation (PS3.5 6.2), and objects against what their class asks for."""

from __future__ import annotations

import pytest
from pydicom.uid import CTImageStorage, MRImageStorage

from medapp.formats.collect import collect
from medapp.formats.dicom.conformity import conforms
from tests.unit.formats.dicom_index.making import image, save


@pytest.mark.parametrize(
    ("vr", "value", "good"),
    [
        ("DA", b"20240229", True),
        ("DA", b"2024.02.29", True),
        ("DA", b"20230229", False),
        ("DA", b"00000000", False),
        ("DA", b"20251301", False),
        ("DA", b"2025-01-02", False),
        ("TM", b"235960", True),
        ("TM", b"2359", True),
        ("TM", b"12:30:05.5", True),
        ("TM", b"240000", False),
        ("TM", b"-010000", False),
        ("DT", b"20240229120000.000000+0100", True),
        ("DT", b"20240230", False),
        ("AS", b"061Y", True),
        ("AS", b"61Y", False),
        ("AS", b"999Y", False),
        ("UI", b"1.2.840.0\0", True),
        ("UI", b"1.2." + b"3" * 61, False),
        ("UI", b"1..2", False),
        ("UI", b"1.02", False),
        ("CS", b"ORIGINAL\\PRIMARY ", True),
        ("CS", b"original", False),
        ("LO", b"x" * 64, True),
        ("LO", b"x" * 65, False),
        ("SH", b"x" * 17, False),
        ("PN", b"Yamada^Tarou=" + b"x" * 64, True),
        ("PN", b"x" * 65, False),
        ("PN", b"a^b^c^d^e^f", False),
        ("PN", b"a\x07b", False),
        ("DS", b"1.5\\-2e3 ", True),
        ("DS", b"NaN", False),
        ("DS", b"1\\two", False),
        ("IS", b" 12", True),
        ("IS", b"1.5", False),
        ("US", b"\1\0", True),
        ("US", b"\1", False),
        ("DA", b"  ", True),
    ],
)
def test_values_of_each_representation(vr, value, good):
    assert conforms(value, vr) is good


def test_text_that_turns_the_direction_of_what_follows_is_no_name():
    assert not conforms("\u202eevil".encode(), "PN", b"ISO_IR 192")
    assert conforms("Müller".encode(), "PN", b"ISO_IR 192")


def found(tmp_path, dataset):
    save(dataset, tmp_path / "a.dcm")
    (series,) = collect([tmp_path]).series
    return series, {notice.code: dict(notice.values) for notice in series.notices}


def test_a_sound_file_has_no_notice(tmp_path):
    assert found(tmp_path, image())[1] == {}


@pytest.mark.filterwarnings("ignore:Invalid value")
def test_dates_times_and_ages_that_are_none_are_not_shown(tmp_path):
    dataset = image(StudyDate="20251301", StudyTime="300000", PatientAge="12Y", SeriesDate="20250101")
    series, notices = found(tmp_path, dataset)
    assert (series.study.date, series.study.time) == ("", "")
    assert "PatientAge" not in dict(series.extra)
    assert dict(series.extra)["SeriesDate"] == "20250101"
    assert notices["values-invalid"]["keywords"] == ["StudyDate", "StudyTime", "PatientAge"]


def test_missing_elements_are_named(tmp_path):
    _, notices = found(tmp_path, image(Modality=None, PatientName=None, PhotometricInterpretation=None))
    assert notices["elements-missing"]["missing"] == ["Modality", "PhotometricInterpretation", "PatientName"]


def test_a_class_of_another_modality_is_told(tmp_path):
    _, notices = found(tmp_path, image(MRImageStorage, Modality="CT"))
    assert notices["modality-mismatch"]["modality"] == "CT"


def test_two_sop_classes_in_one_file_are_told(tmp_path):
    path = save(image(), tmp_path / "a.dcm")
    data, stated = path.read_bytes(), CTImageStorage.encode()
    path.write_bytes(data.replace(stated, stated[:-1] + b"4", 1))
    (series,) = collect([tmp_path]).series
    (notice,) = series.notices
    assert (notice.code, notice.values["data"]) == ("sop-class-mismatch", CTImageStorage)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"PhotometricInterpretation": "FUZZ"}, "photometric-invalid"),
        ({"PhotometricInterpretation": "RGB"}, "photometric-invalid"),
        ({"BitsStored": 17}, "bits-invalid"),
        ({"BitsStored": 0}, "bits-invalid"),
        ({"BitsStored": 12, "HighBit": 20}, "bits-invalid"),
        ({"BitsStored": 12, "HighBit": 15}, None),
        ({"WindowCenter": 40, "WindowWidth": 0}, "window-invalid"),
        ({"WindowCenter": 40, "WindowWidth": "1e30"}, "window-invalid"),
        ({"WindowCenter": [40, 50], "WindowWidth": 100}, "window-invalid"),
        ({"WindowCenter": 40, "WindowWidth": 400}, None),
    ],
)
def test_how_pixels_are_written(tmp_path, values, code):
    assert set(found(tmp_path, image(**values))[1]) == ({code} if code else set())
