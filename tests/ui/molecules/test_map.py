"""The map, the clusters and the nearest known molecule as a chemist uses them, with a real worker."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from medapp.ui.models.model import RunWish
from tests.ui.molecules.conftest import given, run

MOLECULES = (
    ("Cc1ccc(O)cc1", "cresol"), ("CCc1ccc(O)cc1", "ethylphenol"), ("CCCc1ccc(O)cc1", "propylphenol"),
    ("CC(=O)Oc1ccccc1C(=O)O", "aspirin"), ("nonsense", "torn"), ("C1CCCCC1", "cyclohexane"),
)  # fmt: skip
TEXT = "".join(f"{smiles} {name}\n" for smiles, name in MOLECULES)


@pytest.fixture
def mapped(qtbot, page):
    """Six molecules, one of them no molecule, on the map, which is in view."""
    given(qtbot, page, TEXT)
    done = run(qtbot, page, "molecules.space", similarity=0.4)
    assert done.is_whole
    page.workspace.tabs.setCurrentWidget(page.workspace.map)
    qtbot.waitUntil(
        lambda: (
            "cluster" in page.workspace.table.table.columns
            and len(page.workspace.map._space.known.smiles) == 238
        ),
        timeout=30000,
    )
    return page


def pixel(plot, place):
    """Where a molecule is drawn."""
    point = next(one for one in plot._front.points() if int(one.data()) == place)
    return plot._at(point)


def test_before_there_is_a_map_it_says_what_to_do(qtbot, page, window):
    given(qtbot, page, "CCO\nCC\nnonsense\n")
    panel = page.workspace.map
    page.workspace.tabs.setCurrentWidget(panel)
    assert panel.pages.currentIndex() == 0
    assert "Run Map and clusters at the left" in panel.nothing.text()
    run(qtbot, page, "molecules.space")
    assert "Map and clusters cannot be run" in window.problems[0].what
    assert "at least three molecules" in window.problems[0].what
    assert panel.pages.currentIndex() == 0
    run(qtbot, page, "molecules.screen", predict=False)
    qtbot.waitUntil(lambda: "here 2 can" in panel.nothing.text(), timeout=30000)


def test_a_click_on_a_point_chooses_its_row_and_the_reverse(qtbot, mapped, window):
    panel, table = mapped.workspace.map, mapped.workspace.table
    assert panel.pages.currentIndex() == 1
    assert len(panel.plot._front.points()) == 5
    assert len(panel.plot._behind.points()) == 238
    molecules = mapped.molecules.molecules
    qtbot.waitExposed(window)
    at = pixel(panel.plot, 5)
    qtbot.mouseClick(panel.plot.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.waitUntil(lambda: mapped.molecules.chosen == 5, timeout=20000)
    assert table.currentIndex().row() == 5
    table.selectRow(3)
    here = panel.plot._here
    assert here.data["x"].tolist() == pytest.approx([molecules.value("map across", 3)])
    assert here.data["y"].tolist() == pytest.approx([molecules.value("map up", 3)])
    table.selectRow(4)  # refused: nowhere on the map
    assert len(here.data["x"]) == 0
    assert "1 of those that are shown are not on the map" in panel.clusters.text()
    assert "Butina" in panel.clusters.text()
    assert "fitted once to the medicines that ship" in panel.legend.text()
    assert not window.problems


def test_the_mouse_over_a_point_shows_its_drawing(qtbot, mapped):
    panel = mapped.workspace.map
    qtbot.mouseMove(panel.plot.viewport(), QPoint(2, 2))
    qtbot.wait(100)  # the scene leaves out moves that follow each other within a hundredth of a second
    qtbot.mouseMove(panel.plot.viewport(), pixel(panel.plot, 5))
    qtbot.waitUntil(lambda: panel.card.isVisible() and panel.card.structure.is_drawn, timeout=60000)
    assert "cyclohexane" in panel.card.name.full_text
    assert panel.card.smiles.full_text == "C1CCCCC1"
    assert panel.plot.rect().contains(panel.card.geometry())
    panel.plot.knownHovered.emit(0, QPoint(panel.plot.width() - 3, 3))
    qtbot.waitUntil(lambda: panel.card.name.full_text == "known: acetaminophen", timeout=20000)
    assert panel.plot.rect().contains(panel.card.geometry())
    panel.plot.hoverEnded.emit()
    assert not panel.card.isVisible()


def test_colours_by_cluster_and_by_value(qtbot, mapped):
    panel = mapped.workspace.map
    molecules = mapped.molecules.molecules
    assert panel.color.currentData() == "cluster"
    together = {int(molecules.value("cluster", at)) for at in (0, 1, 2)}
    assert together == {1}

    def colors():
        return {int(one.data()): one.brush().color().name() for one in panel.plot._front.points()}

    by_cluster = colors()
    assert by_cluster[0] == by_cluster[1] == by_cluster[2] != by_cluster[3]
    panel.color.setCurrentIndex(panel.color.findData("similarity to known"))
    panel.color.activated.emit(panel.color.currentIndex())
    assert len(set(colors().values())) > 2
    panel.key.grab()
    assert panel.key.accessibleName()
    panel.color.setCurrentIndex(0)
    panel.color.activated.emit(0)
    assert len(set(colors().values())) == 1
    assert not panel.key.isVisible()


def test_one_of_each_cluster_in_the_table_too_and_sorted_by_it(mapped):
    panel, table = mapped.workspace.map, mapped.workspace.table
    assert "cluster" in table.table.columns
    panel.heads.click()
    assert table.table.rowCount() == 3
    assert len(panel.plot._front.points()) == 3
    assert "place in cluster" in mapped.workspace.filter.bounds
    mapped.workspace.filter._remove("place in cluster")
    assert not panel.heads.isChecked()
    table.sort_by(table.table.columns.index("cluster"))
    numbers = mapped.molecules.molecules.values("cluster")[mapped.molecules.shown]
    assert numbers[:5].tolist() == sorted(numbers[:5].tolist())
    assert np.isnan(numbers[5])


def test_the_nearest_known_one_stands_beside_it_with_what_differs(qtbot, mapped):
    detail = mapped.workspace.detail
    mapped.molecules.choose(3)
    qtbot.waitUntil(lambda: "acetylsalicylic acid" in detail.nearest.caption.text(), timeout=30000)
    assert "the same molecule" in detail.nearest.caption.text()
    mapped.molecules.choose(0)
    qtbot.waitUntil(lambda: "in common" in detail.nearest.caption.text(), timeout=60000)
    qtbot.waitUntil(lambda: detail.nearest.structure.is_drawn and detail.structure.is_drawn, timeout=60000)
    marked = {at for at, _ in detail.structure._wanted.atoms}
    assert marked == {mark.atom for mark in mapped.workspace._models.comparing.own_marked}
    assert detail.nearest.structure._wanted.atoms or marked
    assert "Nearest known" not in detail.remark.text()
    detail.nearest.switch.click()
    assert detail.nearest.isHidden()
    assert detail.nearest.caption.isHidden()
    assert detail.structure._wanted.atoms == ()
    assert "Nearest known" in detail.remark.text()
    detail.nearest.switch.click()
    assert not detail.nearest.isHidden()


def test_a_map_with_a_known_set_of_ones_own_comes_back(qtbot, mapped, tmp_path):
    known = tmp_path / "mine.smi"
    known.write_text("Oc1ccccc1 phenol\nC1CCCCC1O cyclohexanol\nnonsense\n")
    run(qtbot, mapped, "molecules.space", similarity=0.4, known=str(known))
    panel = mapped.workspace.map
    qtbot.waitUntil(lambda: "the 2 molecules of mine.smi" in panel.legend.text(), timeout=30000)
    assert "1 rows of the known set mine.smi" in panel.clusters.text()
    assert sum(one.task == "molecules.space" for one in mapped.molecules.project.runs) == 1
    panel._space.set_color("cluster size")
    first = mapped.molecules.project
    mapped.giving.paste("CC ethane")
    qtbot.waitUntil(lambda: mapped.molecules.project.folder != first.folder, timeout=30000)
    assert panel.pages.currentIndex() == 0
    mapped.giving.open_recent(first)
    qtbot.waitUntil(lambda: len(panel.plot._front.points()) == 5, timeout=30000)
    qtbot.waitUntil(lambda: len(panel.plot._behind.points()) == 2, timeout=30000)
    assert panel.color.currentData() == "cluster size"


def test_a_map_is_cancelled(qtbot, page, window):
    given(qtbot, page, TEXT * 400)
    page.running.run(RunWish("molecules.space", {}))
    qtbot.waitUntil(
        lambda: page.running.run_line is not None and bool(page.running.run_line.fraction), timeout=240000
    )
    page.running.cancel()
    qtbot.waitUntil(lambda: not page.running.is_busy, timeout=60000)
    assert len(page.molecules.molecules) == 2400
    assert not page.molecules.molecules.columns
    assert page.workspace.map._space.run is None
    assert not window.problems
