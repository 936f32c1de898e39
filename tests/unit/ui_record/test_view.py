"""The record as the workspace shows it: tables, genome, details."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from medapp.domain.genome import Diplotype, GeneCall, Haplotype
from medapp.domain.record import (
    Allergy,
    Code,
    CodedValue,
    Component,
    Concept,
    Medication,
    Note,
    Observation,
    Other,
    Period,
    Problem,
    Quantity,
    Reaction,
    ReferenceRange,
    Since,
    When,
)
from medapp.domain.record.coding import LOINC
from medapp.ui.record import lists
from medapp.ui.record.detail import detail_of, source_of, strip_of
from medapp.ui.record.genome import gene_facts, gene_table, genotype_text, variant_facts, variant_table
from medapp.ui.record.reported import reported_table
from medapp.ui.record.tables import matching, ordered
from medapp.ui.record.view import RecordView
from medapp.ui.record.words import entries_tip, tip
from tests.unit.ui_record.synthetic import genome, record

NOW = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def view() -> RecordView:
    persons, entries = record(200)
    calls, variants = genome()
    return RecordView.build(persons, entries, calls, variants=variants, now=NOW)


def texts(table, column: int) -> list[str]:
    return [row.cells[column].text for row in table.rows]


def test_every_entry_stands_in_the_table_of_all(view):
    assert len(view.everything.rows) == len(view.entries)
    assert {row.entry for row in view.everything.rows} == set(view.entries)
    assert all(row.cells[5].text and row.cells[6].text for row in view.everything.rows)


def test_active_problems_come_first_and_mistakes_last(view):
    names = texts(view.problems, 0)
    status = texts(view.problems, 1)
    assert status.index("resolved") > max(at for at, word in enumerate(status) if word == "active")
    assert names[-1] == "Hepatitis"
    assert view.problems.rows[-1].look == "struck"
    assert names[-2] == "Seizure"
    assert view.problems.rows[-2].look == "dim"


def test_what_is_not_drawn_can_be_listed(view):
    assert [row.cells[2].text for row in view.undated] == ["Migraine"]
    assert [row.cells[2].text for row in view.left_out] == ["Hepatitis", "Seizure"]


def test_medicines_tell_how_they_are_known(entry):
    taken = Period(When("2020"))
    ordered_ = entry(Medication(Concept(text="A"), "request", "active", taken=taken))
    given = entry(Medication(Concept(text="B"), "administration", "completed", dose=Quantity(5.0, "mg")))
    table = lists.medicines([given, ordered_])
    assert texts(table, 0) == ["A", "B"]
    assert texts(table, 1) == ["ordered", "given"]
    assert texts(table, 4) == ["goes on", "unknown"]
    assert texts(table, 5) == ["unknown", "5 mg"]
    assert texts(table, 8) == ["unknown", "unknown"]


@pytest.mark.parametrize(
    ("died", "told"), [("2010-03-04T10:00:00Z", "at death 2010-03-04"), ("yes", "at death")]
)
def test_what_somebody_took_who_died_ends_with_the_death(entry, died, told):
    taken = Period(When("2009"))
    ordered_ = entry(Medication(Concept(text="A"), "request", "active", taken=taken))
    over = entry(Medication(Concept(text="B"), "request", "completed", taken=taken))
    assert texts(lists.medicines([ordered_, over], died), 4) == [told, "unknown"]


def test_a_time_after_an_event_stands_where_there_is_no_date(entry):
    since = Since(-459, "day", "inclusion", "days")
    one = replace(entry(Observation(Concept(text="hdl"), value=Quantity(75.0))), since=since)
    dated = replace(entry(Observation(Concept(text="x"), effective=Period(When("2001")))), since=since)
    assert texts(lists.everything([one, dated]), 0) == ["2001", "day -459"]
    assert ("When", "day -459 from inclusion") in detail_of(one)


def test_outcomes_of_research_are_kept_and_are_no_measurements(entry):
    outcome = entry(Observation(Concept(text="futime"), category="outcome", value=Quantity(6261.0)))
    value = entry(Observation(Concept(text="hdl"), value=Quantity(75.0), effective=Period(When("2001"))))
    found = RecordView.build((), (outcome, value), now=NOW)
    assert [one.title for group in found.labs for one in group.analytes] == ["hdl"]
    assert texts(found.everything, 1) == ["Observation", "Outcome"]
    assert found.undated == ()


def test_no_known_allergies_is_said_as_such(entry):
    none = Allergy(Concept(text="Drug allergy"), negated=True)
    bad = Allergy(
        Concept(text="Nut"), reactions=(Reaction((Concept(text="Hives"),), "mild"),), criticality="high"
    )
    table = lists.allergies([entry(none), entry(bad)])
    assert texts(table, 0) == ["Nut", "None: Drug allergy"]
    assert table.rows[0].cells[2].text == "Hives (mild)"
    assert table.rows[0].cells[1].look == "warning"


def test_unknown_sorts_last_both_ways(entry):
    entries = [entry(Problem(Concept(text=name), onset=Period(day and When(day)))) for name, day in
               (("a", "2001"), ("b", None), ("c", "2003"))]  # fmt: skip
    rows = lists.problems(entries).rows
    names = {}
    for falling in (False, True):
        found = ordered(rows, range(3), 3, falling=falling)
        names[falling] = [rows[at].cells[0].text for at in found]
    assert names == {False: ["a", "c", "b"], True: ["c", "a", "b"]}


def test_numbers_sort_as_numbers(entry):
    entries = [
        entry(Observation(Concept(text="x"), value=Quantity(value, "g"))) for value in (9.0, 10.0, 2.0)
    ]
    rows = lists.everything(entries).rows
    found = [rows[at].cells[3].text for at in ordered(rows, range(3), 3, falling=False)]
    assert found == ["2 g", "9 g", "10 g"]


def test_the_filter_wants_all_words(view):
    rows = view.problems.rows
    assert [rows[at].cells[0].text for at in matching(rows, "KIDNEY stage active")] == [
        "Chronic kidney disease stage 3"
    ]
    assert len(matching(rows, "  ")) == len(rows)
    assert matching(rows, "nonsense") == []


def test_no_call_is_not_normal():
    table = gene_table(genome()[0])
    rows = {row.cells[0].text: row for row in table.rows}
    assert rows["CYP2D6"].cells[1].text == "no call"
    assert "not normal" in rows["CYP2D6"].cells[3].text
    assert rows["CYP2D6"].cells[1].look == "warning"
    assert rows["CYP2D6"].cells[5].text == "2"
    assert rows["CYP2C19"].cells[2].text == "*1/*2"
    assert rows["CYP2C19"].cells[4].text == "\u2013", "it has a phenotype, and no score"
    assert rows["CYP2D6"].cells[4].text == "unknown"
    assert rows["HLA-B"].cells[1].text == "from a report"
    assert rows["HLA-B"].cells[4].text == "unknown", "a report may leave a score out"


def test_alleles_that_cannot_be_laid_on_chromosomes_are_told():
    parts = (Haplotype("c.1905+1G>A (*2A)", "No function", 0.0), Haplotype("c.85T>C", "Normal function", 1.0))
    advised = (Diplotype((parts[0],), "Intermediate Metabolizer"),)
    call = GeneCall("DPYD", "called", components=parts, recommended=advised)
    (row,) = gene_table([call]).rows
    assert row.cells[2].text == "c.1905+1G>A (*2A) + c.85T>C"
    facts = dict(gene_facts(call))
    assert "No function" in facts["Alleles, which of them lie together is not known"]
    assert facts["Guidelines are looked up with"] == "c.1905+1G>A (*2A) \u00b7 Intermediate Metabolizer"


def test_variants_of_a_phenopacket_and_of_fhir_are_listed_with_their_source(entry):
    packet = entry(Other("GenomicInterpretation", Concept(text="NIPBL"), "causative", facts=(
        ("gene", "NIPBL"), ("hgvs.c", "NM_133433.4:c.2479_2480del"), ("vcf.assembly", "hg38"),
        ("vcf.chromosome", "chr5"), ("vcf.position", "36985658"), ("vcf.reference", "CAG"),
        ("vcf.alternate", "C"), ("zygosity", "heterozygous"), ("acmg", "LIKELY_PATHOGENIC"),
        ("disease", "Cornelia de Lange syndrome 1"),
    )))  # fmt: skip
    parts = (("48018-6", "BRCA1"), ("48004-6", "c.68_69del"), ("53037-8", "Pathogenic"))
    fhir = entry(Observation(Concept(text="Variant"), components=tuple(
        Component(Concept((Code(LOINC, code),)), CodedValue(Concept(text=words))) for code, words in parts
    )))  # fmt: skip
    wrong = entry(Observation(Concept(text="Variant"), status="entered-in-error", components=(
        Component(Concept((Code(LOINC, "48004-6"),)), "c.1A>G"),)))  # fmt: skip
    table = reported_table([packet, fhir, wrong, entry(Observation(Concept(text="Sodium")))])
    assert texts(table, 0) == ["BRCA1", "NIPBL"]
    assert texts(table, 1) == ["c.68_69del", "NM_133433.4:c.2479_2480del"]
    assert texts(table, 3) == ["unknown", "chr5:36985658 CAG \u2192 C (hg38)"]
    assert texts(table, 5) == ["Pathogenic", "likely pathogenic"]
    assert [row.entry for row in table.rows] == [fhir, packet]


def test_several_readings_of_a_gene_are_all_told():
    row = next(row for row in gene_table(genome()[0]).rows if row.cells[0].text == "DPYD")
    assert row.cells[2].text == "*1/*1 or *1/*2"
    assert row.cells[3].text == "Normal Metabolizer or Intermediate Metabolizer"
    assert row.cells[4].text == "1 or 2"
    assert row.cells[4].key is None


def test_a_gene_tells_its_missing_positions_and_tables():
    facts = dict(
        gene_facts(GeneCall("X", "no-call", missing=("chr1:5",), notes=("Too little.",), tables="CPIC 1"))
    )
    assert facts["Missing positions"] == "chr1:5"
    assert facts["Note"] == "Too little."
    assert facts["Tables"] == "CPIC 1"
    assert "not known" in facts["No call"]


def test_variants_sort_by_chromosome_and_say_what_was_not_called():
    variants = genome()[1]
    rows = variant_table(variants).rows
    order = [rows[at].cells[0].text for at in ordered(rows, range(3), 0, falling=False)]
    assert order == ["chr2:5", "chr10:94781859", "chrX:9"]
    assert [row.cells[3].text for row in rows] == ["0/1", "no call", "1/. (in part)"]
    assert genotype_text(None) == "unknown"
    assert dict(variant_facts(variants[0], None))["Genotypes"] == "0/1"


def test_details_hold_value_flag_range_code_and_source(entry):
    usual = (ReferenceRange(Quantity(1.0, "g"), Quantity(2.0, "g")),)
    parts = (Component(Concept(text="part"), Quantity(5.0, "g")),)
    one = entry(
        Observation(Concept((Code("http://loinc.org", "1-8", "Thing"),)), "final", "laboratory",
                    Period(When("2020-01-02T03:04:05Z")), Quantity(3.0, "g"), "", ("H",), usual, parts),
        When("2020-01-03"),
    )  # fmt: skip
    facts = dict(detail_of(one))
    assert facts["Value"] == "3 g \u00b7 high (H) \u00b7 usual 1 \u2013 2 g"
    assert facts["When"] == "2020-01-02 03:04:05Z"
    assert facts["part"] == "5 g"
    assert facts["Code"] == "1-8 (LOINC)"
    source = dict(source_of(one))
    assert source["File"] == "a.json"
    assert source["Place"] == "Observation/1"
    assert source["Written down"] == "2020-01-03"
    assert source["Encounter"] == "unknown"
    assert strip_of(one) == "Thing \u00b7 2020-01-02 03:04 \u00b7 a.json \u00b7 FHIR \u00b7 Observation/1"


def test_details_say_what_is_wrong(entry):
    assert "Made in error" in dict(detail_of(entry(Note(Concept(text="x"), "entered-in-error"))))
    assert "Negated" in dict(detail_of(entry(Allergy(Concept(text="x"), negated=True))))
    assert dict(detail_of(entry(Problem(Concept(text="x")))))["When"] == "unknown"


def test_tips_are_never_markup(entry):
    assert tip("<img src='x'>") == "<p style='white-space:pre-wrap'>&lt;img src=&#x27;x&#x27;&gt;</p>"
    many = [entry(Problem(Concept(text="<b>"))) for _ in range(9)]
    assert entries_tip(many).endswith("and 3 more")
    assert "a.json" in entries_tip(many[:1])


def test_a_record_of_nothing_is_empty():
    assert RecordView.build((), ()).is_empty
    assert not RecordView.build((), (), genome()[0]).is_empty
