"""Labelled pictures: what is read, who is left out, and what cannot be learnt from."""

import shutil

import pytest

from medapp.api.context import TaskRefused
from medapp_classification.cxr_findings.cases import read_cases
from medapp_classification.cxr_findings.findings import KEYS
from medapp_classification.cxr_findings.rounds import folds_of
from tests.unit.classification import pictures


@pytest.fixture
def table():
    return pictures.rows()


@pytest.fixture
def folder(tmp_path, table):
    for row in table:
        (tmp_path / row["file"]).write_bytes(row["file"].encode())
    return tmp_path


def read(folder, table, columns=pictures.COLUMNS):
    return read_cases(pictures.write_table(folder, table, columns))


def test_rows_become_cases(folder, table):
    found = read(folder, table)
    assert len(found.cases) == 40
    assert found.left_out == 0
    first = found.cases[0]
    assert [key for key, there in zip(KEYS, first.labels, strict=True) if there] == (
        [] if table[0]["findings"] == "No Finding" else table[0]["findings"].split("|")
    )
    assert (first.patient, first.age, first.sex, first.view) == ("1", 30.0, "M", "AP")
    assert len(first.digest) == 16


def test_who_is_not_an_adult_seen_from_the_front_is_left_out(folder, table):
    table[0] |= {"age": "17"}
    table[1] |= {"age": ""}
    table[2] |= {"age": "412"}
    table[3] |= {"view": "LL"}
    table[4] |= {"sex": ""}
    table[5] |= {"age": "061Y"}
    found = read(folder, table)
    assert found.left_out == 5
    assert 61.0 in {case.age for case in found.cases}


def test_both_ways_to_call_the_columns_are_read_and_several_folders(folder, table, tmp_path):
    other = [
        {"file": row["file"], "finding_labels": row["findings"], "patient_id": "0" + row["patient"]} | row
        for row in table
    ]
    columns = ("file", "finding_labels", "patient_id", "age", "sex", "view")
    whole = tmp_path / "both"
    for name in ("a", "b"):
        shutil.copytree(folder, whole / name, ignore=shutil.ignore_patterns("both"))
    pictures.write_table(whole / "a", table)
    pictures.write_table(whole / "b", other, columns)
    assert len(read_cases(whole).cases) == 80
    found = read_cases(whole, "b").cases
    assert {case.source for case in found} == {"b"}
    assert {case.patient for case in found} == {row["patient"] for row in table}


def test_patients_who_share_a_picture_stay_together(folder, table):
    (folder / "0010.png").write_bytes((folder / "0000.png").read_bytes())
    found = read(folder, table).cases
    assert found[0].group == found[10].group == found[11].group
    assert found[0].patient != found[10].patient
    for held_back in folds_of(found, seed=1):
        groups = {found[row].group for row in held_back}
        rest = {case.group for row, case in enumerate(found) if row not in set(held_back)}
        assert not groups & rest


def test_every_picture_is_held_back_once(folder, table):
    found = read(folder, table).cases
    held_back = folds_of(found, seed=3)
    assert sorted(row for fold in held_back for row in fold) == list(range(40))


@pytest.mark.parametrize("column", pictures.COLUMNS)
def test_a_missing_column_is_named(folder, table, column):
    rest = tuple(name for name in pictures.COLUMNS if name != column)
    with pytest.raises(TaskRefused, match=f"lacks the column {column}: it needs"):
        read(folder, table, rest)


def change(table, **values):
    table[7] |= values
    return table


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"findings": "Lupus"}, "line 9: the findings are not those"),
        ({"findings": ""}, "line 9: the findings"),
        ({"findings": "No Finding|Mass"}, "line 9: the findings"),
        ({"patient": ""}, "line 9 names no patient"),
        ({"file": "9999.png"}, "line 9 names a file that cannot be read"),
        ({"file": "../0007.png"}, "line 9 names a file outside"),
        ({"file": "/etc/hostname"}, "line 9 names a file outside"),
        ({"file": "Effusion/0007.png"}, "answer leaks"),
        ({"file": "0007_pleural_thickening.png"}, "answer leaks"),
        ({"file": "no-finding 0007.png"}, "answer leaks"),
    ],
)
def test_what_cannot_be_used_is_refused(folder, table, values, words):
    with pytest.raises(TaskRefused, match=words):
        read(folder, change(table, **values))


def test_messages_tell_nothing_of_a_patient(folder, table):
    with pytest.raises(TaskRefused) as caught:
        read(folder, change(table, file="Smith_John.png", patient="4711"))
    assert "Smith" not in str(caught.value)
    assert "4711" not in str(caught.value)


@pytest.mark.parametrize("value", ["Mass", "No Finding"])
def test_one_class_only_cannot_be_learnt(folder, table, value):
    for row in table:
        row["findings"] = value
    with pytest.raises(TaskRefused, match="one class alone cannot be learnt"):
        read(folder, table)


def test_a_folder_without_a_table_is_refused(tmp_path):
    with pytest.raises(TaskRefused, match=r"has no labels\.csv"):
        read_cases(tmp_path)
    with pytest.raises(TaskRefused, match=r"'other' has no labels\.csv"):
        read_cases(tmp_path, "other")


def test_too_few_patients_for_the_folds(folder, table):
    for number, row in enumerate(table):
        row["patient"] = str(number % 3)
    with pytest.raises(TaskRefused, match="5 folds need as many"):
        folds_of(read(folder, table).cases, seed=0)
