"""Brands with more than one ingredient: none of them is lost without a word."""

from __future__ import annotations

import pytest

from medapp.knowledge.therapy.recognise import recognise, written


def of(name, tables):
    return recognise(written(name), tables.vocabulary)


@pytest.mark.parametrize(
    ("name", "ingredients"),
    [
        ("Tylenol #3", "acetaminophen codeine"),
        ("Tylenol # 4 300-60 mg tablet", "acetaminophen codeine"),
        ("Tylenol No. 3", "acetaminophen codeine"),
        ("Tylenol 3 tablets", "acetaminophen"),
        ("Claritin-D 24 hour", "loratadine pseudoephedrine"),
        ("Exforge HCT 10-320-25 mg", "amlodipine hydrochlorothiazide valsartan"),
        ("Advil PM", "diphenhydramine ibuprofen"),
        ("Advil Cold & Sinus", "ibuprofen pseudoephedrine"),
        ("sofosbuvir/velpatasvir", "sofosbuvir velpatasvir"),
        ("TMP-SMX DS 1 tab BID", "sulfamethoxazole trimethoprim"),
        ("TMP/SMX", "sulfamethoxazole trimethoprim"),
        ("NTG 0.4 mg SL", "nitroglycerin"),
        ("INH 300 mg daily", "isoniazid"),
        ("Lisinopril 10 mg #30", "lisinopril"),
        ("Azithromycin 250 mg #6", "azithromycin"),
    ],
)
def test_a_name_and_all_that_is_in_it(name, ingredients, tables):
    found = of(name, tables)
    assert set(found.drug.ingredients) == set(ingredients.split())
    assert not found.unclear


@pytest.mark.parametrize(
    "name", ["albuterol (INH)", "albuterol / inh 2 puffs", "albuterol 90 mcg/act aers inh"]
)
def test_inh_beside_a_medicine_is_a_route(name, tables):
    assert of(name, tables).drug.ingredients == ("albuterol",)


@pytest.mark.parametrize(
    ("name", "lost"),
    [
        ("Cozaar HCT", "hct"),
        ("Norvasc Plus", "plus"),
        ("Nardil-D", "d"),
        ("Lipitor #3", "no3"),
        ("Zocor PM", "pm"),
    ],
)
def test_a_brand_with_an_ending_that_is_not_known_is_not_recognised_whole(name, lost, tables, checked):
    found = of(name, tables)
    assert found.drug.is_known
    assert found.unclear == (lost,)
    (one,) = [each for each in checked(name) if each.key == "interaction:unknown:whole"]
    assert one.outcome == "unknown"
    assert f"{name} (“{lost}”" in one.text


def test_nothing_is_said_where_all_names_are_whole(checked):
    assert not [one for one in checked("Claritin-D,warfarin") if one.key == "interaction:unknown:whole"]


def test_a_lost_decongestant_is_checked(checked):
    found = [
        one for one in checked("Advil Cold and Sinus,warfarin", None, "interaction") if one.outcome == "found"
    ]
    assert found
