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


def test_pairs_that_no_table_has_are_told_one_by_one_and_never_cleared(checked):
    found = checked("warfarin,simvastatin,lisinopril", kind="interaction")
    assert [one.outcome for one in found] == ["unknown", "unknown"]
    assert "warfarin: no row with any of simvastatin, lisinopril" in found[0].text
    assert "simvastatin: no row with lisinopril" in found[1].text
    assert found[0].drugs == ("warfarin", "simvastatin", "lisinopril")


def test_a_medicine_that_is_nowhere_in_a_table_is_not_cleared(checked):
    (one,) = checked("warfarin,Strangeol", kind="interaction")
    assert (one.outcome, one.drugs) == ("unknown", ("Strangeol", "warfarin"))
    assert "no table has any row about it" in one.text


def test_no_pair_is_told_twice_and_none_that_was_found(checked):
    found = checked("warfarin,fluconazole,metformin,levothyroxine", kind="interaction")
    told = [
        frozenset((*one.drugs[:1], name))
        for one in found
        if one.outcome == "unknown"
        for name in one.drugs[1:]
    ]
    assert len(told) == len(set(told))
    hit = {frozenset(one.drugs) for one in found if one.outcome == "found"}
    assert hit == {frozenset(("warfarin", "fluconazole")), frozenset(("warfarin", "levothyroxine"))}
    assert len(told) + len(hit) == 6
    assert not hit & set(told)


FAMOUS = """
sildenafil,nitroglycerin|critical
Viagra,isosorbide mononitrate|critical
warfarin,voriconazole|critical
warfarin,vitamin K|significant
methotrexate,ibuprofen|critical
clopidogrel,Losec|significant
digoxin,amiodarone|critical
colchicine,clarithromycin|critical
lithium,lisinopril|critical
lithium,hydrochlorothiazide|critical
lithium,naproxen|critical
rifampin,ethinyl estradiol|critical
dabigatran,rifampicin|critical
verapamil,metoprolol|critical
diltiazem,propranolol|critical
tramadol,sertraline|significant
fluoxetine,phenelzine|critical
linezolid,escitalopram|critical
ramipril,potassium chloride|significant
enalapril,spironolactone|significant
warfarin,aspirin|significant
warfarin,ibuprofen|critical
lovastatin,itraconazole|critical
oxycodone,diazepam|critical
pimozide,erythromycin|critical
sotalol,moxifloxacin|critical
simvastatin,grapefruit juice|significant
azathioprine,allopurinol|critical
"""


@pytest.mark.parametrize("line", FAMOUS.split("\n")[1:-1])
def test_pairs_that_everybody_knows_are_in_the_own_table(line, checked):
    alone = load_drug_tables(None, resource("therapy"))
    names, severity = line.split("|")
    for each in (names, ",".join(reversed(names.split(",")))):
        found = [one for one in checked(each, kind="interaction", use=alone) if one.outcome == "found"]
        assert [one.severity for one in found] == [severity]
        assert found[0].vetoes == (severity == "critical")
        assert found[0].citation.identifier.startswith("interactions.tsv, row ")
        assert found[0].citation.title
        assert found[0].advice


def test_the_published_table_stays_apart_from_the_own_one(checked, tables):
    (one,) = [each for each in checked("warfarin,fluconazole", kind="interaction") if each.outcome == "found"]
    assert one.citation.identifier == "row 2 (NDF-RT, Critical)"
    assert tables.interactions.between("sildenafil", "nitroglycerin") == ()


def test_a_graver_row_of_the_own_table_stands_beside(tmp_path, checked):
    folder = write_tables(tmp_path / "drugs")
    milder = PAIRS + "DB9\tlithium\tDB8\tlisinopril\tNDF-RT\tSignificant\tX\n"
    (folder / "ddi_ndfrt_onc.tsv").write_text(milder, encoding="utf-8")
    found = checked("lithium,lisinopril", kind="interaction", use=tables_of(folder))
    assert [one.severity for one in found] == ["critical", "significant"]


def test_a_medicine_on_the_skin_forbids_nothing(checked):
    (one,) = [
        each
        for each in checked("diclofenac 1% topical gel,lithium", kind="interaction")
        if each.outcome == "found"
    ]
    assert (one.severity, one.vetoes) == ("minor", False)


@pytest.mark.parametrize(
    "names", ["co-trimoxazole,Bactrim DS", "co-trimoxazole,trimethoprim", "Bactrim DS,sulfamethoxazole"]
)
def test_a_fixed_combination_does_not_interact_with_itself(names, tmp_path, checked):
    folder = write_tables(tmp_path / "drugs")
    inside = PAIRS + "DB9\tsulfamethoxazole\tDB8\ttrimethoprim\tNDF-RT\tCritical\tX\n"
    (folder / "ddi_ndfrt_onc.tsv").write_text(inside, encoding="utf-8")
    use = tables_of(folder)
    assert not [one for one in checked(names, kind="interaction", use=use) if one.outcome == "found"]
    assert [one.outcome for one in checked(names, kind="duplicate", use=use)] == ["found"]


def test_no_pair_within_one_medicine(checked):
    assert checked("amlodipine 5 mg / simvastatin 20 mg", kind="interaction") == []


def test_without_the_table_it_is_not_checked(checked):
    alone = load_drug_tables(None, resource("therapy"))
    found, one = checked("warfarin,fluconazole", kind="interaction", use=alone)
    assert found.citation.identifier.startswith("interactions.tsv")
    assert one.outcome == "unknown"
    assert one.text.startswith("Not checked: no table")
    assert "ddi_ndfrt_onc.tsv" in one.text
    assert "MEDAPP_DRUG_TABLES" in one.text


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


def test_a_duplicate_is_no_pair_without_a_row(checked):
    assert checked("Tylenol,acetaminophen", kind="interaction") == []


def test_one_row_is_told_once_of_two_medicines(checked):
    found = [
        one for one in checked("Entresto,potassium chloride", kind="interaction") if one.outcome == "found"
    ]
    assert [one.severity for one in found] == ["significant"]
