"""A decision is checked before it is kept; what a check forbids is accepted with a reason only."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from medapp.domain.medicines import Checks, Medicine
from medapp.domain.plan import concerns
from medapp.domain.recommendation import Change, Check, Drug
from medapp.library import Library
from medapp.services.plan_checking import (
    VetoedError,
    Wish,
    checks_of_lines,
    decide_checked,
    difference,
    rechecked,
    stopped,
)
from medapp.services.plan_comparing import compare
from medapp.services.plans import Basis, add_line, drop_line, make_plan, plans_of
from tests.unit.planned import BLEEDS, METFORMIN, OPTION, TABLE, WARFARIN

IBUPROFEN = Drug("Ibuprofen", ("ibuprofen",))
OPEN = Check(
    "renal:unknown", "renal", "unknown", "info", ("Metformin",), "Not checked: no creatinine.", TABLE
)
HURTS = Check(
    "i2", "interaction", "found", "critical", ("warfarin", "ibuprofen"), "It bleeds.", TABLE, vetoes=True
)


def check(medicines) -> Checks:
    """Ibuprofen and warfarin do not go together; nothing is known of the kidney."""
    named = {name for one in medicines for name in one.ingredients}
    found = [HURTS] if {"ibuprofen", "warfarin"} <= named else []
    found += [OPEN] if "metformin" in named else []
    return Checks(date(2026, 11, 1), tuple(Medicine(one) for one in medicines), tuple(found))


@pytest.fixture
def library(tmp_path):
    with Library.open(tmp_path / "library") as found:
        yield found


@pytest.fixture
def plan(library):
    bare = replace(OPTION, checks=(), changes=OPTION.changes[1:])
    plan = make_plan(library, "P|1|", bare, Basis((WARFARIN, METFORMIN)))
    return add_line(library, plan, Change("start", IBUPROFEN))


def test_what_the_list_would_say_forbids_a_line_before_it_is_kept(library, plan):
    with pytest.raises(VetoedError) as refused:
        decide_checked(library, plan, Wish(2, "accepted"), check)
    assert refused.value.checks == (HURTS,)
    assert plans_of(library, "P|1|") == (plan,)
    kept = decide_checked(library, plan, Wish(2, "accepted", reason="for two days"), check)
    assert set(kept.checks) == {HURTS, OPEN}
    assert kept.vetoes(2) == (HURTS,)


def test_a_line_is_free_once_what_it_does_not_go_with_is_stopped(library, plan):
    plan = decide_checked(library, plan, Wish(0, "accepted"), check)
    plan = decide_checked(library, plan, Wish(2, "accepted"), check)
    assert plan.checks == (OPEN,)
    assert not plan.vetoes(2)


def test_another_dose_is_no_way_around_a_check(library, plan):
    with pytest.raises(VetoedError):
        decide_checked(library, plan, Wish(2, "changed", "200 mg"), check)
    kept = decide_checked(library, plan, Wish(2, "rejected", reason="not with warfarin"), check)
    assert kept.checks == (OPEN,)


def test_a_line_that_is_not_there_changes_nothing(library, plan):
    with pytest.raises(IndexError):
        decide_checked(library, plan, Wish(3, "accepted"), check)


def test_what_does_not_go_on_is_stopped_by_a_line_of_its_own(library):
    going = replace(OPTION, checks=(), changes=(Change("continue", WARFARIN), Change("start", IBUPROFEN)))
    plan = make_plan(library, "P|1|", going, Basis((WARFARIN,)))
    alone = decide_checked(library, plan, Wish(0, "rejected", reason="bleeds"), check)
    with pytest.raises(VetoedError):  # rejected alone, it is still taken
        decide_checked(library, alone, Wish(1, "accepted"), check)
    kept = stopped(library, plan, 0, "bleeds", check)
    assert (kept.lines[2].action, kept.lines[2].drug) == ("stop", WARFARIN)
    assert [(one.line, one.verdict, one.reason) for one in kept.decisions] == [
        (0, "rejected", "bleeds"), (2, "accepted", ""),
    ]  # fmt: skip
    assert decide_checked(library, kept, Wish(1, "accepted"), check).checks == ()
    with pytest.raises(ValueError, match="reason"):
        stopped(library, plan, 0, " ", check)


def test_checks_are_made_anew_of_the_list_that_results(library, plan):
    bare = drop_line(library, plan, 2)
    assert rechecked(library, bare, check).checks == (OPEN,)


def test_what_has_changed_between_two_lists_of_checks():
    worse, clear = replace(OPEN, severity="minor"), replace(OPEN, key="c", outcome="clear")
    found = difference((BLEEDS, OPEN, clear), (HURTS, worse))
    assert found.new == (HURTS,)
    assert found.gone == (BLEEDS,)
    assert found.changed == ((OPEN, worse),)
    assert not difference((OPEN,), (OPEN, clear))


def test_checks_of_lines_name_their_medicine_and_none_of_one_that_stops(plan):
    clear = replace(OPEN, key="c", outcome="clear")
    found = checks_of_lines(plan, (HURTS, OPEN, clear))
    assert found == ((), (OPEN,), (HURTS,))
    for line, checks in enumerate(found):
        if plan.lines[line].action != "stop":
            assert checks == tuple(one for one in (HURTS, OPEN) if concerns(one, plan.lines[line].drug))


def test_two_plans_side_by_side(library, plan):
    other = make_plan(library, "P|1|", plan.option, Basis((WARFARIN, METFORMIN)))
    plan = decide_checked(library, plan, Wish(2, "accepted", reason="for two days"), check)
    other = decide_checked(library, other, Wish(0, "accepted"), check)
    found = compare(plan, other)
    said = {row.title: (row.first, row.second, row.differs) for row in found.medicines}
    assert said["Warfarin 5 mg"] == ("5 mg", "stop", True)
    assert said["Metformin"] == ("850 mg", "850 mg", False)
    assert said["Ibuprofen"] == ("start: dose not stated", "", True)
    assert [row.differs for row in found.medicines] == [True, True, False]
    assert [(row.title, row.first, row.second) for row in found.checks] == [
        ("critical", "1", "0"), ("not checked", "1", "1"),
    ]  # fmt: skip
    assert found.difference.gone == (HURTS,)
    assert found.estimates[0].title == "death within 1826 days"
    assert not found.estimates[0].differs


def test_a_line_that_was_added_is_checked_before_anybody_decides_on_it(library, plan):
    found = rechecked(library, plan, check)
    assert found.vetoes(2) == (HURTS,)
    assert checks_of_lines(found, found.all_checks)[2] == (HURTS,)
    # What is rejected is not on the list any more, and nothing is said of it.
    rejected = decide_checked(library, found, Wish(2, "rejected", reason="it bleeds"), check)
    assert HURTS not in rejected.checks
