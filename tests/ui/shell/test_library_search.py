"""What the library lists always belongs to what its search box says, whenever an answer comes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest
from PySide6.QtCore import QObject, Qt, Signal

from medapp.domain.patient import Patient
from medapp.library import PatientEntry
from medapp.services.library_list import Listed
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


def as_listed(people) -> Listed:
    found = tuple(people)
    return Listed(found, len(found), len(found))


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
        lambda _, query, *__: as_listed(one for one in people if query.casefold() in one.key.casefold()),
    )
    made = FewSession()
    made.people = people
    return made


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


def test_the_foot_tells_of_the_whole_library_once_the_search_is_out_of_view(qtbot, session, drawer):
    model = drawer.model
    assert model.foot(searching=False) == "Library: 2 patients, 0 series"
    drawer.search.setText("Grant")
    qtbot.waitUntil(lambda: len(session.background.waiting) == 1, timeout=2000)
    session.background.answer()
    assert model.foot(searching=True) == "1 patient found"
    assert model.foot(searching=False) == "Library: 2 patients, 0 series"
    assert session.background.waiting == [], "what is known is not counted again"


def test_the_foot_counts_anew_where_the_library_changes_while_one_searches(qtbot, session, drawer):
    drawer.search.setText("Grant")
    qtbot.waitUntil(lambda: len(session.background.waiting) == 1, timeout=2000)
    session.background.answer()
    session.people.append(
        PatientEntry("Novak", Patient("Novak", "Novak", "", "", ""), 0, 0, (), "", entries=1)
    )
    session.libraryChanged.emit()
    session.background.answer()
    session.background.answer()
    assert drawer.model.foot(searching=False) == "Library: 3 patients, 0 series"
    assert drawer.model.foot(searching=True) == "1 patient found"


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


class Pages:
    """A library of 450 persons without images, read 200 at once."""

    def __init__(self):
        self.asked = []

    def __call__(self, _library, query, after, least):
        self.asked.append((query, after, least))
        every = [f"Person {number:03}" for number in range(450)]
        some = every[after : after + max(200, least)]
        people = tuple(PatientEntry(f"record:{name}", Patient(name, name), 0, 0, (), "") for name in some)
        return Listed(people, len(people), len(every))


def test_a_long_list_is_read_on_as_far_as_one_scrolls(qtbot, session, monkeypatch):
    pages = Pages()
    monkeypatch.setattr(library_model, "_patients", pages)
    drawer = LibraryDrawer(library_model.LibraryModel(session))
    qtbot.addWidget(drawer)
    drawer.resize(400, 700)
    drawer.show()
    session.libraryChanged.emit()
    session.background.answer()
    assert len(listed(drawer)) == 80
    assert drawer.model.summary() == "Library: 450 patients, 0 series"
    assert session.background.waiting == [], "nothing is read before it is needed"
    bar = drawer.tree.verticalScrollBar()
    while len(listed(drawer)) < 450:
        count = len(listed(drawer))
        qtbot.waitUntil(lambda: bar.maximum() > bar.value(), timeout=2000)
        bar.setValue(bar.maximum())

        def grown(count: int = count) -> bool:
            if session.background.waiting:
                drawer.model.more()
                assert len(session.background.waiting) == 1, "the same is not asked for twice"
                session.background.answer()
            return len(listed(drawer)) > count

        qtbot.waitUntil(grown, timeout=2000)
    assert [after for _, after, _ in pages.asked] == [0, 200, 400]
    assert len(set(listed(drawer))) == 450
    assert not drawer.model.has_more
    session.libraryChanged.emit()
    session.background.answer()
    assert pages.asked[-1] == ("", 0, 450), "what was in view is still there"
    assert len(listed(drawer)) == 450


def test_keys_lead_from_the_search_to_what_was_found(qtbot, session, drawer):
    drawer.show()
    drawer.search.setFocus()
    qtbot.keyClick(drawer.search, Qt.Key.Key_Down)
    assert drawer.tree.currentIndex().data() == "Grant"
    drawer.search.setText("Moore")
    with qtbot.assertNotEmitted(drawer.personChosen):
        qtbot.keyClick(drawer.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(session.background.waiting) == 1, timeout=2000)
    session.background.answer()
    with qtbot.waitSignal(drawer.personChosen) as told:
        qtbot.keyClick(drawer.search, Qt.Key.Key_Return)
    assert told.args == ["Moore"]
    with qtbot.waitSignal(drawer.closeRequested):
        qtbot.keyClick(drawer.tree, Qt.Key.Key_Escape)


def test_enter_opens_a_patient_with_images_and_arrows_unfold(qtbot, session, drawer):
    session.people[0] = replace(session.people[0], series=2, studies=1)
    session.libraryChanged.emit()
    session.background.answer()
    drawer.show()
    drawer.search.setFocus()
    qtbot.keyClick(drawer.search, Qt.Key.Key_Down)
    tree = drawer.tree
    assert tree.currentIndex().data() == "Grant"
    with qtbot.waitSignal(drawer.personChosen) as told:
        qtbot.keyClick(tree, Qt.Key.Key_Return)
    assert told.args == ["Grant"]
    tree.collapse(tree.currentIndex())
    qtbot.keyClick(tree, Qt.Key.Key_Right)
    assert tree.isExpanded(tree.currentIndex())


def test_two_clicks_open_a_patient_with_images(qtbot, session, drawer):
    session.people[0] = replace(session.people[0], series=2, studies=1)
    session.libraryChanged.emit()
    session.background.answer()
    drawer.show()
    tree = drawer.tree
    place = tree.visualRect(tree.model().index(0, 0)).center()
    qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert tree.chosen_patient == "Grant"
    with qtbot.waitSignal(drawer.personChosen) as told:
        qtbot.mouseDClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert told.args == ["Grant"]


def test_who_is_chosen_is_opened_when_a_workspace_is_asked_for(qtbot, session, drawer):
    drawer.show()
    with qtbot.assertNotEmitted(drawer.personChosen):
        drawer.open_chosen("")
    tree = drawer.tree
    tree.setCurrentIndex(tree.model().index(0, 0))
    with qtbot.assertNotEmitted(drawer.personChosen):
        drawer.open_chosen("Grant")
    with qtbot.waitSignal(drawer.personChosen) as told:
        drawer.open_chosen("Moore")
    assert told.args == ["Grant"]
    drawer.hide()
    drawer.show()
    with qtbot.assertNotEmitted(drawer.personChosen):
        drawer.open_chosen("Moore")


def test_a_drawer_made_late_says_what_is_searched(qtbot, session):
    model = library_model.LibraryModel(session)
    model.set_query("Moore")
    drawer = LibraryDrawer(model)
    qtbot.addWidget(drawer)
    assert drawer.search.text() == "Moore"
