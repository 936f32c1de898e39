"""Tables are read once, and again where they were changed."""

from __future__ import annotations

import pytest

from medapp.services.medicines import ListError, drug_tables, named, read_list
from tests.unit.knowledge.therapy.made_up import PAIRS, write_tables


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDAPP_SHARED", str(tmp_path / "nothing"))
    monkeypatch.delenv("MEDAPP_DRUG_TABLES", raising=False)
    monkeypatch.delenv("MEDAPP_PGX_TABLES", raising=False)
    return write_tables(tmp_path / "data" / "knowledge" / "drugs")


def test_read_once_and_again_where_changed(folder, tmp_path):
    first = drug_tables(tmp_path / "data")
    assert drug_tables(tmp_path / "data") is first
    assert first.interactions.count == 6
    with (folder / "ddi_ndfrt_onc.tsv").open("w", encoding="utf-8") as file:
        file.write(PAIRS + "DB1\twarfarin\tDB5\tclarithromycin\tNDF-RT\tSignificant\t\n")
    assert drug_tables(tmp_path / "data").interactions.count == 7


def test_without_any_published_table(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDAPP_SHARED", str(tmp_path / "nothing"))
    monkeypatch.delenv("MEDAPP_DRUG_TABLES", raising=False)
    monkeypatch.delenv("MEDAPP_PGX_TABLES", raising=False)
    found = drug_tables(tmp_path)
    assert found.interactions is None
    assert found.guidelines is None
    assert found.vocabulary.known("warfarin")


def test_a_list_from_a_file(tmp_path):
    path = tmp_path / "list.txt"
    path.write_bytes("\ufeffwarfarin 5 mg\r\n# remark\r\n\r\naspirin\r\n".encode())
    assert [one.name for one in read_list(path)] == ["warfarin 5 mg", "aspirin"]


def test_lists_that_are_none(tmp_path):
    path = tmp_path / "list.txt"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ListError, match="no text in UTF-8"):
        read_list(path)
    path.write_bytes(b"a\n" * (1 << 20))
    with pytest.raises(ListError, match="larger than"):
        read_list(path)
    with pytest.raises(ListError, match="more than one list"):
        named(["x"] * 301)
