"""The right side shows all that is in it: nothing reaches out sideways, nothing is squashed."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QApplication, QLabel, QWidget

from medapp.ui.results.facts_grid import _value
from medapp.ui.shell.widgets import CopyLabel, Section, breakable
from tests.ui.shell.conftest import is_read
from tests.ui.shell.test_structures import the_structures
from tests.unit.formats.rtstruct.making import box, written
from tests.unit.services.segmenting import ct_series

LONG = "Thorax_eFoV_" * 5


def squashed(window) -> list[str]:
    """What is visible and lower than it has to be."""
    found = []
    for part in window.inspector.area.widget().findChildren(QWidget):
        needed = (
            part.heightForWidth(part.width()) if part.hasHeightForWidth() else part.minimumSizeHint().height()
        )
        if part.isVisible() and part.height() and needed > part.height() + 1:
            found.append(f"{type(part).__name__} {part.objectName()}")
    return found


def width_over(window) -> int:
    area = window.inspector.area
    return area.widget().width() - area.viewport().width()


def test_contours_with_long_names_stay_within_the_panel(qtbot, window, tmp_path):
    series = ct_series(tmp_path / "images", 5, 16, 20)
    named = {f"{LONG}{number}": [box(1.5, 1.5, 12.5, 12.5, 1)] for number in (1, 2)}
    written(tmp_path / "images" / "rs.dcm", named, series)
    window.session.import_paths([tmp_path / "images"])
    qtbot.waitUntil(lambda: is_read(window), timeout=20000)
    window.session.open_series(the_structures(window).key)
    panel, model = window.results_panel, window.results_panel.model
    qtbot.waitUntil(lambda: model.current is not None and bool(model.current.measures), timeout=20000)
    # A second one, so that the first becomes a row below it.
    item = model.current
    other = replace(item, id="other", title=LONG, series=replace(item.series, description=LONG))
    item.title = LONG
    model._all.append(other)
    model.choose(other)
    model.changed.emit()
    for section in panel.card.findChildren(Section):
        section.unfold()
    qtbot.wait(100)
    (row,) = (panel._others.itemAt(k).widget() for k in range(panel._others.count()))
    assert "…" in row.text()
    assert row.toolTip().startswith("Contours")
    assert width_over(window) <= 0
    assert not window.inspector.area.horizontalScrollBar().maximum()


def test_a_new_result_is_not_squashed(qtbot, proposed):
    qtbot.waitUntil(lambda: not squashed(proposed), timeout=2000)
    assert width_over(proposed) <= 0
    # Some part has asked too early: it comes right by itself, without the window being resized.
    body = proposed.inspector.area.widget()
    body.removeEventFilter(proposed.inspector.area)
    body.resize(body.width(), body.height() // 2)
    assert squashed(proposed)
    qtbot.waitUntil(lambda: not squashed(proposed), timeout=2000)


def test_long_words_are_wrapped_or_can_be_copied(qtbot):
    uid = "1.2.826.0.1.3680043.8.498.12345678901234567890"
    shown = _value(uid)
    qtbot.addWidget(shown)
    assert isinstance(shown, CopyLabel)
    shown.actions()[0].trigger()
    assert QApplication.clipboard().text() == uid
    words = _value("about as long as this is, in words")
    qtbot.addWidget(words)
    assert type(words) is QLabel
    assert breakable("short words stay") == "short words stay"
    assert breakable(LONG).replace("\u200b", "") == LONG
    assert max(map(len, breakable(LONG).split("\u200b"))) <= 24


def test_a_panel_at_rest_is_not_laid_out_again_and_again(qtbot, opened):
    body = opened.inspector.area.widget()
    qtbot.wait(300)
    asked = []
    body._soon.timeout.connect(lambda: asked.append(1))
    qtbot.wait(500)
    assert len(asked) <= 2
