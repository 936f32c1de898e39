"""Words that say that there is no allergy are none that was not recognised."""

from __future__ import annotations

import pytest

from medapp.knowledge.therapy.allergy_words import denies
from tests.unit.knowledge.therapy.made_up import allergy, record


@pytest.mark.parametrize(
    "said",
    [
        "No known drug allergies", "NKDA", "NKA", "No Known Allergies", "No known allergy (situation)",
        "none", "None known", "no allergies", "Denies drug allergies", "no known medication allergy",
        "Allergies: none", "nil known",
    ],
)  # fmt: skip
def test_a_denial_is_none(said, checked):
    assert denies(said)
    (one,) = checked("amoxicillin", record(allergy(said)), "allergy")
    assert one.outcome == "clear"
    assert "says that there is none" in one.text


@pytest.mark.parametrize(
    "said",
    ["no known allergy to latex", "No food allergies", "Nonsteroidal", "Norvasc", "", "penicillin", "known"],
)
def test_what_denies_less_or_nothing(said):
    assert not denies(said)


def test_a_denial_beside_an_allergy_hides_nothing(checked):
    known = record(allergy("NKDA"), allergy("Penicillin"))
    (one, *_) = checked("amoxicillin", known, "allergy")
    assert (one.outcome, one.severity) == ("found", "critical")
