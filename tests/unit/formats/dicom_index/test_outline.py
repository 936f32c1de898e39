from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from medapp.formats.dicom import walk
from medapp.formats.dicom.checks import vet
from medapp.formats.dicom.outline import Outlines
from medapp.formats.dicom.tags import TOP_LEVEL
from medapp.formats.errors import UnreadableError
from tests.unit.formats.dicom_index.making import image, save, stack

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def outlines(monkeypatch) -> Outlines:
    found = Outlines()
    monkeypatch.setattr(walk, "_OUTLINES", found)
    return found


def facts(path: Path) -> dict[str, Any] | tuple[str, str]:
    try:
        header = walk.read_header(path)
    except UnreadableError as error:
        return error.code, error.reason
    names = {field.name for field in dataclasses.fields(header)} - {"shared"}
    found = {name: getattr(header, name) for name in names}
    return found | {"values": (dict(header.values.raw), header.values.little, header.values.charset)}


def walked(path: Path) -> dict[str, Any] | tuple[str, str]:
    known = walk._OUTLINES
    walk._OUTLINES = Outlines()
    try:
        return facts(path)
    finally:
        walk._OUTLINES = known


def known(outlines: Outlines, path: Path) -> bool:
    return outlines.find(path.read_bytes()[:16384]) is not None


def test_a_series_is_read_by_its_outline_as_by_a_walk(tmp_path, outlines):
    paths = stack(tmp_path, [10 + z for z in range(20)])
    for path in paths:
        assert facts(path) == walked(path)
    assert sum(known(outlines, path) for path in paths) == 20


def test_a_value_that_begins_to_differ_is_read(tmp_path, outlines):
    names = ["A1", "A1", "A1", "B2", "A1", "C3"]
    paths = [
        save(image(InstanceNumber=k, AccessionNumber=name), tmp_path / f"{k}.dcm")
        for k, name in enumerate(names, 1)
    ]
    for _ in range(2):
        assert [walk.read_header(path).text("AccessionNumber") for path in paths] == names
    assert all(known(outlines, path) for path in paths)


def test_values_that_are_the_same_are_shared(tmp_path, outlines):
    paths = stack(tmp_path, [10 + z for z in range(6)])
    headers = [walk.read_header(path) for path in paths * 2]
    assert known(outlines, paths[-1])
    names = {id(header.values.raw[TOP_LEVEL["PatientName"][0]]) for header in headers[6:]}
    assert len(names) < 6
    assert len({header.text("SOPInstanceUID") for header in headers[6:]}) == 6


def test_sequences_and_remarks_come_along(tmp_path, outlines):
    reference = Dataset()
    reference.SeriesInstanceUID = "1.2.3"
    values = {"ReferencedSeriesSequence": Sequence([reference])}
    paths = [save(image(InstanceNumber=k, **values), tmp_path / f"{k}.dcm") for k in range(1, 7)]
    for path in paths:
        data = bytearray(path.read_bytes())
        data[:2] = b"MZ"
        path.write_bytes(data)
    headers = [walk.read_header(path) for path in paths]
    assert known(outlines, paths[-1])
    assert all(
        header.values.first("ReferencedSeriesSequence").text("SeriesInstanceUID") == "1.2.3"
        for header in headers
    )
    assert all(header.remarks[0][0] == "preamble-content" for header in headers)


def test_files_that_have_nothing_in_common_teach_little(tmp_path, outlines):
    texts = [f"{k}" * 4 for k in range(5)]
    for k in range(40):
        dataset = image(InstanceNumber=1000 + k)
        # As long as the others, with other elements: no file has the outline of another.
        block = dataset.private_block(0x0009, "MEDAPP TEST", create=True)
        for place in range(8):
            block.add_new(16 * k % 200 + place, "LO", texts[k % 5])
        walk.read_header(save(dataset, tmp_path / f"{k}.dcm"))
    assert outlines._credit < 16


def test_what_was_found_sound_is_not_found_sound_for_other_facts(tmp_path):
    vet(walk.read_header(save(image(), tmp_path / "a.dcm")))
    vet(walk.read_header(save(image(InstanceNumber=2), tmp_path / "b.dcm")))
    with pytest.raises(UnreadableError, match="0 rows"):
        vet(walk.read_header(save(image(Rows=0), tmp_path / "c.dcm")))
    cut = tmp_path / "d.dcm"
    cut.write_bytes((tmp_path / "a.dcm").read_bytes()[:-50])
    with pytest.raises(UnreadableError, match="46 bytes"):
        vet(walk.read_header(cut))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cut=st.integers(0, 200),
    changes=st.lists(st.tuples(st.integers(0, 1200), st.integers(0, 255)), max_size=3),
)
def test_damage_is_seen_as_a_walk_sees_it(
    tmp_path: Path, outlines: Outlines, cut: int, changes: list[tuple[int, int]]
):
    source = tmp_path / "4.dcm"
    if not source.exists():
        for k in range(5):
            save(image(InstanceNumber=k, StudyTime="101112"), tmp_path / f"{k}.dcm")
    for k in range(5):
        walk.read_header(tmp_path / f"{k}.dcm")
    assert known(outlines, source)
    data = bytearray(source.read_bytes())
    for place, value in changes:
        if place < len(data):
            data[place] = value
    damaged = tmp_path / "damaged"
    damaged.write_bytes(data[: len(data) - cut])
    assert facts(damaged) == walked(damaged)
