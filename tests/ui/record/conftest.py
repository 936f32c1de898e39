"""The workspace with a made-up record."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from medapp.ui.record.view import RecordView
from tests.unit.ui_record.synthetic import genome, record


@pytest.fixture(scope="session")
def record_view() -> RecordView:
    persons, entries = record(300)
    calls, variants = genome()
    return RecordView.build(persons, entries, calls, variants=variants, now=datetime(2025, 1, 1, tzinfo=UTC))


@pytest.fixture
def workspace(qtbot, record_view):
    from medapp.ui.record.workspace import RecordWorkspace

    widget = RecordWorkspace()
    qtbot.addWidget(widget)
    widget.resize(1216, 700)
    widget.show()
    qtbot.waitExposed(widget)
    widget.set_record(record_view)
    return widget


@pytest.fixture
def timeline(qtbot, record_view):
    from medapp.ui.record.timeline import TimelineView

    widget = TimelineView()
    qtbot.addWidget(widget)
    widget.resize(1200, 340)
    widget.show()
    qtbot.waitExposed(widget)
    widget.set_timeline(record_view.timeline, record_view.entries)
    qtbot.wait(10)
    return widget
