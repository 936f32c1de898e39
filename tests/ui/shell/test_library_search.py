"""What the library lists always belongs to what its search box says, whenever an answer comes."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import QObject, Signal

from medapp.domain.patient import Patient
from medapp.library import PatientEntry
from medapp.ui.library import model as library_model
from medapp.ui.library.drawer import LibraryDrawer


@dataclass
class Held:
    """Work that is done when the test says so."""

    waiting: list = field(default_factory=list)

    def run(self, work, done, failed=None, *, priority=0):
        del priority
        self.waiting.append((work, done, failed))

    def answer(self, which=0):
        work, done, failed = self.waiting.pop(which)
        try:
            found = work()
        except OSError as error:
            failed(error)
        else:
            done(found)


class Books:
    """A library of two patients."""

    broken = False

    def rejected(self):
        if self.broken:
            raise OSError
        return ()

    recent = rejected


class FewSession(QObject):
    libraryChanged = Signal()  # noqa: N815 - as the session names it
    is_ready = True

    def __init__(self):
        super().__init__()
        self.background, self.library, self.problems = Held(), Books(), []
        self.app = self
        self.fail = self.problems.append


@pytest.fixture
def session(qtbot, monkeypatch):
    from medapp.ui.app import application

    application()
    people = [
        PatientEntry(name, Patient(name, name, "", "", ""), 0, 0, (), "", entries=1)
        for name in ("Grant", "Moore")
    ]
    monkeypatch.setattr(
        library_model,
        "_patients",
        lambda _, query: tuple(one for one in people if query.casefold() in one.key.casefold()),
    )
    return FewSession()


@pytest.fixture
def drawer(qtbot, session):
    made = LibraryDrawer(library_model.LibraryModel(session))
    qtbot.addWidget(made)
    session.libraryChanged.emit()
    session.background.answer()
    assert listed(made) == ["Grant", "Moore"]
    return made


def listed(drawer):
    """Names in view; None while no list is shown."""
    if drawer._pages.currentWidget() is not drawer.tree:
        return None
    rows = drawer.tree.model()
    return [rows.index(row, 0).data() for row in range(rows.rowCount())]


def test_an_import_that_ends_while_one_types(qtbot, session, drawer):
    held = session.background
    session.libraryChanged.emit()
    drawer.search.setText("Grant")
    assert listed(drawer) is None
    assert drawer.model.summary() == "Searching…"
    # The list that the import asked for comes before the search has begun: it is not that of the box.
    held.answer()
    assert listed(drawer) is None
    qtbot.waitUntil(lambda: len(held.waiting) == 1, timeout=2000)
    session.libraryChanged.emit()
    assert len(held.waiting) == 2
    held.answer(1)
    assert listed(drawer) == ["Grant"]
    # An answer that is late changes nothing.
    held.answer()
    assert listed(drawer) == ["Grant"]
    assert drawer.model.summary() == "1 patient found"


def test_the_clear_button_lists_all_again(qtbot, session, drawer):
    drawer.search.setText("Grant")
    qtbot.waitUntil(lambda: len(session.background.waiting) == 1, timeout=2000)
    drawer.search.clear()
    # What is held already is what the empty box asks for.
    assert listed(drawer) == ["Grant", "Moore"]
    session.background.answer()
    assert listed(drawer) == ["Grant", "Moore"]


def test_a_search_that_fails_leaves_no_list_of_another(qtbot, session, drawer):
    session.library.broken = True
    drawer.search.setText("Grant")
    qtbot.waitUntil(lambda: len(session.background.waiting) == 1, timeout=2000)
    session.background.answer()
    assert session.problems
    assert listed(drawer) is None
    assert drawer._searching.text() == "The library could not be searched."
    session.library.broken = False
    session.libraryChanged.emit()
    session.background.answer()
    assert listed(drawer) == ["Grant"]


def test_a_drawer_made_late_says_what_is_searched(qtbot, session):
    model = library_model.LibraryModel(session)
    model.set_query("Moore")
    drawer = LibraryDrawer(model)
    qtbot.addWidget(drawer)
    assert drawer.search.text() == "Moore"
