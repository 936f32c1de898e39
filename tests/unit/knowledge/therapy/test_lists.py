"""Duplicates and allergies."""

from __future__ import annotations

from datetime import date

import pytest

from medapp.domain.record import Allergy, Code, Concept, Period, Reaction, When
from medapp.domain.record.coding import RXNORM
from tests.unit.knowledge.therapy.made_up import NEAR, allergy, person, problem, record


def grave(checks):
    return [(one.severity, one.drugs) for one in checks if one.outcome == "found"]


def test_the_same_ingredient(checked):
    found = checked("Tylenol,Acetaminophen 325 MG / Oxycodone 5 MG", kind="duplicate")
    assert grave(found) == [("significant", ("Tylenol", "Acetaminophen 325 MG / Oxycodone 5 MG"))]
    assert "acetaminophen" in found[0].text


def test_the_same_class_with_its_level(checked):
    (one,) = checked("furosemide,bumetanide", kind="duplicate")
    assert one.severity == "minor"
    assert "C03CA (ATC level 4)" in one.text


@pytest.mark.parametrize("names", ["lisinopril,enalapril", "lorazepam,diazepam", "ibuprofen,naproxen"])
def test_two_of_a_class_of_which_one_is_taken(names, checked):
    (one,) = checked(names, kind="duplicate")
    assert one.severity == "significant"
    assert "One of the class is what is taken." in one.text


def test_a_cream_is_of_another_class_than_a_tablet(checked):
    found = checked("dexamethasone 4 mg tablet,betamethasone 0.1% topical cream", kind="duplicate")
    assert [one.outcome for one in found] == ["clear"]


def test_an_allergy_to_the_ingredient(checked):
    known = record(allergy("Allergy to aspirin", criticality="high"))
    (one,) = checked("Ecotrin", known, "allergy")
    assert (one.severity, one.vetoes) == ("critical", True)
    assert one.entries == ("e0",)
    assert "severe" in one.text


@pytest.mark.parametrize(
    ("stated", "medicine", "severity"),
    [
        ("Penicillin", "amoxicillin", "critical"),
        ("Allergy to penicillin (finding)", "Augmentin", "critical"),
        ("amoxicillin", "cephalexin", "critical"),  # one side chain
        ("amoxicillin", "ceftriaxone", "minor"),
        ("penicillin", "meropenem", "info"),
        ("ceftazidime", "aztreonam", "critical"),
        ("ceftriaxone", "cefepime", "critical"),
        ("sulfa drugs", "Bactrim", "critical"),
        ("sulfonamide antibacterial", "Bactrim", "critical"),
        ("Penicillins (drug class)", "amoxicillin", "critical"),
        ("Cephalosporin antibiotics", "cefazolin", "critical"),
        ("Sulfonamides", "furosemide", "info"),
        ("ibuprofen", "naproxen", "critical"),
        ("NSAIDs", "aspirin", "critical"),
        ("aspirin", "celecoxib", "significant"),
        ("lisinopril", "losartan", "minor"),
        ("carbamazepine", "phenytoin", "critical"),
        ("azithromycin", "clarithromycin", "significant"),
    ],
)
def test_groups_and_cross_reactions(stated, medicine, severity, checked):
    (one,) = checked(medicine, record(allergy(stated)), "allergy")
    assert (one.outcome, one.severity) == ("found", severity)
    assert one.citation.identifier or one.citation.title


def test_a_group_by_its_code_alone(checked):
    known = record(Allergy(Concept((Code(RXNORM, "70618", "Penicillin"),), "Hives"), status="active"))
    (one,) = checked("amoxicillin", known, "allergy")
    assert one.severity == "critical"


def test_the_strength_of_a_cross_reaction_is_stated(checked):
    (one,) = checked("cephalexin", record(allergy("amoxicillin")), "allergy")
    assert one.citation.strength == "frequent (about 16 %)"
    assert one.citation.title.startswith("Picard")
    assert one.citation.identifier.startswith("allergy_cross.tsv, row ")


def test_another_medicine_is_clear(checked):
    (one,) = checked("warfarin", record(allergy("penicillin")), "allergy")
    assert one.outcome == "clear"


def test_no_allergy_in_the_record_is_not_known(checked):
    (one,) = checked("amoxicillin", record(), "allergy")
    assert one.outcome == "unknown"
    (one,) = checked("amoxicillin", None, "allergy")
    assert one.text == "Not checked: nothing is known of the patient."


def test_the_record_says_that_there_is_none(checked):
    (one,) = checked("amoxicillin", record(allergy("No known allergies", negated=True)), "allergy")
    assert one.outcome == "clear"


def test_an_allergy_that_is_not_recognised_is_told(checked):
    (one,) = checked("amoxicillin", record(allergy("that red pill")), "allergy")
    assert one.outcome == "unknown"
    assert "that red pill" in one.text
    assert one.entries == ("e0",)


def test_allergies_that_do_not_hold_or_are_no_medicine(checked):
    known = record(
        allergy("penicillin", certainty="refuted"),
        allergy("Allergy to peanuts", category="food"),
        allergy("no known allergy", negated=True),
    )
    assert [one.outcome for one in checked("amoxicillin", known, "allergy")] == ["clear"]


def test_a_severe_reaction(checked):
    known = record(allergy("ibuprofen", reactions=(Reaction(severity="severe"),)))
    assert "severe" in checked("ibuprofen", known, "allergy")[0].text


@pytest.mark.parametrize(
    "name", ["ethinyl estradiol", "Premarin", "Mirena", "NuvaRing", "fingolimod", "desogestrel"]
)
def test_what_has_no_use_in_pregnancy_is_forbidden(name, checked):
    known = record(
        problem("Normal pregnancy", "72892002", onset=Period(When(NEAR))), persons=[person(born="1996-01-01")]
    )
    found = [one for one in checked(name, known, "pregnancy") if one.outcome == "found"]
    assert found
    assert all(one.severity == "critical" and one.vetoes for one in found)


def test_a_pregnancy_that_is_over_now_holds_on_the_day_that_is_asked_about(checked):
    over = problem(
        "Normal pregnancy",
        "72892002",
        status="resolved",
        onset=Period(When("2021-01-07"), When("2021-08-05")),
    )
    known = record(over, persons=[person(born="1996-01-01")])
    (then,) = checked("ethinyl estradiol", known, "pregnancy", on=date(2021, 3, 11))
    assert (then.outcome, then.vetoes) == ("found", True)
    (now,) = checked("ethinyl estradiol", known, "pregnancy")
    assert now.outcome == "unknown"
