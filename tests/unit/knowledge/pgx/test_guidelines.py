"""Recommendations that fit: by phenotype, score, HLA status, diplotype, and several genes together."""

from __future__ import annotations

import pytest

from medapp.formats.errors import UnreadableError
from medapp.knowledge.pgx import OutsideCall, by_drug, call_sample, load_guidelines, relevant
from tests.unit.knowledge.pgx.made_up import sample, write

FOLDER = "v2.0.0_guidelines"


def rule(lookup, text="Do <i>this</i>", population=None, drug="madeupine"):
    return {
        "lookupKey": lookup,
        "text": {"html": f"<p>{text} &amp; no more</p>"},
        "population": population,
        "classification": {"term": "Strong"},
        "implications": ["<p>It is slow</p>"],
        "relatedChemicals": [{"name": drug}],
    }


def guideline(*rules, source="CPIC", name="one"):
    return {"guideline": {"id": name, "source": source, "url": "u"}, "recommendations": rules, "version": "v"}


def fitting(folder, tables, raw, *outside, **genotypes):
    write(folder, FOLDER, "one", raw)
    calls = call_sample(relevant(sample(**genotypes), tables), tables, outside=outside)
    return load_guidelines(folder).fitting(calls, tables)


def test_by_phenotype(tmp_path, tables):
    raw = guideline(rule({"GENE9": "Poor Metabolizer"}), rule({"GENE9": "Normal Metabolizer"}))
    (found,) = fitting(tmp_path, tables, raw, p100="1/1")
    assert found.results == {"GENE9": "Poor Metabolizer"}
    assert found.text == "Do this & no more"
    assert found.implications == ("It is slow",)
    assert by_drug([found]) == {"madeupine": [found]}


def test_each_population(tmp_path, tables):
    raw = guideline(
        *(rule({"GENE9": "Normal Metabolizer"}, population=one) for one in ("adults", "children"))
    )
    assert [one.population for one in fitting(tmp_path, tables, raw)] == ["adults", "children"]


def test_by_score_and_its_text(tmp_path, tables):
    raw = guideline(rule({"CYP2D6": "4.0"}), rule({"CYP2D6": "n/a"}), rule({"CYP2D6": "1.0"}))
    assert [one.results for one in fitting(tmp_path, tables, raw, OutsideCall("CYP2D6", "*1/*1x5"))] == [
        {"CYP2D6": "4.0"}
    ]
    assert len(fitting(tmp_path, tables, raw, OutsideCall("CYP2D6", "*1/*99"))) == 1


def test_score_with_the_phenotype_behind(tmp_path, tables):
    results = ("2.0 (Normal Metabolizer)", "2.0 (Something else)")
    raw = guideline(*(rule({"CYP2D6": one}) for one in results), source="DPWG")
    assert len(fitting(tmp_path, tables, raw, OutsideCall("CYP2D6", "*1/*1"))) == 1


def test_exact_diplotype_stands_above_the_phenotype(tmp_path, tables):
    raw = guideline(
        rule({"GENE9": "Poor Metabolizer"}), rule({"GENE9": {"*2": 2.0}}), rule({"GENE9": {"*1": 2.0}})
    )
    (found,) = fitting(tmp_path, tables, raw, p100="1/1")
    assert found.results == {"GENE9": frozenset({("*2", 2)})}


def test_several_genes_and_no_result(tmp_path, tables):
    raw = guideline(
        rule({"GENE9": "Normal Metabolizer", "HLA-B": "*57:01 positive"}, "both"),
        rule({"GENE9": "Normal Metabolizer", "HLA-B": "No Result"}, "first"),
        rule({"GENE9": "No Result", "HLA-B": "*57:01 positive"}, "second"),
        rule({"HLA-A": "No Result", "HLA-B": "No Result"}, "none"),
    )
    assert [one.text[:5] for one in fitting(tmp_path, tables, raw)] == ["first"]
    found = fitting(tmp_path, tables, raw, OutsideCall("HLA-B", "*57:01/*07:02"))
    assert [one.text[:4] for one in found] == ["both"]


def test_none_without_tables(tmp_path):
    assert load_guidelines(tmp_path).recommendations == ()


def test_broken_file_is_refused(tmp_path):
    write(tmp_path, FOLDER, "one", {"guideline": 3, "recommendations": [{}]})
    write(tmp_path, FOLDER, "two", [1])
    with pytest.raises(UnreadableError, match="not a table"):
        load_guidelines(tmp_path)
