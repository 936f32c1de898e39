"""Bars above a record, and the form of a pair: who contradicts is joined by a second answer alone."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from medapp.domain.record import HumanName, Person, Source, When
from medapp.library.record.matching import Match
from medapp.ui.shell.match_bars import answer_bar, question_bar
from medapp.ui.shell.waiting_pair import PairForm

JANE = (Person("p", Source("a.json", "fhir"), (), (HumanName("Doe", ("Jane",)),), When("1980-05-05")),)
ISSUER = "https://a-very-long-address.example.org/fhir/NamingSystem/a-hospital-and-all-of-its-departments"


@pytest.fixture
def said():
    from medapp.ui.app import application

    application()
    return []


def press(bar, title: str) -> None:
    next(one for one in bar.findChildren(QPushButton) if one.text() == title).click()


def texts(bar) -> list[str]:
    return [one.text() for one in bar.findChildren(QLabel) if one.isVisibleTo(bar)]


def test_who_contradicts_is_not_joined_by_one_click(qtbot, said):
    match = Match("p", "k", "conflict", ("number",), ("name", "birth date"))
    bar = question_bar(match, JANE, lambda _, same: said.append(same))
    qtbot.addWidget(bar)
    press(bar, "Same person")
    assert "They differ in: name, birth date. Is it one person all the same?" in texts(bar)
    press(bar, "Back")
    assert said == []
    press(bar, "Same person")
    press(bar, "Yes, one person")
    press(bar, "Somebody else")
    assert said == [True, False]


def test_who_contradicts_nothing_is_joined_at_once(qtbot, said):
    match = Match("p", "k", "proposal", ("name", "birth date"), ())
    bar = question_bar(match, JANE, lambda _, same: said.append(same))
    qtbot.addWidget(bar)
    press(bar, "Same person")
    assert said == [True]


@pytest.mark.parametrize(
    ("verdict", "by_hand", "text"),
    [
        ("same", True, "The record of Doe, Jane (1980-05-05) was said to be this patient's."),
        ("different", True, "The record of Doe, Jane (1980-05-05) was said to be somebody else's."),
        (
            "same",
            False,
            "The record of Doe, Jane (1980-05-05) carries the number of the images, of the same issuer.",
        ),
    ],
)
def test_the_bar_says_whose_record_it_is(qtbot, said, verdict, by_hand, text):
    bar = answer_bar(Match("p", "k", verdict, ("number",), (), said=by_hand), JANE, lambda *_: None)
    qtbot.addWidget(bar)
    assert texts(bar) == [text]


def test_a_pair_is_shown_within_the_window_with_the_number_that_both_have(qtbot, said):
    sides = (
        ("Name", "Doe, Jane", "Roe, Rita"),
        ("Born", "1980-05-05", ""),
        ("Sex", "female", "female"),
        ("Numbers", f"77 ({ISSUER})\n12 (b)", f"78 ({ISSUER})\n77 ({ISSUER})"),
    )
    form = PairForm(("One", "Other"), sides)
    qtbot.addWidget(form)
    assert form.minimumSizeHint().width() < 700
    marked = [one for one in texts(form) if one.endswith("the same in both")]
    assert [one.replace("\u200b", "") for one in marked] == [f"77 ({ISSUER}) – the same in both"] * 2
    form.answered.connect(said.append)
    form.same_button.click()
    assert said == []
    assert form.buttons.told.text() == "They differ in: Name. Is it one person all the same?"
    form.buttons.join_button.click()
    form.other_button.click()
    assert said == [True, False]
