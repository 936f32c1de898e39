"""Pairs of the table are found in both orders by name and code, and no others."""

from __future__ import annotations

import pytest

from medapp.formats.errors import UnreadableError
from medapp.knowledge.therapy.loading import find_drug_tables, load_drug_tables
from medapp.resources import resource
from tests.unit.knowledge.therapy.made_up import PAIRS, tables_of, write_tables


@pytest.mark.parametrize(
    "names",
    [
        "warfarin,fluconazole",
        "fluconazole,warfarin",
        "RxNorm 855332,ATC J02AC01",
        "Coumadin 5 mg,RxNorm 4450",
        "Diflucan 150 MG Oral Tablet,B01AA03",
    ],
)
def test_a_pair_in_any_order_and_spelling(names, checked):
    (one,) = [check for check in checked(names, kind="interaction") if check.outcome == "found"]
    assert one.severity == "critical"
    assert one.vetoes
    assert one.citation.identifier == "row 2 (NDF-RT, Critical)"
    assert one.citation.strength == "Critical"
    assert one.citation.version.startswith("sha256 ")
    assert set(one.drugs) == set(names.split(","))


def test_rows_of_one_pair_are_one_check_by_the_gravest(checked):
    (one,) = [
        each for each in checked("clarithromycin,simvastatin", kind="interaction") if each.outcome == "found"
    ]
    assert one.severity == "critical"
    assert one.citation.identifier == "row 5 (NDF-RT, Critical), row 4 (ONC-HighPriority, no grade)"


def test_a_list_that_grades_nothing_says_so(checked):
    (one,) = [each for each in checked("aspirin,lisinopril", kind="interaction") if each.outcome == "found"]
    assert one.severity == "minor"
    assert not one.vetoes
    assert one.citation.strength == ""
    assert "do not warrant an interrupting alert" in one.text


def test_a_name_that_only_the_table_knows_is_found_without_its_marks(checked):
    (one,) = [
        each
        for each in checked("Madeupine Acetate 5 mg,Nardil", kind="interaction")
        if each.outcome == "found"
    ]
    assert one.severity == "significant"
    assert one.vetoes


def test_no_pair_that_is_not_in_the_table(checked):
    found = checked("warfarin,simvastatin,lisinopril", kind="interaction")
    assert [one.outcome for one in found] == ["clear"]
    assert "3 of 3 pairs have no row" in found[0].text


def test_a_medicine_that_is_nowhere_in_the_table_is_not_cleared(checked):
    found = checked("warfarin,metformin", kind="interaction")
    assert [(one.outcome, one.drugs) for one in found] == [("unknown", ("metformin",))]


def test_no_pair_within_one_medicine(checked):
    assert checked("amlodipine 5 mg / simvastatin 20 mg", kind="interaction") == []


def test_without_the_table_it_is_not_checked(checked):
    alone = load_drug_tables(None, resource("therapy"))
    (one,) = checked("warfarin,fluconazole", kind="interaction", use=alone)
    assert one.outcome == "unknown"
    assert one.text.startswith("Not checked: no table")


def test_where_tables_are_looked_for(tmp_path, monkeypatch):
    monkeypatch.setenv("MEDAPP_SHARED", str(tmp_path / "nothing"))
    monkeypatch.delenv("MEDAPP_DRUG_TABLES", raising=False)
    assert find_drug_tables(tmp_path / "data") is None
    own = write_tables(tmp_path / "data" / "knowledge" / "drugs")
    assert find_drug_tables(tmp_path / "data") == own
    named = write_tables(tmp_path / "named")
    monkeypatch.setenv("MEDAPP_DRUG_TABLES", str(named))
    assert find_drug_tables(tmp_path / "data") == named


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PAIRS.replace("severity", "grade"), "no column severity"),
        (PAIRS + "DB1\twarfarin\n", "row 8 has 2 cells where the head has 7"),
        ("", "no column drug1"),
    ],
)
def test_a_table_that_is_none_is_refused(text, said, tmp_path):
    folder = write_tables(tmp_path / "drugs")
    (folder / "ddi_ndfrt_onc.tsv").write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableError, match=said):
        tables_of(folder)


def test_bytes_that_are_no_text_are_refused(tmp_path):
    folder = write_tables(tmp_path / "drugs")
    (folder / "ddi_ndfrt_onc.tsv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UnreadableError, match="not UTF-8"):
        tables_of(folder)
