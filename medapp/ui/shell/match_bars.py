"""Bars above a record: whose it is, how that is known, and where record and images contradict each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame

from medapp.ui.shell.second_question import SamePerson
from medapp.ui.shell.widgets import button, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from medapp.domain.record import Person
    from medapp.library.record.matching import Match

    Say = Callable[[Match, bool | None], None]
    """Called with what a person has said of a match: whether it is one person, None to take that back."""


def question_bar(match: Match, persons: Sequence[Person], say: Say) -> QFrame:
    """Asks whether a record is this patient's; twice where they contradict each other."""
    if match.verdict == "conflict":
        text = tr(
            "A record with the same number, of {who}, differs in: {differs}. It is kept apart.",
            who=who(persons),
            differs=", ".join(_words(match.differs)),
        )
    else:
        text = tr(
            "Is the record of {who} this patient's? The same: {agrees}.",
            who=who(persons),
            agrees=", ".join(_words(match.agrees)),
        )
    told = [name for name in match.differs if name != "number"]
    buttons = SamePerson(tr("Somebody else"), _words(told))
    buttons.answered.connect(lambda same: say(match, same))
    return _bar("matchQuestion", text, buttons)


def answer_bar(match: Match, persons: Sequence[Person], say: Say) -> QFrame:
    """Says whose record is or is not this patient's, and why, with the way to say otherwise."""
    name = who(persons)
    if match.verdict == "different":
        text = tr("The record of {who} was said to be somebody else's.", who=name)
    elif match.said:
        text = tr("The record of {who} was said to be this patient's.", who=name)
    else:
        text = tr("The record of {who} carries the number of the images, of the same issuer.", who=name)
    contradicts = match.verdict == "same" and bool(match.differs)
    if contradicts:
        text += " " + tr("They differ in: {differs}.", differs=", ".join(_words(match.differs)))
    label = tr("Take back") if match.said else tr("Somebody else")
    answer = None if match.said else False
    bar = "matchQuestion" if contradicts else "matchAnswer"
    return _bar(bar, text, button(label, lambda: say(match, answer)))


def who(persons: Sequence[Person]) -> str:
    """Name and birth date of whom a record is about."""
    first = persons[0] if persons else None
    if first is None:
        return tr("nobody that is named")
    born = first.birth_date.text if first.birth_date else tr("birth date unknown")
    return f"{first.name.display} ({born})"


def _bar(name: str, text: str, answer: QWidget) -> QFrame:
    frame = QFrame()
    frame.setObjectName(name)
    frame.setProperty("notice", "warning" if name == "matchQuestion" else "info")
    inner = row(margin=tokens.current().gap_small)
    inner.addWidget(text_label(text, "dim" if name == "matchAnswer" else "", wrap=True), 1)
    inner.addWidget(answer)
    frame.setLayout(inner)
    return frame


def _words(names: Sequence[str]) -> list[str]:
    words = {
        "number": tr("number"),
        "name": tr("name"),
        "birth date": tr("birth date"),
        "sex": tr("sex"),
    }
    return [words.get(name, name) for name in names]
