"""Genes: CPIC and DPWG apart, and a gene without a result is unknown."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from medapp.domain.genome import Diplotype, GeneCall, Genome, Haplotype
from medapp.domain.record import Code, CodedValue, Component, Concept, Observation
from medapp.domain.record.coding import HGNC, LOINC
from medapp.knowledge.pgx import load_guidelines
from medapp.knowledge.pgx.tables import Phenotypes, Tables
from medapp.knowledge.therapy.reported import reported_calls
from tests.unit.knowledge.therapy.made_up import person, record, tables_of, write_tables

PGX = Tables("made up", {}, {})


def rule(lookup, text="Take less", strength="Strong", drug="codeine", **flags):
    return {
        "id": "PA1",
        "lookupKey": lookup,
        "text": {"html": f"<p>{text}</p>"},
        "population": "adults",
        "classification": {"term": strength},
        "implications": ["It is slow"],
        "relatedChemicals": [{"name": drug}],
        **flags,
    }


OTHER = {"alternateDrugAvailable": True}
WORDS = (
    ("One", "Avoid abacavir.", "N/A", OTHER),
    ("Two", "Abacavir is contra-indicated for carriers. Choose another if possible.", "", OTHER),
    ("Three", "Weigh the risk. Avoid abacavir if an alternative is available.", "N/A", OTHER),
    ("Four", "HIGH DOSES: avoid abacavir. Others will do.", "N/A", OTHER),
    ("Five", "Avoid abacavir. Else take 10%.", "N/A", OTHER | {"dosingInformation": True}),
    ("Six", "Take another. Other Considerations Prasugrel is contraindicated after a stroke.", "N/A", OTHER),
    ("Seven", "There is no need to avoid abacavir. Tell.", "Strong", {"otherPrescribingGuidance": True}),
    ("Eight", "The guideline does not provide a recommendation for abacavir.", "No recommendation", {}),
)
RULES = {
    "CPIC_codeine": (
        "CPIC",
        [
            rule({"CYP2D6": "Ultrarapid Metabolizer"}, "Avoid", alternateDrugAvailable=True),
            rule({"CYP2D6": "Normal Metabolizer"}, "As usual"),
            rule({"CYP2D6": "Indeterminate"}, "None", "No recommendation"),
        ],
    ),
    "DPWG_codeine": (
        "DPWG",
        [rule({"CYP2D6": "Ultrarapid Metabolizer"}, "Choose", "N/A", alternateDrugAvailable=True)],
    ),
    "CPIC_two": (
        "CPIC",
        [
            rule(
                {"CYP2D6": "Normal Metabolizer", "CYP2C19": "No Result"},
                drug="amitriptyline",
                dosingInformation=True,
            )
        ],
    ),
    "CPIC_azathioprine": (
        "CPIC",
        [
            rule(
                {"TPMT": "Poor Metabolizer"},
                drug="azathioprine",
                dosingInformation=True,
                alternateDrugAvailable=True,
            )
        ],
    ),
    "DPWG_words": (
        "DPWG",
        [
            rule({"TPMT": result}, text, strength, drug="abacavir", **flags)
            for result, text, strength, flags in WORDS
        ],
    ),
    "CPIC_warfarin": ("CPIC", []),
}


@pytest.fixture(scope="module")
def use(tmp_path_factory):
    folder = tmp_path_factory.mktemp("genes")
    below = folder / "v1.0.0_guidelines"
    below.mkdir()
    for name, (source, rules) in RULES.items():
        head = {
            "id": f"id-{name}",
            "source": source,
            "relatedChemicals": [{"name": "warfarin"}],
            "relatedGenes": [{"symbol": "VKORC1"}],
        }
        raw = {"guideline": head, "recommendations": rules, "version": "2031"}
        (below / f"{name}.json").write_text(json.dumps(raw), encoding="utf-8")
    return tables_of(write_tables(folder / "drugs"), guidelines=load_guidelines(folder), pgx=PGX)


@pytest.fixture
def genes(checked, use):
    def run(names, *calls):
        genome = Genome(calls=calls) if calls else None
        return checked(names, kind="pharmacogenomics", genome=genome, use=use)

    return run


def call(phenotype, gene="CYP2D6", status="called"):
    one = Diplotype((Haplotype("*1"), Haplotype("*2")), phenotype)
    return GeneCall(gene, status, (one,))


def test_cpic_and_dpwg_are_shown_apart(genes):
    cpic, dpwg = genes("codeine", call("Ultrarapid Metabolizer"))
    assert [one.citation.title for one in (cpic, dpwg)] == ["CPIC codeine", "DPWG codeine"]
    assert (cpic.outcome, cpic.severity, cpic.vetoes) == ("found", "critical", True)
    assert (dpwg.outcome, dpwg.severity, dpwg.vetoes) == ("found", "significant", False)
    assert cpic.advice == "Avoid"
    assert cpic.citation.identifier == "id-CPIC_codeine PA1"
    assert (cpic.citation.version, cpic.citation.strength, cpic.citation.population) == (
        "2031",
        "Strong",
        "adults",
    )
    assert cpic.inputs[0].note == "*1/*2, Ultrarapid Metabolizer"


def test_a_recommendation_for_adults_is_not_shown_of_a_child(checked, use):
    genome = Genome(calls=(call("Ultrarapid Metabolizer"),))

    def cpic(born):
        known = record(persons=[person("male", born)])
        found = checked("codeine", known, "pharmacogenomics", genome=genome, use=use)
        return [one for one in found if one.citation.title == "CPIC codeine"]

    (one,) = cpic("1990-01-01")
    assert one.outcome == "found"
    (one,) = cpic("2020-01-01")
    assert one.outcome == "unknown"
    assert "is for adults alone, and the patient is 6 years old" in one.text


def test_where_another_dose_would_do_nothing_is_forbidden(genes):
    (found, *_) = genes("azathioprine", call("Poor Metabolizer", "TPMT"))
    assert (found.severity, found.vetoes) == ("critical", False)


def test_the_usual_dose_is_clear_and_no_recommendation_is_not(genes):
    one = genes("codeine", call("Normal Metabolizer"))[0]
    assert {each.outcome for each in genes("codeine", call("Normal Metabolizer"))} == {"clear", "unknown"}
    assert one.advice or one.outcome == "unknown"
    cpic = [each for each in genes("codeine", call("Indeterminate")) if each.citation.title == "CPIC codeine"]
    assert [each.outcome for each in cpic] == ["unknown"]
    assert "gives no recommendation" in cpic[0].text


@pytest.mark.parametrize(
    "calls",
    [
        (),
        (GeneCall("CYP2D6", "no-call"),),
        (GeneCall("CYP2D6", "called", (Diplotype(()),)),),
        (call("Normal Metabolizer", "CYP2C19"),),
    ],
)
def test_a_gene_without_a_result_is_unknown_and_never_normal(calls, genes):
    found = genes("codeine", *calls)
    assert [one.outcome for one in found] == ["unknown", "unknown"]
    assert all("CYP2D6, of which no result is known" in one.text for one in found)
    assert all(one.inputs[0].note == "unknown" for one in found)


def test_the_gene_that_is_missing_of_two_is_named_beside_what_fits(genes):
    found = genes("amitriptyline", call("Normal Metabolizer"))
    assert [one.outcome for one in found] == ["found", "unknown"]
    assert "CYP2C19, of which" in found[1].text


def test_a_guideline_without_single_recommendations_is_told(genes):
    (one,) = genes("warfarin", call("Normal Metabolizer"))
    assert one.outcome == "unknown"
    assert "VKORC1" in one.text


def test_a_medicine_of_no_guideline_is_not_spoken_of(genes):
    assert genes("lisinopril", call("Normal Metabolizer")) == []


def test_without_tables_it_is_not_checked(checked):
    (one,) = checked("codeine", kind="pharmacogenomics", genome=Genome(calls=(call("Normal Metabolizer"),)))
    assert one.outcome == "unknown"
    assert "no table" in one.text


def coded(text):
    return CodedValue(Concept((), text))


def genotype(gene, value, title="Genotype display name", **more):
    part = Component(Concept((Code(LOINC, "48018-6"),)), CodedValue(Concept((Code(HGNC, "1", gene),))))
    return Observation(
        Concept((Code(LOINC, "84413-4"),), title), "final", value=value, components=(part,), **more
    )


KNOWN = Tables("made up", {}, {"CYP2D6": Phenotypes("CYP2D6", "1", {}, {})})


@pytest.mark.parametrize(
    ("content", "gene", "said"),
    [
        (genotype("CYP2D6", coded("CYP2D6 *4/*35B")), "CYP2D6", "*4/*35B"),
        (genotype("CYP2D6", coded("CYP2D6*1/*2x2")), "CYP2D6", "*1/*2x2"),
        (
            genotype("HLA-B", coded("hla#3.23.0#HLA-B*15:01:01G+HLA-B*57:01:01G")),
            "HLA-B",
            "*15:01:01G/*57:01:01G",
        ),
        (
            Observation(
                Concept((), "CYP2D6 gene product metabolic activity"), value=coded("Poor metabolizer")
            ),
            "CYP2D6",
            "Poor Metabolizer",
        ),
        (
            Observation(Concept((), "HLA-B*57:01 [Presence]"), value=coded("Not detected")),
            "HLA-B",
            "*57:01 negative",
        ),
        (Observation(Concept((), "G6PD status"), value="Deficient"), "G6PD", "Deficient"),
    ],
)
def test_genes_that_a_record_reports(content, gene, said):
    (one,), entries = reported_calls(record(content), KNOWN)
    assert (one.gene, entries) == (gene, {gene: "e0"})
    assert said in {one.diplotypes[0].name, one.diplotypes[0].phenotype}


@pytest.mark.parametrize(
    "content",
    [
        genotype("BRCA1", coded("*1/*2")),
        genotype("CYP2D6", coded("not determined")),
        Observation(Concept((), "CYP2D6 test"), "entered-in-error", value=coded("*4/*4")),
        Observation(Concept((), "Metabolizer"), value=coded("Poor metabolizer")),
    ],
)
def test_what_reports_no_gene(content):
    assert reported_calls(record(content), KNOWN) == ((), {})


def test_a_phenotype_of_the_record_is_looked_up(checked, use):
    whole = replace(use, pgx=KNOWN)
    stated = Observation(Concept((), "CYP2D6 phenotype"), value=coded("Ultra-rapid metaboliser"))
    found = checked("codeine", record(stated), "pharmacogenomics", use=whole)
    assert [one.outcome for one in found] == ["found", "found"]
    assert found[0].entries == ("e0",)


def test_record_and_genome_that_contradict_each_other_are_both_possible(checked, use):
    whole = replace(use, pgx=KNOWN)
    stated = Observation(Concept((), "CYP2D6 phenotype"), value=coded("Normal metabolizer"))
    genome = Genome(calls=(call("Ultrarapid Metabolizer"),))
    found = checked("codeine", record(stated), "pharmacogenomics", genome=genome, use=whole)
    cpic = [one for one in found if one.citation.title == "CPIC codeine"]
    assert sorted(one.outcome for one in cpic) == ["clear", "found"]
    assert "*1/*2, Ultrarapid Metabolizer or Normal Metabolizer" in cpic[0].inputs[0].note


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ("One", ("found", "critical", True)),
        ("Two", ("found", "critical", True)),
        ("Three", ("found", "significant", False)),
        ("Four", ("found", "significant", False)),
        ("Five", ("found", "significant", False)),
        ("Six", ("found", "significant", False)),
        ("Seven", ("found", "info", False)),
        ("Eight", ("clear", "info", False)),
    ],
)
def test_words_count_where_a_body_grades_nothing(result, expected, genes):
    (one,) = genes("abacavir", call(result, "TPMT"))
    assert (one.outcome, one.severity, one.vetoes) == expected
