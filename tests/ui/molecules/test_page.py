"""The Molecules page as a chemist uses it: with real workers, the models that ship, and few molecules."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMenu

from medapp.ui.models.model import RunWish
from medapp.ui.molecules.choosing import Choice, Range
from tests.ui.molecules.conftest import given, run

ROOT = Path(__file__).resolve().parents[3]
FOUR = "CC(=O)Oc1ccccc1C(=O)O aspirin\nCN1CCCC1c1cccnc1 nicotine\nC(C)(C)(C)(C)C five\nCCO ethanol\n"


def texts(page, column):
    """What the table shows in a column."""
    table = page.workspace.table.table
    at = table.columns.index(column)
    return [table.data(table.index(line, at)) for line in range(table.rowCount())]


# ---- nothing yet --------------------------------------------------------------------------------------
def test_it_needs_nobody_in_focus_and_says_how_to_begin(page, window):
    assert window.pages.currentWidget() is page
    assert window.rail.workspaces["molecules"].isChecked()
    assert not window.inspector.isVisible()
    workspace = page.workspace
    assert workspace.pages.currentWidget() is workspace.empty
    assert {"molecules.screen", "molecules.metabolise", "molecules.toxicity"} <= set(workspace.tasks.rows)
    row = workspace.tasks.rows["molecules.screen"]
    assert not row.run_button.isEnabled()
    assert row._state.text() == "Give molecules first."
    window.rail.workspaces["read"].click()
    assert window.pages.currentWidget() is window.welcome
    assert window.inspector.isVisible()


APART = """
import sys, tempfile, time
from pathlib import Path
from medapp.services.app import App
from medapp.services.paths import AppPaths
from medapp.ui.app import application
from medapp.ui.shell.window import MainWindow

qt = application()
with tempfile.TemporaryDirectory() as home, App.open(AppPaths.under(Path(home)).create()) as app:
    window = MainWindow(app)
    window.show()
    window.start()
    window.show_workspace("molecules")
    page = window.workspaces.molecules_page
    structure = page.workspace.detail.structure
    structure.show_structure("CCO")
    end = time.monotonic() + 100
    while not (structure.is_drawn and page.workspace.tasks.rows) and time.monotonic() < end:
        qt.processEvents()
        time.sleep(0.01)
    window.close()
    loaded = {"rdkit", "torch", "medapp_molecules"} & set(sys.modules)
    assert structure.is_drawn, structure.said
    assert not loaded, loaded
"""


def test_the_window_draws_structures_and_never_loads_chemistry():
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", APART]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=200, check=False, env=environment, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr


def test_files_of_molecules_are_dropped_here_and_others_on_the_window(qtbot, page, tmp_path):
    path, image = tmp_path / "some.csv", tmp_path / "image.dcm"
    path.write_text("smiles,name\nCCO,ethanol\n")
    image.write_bytes(b"x")
    for file, taken in ((path, True), (image, False)):
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(file))])
        at = QPoint(300, 300)
        keys = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        event = QDragEnterEvent(at, *keys)
        page.workspace.dragEnterEvent(event)
        assert event.isAccepted() == taken
        if taken:
            page.workspace.dropEvent(QDropEvent(QPointF(at), *keys))
    qtbot.waitUntil(lambda: page.molecules.project is not None, timeout=30000)
    assert page.workspace.given.name.full_text == "some.csv"
    qtbot.waitUntil(lambda: texts(page, "name") == ["ethanol"], timeout=30000)
    assert "Nothing was run on it yet" in page.workspace.given.said.text()
    assert page.workspace.table.nothing == ""


def test_pasting_by_the_dialog(qtbot, page):
    page.workspace.pasteRequested.emit()
    dialog = page.dialog
    dialog.text.setPlainText("")
    assert not dialog.ok.isEnabled()
    dialog.text.setPlainText("CCO ethanol\nCC")
    assert dialog.count.text() == "2 lines"
    dialog.ok.click()
    qtbot.waitUntil(lambda: page.molecules.project is not None, timeout=30000)
    assert page.workspace.pages.currentWidget() is page.workspace.right


# ---- a screening --------------------------------------------------------------------------------------
@pytest.fixture
def screened(qtbot, page):
    """Four molecules, one of them impossible, screened."""
    given(qtbot, page, FOUR)
    done = run(qtbot, page, "molecules.screen", predict=False)
    assert done.is_whole
    qtbot.waitUntil(lambda: "weight" in page.workspace.table.table.columns, timeout=30000)
    return page


def test_rows_stand_in_the_table_refused_ones_with_their_reason(qtbot, screened, window):
    assert texts(screened, "name") == ["aspirin", "nicotine", "five", "ethanol"]
    assert texts(screened, "weight") == ["180", "162", "", "46.1"]
    assert texts(screened, "smiles")[2].startswith("Refused: ")
    assert "1 refused" in screened.workspace.filter.count.text()
    assert not window.problems


def test_heads_sort_and_ranges_and_chips_filter(qtbot, screened):
    view, bar = screened.workspace.table, screened.workspace.filter
    weight = view.table.columns.index("weight")
    view.sort_by(weight)
    assert texts(screened, "name") == ["ethanol", "nicotine", "aspirin", "five"]
    view.sort_by(weight)
    assert texts(screened, "name") == ["aspirin", "nicotine", "ethanol", "five"]
    bar.add.setCurrentIndex(bar.add.findData("weight"))
    bar.add.activated.emit(bar.add.findData("weight"))
    low, high = bar.bounds["weight"]
    low.setText("100")
    high.setText("170")
    low.editingFinished.emit()
    assert texts(screened, "name") == ["nicotine"]
    assert bar.count.text() == "1 of 4 · 1 refused"
    assert screened.workspace.tasks.shown_only.isVisible()
    bar._remove("weight")
    bar.patterns.click()
    assert "aspirin" not in texts(screened, "name")  # its ester is a pattern of Brenk's
    bar.patterns.click()
    bar.refused.click()
    assert "five" not in texts(screened, "name")
    assert screened.workspace.table.nothing == ""
    qtbot.keyClicks(bar.words, "nothing like that")
    qtbot.keyClick(bar.words, Qt.Key.Key_Return)
    assert screened.workspace.table.nothing == "No molecule fits what is asked for above."
    screened.workspace.table.grab()
    bar.words.clear()
    qtbot.keyClicks(bar.words, "nico")
    qtbot.keyClick(bar.words, Qt.Key.Key_Return)
    assert texts(screened, "name") == ["nicotine"]


def test_a_molecule_is_chosen_by_keys_and_drawn_off_this_thread(qtbot, screened):
    workspace = screened.workspace
    qtbot.waitUntil(lambda: workspace.detail.structure.is_drawn, timeout=60000)
    assert workspace.detail.name.full_text == "aspirin"
    qtbot.keyClick(workspace.table, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: workspace.detail.name.full_text == "nicotine", timeout=20000)
    assert workspace.table.currentIndex().row() == 1
    lines = {line.title: line for line in workspace.detail.properties.bars.lines}
    assert lines["Weight"].value == "162 g/mol"
    assert 0 < lines["Weight"].place < 1
    workspace.table.selectRow(2)
    qtbot.waitUntil(lambda: "Refused" in workspace.detail.remark.text(), timeout=20000)
    qtbot.keyClick(workspace.table, Qt.Key.Key_P)
    qtbot.keyClick(workspace.table, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: bool(workspace.detail.properties._alerts), timeout=20000)
    patterns = workspace.detail.properties.patterns
    patterns.setCurrentIndex(patterns.model().index(0, 0))
    assert screened.detail.marked
    qtbot.waitUntil(lambda: workspace.detail.structure.is_drawn, timeout=60000)
    qtbot.keyClick(workspace.table, Qt.Key.Key_M)
    assert not screened.detail.marked


def test_the_plot_shows_the_best_and_a_click_chooses(qtbot, screened):
    workspace = screened.workspace
    qtbot.keyClick(workspace.table, Qt.Key.Key_T)
    plot = workspace.plot
    assert plot.isVisible()
    plot.set_axes("weight", "drug-likeness", high=(False, True))
    molecules = screened.molecules.molecules
    names = {molecules.names[at] for at in plot.best}
    assert "ethanol" in names  # the lightest is bettered by none
    assert "five" not in {molecules.names[at] for at in plot._points}
    points = [one for one in plot._front.points() if int(one.data()) == 3]
    plot._clicked(plot._front, points)
    assert screened.molecules.chosen == 3
    assert "not bettered" in plot.said.text()
    plot.better[0].click()
    assert plot.better[0].text() == "more is better"
    assert screened.molecules.look("plot")[:3] == ["weight", "drug-likeness", True]


def test_columns_are_chosen(screened):
    view = screened.workspace.table
    menu = view.column_menu()
    action = next(one for one in menu.actions() if one.text() == "Rings")
    assert not action.isChecked()
    action.trigger()
    assert "rings" in view.table.columns
    assert texts(screened, "rings") == ["1", "2", "", "0"]
    view.table.set_shown("rings", wanted=False)
    assert "rings" not in view.table.columns


def test_a_task_on_those_that_are_shown_alone(qtbot, screened):
    screened.molecules.set_choice(Choice(ranges=(Range("weight", 0, 100),)))
    screened.workspace.tasks.shown_only.setChecked(True)
    done = run(qtbot, screened, "molecules.screen", predict=True)
    assert done.places == (3,)
    qtbot.waitUntil(lambda: "half-life" in screened.molecules.molecules.columns, timeout=30000)
    value = screened.molecules.molecules.value
    assert value("half-life", 3) > 0
    assert value("half-life", 0) != value("half-life", 0)
    screened.molecules.set_choice(Choice())
    assert not screened.workspace.tasks.shown_only.isChecked()


# ---- through the body ---------------------------------------------------------------------------------
def test_metabolism_sites_list_and_graph(qtbot, page, window):
    given(qtbot, page, "CN1CCCC1c1cccnc1 nicotine\n")
    done = run(qtbot, page, "molecules.metabolise", generations=2)
    assert done.is_whole
    panel = page.workspace.detail.metabolism
    qtbot.waitUntil(lambda: bool(panel.list.lines), timeout=30000)
    assert panel.isoforms.count() == 10
    panel.show_isoform("2A6")
    assert len(page.detail.marked) >= 5
    assert "atom" in panel.sites.text()
    page.workspace.tabs.setCurrentWidget(page.workspace.pathway)
    graph = page.workspace.pathway.graph
    assert {box.node.column for box in graph.boxes} == {0, 1, 2}
    qtbot.waitUntil(lambda: all(box._renderer for box in graph.boxes), timeout=60000)
    graph.metaboliteChosen.emit(graph.boxes[1].node.metabolite)
    assert page.detail.drawn == graph.boxes[1].node.smiles
    graph.metaboliteChosen.emit(None)
    assert page.detail.drawn == page.detail.row.smiles
    for key in ("+", "-", "0"):
        qtbot.keyClicks(graph, key)
    panel.list.clicked.emit(panel.list.currentIndex())
    assert page.detail.about.startswith("Metabolite by")
    assert not window.problems


def test_harm_with_the_atoms_that_drive_it_and_what_was_not_learned(qtbot, page, window):
    given(qtbot, page, "O=[N+]([O-])c1ccc2ccccc2c1 nitronaphthalene\n")
    assert page.workspace.detail.harm.unlearned.isHidden()
    run(qtbot, page, "molecules.toxicity", metabolites=0)
    panel = page.workspace.detail.harm
    qtbot.waitUntil(lambda: len(panel.list.lines) > 30, timeout=30000)
    assert not panel.unlearned.isHidden()
    assert "No labels of metabolites were trained on" in panel.unlearned.label.text()
    ames = next(n for n, one in enumerate(panel._alerts) if one.name == "ames")
    assert "nearest" in panel.list.lines[ames].said
    panel.list.setCurrentIndex(panel.list.model().index(0, 0))
    assert "above usual" in panel.list.lines[0].said
    assert "for" in {mark.kind for mark in page.detail.marked}
    panel.unusual.click()
    said = [one.probability for one in panel._alerts]
    assert said == sorted(said, reverse=True)
    panel.groups.setCurrentIndex(panel.groups.findData("AMES"))
    panel.groups.activated.emit(panel.groups.currentIndex())
    assert [one.name for one in panel._alerts] == ["ames"]
    assert not window.problems


# ---- ending, going on, coming back --------------------------------------------------------------------
def test_a_run_is_cancelled_keeps_its_rows_and_goes_on(qtbot, page, window):
    given(qtbot, page, "".join(f"{'C' * (n % 12 + 6)}N(C)Cc1ccc(O)cc1 m{n}\n" for n in range(60)))
    page.running.run(RunWish("molecules.metabolise", {"generations": 3}))
    molecules = page.molecules.molecules

    def told() -> int:
        return int(np.isfinite(molecules.values("metabolites")).sum())

    qtbot.waitUntil(lambda: told() >= 4, timeout=240000)
    assert page.workspace.tasks.progress.isVisible()
    assert "waits until Metabolism" in page.running.state("molecules.screen")
    page.workspace.tasks.progress.cancel.click()
    qtbot.waitUntil(lambda: not page.running.is_busy, timeout=60000)
    qtbot.waitUntil(lambda: any("cancelled" in one.text for one in window.messages), timeout=20000)
    before = page.running.last("molecules.metabolise")
    assert not before.is_whole
    rows = told()
    assert 4 <= rows < 60
    page.running.run(RunWish("molecules.metabolise", {"generations": 3}))
    assert page.running.last("molecules.metabolise").id == before.id
    qtbot.waitUntil(lambda: told() > rows, timeout=240000)
    page.running.cancel()
    qtbot.waitUntil(lambda: not page.running.is_busy, timeout=60000)
    assert not window.problems


def test_another_project_may_come_while_a_task_runs(qtbot, page):
    from medapp.services.molecule_project import read

    given(qtbot, page, FOUR)
    first = page.molecules.project
    page.running.run(RunWish("molecules.screen", {"predict": False}))
    page.giving.paste("CC ethane")
    qtbot.waitUntil(lambda: page.molecules.project.folder != first.folder, timeout=30000)
    qtbot.waitUntil(lambda: not page.running.is_busy, timeout=120000)
    assert page.molecules.molecules.names == ["ethane"]
    assert not page.molecules.molecules.columns
    qtbot.waitUntil(lambda: all(one.is_whole for one in read(first.folder).runs), timeout=20000)
    page.giving.open_recent(first)
    qtbot.waitUntil(lambda: len(page.molecules.shown) == 4, timeout=30000)
    qtbot.waitUntil(lambda: "weight" in page.molecules.molecules.columns, timeout=30000)


def test_a_task_that_cannot_run_says_why(qtbot, page, window):
    given(qtbot, page, "CCO")
    page.molecules.project.source_path.write_text("a,b\n1,2\n")
    run(qtbot, page, "molecules.screen", predict=False)
    assert "Screening cannot be run" in window.problems[0].what
    assert "no column of SMILES" in window.problems[0].what
    assert "no column" not in page.workspace.given.said.text()


def test_menus_offer_the_ways_in_and_out(qtbot, screened, window, tmp_path, monkeypatch):
    from PySide6.QtWidgets import QFileDialog

    panel = screened.workspace.given
    for menu, words in ((panel.give.menu(), "Present medicines"), (panel.keep.menu(), "as SDF")):
        assert isinstance(menu, QMenu)
        assert any(words in action.text() for action in menu.actions())
    for kind, name in (("sdf", "out.sdf"), ("pdf", "out.pdf")):
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, name=name: (str(tmp_path / name), ""))
        screened.ask_export(kind)
        qtbot.waitUntil((tmp_path / name).is_file, timeout=60000)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "all.medmol"), ""))
    screened.workspace.saveRequested.emit()
    qtbot.waitUntil((tmp_path / "all.medmol").is_file, timeout=60000)
    panel._fill_recent()
    assert panel.recent.actions()
    before = screened.molecules.project
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "all.medmol"), ""))
    screened.workspace.openRequested.emit()
    qtbot.waitUntil(
        lambda: screened.molecules.project.folder != before.folder and len(screened.molecules.shown) == 4,
        timeout=60000,
    )
    assert texts(screened, "weight") == ["180", "162", "", "46.1"]
    assert not window.problems


def test_medicines_of_another_patient_are_said_to_be(qtbot, screened):
    screened.molecules.project = replace(
        screened.molecules.project, subject="somebody", unknown=(("adalimumab", "no structure of it"),)
    )
    screened.workspace.given.refresh()
    told = [text for text, _ in screened.workspace.given._told()]
    assert any("adalimumab" in text for text in told)
    assert any("another patient" in text for text in told)


def test_medicines_of_the_patient_and_what_of_them_changes_an_enzyme(qtbot, page, window):
    from tests.unit.knowledge.therapy.made_up import medication
    from tests.unit.planning import put_patient

    names = ("Fluconazole 100 MG Oral Tablet", "Diclofenac 50 MG Oral Tablet", "Wundermittel")
    person = put_patient(window.session.app, *map(medication, names))
    window.session.libraryChanged.emit()
    window.session.open_person(person)
    qtbot.waitUntil(lambda: window.session.patient_key == person, timeout=60000)
    window.show_workspace("molecules")
    page.workspace.empty.medicines.click()
    qtbot.waitUntil(lambda: page.molecules.project is not None, timeout=120000)
    assert [name for name, _ in page.molecules.project.unknown] == ["Wundermittel"]
    assert page.workspace.tasks.with_patient.isVisible()
    done = run(qtbot, page, "molecules.metabolise", generations=1)
    assert done.subject
    names = page.molecules.molecules.names
    qtbot.waitUntil(lambda: sorted(names) == ["diclofenac", "fluconazole"], timeout=30000)
    page.molecules.choose(names.index("diclofenac"))
    panel = page.workspace.detail.metabolism
    qtbot.waitUntil(lambda: any("fluconazole" in line.title for line in panel.list.lines), timeout=30000)
    line = next(line for line in panel.list.lines if "fluconazole" in line.title)
    assert "CYP" in line.title
    assert line.look == "warning"
    assert any("Of this patient" in text for _, text in page.molecules.notices("molecules.metabolise"))
    entry = page.workspace.detail.entry
    assert entry.isVisible()
    entry.click()
    detail = window.record_page.workspace.detail
    qtbot.waitUntil(lambda: detail.entry is not None, timeout=60000)
    assert "Diclofenac" in detail.entry.content.concept.text
    window.show_workspace("molecules")
    window.session.close_patient()
    assert not entry.isVisible()
    qtbot.waitUntil(lambda: not any(line.look for line in panel.list.lines), timeout=30000)
    assert not any("Of this patient" in text for _, text in page.molecules.notices("molecules.metabolise"))
    assert any("another patient" in text for text, _ in page.workspace.given._told())
    assert window.pages.currentWidget() is page
    assert not window.problems


def test_molecules_are_made_and_those_are_screened(qtbot, page, window):
    assert page.workspace.tasks._seed_row.isVisible()
    page.workspace.tasks.seed.setValue(3)
    made = run(qtbot, page, "molecules.optimise", goal="qed", calls=40, begin=10)
    assert made.makes
    assert made.seed == 3
    assert page.molecules.project.source == ""
    qtbot.waitUntil(lambda: len(page.molecules.shown) == 40, timeout=30000)
    assert "score" in page.workspace.table.table.columns
    page.molecules.set_choice(Choice(by="score", falling=True, ranges=(Range("parent", 1, None),)))
    page.molecules.choose(int(page.molecules.shown[0]))
    way = page.workspace.detail.properties.way.list
    qtbot.waitUntil(lambda: len(way.lines) > 1, timeout=20000)
    assert way.lines[0].said.startswith("start")
    page.molecules.set_choice(Choice())
    done = run(qtbot, page, "molecules.screen", predict=False)
    assert not done.makes
    molecules = page.molecules.molecules
    qtbot.waitUntil(lambda: "weight" in molecules.columns, timeout=30000)
    qtbot.waitUntil(lambda: all(molecules.value("weight", at) > 0 for at in range(40)), timeout=30000)
    assert len(molecules) == 40
    first = page.molecules.project
    page.running.run(RunWish("molecules.optimise", {"goal": "qed", "calls": 10, "begin": 10}))
    qtbot.waitUntil(lambda: page.molecules.project.folder != first.folder, timeout=30000)
    qtbot.waitUntil(lambda: not page.running.is_busy, timeout=240000)
    assert not window.problems


def test_a_search_opens_with_its_best_and_tells_what_the_score_is_made_of(qtbot, page, window):
    wanted = {"wishes": "weight 250..350", "like": "CC(C)Cc1ccc(cc1)C(C)C(=O)O", "similarity": 0.4}
    run(qtbot, page, "molecules.optimise", goal="profile", calls=40, begin=16, **wanted)
    qtbot.waitUntil(lambda: len(page.molecules.shown) == 40, timeout=30000)
    workspace, model, molecules = page.workspace, page.molecules, page.molecules.molecules
    scores = [molecules.value("score", at) for at in model.shown.tolist()]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[-1]
    assert model.chosen == model.shown[0]
    assert "fulfilled: weight 250..350" in workspace.table.table.columns
    assert "patterns" not in molecules.columns
    qtbot.waitUntil(lambda: page.detail.row is not None, timeout=20000)
    told = {one.name for one in page.detail.row.properties}
    assert {"weight", "similarity to given", "fulfilled: similarity 0.4.."} <= told
    child = next(at for at in range(40) if molecules.value("parent", at) == 1)
    model.choose(child)
    way = workspace.detail.properties.way.list
    qtbot.waitUntil(lambda: len(way.lines) > 1, timeout=20000)
    assert way.lines[0].said.startswith("molecule to resemble")
    assert way.lines[1].said.startswith("step 1")
    workspace.tabs.setCurrentWidget(workspace.plot)
    plot = workspace.plot
    assert [box.currentData() for box in plot.axes] == ["number", "score"]
    assert len(plot._points) == 40
    best = [(at, molecules.value("score", at)) for at in sorted(plot.best.tolist())]
    # What the calls have found so far: better with each, from the first call to the best of all.
    assert [score for _, score in best] == sorted(score for _, score in best)
    assert (best[0][0], best[-1][1]) == (0, pytest.approx(max(scores)))
    assert not window.problems
