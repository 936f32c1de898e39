from __future__ import annotations

import struct
from pathlib import Path

import pydicom
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.datadict import dictionary_keyword, dictionary_VR
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from medapp.formats.dicom.header import Header
from medapp.formats.dicom.tags import KEYWORDS, TOP_LEVEL
from medapp.formats.dicom.walk import read_header
from medapp.formats.errors import UnreadableError
from tests.unit.formats.dicom_index.making import enhanced, image, save

CODES = {
    "archive-unsafe",
    "empty",
    "malformed",
    "not-dicom",
    "too-large",
    "truncated",
    "unreadable",
}

CYRILLIC = ("Люксембург", "Люксембург".encode("iso8859_5"))
_NOT_DICOM = {"text": b"hello" * 99, "png": b"\x89PNG" + b"\0" * 500, "zero": b"\0" * 600}


def test_the_tables_are_those_of_the_standard():
    for keyword, (tag, vr) in KEYWORDS.items():
        if tag >> 16 & 1 or keyword.endswith("Creator"):
            continue
        assert dictionary_keyword(tag) == keyword
        assert dictionary_VR(tag).startswith(vr) or vr in dictionary_VR(tag)


@pytest.mark.parametrize(
    "syntax",
    [
        ExplicitVRLittleEndian,
        ImplicitVRLittleEndian,
        ExplicitVRBigEndian,
        DeflatedExplicitVRLittleEndian,
    ],
)
def test_every_encoding_reads_alike(tmp_path: Path, syntax: str):
    header = read_header(save(image(syntax=syntax), tmp_path / "a.dcm"))
    assert header.transfer_syntax_uid == syntax
    assert (header.rows, header.columns, header.bits_allocated) == (6, 8, 16)
    assert header.numbers("PixelSpacing") == (0.5, 0.25)
    assert header.text("PatientName") == "Doe^Jane"
    assert header.get("SeriesNumber") == (3.0,)
    if syntax == DeflatedExplicitVRLittleEndian:
        assert header.pixel_offset is None
        assert header.has_pixels
    else:
        assert header.pixel_length == 96
        assert header.pixel_offset == header.file_size - 96


def test_long_elements_are_stepped_over(tmp_path: Path):
    dataset = image()
    block = dataset.private_block(0x0009, "MEDAPP TEST", create=True)
    block.add_new(1, "OB", b"\1" * 300_000)
    header = read_header(save(dataset, tmp_path / "a.dcm"))
    assert header.rows == 6
    assert header.pixel_length == 96


def test_undefined_lengths_and_nested_sequences(tmp_path: Path):
    dataset = enhanced([{"position": z, "echo": 10.0} for z in range(3)])
    for sequence in ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"):
        dataset[sequence].is_undefined_length = True
        for item in dataset[sequence].value:
            item.is_undefined_length_sequence_item = True
    header = read_header(save(dataset, tmp_path / "a.dcm"))
    groups = header.values.items("PerFrameFunctionalGroupsSequence")
    assert [g.first("PlanePositionSequence").numbers("ImagePositionPatient")[2] for g in groups] == [0, 1, 2]
    assert header.number_of_frames == 3


@pytest.mark.parametrize(
    ("charset", "name", "raw"),
    [
        ("ISO_IR 100", "Buc^Jérôme", "Buc^Jérôme".encode("latin-1")),
        ("ISO_IR 192", "Wang^XiaoDong=王^小东", "Wang^XiaoDong=王^小东".encode()),
        ("ISO_IR 144", *CYRILLIC),
        ("GB18030", "王^小东", "王^小东".encode("gb18030")),
        (
            ["", "ISO 2022 IR 87"],
            "Yamada^Tarou=山田^太郎",
            b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B",
        ),
    ],
)
def test_names_are_read_in_their_characters(tmp_path: Path, charset, name: str, raw: bytes):
    dataset = image(SpecificCharacterSet=charset)
    dataset.PatientName = raw.decode("latin-1")
    dataset["PatientName"]._value = pydicom.valuerep.PersonName(raw)
    header = read_header(save(dataset, tmp_path / "a.dcm"))
    assert header.text("PatientName") == name


@pytest.mark.parametrize("text", ["nan", "inf", "1e400", "abc", "1_0"])
def test_what_is_no_number_is_never_one(tmp_path: Path, text: str):
    path = save(image(SliceThickness="1.00000"), tmp_path / "a.dcm")
    path.write_bytes(path.read_bytes().replace(b"1.00000 ", text.encode().ljust(8)))
    header = read_header(path)
    assert header.values.number("SliceThickness") is None
    assert header.integer("SliceThickness") is None


def test_files_without_preamble_are_known_by_their_beginning(tmp_path: Path):
    whole = save(image(), tmp_path / "a.dcm").read_bytes()
    bare = tmp_path / "bare"
    bare.write_bytes(whole[132:])
    assert read_header(bare).rows == 6
    after_meta = whole.index(b"\x08\x00\x08\x00CS")
    bare.write_bytes(whole[after_meta:])
    header = read_header(bare)
    assert header.transfer_syntax_uid == ExplicitVRLittleEndian
    assert dict(header.remarks).keys() == {"preamble-missing"}


def test_a_file_that_states_the_wrong_syntax_is_read_as_it_is_written(tmp_path: Path):
    path = save(image(syntax=ImplicitVRLittleEndian), tmp_path / "a.dcm")
    path.write_bytes(path.read_bytes().replace(b"1.2.840.10008.1.2\0", b"1.2.840.10008.1.2"[:16] + b"9\0", 1))
    header = read_header(path)
    assert header.rows == 6
    assert "transfer-syntax-mismatch" in dict(header.remarks)


def test_other_files_are_no_dicom(tmp_path: Path):
    for name, content in _NOT_DICOM.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UnreadableError) as caught:
            read_header(tmp_path / name)
        assert caught.value.code == "not-dicom"
    (tmp_path / "empty").touch()
    for path, code in (
        (tmp_path / "empty", "empty"),
        (tmp_path / "none", "unreadable"),
        (tmp_path, "unreadable"),
    ):
        with pytest.raises(UnreadableError) as caught:
            read_header(path)
        assert caught.value.code == code


def test_nesting_without_end_is_refused(tmp_path: Path):
    whole = save(image(), tmp_path / "a.dcm").read_bytes()
    start = whole.index(b"\x08\x00\x08\x00CS")
    nest = struct.pack("<HH2sHI", 0x0040, 0xA730, b"SQ", 0, 0xFFFFFFFF) + b"\xfe\xff\x00\xe0\xff\xff\xff\xff"
    (tmp_path / "deep.dcm").write_bytes(whole[:start] + nest * 1000 + whole[start:])
    with pytest.raises(UnreadableError) as caught:
        read_header(tmp_path / "deep.dcm")
    assert caught.value.code == "malformed"
    end = b"\xfe\xff\x0d\xe0\0\0\0\0\xfe\xff\xdd\xe0\0\0\0\0"
    (tmp_path / "ok.dcm").write_bytes(whole[:start] + nest * 20 + end * 20 + whole[start:])
    assert read_header(tmp_path / "ok.dcm").rows == 6


def test_a_data_set_that_explodes_is_refused(tmp_path: Path):
    dataset = image(syntax=DeflatedExplicitVRLittleEndian)
    block = dataset.private_block(0x0009, "MEDAPP TEST", create=True)
    block.add_new(1, "OB", bytes(80 << 20))
    with pytest.raises(UnreadableError) as caught:
        read_header(save(dataset, tmp_path / "bomb.dcm"))
    assert caught.value.code == "archive-unsafe"


def test_headers_share_what_they_have_in_common(tmp_path: Path):
    first = read_header(save(image(InstanceNumber=1), tmp_path / "a.dcm"))
    second = read_header(save(image(InstanceNumber=2), tmp_path / "b.dcm"))
    shared = second.compact(first)
    assert shared.values.raw == second.values.raw
    tag = TOP_LEVEL["PatientName"][0]
    assert shared.values.raw[tag] is first.values.raw[tag]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cut=st.integers(0, 1400),
    changes=st.lists(st.tuples(st.integers(0, 1400), st.integers(0, 255)), max_size=12),
)
def test_damage_is_met_with_a_name(tmp_path: Path, cut: int, changes: list[tuple[int, int]]):
    source = tmp_path / "whole.dcm"
    if not source.exists():
        save(enhanced([{"position": z, "echo": 5.0, "b": 10.0 * z} for z in range(2)]), source)
    data = bytearray(source.read_bytes())
    for place, value in changes:
        if place < len(data):
            data[place] = value
    damaged = tmp_path / "damaged.dcm"
    damaged.write_bytes(data[: max(len(data) - cut, 0)])
    try:
        header = read_header(damaged)
    except UnreadableError as error:
        known = error.code in CODES
    else:
        known = isinstance(header, Header)
    assert known


def test_real_files_read_as_pydicom_reads_them(shared_data: Path):
    checked = 0
    for folder in ("pydicom-test", "pydicom-data-sel", "dcmqi-seg-sr-pm", "highdicom-test"):
        for path in sorted((shared_data / "dicom" / folder).rglob("*")):
            try:
                header = read_header(path)
            except UnreadableError:
                continue
            dataset = pydicom.dcmread(path, force=True, stop_before_pixels=True, specific_tags=list(SAME))
            for keyword in SAME:
                element = dataset.get(keyword)
                expected = "" if element is None else str(element).strip(" \0")
                assert header.text(keyword) == expected, (path, keyword)
                checked += 1
    assert checked > 1000


SAME = ("SOPInstanceUID", "SeriesInstanceUID", "Rows", "Columns", "Modality", "PatientID", "BitsStored")
