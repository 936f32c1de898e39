"""Plans in the library: kept without loss, and not changed once they are signed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medapp.domain.plan import Signature, holds, resulting, signed_against, unsigned_because
from medapp.domain.recommendation import Change
from medapp.library import Library
from medapp.library.plans import SignedPlanError
from tests.unit.planned import BLEEDS, METFORMIN, PLAN, decided


@pytest.fixture
def library(tmp_path):
    with Library.open(tmp_path) as found:
        yield found


def test_a_plan_comes_back_as_it_was(library):
    plan = replace(PLAN, decisions=decided("accepted", "", "changed"))
    library.plans.put(plan)
    assert library.plans.get("p1") == plan
    assert library.plans.of(["other"]) == ()
    assert library.plans.of(["other", "patient"]) == library.plans.all() == (plan,)
    library.plans.forget("p1")
    with pytest.raises(KeyError):
        library.plans.get("p1")


def test_the_same_plan_is_replaced_until_it_is_signed(library):
    library.plans.put(PLAN)
    signed = replace(PLAN, signature=Signature("Dr. A", "2026-11-02T08:00:00+00:00"))
    library.plans.put(signed)
    library.plans.put(signed)
    with pytest.raises(SignedPlanError, match="2026-11-02"):
        library.plans.put(replace(signed, decisions=decided("rejected")))
    assert library.plans.of(["patient"]) == (signed,)


def test_the_latest_stands_first(library):
    later = replace(PLAN, id="p0", created="2026-11-03T10:00:00+00:00")
    library.plans.put(later)
    library.plans.put(PLAN)
    assert [one.id for one in library.plans.of(["patient"])] == ["p0", "p1"]


def test_what_is_decided_makes_the_list_that_results():
    plan = replace(PLAN, decisions=decided("accepted", "accepted", "changed"))
    assert [(one.name, one.dose) for one in resulting(plan)] == [
        ("Metformin", "250 mg"),
        ("Aspirin", "100 mg"),
    ]
    assert resulting(PLAN) == PLAN.current
    rejected = replace(PLAN, decisions=decided("rejected"))
    assert holds(rejected, 0) is None
    assert holds(rejected, 1) is None


def test_a_veto_concerns_what_is_started_and_not_what_is_stopped():
    assert PLAN.vetoes(0) == (BLEEDS,)
    assert PLAN.vetoes(1) == ()
    assert PLAN.vetoes(3) == ()


def test_a_plan_is_signed_only_when_each_line_is_decided_and_reasoned():
    assert "Aspirin" in unsigned_because(PLAN)[0]
    whole = replace(PLAN, decisions=decided("accepted", "accepted", "changed", "rejected"))
    assert unsigned_because(whole) == ()
    silent = tuple(replace(one, reason="") for one in whole.decisions)
    told = unsigned_because(replace(whole, decisions=silent))
    assert any("against a check" in one and "Aspirin" in one for one in told)
    assert any("Metformin was changed" in one for one in told)
    assert len(told) == 3


def test_who_signs_is_told_of_dangers_unknown_medicines_and_what_was_not_checked():
    unknown = replace(BLEEDS, key="u1", outcome="unknown", vetoes=False)
    plan = replace(PLAN, decisions=decided("accepted", "accepted", "changed", "accepted"))
    told = signed_against(replace(plan, checks=(BLEEDS, unknown)))
    assert told == (
        "something unknown is not recognised: nothing was checked of it",
        "critical: They bleed.",
        "1 checks of these lines could not be made",
    )
    rejected = replace(PLAN, decisions=decided("rejected", "accepted", "changed", "rejected"))
    assert signed_against(rejected) == ()
    bare = replace(plan, added=(Change("start", METFORMIN),))
    assert "Metformin is to be started without a dose" in signed_against(bare)
