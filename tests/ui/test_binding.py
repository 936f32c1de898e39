"""The Qt binding counts its references: PySide6 6.12.0 did not, and Python 3.11 ended in mid-work."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QWidget


def test_calls_into_qt_leave_the_references_of_none_alone(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    before = sys.getrefcount(None)
    for _ in range(500):
        widget.update()
    assert sys.getrefcount(None) > before - 250
