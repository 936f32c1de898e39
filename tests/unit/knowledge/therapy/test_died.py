"""Of a patient who has died it is said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medapp.domain.record import When
from tests.unit.knowledge.therapy.made_up import person, record


@pytest.mark.parametrize(
    ("deceased", "said"),
    [
        (When("2026-02-03T10:00:00Z"), "died on 2026-02-03"),
        (When("2026-02"), "died on 2026-02"),
        (True, "died, and not when"),
    ],
)
def test_a_death_is_told(deceased, said, checked):
    known = record(persons=[replace(person(), deceased=deceased)])
    (one,) = checked("warfarin,aspirin", known, "record")
    assert said in one.text
    assert one.drugs == ("warfarin", "aspirin")
    assert not one.vetoes


@pytest.mark.parametrize("deceased", [None, False, When("2027-01-01")])
def test_whoever_lives_on_that_day_is_not_dead(deceased, checked):
    known = record(persons=[replace(person(), deceased=deceased)])
    assert checked("warfarin", known, "record") == []
