"""Remarks on preamble, transfer syntax and value representations; overlapping outlines keep them."""

from __future__ import annotations

import pytest
from pydicom.uid import ExplicitVRLittleEndian, RLELossless

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
