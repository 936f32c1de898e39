"""The program's own tables: every row has a source, means medicines that are known, and says something."""

from __future__ import annotations

import re

import pytest

from medapp.formats.errors import UnreadableError
from medapp.knowledge.therapy.own import SEVERITIES, load_own
from medapp.knowledge.therapy.rows import Row, read_rows
from medapp.knowledge.therapy.vocabulary import own_names
from medapp.resources import resource

FOLDER = resource("therapy")
RULES = ("contraindications", "pregnancy", "age", "renal", "hepatic", "qt", "bleeding")


@pytest.fixture(scope="module")
def vocabulary():
    rows = read_rows(FOLDER / "ingredients.tsv", "ingredient", "atc", "synonyms", "brands", "other_atc")
    return own_names(rows, read_rows(FOLDER / "combinations.tsv", "name", "ingredients"))


@pytest.mark.parametrize("table", [*RULES, "allergy_cross"])
def test_every_row_has_a_source_and_no_year_out_of_range(table):
    for row in read_rows(FOLDER / f"{table}.tsv", "source", "year", "text"):
        assert len(row["source"]) > 10, row.number
        assert not row["year"] or 1970 < int(row["year"]) <= 2026, row.number
        assert row["text"].endswith("."), row.number


@pytest.mark.parametrize("table", RULES)
def test_every_medicine_of_a_row_is_known(table, vocabulary):
    known = set(vocabulary.atc)
    for row in read_rows(FOLDER / f"{table}.tsv", "drugs"):
        for word in row.many("drugs"):
            if word.startswith("ATC:"):
                assert vocabulary.of_class.get(word.removeprefix("ATC:")), (row.number, word)
            else:
                assert set(vocabulary.canonical(word.removeprefix("-"))) <= known, (row.number, word)


def test_bounds_and_severities():
    for table in ("age", "renal"):
        for row in read_rows(FOLDER / f"{table}.tsv", "from", "below", "severity"):
            low, high = row.number_of("from"), row.number_of("below")
            assert low is not None or high is not None, row.number
            assert low is None or high is None or low < high, row.number
            assert row["severity"] in SEVERITIES
    measures = {row["measure"] for row in read_rows(FOLDER / "renal.tsv", "measure")}
    assert measures == {"egfr", "crcl", "criteria"}
    for row in read_rows(FOLDER / "hepatic.tsv", "classes"):
        assert set(row["classes"].split()) <= {"A", "B", "C"}


def test_conditions_of_contraindications_are_defined(vocabulary):
    own = load_own(FOLDER, vocabulary)
    for row in read_rows(FOLDER / "contraindications.tsv", "condition"):
        assert row["condition"] in own.conditions, row.number


def test_groups_and_crossing_names(vocabulary):
    own = load_own(FOLDER, vocabulary)
    assert all(group.drugs for group in own.groups.values())
    for row in own.cross:
        for name in (row["one"], row["other"]):
            assert name in own.groups or name in vocabulary.atc, row.number


def test_codes_are_codes(vocabulary):
    assert all(re.fullmatch(r"[A-Z]\d\d[A-Z]{2}\d\d", code) for code in vocabulary.by_atc)
    assert all(len(names) == 1 for names in vocabulary.by_atc.values())


def test_combinations_are_of_known_ingredients(vocabulary):
    for row in read_rows(FOLDER / "combinations.tsv", "ingredients"):
        for name in row["ingredients"].split("+"):
            assert name.strip() in vocabulary.atc, row.number


def test_a_severity_that_is_none_is_refused(tmp_path, vocabulary):
    for path in FOLDER.glob("*.tsv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    table = tmp_path / "age.tsv"
    text = table.read_text(encoding="utf-8").replace("\tsignificant\t", "\tserious\t", 1)
    table.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableError, match="'serious' is no severity"):
        load_own(tmp_path, vocabulary)


def test_a_class_is_of_the_codes_that_hold_now(vocabulary):
    assert "celecoxib" in vocabulary.of_class["M01AH"]
    assert "celecoxib" not in vocabulary.of_class["L01"]
    assert vocabulary.by_atc["L01XX33"] == ("celecoxib",)


@pytest.mark.parametrize("table", ["contraindications", "pregnancy", "age", "renal", "hepatic"])
def test_what_a_source_forbids_is_critical(table):
    for row in read_rows(FOLDER / f"{table}.tsv", "severity", "text", "advice"):
        flatly = re.match(r"Contraindicated[.;]", row["advice"]) or "no use for" in row["text"].casefold()
        assert not flatly or row["severity"] == "critical", (table, row.number)


def test_rows_of_interactions_name_known_medicines_and_a_source(vocabulary):
    known = set(vocabulary.atc)
    rows = read_rows(FOLDER / "interactions.tsv", "one", "other", "text", "advice", "source", "year")
    assert len(rows) >= 60
    for row in rows:
        assert row["source"], row.number
        assert not row["year"] or 1970 < int(row["year"]) <= 2026, row.number
        assert row["text"].endswith("."), row.number
        assert row["advice"].endswith("."), row.number
        for side in ("one", "other"):
            for word in row.many(side):
                if word.startswith("ATC:"):
                    assert vocabulary.of_class.get(word.removeprefix("ATC:")), (row.number, word)
                else:
                    assert set(vocabulary.canonical(word)) <= known, (row.number, word)


def test_a_row_says_whether_it_was_read_beside_a_published_text():
    cells = {"source": "Label", "held": "example.org/label 2026-11-26"}
    assert Row("renal", 4, cells).citation.identifier == (
        "renal.tsv, row 4, read beside example.org/label 2026-11-26"
    )
    for unheld in ({"source": "Label", "held": ""}, {"source": "Label"}):
        assert (
            Row("renal", 4, unheld).citation.identifier == "renal.tsv, row 4, not yet read beside its source"
        )
