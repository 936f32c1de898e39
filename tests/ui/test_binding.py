"""The Qt binding counts its references: PySide6 6.12.0 did not, and Python 3.11 ended in mid-work."""

from __future__ import annotations

import gc
import os
import sys

import pytest
from PySide6.QtWidgets import QWidget

from medapp.ui.binding import swift_imports


def test_calls_into_qt_leave_the_references_of_none_alone(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    before = sys.getrefcount(None)
    for _ in range(500):
        widget.update()
    assert sys.getrefcount(None) > before - 250


@pytest.mark.parametrize("chosen", [None, "3"])
def test_importing_much_leaves_collector_and_environment_as_they_were(monkeypatch, chosen):
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    if chosen is not None:
        monkeypatch.setenv("OPENBLAS_NUM_THREADS", chosen)
    with swift_imports():
        assert not gc.isenabled()
        assert os.environ["OPENBLAS_NUM_THREADS"] == (chosen or "1")
    assert gc.isenabled()
    assert os.environ.get("OPENBLAS_NUM_THREADS") == chosen
