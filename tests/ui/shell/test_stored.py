"""A series is opened again another day: what was accepted for it is offered, and read when it is wanted."""

from __future__ import annotations

import numpy as np

from tests.ui.shell.conftest import is_read
from tests.ui.shell.test_correcting import click, simple, stroke
from tests.unit.services.segmenting import ct_series


def reopened(qtbot, window, key):
    """As on another day: nothing is open, then the series."""
    window.session.close_patient()
    window.results_panel.model._all.clear()
    window.results_panel.model.choose(None)
    window.session.open_series(key)
    qtbot.waitUntil(lambda: is_read(window), timeout=20000)


def test_what_was_accepted_is_offered_and_corrected(qtbot, proposed):
    window, panel = proposed, proposed.results_panel
    item, model = panel.model.current, panel.model
    labels = np.array(item.segmentation.array)
    click(qtbot, panel.card.accept)
    qtbot.waitUntil(lambda: item.stored is not None and not item.busy, timeout=20000)
    qtbot.wait(300)
    assert panel.offered == ()
    reopened(qtbot, window, item.series.key)
    qtbot.waitUntil(lambda: len(panel.offered) == 1, timeout=10000)
    (card,) = panel.offered
    assert card.title.text() == "Bright"
    assert "faulty.bright 1" in card.made.text()
    assert item.provenance.finished[:10] in card.made.text()
    assert card.status.text() == "Accepted"
    assert not panel._none.isVisible()
    # Nothing is read before it is asked for.
    assert model.current is None
    click(qtbot, card.show_button)
    assert not panel.offered[0].show_button.isEnabled()
    qtbot.waitUntil(lambda: model.current is not None and bool(model.current.measures), timeout=20000)
    assert panel.offered == ()
    assert np.array_equal(model.current.segmentation.array, labels)
    assert panel.card.status.text() == "Accepted"
    click(qtbot, panel.card.correct)
    stroke(qtbot, window)
    click(qtbot, panel.card.accept)
    again = model.current
    qtbot.waitUntil(lambda: again.stored.key != item.stored.key and not again.busy, timeout=20000)
    # The one before is offered beside its correction.
    qtbot.waitUntil(lambda: [one.title.text() for one in panel.offered] == ["Bright"], timeout=10000)
    reopened(qtbot, window, item.series.key)
    qtbot.waitUntil(lambda: len(panel.offered) == 2, timeout=10000)
    assert {one.title.text() for one in panel.offered} == {"Bright", "Corrected · Bright"}
    tiles = [window.read_page.workspace.thumbnails.item(row).text() for row in (1, 2)]
    assert len({text.partition("\n")[0] for text in tiles}) == 2
    assert not window.problems


def test_what_was_rejected_is_not_offered(qtbot, proposed):
    item = proposed.results_panel.model.current
    click(qtbot, proposed.results_panel.card.reject)
    qtbot.waitUntil(lambda: not proposed.results_panel.model.items, timeout=20000)
    reopened(qtbot, proposed, item.series.key)
    qtbot.wait(300)
    assert proposed.results_panel.offered == ()


def test_that_of_another_program_is_offered(qtbot, window, tmp_path):
    images = ct_series(tmp_path / "images", 5, 16, 20)
    simple(tmp_path / "images" / "seg.dcm", images)
    window.session.import_paths([tmp_path / "images"])
    panel = window.results_panel
    qtbot.waitUntil(lambda: len(panel.offered) == 1, timeout=20000)
    assert panel.offered[0].made.text().startswith("Another One")
    # Nobody accepted it here, so that nothing says so, in words or in green.
    assert panel.offered[0].status.text() == "From a file"
    assert not panel.offered[0].status.property("state")
    click(qtbot, panel.offered[0].show_button)
    qtbot.waitUntil(lambda: panel.model.current is not None, timeout=20000)
    assert panel.card.status.text() == "From a file"
    assert not panel.card.status.property("state")
    assert window.session.active.key == panel.model.current.series.key
