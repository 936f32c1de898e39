"""Ranges as the user writes them: with dots or a dash, by itself or in a wish with a weight."""

from __future__ import annotations

import pytest

from medapp_molecules.generate.ranges import WantedError, range_of
from medapp_molecules.generate.wanted import Wanted
from medapp_molecules.optimise.profile import contradictions, wishes


def test_ranges_are_read():
    found = Wanted.of({"weight": "200..450", "logp": "-1..", "rings": "3", "donors": " ..2 "}).ranges
    assert [str(one) for one in found] == ["weight 200..450", "logp -1..", "donors ..2", "rings 3..3"]
    assert found[0].outside(300) == 0
    assert 0 < found[0].outside(500) < found[0].outside(900) <= 1
    assert found[0].outside(None) == 1
    with pytest.raises(WantedError):
        Wanted.of({"rings": "1..2..3"})


@pytest.mark.parametrize(
    ("title", "text", "read"),
    [
        ("weight", "250-450", "250..450"), ("weight", " 250 - 450 ", "250..450"),
        ("weight", "250\u2013450", "250..450"), ("logp", "-2..3", "-2..3"), ("logp", "\u22122..3", "-2..3"),
        ("logp", "1-3", "1..3"), ("rings", "1-3", "1..3"), ("rings", "2", "2..2"),
        ("weight", "200 ..", "200.."),
    ],
)  # fmt: skip
def test_a_range_may_be_written_with_a_dash(title, text, read):
    assert str(range_of(title, text)) == f"{title} {read}"


@pytest.mark.parametrize(
    ("title", "text", "told"),
    [
        ("logp", "-2-3", "can be read in more than one way; write -2..3."),
        ("logp", "-2--1", "write -2..-1."), ("weight", "-450", "write ..450 or 450.."),
        ("weight", "450-", "write ..450 or 450.."),
        ("weight", "300", "no molecule has exactly 300; write 295..305."),
        ("logp", "-2", "write -2.5..-1.5."), ("half-life", "6", "write 5.4..6.6."),
        ("rings", "2.5", "it is counted; write 2..3."), ("weight", "200...450", "a range is written"),
        ("weight", "..", "a range is written"), ("weight", "<450", "a range is written"),
    ],
)  # fmt: skip
def test_what_is_no_clear_range_is_refused_with_how_to_write_it(title, text, told):
    with pytest.raises(WantedError) as found:
        range_of(title, text)
    assert told in str(found.value)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("weight 250-450 *2", [("weight 250..450", 2)]),
        ("weight 250 - 450; logp -2 .. 3*3", [("weight 250..450", 1), ("logp -2..3", 3)]),
        ("CYP 2D6 inhibition 0.2..; phase 3 0.4..", [("CYP 2D6 inhibition 0.2..", 1), ("phase 3 0.4..", 1)]),
        ("polar_surface ..90; rings 2", [("polar surface ..90", 1), ("rings 2..2", 1)]),
    ],
)
def test_a_wish_is_read_likewise(text, read):
    assert [(str(one.range), one.weight) for one in wishes(text)] == read


@pytest.mark.parametrize(("text", "told"), [("weight 300", "295..305"), ("logp -2-3", "write -2..3")])
def test_a_wish_that_is_no_clear_range_is_refused(text, told):
    with pytest.raises(WantedError, match=told):
        wishes(text)


def test_a_wish_that_contradicts_itself_is_told_of_once():
    assert list(contradictions({"wishes": "weight 450..250"})) == [
        "weight: at least 450 contradicts at most 250."
    ]
    assert list(contradictions({"wishes": "weight 450..; weight ..250"})) == [
        "weight 450.. contradicts weight ..250."
    ]
