"""Tables of a clinic are taken over where they are tables, and left where they are none."""

from __future__ import annotations

import pytest

from medapp.formats.errors import UnreadableError
from medapp.services.medicine_tables import NoTablesError, place_of, places_of_tables, take_tables
from medapp.services.medicines import drug_tables
from tests.unit.knowledge.therapy.made_up import write_tables
from tests.unit.planning import without_shared_tables


@pytest.fixture
def data(tmp_path, monkeypatch):
    without_shared_tables(monkeypatch, tmp_path)
    return tmp_path / "data"


def test_what_is_taken_over_is_used_at_once(data, tmp_path):
    assert [one.found for one in places_of_tables(data)] == [None, None]
    assert drug_tables(data).interactions is None
    source = write_tables(tmp_path / "clinic")
    (source / "private.txt").write_text("left where it is")
    assert take_tables(source, data) == ("drugs",)
    assert places_of_tables(data)[0].found == place_of("drugs", data)
    assert drug_tables(data).interactions.count == 6
    assert sorted(one.name for one in place_of("drugs", data).iterdir()) == [
        "ddi_ndfrt_onc.tsv", "ndfrt_rxnorm_mapping.csv",
    ]  # fmt: skip


def test_a_folder_without_tables_says_what_is_looked_for(data, tmp_path):
    with pytest.raises(NoTablesError, match=r"ddi_ndfrt_onc\.tsv"):
        take_tables(tmp_path, data)
    assert not (data / "knowledge").exists()


def test_a_damaged_table_is_not_taken_over(data, tmp_path):
    source = write_tables(tmp_path / "clinic")
    (source / "ddi_ndfrt_onc.tsv").write_text("drug1\tdrug2\nwarfarin\taspirin\n")
    with pytest.raises(UnreadableError, match="column"):
        take_tables(source, data)
    assert not (data / "knowledge").exists()


def test_the_published_tables_of_genes(data, shared_data):
    source = shared_data / "ehr" / "pgx_knowledge"
    if not source.is_dir():
        pytest.skip(f"no tables at {source}")
    assert take_tables(source, data) == ("genes",)
    assert places_of_tables(data)[1].found == place_of("genes", data)
    assert drug_tables(data).guidelines is not None
