"""Names that say that a medicine is not taken, brands that were missing, two anticoagulants."""

from __future__ import annotations

import pytest

from medapp.domain.recommendation import Drug
from medapp.domain.record import Code
from medapp.domain.record.coding import RXNORM
from medapp.knowledge.therapy.checks import check_medicines
from medapp.knowledge.therapy.recognise import recognise, written
from tests.unit.knowledge.therapy.made_up import ON


@pytest.mark.parametrize(
    "name",
    [
        "warfarin - STOPPED",
        "Warfarin 5 mg (discontinued 2026-01-02)",
        "warfarin: held",
        "warfarin on hold",
        "Coumadin - not taking",
        "allergic to warfarin",
        "warfarin d/c'd",
        "no longer takes warfarin",
        "not on warfarin",
        "Patient is not on warfarin",
        "does not take warfarin",
        "warfarin not stopped; warfarin held",
    ],
)
def test_what_is_not_taken_counts_in_no_check(name, tables):
    found = check_medicines(None, None, [written(name), written("fluconazole")], tables, on=ON)
    one = found.medicines[0]
    assert [each.ingredient for each in one.found] == ["warfarin"]
    assert one.drug.ingredients == ()
    assert "not counted as taken" in one.notes[0]
    assert found.not_taken == (one,)
    assert found.unmatched == ()
    assert not [check for check in found.checks if name in check.drugs]


def test_a_code_does_not_make_it_taken(tables):
    drug = Drug("Warfarin - stopped", codes=(Code(RXNORM, "11289"),))
    assert recognise(drug, tables.vocabulary).drug.ingredients == ()


@pytest.mark.parametrize(
    "name", ["takes warfarin; not stopped", "warfarin, never held", "Warfarin not on an empty stomach"]
)
def test_what_is_denied_to_be_stopped_goes_on(name, tables):
    found = recognise(Drug(name), tables.vocabulary)
    assert (found.not_taken, found.drug.name, found.drug.ingredients) == ("", name, ("warfarin",))


@pytest.mark.parametrize(
    "name",
    ["Allergy Relief loratadine 10 mg", "Handheld salbutamol inhaler", "warfarin", "non-stopped warfarin"],
)
def test_other_words_stop_nothing(name, tables):
    assert recognise(Drug(name), tables.vocabulary).not_taken == ""


@pytest.mark.parametrize(
    ("name", "ingredients"),
    [
        ("vitamin K", ("phylloquinone",)),
        ("Vitamin K 10 mg tablet", ("phylloquinone",)),
        ("Losec 20 mg", ("omeprazole",)),
        ("Septrin", ("sulfamethoxazole", "trimethoprim")),
        ("Triumeq", ("abacavir", "dolutegravir", "lamivudine")),
        ("grapefruit juice", ("grapefruit",)),
        ("St. John's wort", ("hypericum perforatum",)),
    ],
)
def test_names_that_are_known(name, ingredients, tables):
    found = recognise(Drug(name), tables.vocabulary)
    assert tuple(sorted(found.drug.ingredients)) == ingredients
    assert found.unclear == ()


@pytest.mark.parametrize("names", ["apixaban,rivaroxaban", "Eliquis,Xarelto"])
def test_two_anticoagulants_of_a_class_are_critical(names, checked):
    found = [one for one in checked(names, kind="duplicate") if one.outcome == "found"]
    assert [(one.severity, one.vetoes) for one in found] == [("critical", True)]
    assert "critical" in {one.severity for one in checked("apixaban,dabigatran", kind="interaction")}
