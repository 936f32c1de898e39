"""Remarks on preamble, transfer syntax and value representations; overlapping outlines keep them."""

from __future__ import annotations

import pytest
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian, RLELossless

from medapp.formats.collect import collect
from medapp.formats.dicom.written import preamble_remarks
from tests.unit.formats.dicom_index.making import image, save, stack


def codes(folder):
    return {notice.code for series in collect([folder]).series for notice in series.notices}


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (b"\0" * 8, ""),
        (b"II*\0\x08\0\0\0", ""),
        (b"\xff" * 8, ""),
        (b"MZ\x90\0\x03\0\0\0", "a Windows program"),
        (b'{"Http":', "a text"),
        (b"<?xml ve", "markup"),
    ],
)
def test_what_a_preamble_begins_like(start, words):
    told = preamble_remarks(start)
    assert bool(told) == bool(words)
    assert words in "".join(sentence for _, sentence in told)


def changed(path, before: bytes, after: bytes):
    data = path.read_bytes()
    assert data.count(before) == 1
    path.write_bytes(data.replace(before, after))


def test_another_value_representation_is_told_for_every_file(tmp_path):
    for path in stack(tmp_path, [0, 1, 2, 3]):
        changed(path, b"\x08\0\x60\0CS", b"\x08\0\x60\0LO")
    (series,) = collect([tmp_path]).series
    (notice,) = series.notices
    assert (notice.code, notice.severity, notice.values["count"]) == ("vr-mismatch", "info", 4)
    assert "Modality" in notice.message


def test_an_unknown_transfer_syntax_is_told(tmp_path):
    path = save(image(), tmp_path / "a.dcm")
    changed(path, b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.9.9.9\0")
    assert codes(tmp_path) == {"transfer-syntax-unknown"}


def test_plain_pixels_under_a_compressed_syntax_are_told(tmp_path):
    path = save(image(), tmp_path / "a.dcm")
    assert len(RLELossless) + 2 == len(ExplicitVRLittleEndian) + 2
    changed(path, b"1.2.840.10008.1.2.1\0", RLELossless.encode() + b"\0")
    assert codes(tmp_path) == {"transfer-syntax-mismatch"}


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_a_cut_copy_does_not_take_the_place_of_the_whole_file(tmp_path, names):
    whole, cut = (tmp_path / f"{name}.dcm" for name in names)
    save(image(NumberOfFrames=3, PixelData=image().PixelData * 3), whole)
    cut.write_bytes(whole.read_bytes()[:-120])
    (series,) = collect([tmp_path]).series
    assert {one.path for one in series.instances} == {whole}
    assert {notice.code for notice in series.notices} == {"duplicate-files"}


def test_a_deflated_data_set_that_breaks_off_is_refused(tmp_path):
    path = save(image(syntax=DeflatedExplicitVRLittleEndian), tmp_path / "a.dcm")
    assert not collect([path]).rejected
    path.write_bytes(path.read_bytes()[:-20])
    (refused,) = collect([path]).rejected
    assert (refused.code, "breaks off" in refused.reason) == ("truncated", True)


def test_a_file_of_meta_information_alone_is_refused(tmp_path):
    path = save(image(), tmp_path / "a.dcm")
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"\x08\0\x08\0CS")])
    (refused,) = collect([path]).rejected
    assert refused.code == "truncated"


def test_a_header_cut_within_the_head_of_an_element_is_told(tmp_path):
    path = save(image(PixelData=None), tmp_path / "a.dcm")
    path.write_bytes(path.read_bytes() + b"\x28\0\x10")
    assert collect([path]).rejected or "header-damaged" in codes(tmp_path)
