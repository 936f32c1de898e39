"""What the table keeps in view, and how it shares its room."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from medapp.ui.molecules.choosing import Choice
from tests.ui.molecules.conftest import given

COUNT = 300


def first_in_view(view):
    return view.rowAt(1)


@pytest.fixture
def long(qtbot, page):
    """Three hundred alcohols, the table in view."""
    given(qtbot, page, "".join(f"{'C' * (n + 1)}O m{n}\n" for n in range(COUNT)))
    return page


def test_a_new_order_is_shown_from_its_top_and_the_chosen_one_stays(qtbot, long):
    view = long.workspace.table
    long.molecules.choose(150)
    assert first_in_view(view) > 100
    number = view.table.columns.index("number")
    view.sort_by(number)
    assert first_in_view(view) == 0
    assert long.molecules.chosen == 150
    view.sort_by(number)
    assert first_in_view(view) == 0
    assert view.table.place_at(0) == COUNT - 1
    assert view.currentIndex().row() == COUNT - 1 - 150
    qtbot.keyClick(view, Qt.Key.Key_N)  # who goes on from the chosen one sees it
    assert long.molecules.chosen == 149
    assert first_in_view(view) > 100


def test_rows_that_come_leave_what_is_looked_at(long):
    """In an order of its own each batch of rows is a new table."""
    view, model = long.workspace.table, long.molecules
    model.set_choice(Choice(by="number", falling=True))
    model.choose(0)
    assert first_in_view(view) > 100
    view.verticalScrollBar().setValue(20)
    view.table.beginResetModel()
    view.table.endResetModel()
    assert view.verticalScrollBar().value() == 20
    assert view.currentIndex().row() == COUNT - 1
    model.set_choice(Choice(by="number", falling=True, words="m0"))
    model.set_choice(Choice(by="number", falling=True))
    assert first_in_view(view) > 100  # another filter: the chosen one is looked for


def test_smiles_take_the_room_that_is_left_until_somebody_sets_it(qtbot, long, window):
    view = long.workspace.table
    at = view.table.columns.index("smiles")

    def room():
        return view.viewport().width() - sum(view.columnWidth(n) for n in range(len(view.table.columns)))

    assert room() == 0
    before = view.columnWidth(at)
    assert before > view.columnWidth(view.table.columns.index("name"))
    long.workspace.right.setSizes([900, 100])
    qtbot.waitUntil(lambda: view.columnWidth(at) != before and room() == 0, timeout=20000)
    view.horizontalHeader().resizeSection(view.table.columns.index("name"), 60)
    assert room() == 0
    view.horizontalHeader().resizeSection(at, 210)
    view.horizontalHeader().resizeSection(view.table.columns.index("name"), 80)
    assert view.columnWidth(at) == 210
    assert room() > 0


def test_a_long_reason_is_told_in_full(long):
    molecules = long.molecules.molecules
    reason = "It is impossible: " + "an atom has more bonds than it can. " * 6
    molecules.smiles[5], molecules.refused[5] = "", reason
    view = long.workspace.table
    at = view.table.index(5, view.table.columns.index("smiles"))
    assert view.table.data(at).endswith(reason)
    told = view.table.data(at, Qt.ItemDataRole.ToolTipRole)
    assert "".join(reason.split()) in "".join(told.split())
    assert np.isnan(molecules.value("weight", 5))
