"""A risk beside options: with its interval and source, and never one of an option."""

from __future__ import annotations

from medapp.services.outlook import LIMIT, outlook_json, outlook_of
from tests.unit.services.answers import DEATH, EFFUSION, proposal


def test_a_risk_keeps_interval_horizon_and_source():
    found = outlook_of(proposal("x", (DEATH, EFFUSION), task="record.risk", used=("record",)))
    (one,) = found.estimates
    assert (one.outcome, one.probability, one.low, one.high) == ("Death within 5 years", 0.23, 0.17, 0.31)
    assert one.horizon_days == 1826
    assert one.citation.kind == "model"
    assert one.citation.version == "0.1.0"
    assert found.remarks[0] == LIMIT
    assert outlook_json(found)["estimates"][0]["citation"]["title"] == one.citation.title


def test_what_is_not_said_is_told_with_its_reason():
    none = outlook_of(proposal("x", (), task="record.risk", abstained="Age is not known."))
    assert not none.estimates
    assert none.abstained == "Age is not known."
    assert outlook_of(proposal("x", (EFFUSION,))).abstained == "The model gives no risk with an interval."
