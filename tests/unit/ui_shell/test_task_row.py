"""A row of a task while it is made."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QObject

from medapp.services.molecules import choices_of_molecules
from medapp.ui.models.row import TaskRow


class Idle:
    """Runs nothing."""

    def state(self, task):
        return ""


class Shown(QObject):
    """Notes what is shown."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Show:
            self.seen.append(type(watched).__name__)
        return False


@pytest.mark.parametrize("gpu", ["none", "optional", "required"])
def test_no_part_of_it_is_a_window_of_its_own_meanwhile(qtbot, qapp, gpu):
    choice = choices_of_molecules()[0]
    shown = Shown()
    qapp.installEventFilter(shown)
    row = TaskRow(replace(choice, task=replace(choice.task, gpu=gpu)), Idle(), unfolded=True)
    qtbot.addWidget(row)
    assert shown.seen == []
    row.show()
    assert row._device.isVisible() == (gpu != "none")
    qapp.removeEventFilter(shown)
