"""A person of the records as images would name them."""

from __future__ import annotations

import pytest

from medapp.library.record import PersonEntry
from medapp.services.library_list import identity_of


@pytest.mark.parametrize(
    ("stated", "shown"),
    [
        ("1988-08-18", "19880818"),
        ("1988-08-18T11:26+02:15", "19880818"),
        ("1988-08", "1988-08"),
        ("1988", "1988"),
        ("", ""),
    ],
)
def test_a_birth_date_is_a_day(stated: str, shown: str) -> None:
    assert identity_of(PersonEntry("p", "Doe, Jane", stated, "female", (), 1)).birth_date == shown
