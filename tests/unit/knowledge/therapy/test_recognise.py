"""Names as they stand in records, and codes."""

from __future__ import annotations

import pytest

from medapp.domain.recommendation import Drug
from medapp.domain.record.coding import ATC, RXNORM, Code
from medapp.knowledge.therapy.names import parse
from medapp.knowledge.therapy.recognise import recognise, written


def found(name, tables, *codes):
    return recognise(Drug(name, codes=codes), tables.vocabulary)


@pytest.mark.parametrize(
    ("name", "ingredients", "how"),
    [
        ("warfarin", ["warfarin"], "exact name"),
        ("  WARFARIN   Sodium 5 MG Oral Tablet", ["warfarin"], "exact name"),
        ("Aspirin 81 MG Oral Tablet", ["acetylsalicylic acid"], "synonym"),
        ("Lasix 40mg", ["furosemide"], "brand"),
        ("Carbamazepine[Tegretol]", ["carbamazepine"], "exact name"),
        (
            "Acetaminophen 325 MG / HYDROcodone Bitartrate 7.5 MG Oral Tablet",
            ["acetaminophen", "hydrocodone"],
            "",
        ),
        ("Acetaminophen/Hydrocodone", ["acetaminophen", "hydrocodone"], "exact name"),
        ("amoxicillin and clavulanate", ["amoxicillin", "clavulanic acid"], ""),
        ("24 HR metoprolol succinate 100 MG Extended Release Oral Tablet [Toprol]", ["metoprolol"], ""),
        ("10 ML Furosemide 10 MG/ML Injection", ["furosemide"], "exact name"),
        ("NDA020800 0.3 ML Epinephrine 1 MG/ML Auto-Injector", ["epinephrine"], "exact name"),
        ("Yaz 28 Day Pack", ["drospirenone", "ethinylestradiol"], "brand"),
        ("Bactrim DS", ["sulfamethoxazole", "trimethoprim"], "brand"),
        ("Hydrocodone-Acetaminophen", ["hydrocodone", "acetaminophen"], "within the name"),
        ("Acetaminophen w/Codeine", ["acetaminophen", "codeine"], ""),
        (
            "KCL IN DEXTROSE-NACL 20-5-0.45 MEQ/L-%-% IV SOLN",
            ["potassium chloride", "glucose", "sodium chloride"],
            "",
        ),
        ("{28 (norethindrone 0.35 MG Oral Tablet) } Pack [Camila 28 Day]", ["norethindrone"], ""),
        ("Ethinyl Estradiol 0.035 MG", ["ethinylestradiol"], "synonym"),
        ("Tylenol #3 (codeine)", ["acetaminophen", "codeine"], ""),
        ("NS (Mini Bag Plus)", ["sodium chloride"], ""),
        ("Coumadin (warfarin)", ["warfarin"], "brand"),
        ("morphine preservative-free 10 mg/ml", ["morphine"], ""),
        ("non-aspirin pain reliever", [], ""),
        ("5-ASA 400 mg", ["mesalazine"], "synonym"),
        ("Tylenol No. 3", ["acetaminophen", "codeine"], "brand"),
        ("5-Fluorouracil 50 mg/ml", ["fluorouracil"], "synonym"),
        ("Vitamin B 12 5 MG/ML Injectable Solution", ["cyanocobalamin"], "synonym"),
        ("lidocaine 5% patch", ["lidocaine patch"], "exact name"),
        ("Lidocaine 10 MG/ML Injectable Solution", ["lidocaine"], "exact name"),
        ("potassium chloride 20 MEQ", ["potassium chloride"], "exact name"),
        ("STRANGEOL HCL 10 mg tab", ["strangeol"], ""),
        ("Paracétamol", [], ""),
        ("aspirin-free pain relief", [], ""),
        ("Tablet", [], ""),
        ("", [], ""),
        ("/ + / 5 mg", [], ""),
    ],
)
def test_names(name, ingredients, how, tables):
    one = found(name, tables)
    assert list(one.drug.ingredients) == ingredients
    assert one.drug.is_known == bool(ingredients)
    assert not how or {each.how for each in one.found} == {how}
    assert all(each.by and each.source for each in one.found)


def test_a_misspelled_name_is_asked_about_and_not_taken(tables):
    one = found("Amoxicilin 500 mg", tables)
    assert not one.drug.is_known
    assert one.suggestions[0] == "amoxicillin"
    assert one.unclear == ("amoxicilin",)


def test_a_part_that_is_not_known_is_told(tables):
    one = found("warfarin 5 mg / foobarol 3 mg", tables)
    assert one.drug.ingredients == ("warfarin",)
    assert one.unclear == ("foobarol",)


def test_by_rxnorm_of_an_ingredient_and_of_a_product(tables):
    for code, expected in (
        ("11289", ("warfarin",)),
        ("855332", ("warfarin",)),
        ("1191", ("acetylsalicylic acid",)),
        ("896884", ("amlodipine", "benazepril")),
    ):
        one = found("?", tables, Code(RXNORM, code))
        assert one.drug.ingredients == expected
        assert {each.how for each in one.found} == {"code"}
    assert not found("?", tables, Code(RXNORM, "999")).drug.is_known


def test_by_atc(tables):
    one = found("", tables, Code(ATC, "B01AA03"))
    assert one.drug.ingredients == ("warfarin",)
    assert one.drug.classes == ("B01AA",)


def test_by_an_atc_code_that_was_replaced(tables):
    one = found("", tables, Code(ATC, "L01XE01"))
    assert one.drug.ingredients == ("imatinib",)
    assert "L01EA" in one.drug.classes


def test_codes_and_classes_of_a_name(tables):
    codes = {(code.system, code.value) for code in found("aspirin", tables).drug.codes}
    assert {(RXNORM, "1191"), (ATC, "B01AC06"), (ATC, "N02BA01")} <= codes
    assert found("aspirin", tables).drug.classes == ("B01AC", "N02BA")


def test_a_code_that_contradicts_the_name_is_told_and_both_are_checked(tables):
    one = found("warfarin", tables, Code(RXNORM, "4450"))
    assert set(one.drug.ingredients) == {"warfarin", "fluconazole"}
    assert "both were checked" in one.notes[0]


@pytest.mark.parametrize(
    ("text", "system", "value"),
    [
        ("RxNorm 8123", RXNORM, "8123"),
        ("rxcui:8123", RXNORM, "8123"),
        ("8123", RXNORM, "8123"),
        ("ATC: N06AF03", ATC, "N06AF03"),
        ("n06af03", ATC, "N06AF03"),
    ],
)
def test_codes_as_they_are_written(text, system, value):
    (code,) = written(text).codes
    assert (code.system, code.value) == (system, value)


def test_a_name_is_no_code():
    assert written("warfarin").codes == ()
    assert written("vitamin b12").codes == ()


def test_forms_that_are_applied_locally(tables):
    assert found("hydrocortisone 1% topical cream", tables).is_local
    assert not found("hydrocortisone 10 MG oral tablet", tables).is_local


def test_a_name_made_to_hurt_ends_soon(tables):
    assert not found("a/" * 100_000, tables).drug.is_known
    assert len(parse("[" * 10_000 + "warfarin").whole) < 1000
