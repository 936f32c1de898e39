"""Checks in the order of their weight, filtered, and what has changed of them."""

from __future__ import annotations

from dataclasses import replace

from medapp.domain.recommendation import Check
from medapp.services.plan_checking import Difference
from medapp.ui.plan.checks import CheckFilter, counts, grade_of, kinds, marked, ordered, shown
from medapp.ui.plan.words import grade, grade_state
from tests.unit.planned import BLEEDS, TABLE

MINOR = replace(BLEEDS, key="m", kind="duplicate", severity="minor", vetoes=False, drugs=("Aspirin",))
OPEN = Check("u", "renal", "unknown", "info", ("Aspirin",), "Not checked: no creatinine.", TABLE)
CLEAR = replace(OPEN, key="c", outcome="clear", text="Nothing.")
ALL = (CLEAR, OPEN, MINOR, BLEEDS)


def test_the_worst_comes_first_and_what_was_not_checked_before_what_is_clear():
    assert [one.key for one in ordered(ALL)] == ["i1", "m", "u", "c"]


def test_what_was_not_checked_is_never_shown_as_clear():
    assert grade_of(OPEN) == "unknown"
    assert grade(grade_of(OPEN)) == "Not checked"
    assert grade_state(grade_of(OPEN)) == "warning"
    assert grade_state(grade_of(CLEAR)) == "success"


def test_all_means_what_was_found_and_what_was_not_checked():
    assert [one.key for one in shown(ALL, CheckFilter())] == ["i1", "m", "u"]
    assert [one.key for one in shown(ALL, CheckFilter(grade="clear"))] == ["c"]
    assert [one.key for one in shown(ALL, CheckFilter(kind="renal"))] == ["u"]
    assert [one.key for one in shown(ALL, CheckFilter(medicine="aspirin"))] == ["m", "u"]


def test_counts_and_kinds():
    assert counts(ALL) == {"critical": 1, "significant": 0, "minor": 1, "info": 0, "unknown": 1, "clear": 1}
    assert kinds(ALL) == ("interaction", "duplicate", "renal")


def test_what_changed_is_marked_and_what_is_gone_comes_last():
    worse = replace(OPEN, severity="minor")
    found = marked(Difference((MINOR,), (BLEEDS,), ((OPEN, worse),)))
    assert [(one.key, mark) for one, mark in found] == [("m", "new"), ("u", "changed"), ("i1", "gone")]
