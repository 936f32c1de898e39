"""Whom a task is for, by what a header states."""

import pytest

from medapp.api.gate import age_in_years, refusal
from medapp.api.manifest import Gate

ADULT = {"PatientAge": "057Y", "PatientSex": "F", "ViewPosition": "PA", "BodyPartExamined": "chest"}


@pytest.mark.parametrize(
    ("facts", "years"),
    [
        ({"PatientAge": "057Y"}, 57),
        ({"PatientAge": "006M"}, 0.5),
        ({"PatientAge": "57"}, None),
        ({"PatientBirthDate": "20000101", "StudyDate": "20250101"}, 25),
        ({"PatientBirthDate": "20300101", "StudyDate": "20250101"}, None),
        ({"PatientBirthDate": "20001301", "StudyDate": "20250101"}, None),
        ({}, None),
    ],
)
def test_age(facts, years):
    found = age_in_years(facts)
    assert found is None if years is None else found == pytest.approx(years, abs=0.01)


@pytest.mark.parametrize(
    ("gate", "facts", "words"),
    [
        (Gate(youngest=18), ADULT, ""),
        (Gate(youngest=18), {"PatientAge": "010Y"}, "from 18 years, this one is 10 years old"),
        (Gate(youngest=18), {"PatientAge": "214M"}, "from 18 years, this one is 17 years old"),
        (Gate(oldest=17), ADULT, "up to 17 years"),
        (Gate(oldest=57), ADULT, ""),
        (Gate(youngest=18), {}, ""),
        (Gate(youngest=18, strict=("age",)), {}, "states no age"),
        (Gate(views=("PA", "AP")), ADULT, ""),
        (Gate(views=("PA", "AP")), {"ViewPosition": "LL"}, "says LL: another series is needed"),
        (Gate(views=("PA",), strict=("view",)), {}, "who knows it has to write ViewPosition (0018,5101)"),
        (Gate(body_parts=("CHEST",)), ADULT, ""),
        (Gate(body_parts=("CHEST",)), {"BodyPartExamined": "KNEE"}, "the file says KNEE"),
        (Gate(sexes=("M",)), ADULT, "the file says F"),
        (Gate(lateralities=("L",)), {"ImageLaterality": "R"}, "the file says R"),
        (Gate(lateralities=("L",)), {"Laterality": "L"}, ""),
    ],
)
def test_gate(gate, facts, words):
    found = refusal(gate, facts)
    assert words in found if words else not found
