"""A risk counts from the day of the record that it was made from, and says when its time is over."""

from dataclasses import replace
from datetime import date

import pytest

from medapp.domain.notice import Notice
from medapp.library.findings import FindingEntry
from medapp.services.horizon import ends_on, holds_from, is_over, period_words
from medapp.services.inbox import InboxItem
from tests.unit.services.answers import DEATH, EFFUSION, proposal

TODAY = date(2026, 11, 26)
OLD = Notice("old-record", "The answers hold for that day.", values={"day": "2021-10-17"})


def item(report=None, notices=()):
    result = proposal("a1", (DEATH,), used=("record",), notices=notices).result
    return InboxItem(FindingEntry("a1", "P", "", "record.risk", "t", "1", "", None), result, report or {})


@pytest.mark.parametrize(
    ("finding", "found", "day"),
    [
        (replace(DEATH, as_of="2024-05-31"), item(notices=(OLD,)), "2024-05-31"),
        (DEATH, item({"provenance": {"parameters": {"as_of": "2020-02-29"}}}), "2020-02-29"),
        (DEATH, item({"provenance": {"parameters": {"as_of": ""}}}, (OLD,)), "2021-10-17"),
        (DEATH, item(), ""),
        (EFFUSION, item(notices=(OLD,)), ""),
    ],
)
def test_the_day_from_which_it_counts(finding, found, day):
    assert holds_from(found, finding) == day


def test_the_end_of_the_time_and_that_it_is_over():
    over = replace(DEATH, as_of="2021-10-17")
    assert ends_on(item(), over) == "2026-10-17"
    assert is_over(item(), over, TODAY)
    assert not is_over(item(), over, date(2026, 10, 17))
    assert "is over" in period_words(item(), over, TODAY)
    assert period_words(item(), replace(DEATH, as_of="2024-05-31"), TODAY) == (
        "The risk counts from 2024-05-31 to 2029-05-31."
    )
    assert "not stated" in period_words(item(), DEATH, TODAY)
    assert period_words(item(), EFFUSION, TODAY) == ""
