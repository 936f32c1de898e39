"""What was cancelled or rejected is told in one line, and a refusal can be taken back."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt


def click(qtbot, button):
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_refusal_is_told_and_taken_back(qtbot, proposed):
    line, model = proposed.message_line, proposed.results_panel.model
    item = model.current
    labels = np.array(item.segmentation.array)
    assert not line.isVisible()
    click(qtbot, proposed.results_panel.card.reject)
    qtbot.waitUntil(line.isVisible, timeout=20000)
    assert line.text.full_text.startswith("Bright was rejected")
    assert not model.items
    foot = line.mapTo(proposed, line.rect().bottomLeft()).y()
    assert foot <= proposed.jobs_bar.mapTo(proposed, proposed.jobs_bar.rect().topLeft()).y()
    click(qtbot, line.undo_button)
    assert not line.isVisible()
    qtbot.waitUntil(lambda: model.current is item and not item.busy, timeout=20000)
    assert proposed.results_panel.card.status.text() == "Proposal"
    assert proposed.session.app.library.results_of(item.series.key) == ()
    click(qtbot, proposed.results_panel.card.accept)
    qtbot.waitUntil(lambda: item.stored is not None and not item.busy, timeout=20000)
    assert np.array_equal(item.proposal.segmentation.array, labels)
    assert not proposed.problems


def test_a_cancelled_run_is_told(qtbot, opened):
    row = opened.models_panel.rows["faulty.bright"]
    row.form.fields["how"].setText("slow")
    row.run()
    qtbot.waitUntil(lambda: any(line.fraction for line in opened.session.jobs.lines), timeout=20000)
    opened.session.jobs.cancel(opened.session.jobs.lines[0].id)
    qtbot.waitUntil(opened.message_line.isVisible, timeout=20000)
    assert opened.message_line.text.full_text == "Bright was cancelled; there is no result of it."
    assert not opened.message_line.undo_button.isVisible()
    assert not opened.problems
    # Another patient, or none, has nothing to do with it.
    opened.session.close_patient()
    assert not opened.message_line.isVisible()


def test_images_that_are_let_go_are_not_told_as_cancelled(qtbot, opened):
    told = []
    opened.session.told.connect(told.append)
    opened.session.close_patient()
    qtbot.wait(300)
    assert told == []
