"""The Findings workspace as a reader uses it: list, keys, forms, tables, and the ways to the other pages."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from medapp.ui.findings.model import Choice
from medapp.ui.findings.tree_model import STATUS, TITLE, VALUE


def rows(page):
    """Titles of all lines that can be seen without unfolding."""
    tree, model = page.workspace.list.tree, page.workspace.list.lines
    found = []

    def look(parent):
        for row in range(model.rowCount(parent)):
            index = model.index(row, TITLE, parent)
            found.append(index.data())
            if tree.isExpanded(index):
                look(index)

    look(tree.rootIndex())
    return found


def decided(qtbot, page, key, verdict):
    qtbot.waitUntil(
        lambda: key in page.model.item.decisions and page.model.item.decisions[key].verdict == verdict,
        timeout=15000,
    )


def test_answers_are_listed_with_headings_folded(filled):
    shown = rows(filled)
    assert shown[:3] == ["Answers of cxr.findings · Axial 1.25", "Pleural effusion", "Mass"]
    assert "Liver: family 0" in shown
    assert "Feature 0" not in shown
    assert "1. Marfan syndrome" in shown
    head = filled.workspace.list.lines
    assert [head.headerData(n, Qt.Orientation.Horizontal) for n in range(3)] == [
        "Finding",
        "Answer",
        "Decision",
    ]


def test_nothing_is_cut(filled):
    left = filled.workspace.list
    texts = {one.text() for one in left.filters.values()}
    assert {"All 68", "Unread 68", "Undecided 67", "Uncertain 2", "Models disagree 0"} == texts
    for one in left.filters.values():
        assert one.fontMetrics().horizontalAdvance(one.text()) < one.width()
        assert left.rect().contains(one.parentWidget().mapTo(left, one.geometry().bottomRight()))
    assert left.width() >= 84 * 4


def test_searching_unfolds_what_it_finds(filled):
    filled.workspace.list.search.setText("feature 17")
    assert rows(filled) == ["Answers of mr.volumes", "Liver: family 2", "Feature 17"]
    filled.workspace.list.search.setText("nothing of the kind")
    assert filled.workspace.pages.currentWidget() is filled.workspace.nothing
    filled.workspace._all.click()
    assert filled.workspace.list.search.text() == ""
    assert len(rows(filled)) > 10


def test_keys_go_and_decide(qtbot, filled, opened):
    tree = filled.workspace.list.tree
    tree.setFocus()
    for _ in range(2):
        qtbot.keyClick(tree, Qt.Key.Key_N)
    assert filled.model.choice == Choice("a1", "Mass")
    qtbot.keyClick(tree, Qt.Key.Key_P)
    assert filled.model.choice == Choice("a1", "Effusion")
    qtbot.keyClick(tree, Qt.Key.Key_A)
    decided(qtbot, filled, "Effusion", "accepted")
    head = filled.workspace.head
    assert head.status.text() == "Accepted"
    assert not head.accept.isVisible()
    qtbot.keyClick(tree, Qt.Key.Key_A)  # it is decided: the key does nothing
    qtbot.keyClick(tree, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: "Effusion" not in filled.model.item.decisions, timeout=15000)
    assert head.accept.isVisible()
    assert not opened.problems
    assert "A accepts" in filled.workspace.hint.full_text


def test_what_the_model_leaves_open_is_not_accepted_by_a_key(qtbot, filled):
    filled.model.choose("a1", "Mass")
    head, tree = filled.workspace.head, filled.workspace.list.tree
    assert not head.accept.isVisible()
    assert (head.present.text().strip(), head.absent.text().strip()) == ("It is present", "It is absent")
    tree.setFocus()
    qtbot.keyClick(tree, Qt.Key.Key_A)
    assert head.dialog is not None
    assert not head.dialog.ok.isEnabled()
    head.dialog.reject()
    assert filled.model.item.decisions == {}
    head.absent.click()
    decided(qtbot, filled, "Mass", "corrected")
    qtbot.waitUntil(lambda: head.status.text() == "Decided", timeout=5000)
    assert head.answer.text() == "absent (was 41 %)"
    assert not head.present.isVisible()
    filled.model.choose("a1", "Effusion")
    assert head.accept.text().strip() == "Accept: present"
    assert not head.absent.isVisible()


def test_keys_are_letters_where_one_writes(qtbot, filled):
    search = filled.workspace.list.search
    search.setFocus()
    qtbot.keyClicks(search, "marfan")
    assert search.text() == "marfan"
    assert filled.model.item is None
    qtbot.keyClick(search, Qt.Key.Key_Down)
    assert filled.workspace.list.tree.hasFocus()


def test_rejecting_asks_why(qtbot, filled):
    filled.model.choose("a1", "Effusion")
    head = filled.workspace.head
    head.reject.click()
    head.dialog.reasons[0].click()
    head.dialog.text.setText("right lung")
    head.dialog.ok.click()
    decided(qtbot, filled, "Effusion", "rejected")
    assert filled.model.item.decisions["Effusion"].reason == "Wrong place: right lung"
    assert head.dialog is None


def test_correcting_a_class(qtbot, filled):
    filled.model.choose("a1", "Effusion")
    head = filled.workspace.head
    head.correct.click()
    dialog = head.dialog
    assert not dialog.ok.isEnabled()
    dialog.ways["present"].click()
    assert "accept it instead" in dialog.said.text()
    dialog.ways["absent"].click()
    assert dialog.ok.isEnabled()
    dialog.reason.setText("pleural thickening")
    dialog.ok.click()
    decided(qtbot, filled, "Effusion", "corrected")
    qtbot.waitUntil(lambda: head.status.text() == "Corrected", timeout=5000)
    assert filled.model.item.decisions["Effusion"].instead == "absent"


def test_correcting_a_number_and_a_disease(qtbot, filled):
    head = filled.workspace.head
    filled.model.choose("b1", "v1")
    head.ask_correct()
    assert head.dialog.unit.text() == "ml"
    head.dialog.number.setText("2,9")
    assert not head.dialog.ok.isEnabled()
    head.dialog.number.setText("2.9")
    head.dialog.ok.click()
    decided(qtbot, filled, "v1", "corrected")
    assert filled.model.item.decisions["v1"].instead == "2.9 ml"
    filled.model.choose("c1", "OMIM:154700")
    head.ask_correct()
    assert [head.dialog.other.itemText(n) for n in range(head.dialog.other.count())] == [
        "Ehlers-Danlos syndrome",
        "Stickler syndrome",
    ]
    head.dialog.other.setCurrentIndex(1)
    head.dialog.ok.click()
    decided(qtbot, filled, "OMIM:154700", "corrected")
    assert filled.model.item.decisions["OMIM:154700"].instead == "OMIM:108300"


def test_a_cancelled_form_changes_nothing(qtbot, filled):
    filled.model.choose("a1", "Mass")
    filled.workspace.head.ask_correct()
    filled.workspace.head.dialog.ways["absent"].click()
    filled.workspace.head.dialog.reject()
    qtbot.wait(50)
    assert filled.model.item.decisions == {}


def test_the_whole_answer_and_its_measurements(qtbot, filled):
    filled.model.choose("b1")
    page = filled.workspace.answer
    assert filled.workspace.pages.currentWidget() is filled.workspace.whole
    table = page.lists["measurements"]
    assert len(table.shown) == 61
    table.filter.setText("feature family 59")
    assert [one.key for one in table.shown] == ["m59"]
    table.filter.setText("feature family")
    assert len(table.shown) == 60
    table.copy.click()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert len(lines) == 61
    assert "Not for diagnostic use" in lines[1]
    table.view.rowOpened.emit(table.view.rows.row_at(0))
    assert filled.model.choice == Choice("b1", "m0")
    filled.workspace.head.whole.click()
    assert filled.model.choice == Choice("b1")


def test_a_heading_is_accepted_at_once(qtbot, filled, opened):
    filled.model.choose("b1", group="Liver: family 0")
    filled.workspace.answer.head.accept.click()
    qtbot.waitUntil(lambda: len(filled.model.item.decisions) == 20, timeout=15000)
    assert not filled.workspace.answer.head.accept.isVisible()
    opened.messages[-1].undo()
    qtbot.waitUntil(lambda: not filled.model.item.decisions, timeout=15000)


def test_tables_are_aligned_and_fit(filled):
    filled.model.choose("c1")
    view = filled.workspace.answer.lists["ranking"].view
    for column in range(view.rows.columnCount()):
        head = view.rows.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole)
        cell = view.rows.data(view.rows.index(0, column), Qt.ItemDataRole.TextAlignmentRole)
        assert head == cell
    shown = [at for at in range(view.rows.columnCount()) if not view.isColumnHidden(at)]
    assert sum(view.columnWidth(at) for at in shown) <= view.viewport().width()
    lines = filled.workspace.list.lines
    for column in (TITLE, VALUE, STATUS):
        role = Qt.ItemDataRole.TextAlignmentRole
        assert lines.headerData(column, Qt.Orientation.Horizontal, role) == lines.index(0, column).data(role)


def test_an_answer_is_exported(qtbot, filled, opened, tmp_path):
    filled.model.choose("a1")
    with qtbot.waitSignal(filled.exporting.exported, timeout=30000) as told:
        filled.exporting.answer(tmp_path)
    assert (told.args[0] / "findings.pdf").is_file()
    assert "no FHIR" in opened.messages[-1].text
    table = filled.workspace.answer.lists["findings"].shown
    with qtbot.waitSignal(filled.exporting.exported, timeout=30000):
        filled.exporting.table(table, tmp_path / "table.csv")
    assert "Pleural effusion" in (tmp_path / "table.csv").read_text("utf-8-sig")


def test_an_answer_that_abstained_says_why(filled):
    filled.model.choose("e1")
    assert filled.workspace.answer.head.answer.text() == "No answer: unlike the training data"
    assert filled.workspace.answer.sections["findings"].isHidden()


def test_unread_findings_are_counted_on_the_rail(qtbot, filled, opened):
    button = opened.rail.workspaces["findings"]
    assert button.count == 68
    filled.model.choose("a1", "Mass")
    assert button.count == 67
    assert "67 unread" in button.accessibleName()


def test_the_slice_that_a_heat_map_was_seen_on_is_opened(qtbot, filled, opened):
    filled.model.choose("a1", "Effusion")
    series = opened.session.active.key
    filled.workspace.imageRequested.emit(series, 3)
    assert opened.pages.currentWidget() is opened.read_page
    viewport = opened.read_page.workspace.read.active
    qtbot.waitUntil(lambda: viewport.key == series and viewport.state.index == 3, timeout=15000)
    qtbot.wait(100)
    assert viewport.state.index == 3


def test_the_user_shares_the_room_and_folds_the_models(qtbot, filled):
    workspace = filled.workspace
    assert workspace.splitter.sizes()[0] == pytest.approx(504, abs=8)
    assert workspace.ask.height() > 200
    workspace.ask.section._head.setChecked(False)
    qtbot.waitUntil(lambda: workspace.ask.height() < 60, timeout=3000)
    workspace.ask.section._head.setChecked(True)
    qtbot.waitUntil(lambda: workspace.ask.height() > 200, timeout=3000)
