"""The wheel moves the page under a field that has no focus, and changes the value of one that has."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QScrollArea,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from medapp.ui.shell.wheel import WheelGuard


@pytest.fixture
def area(qtbot, qapp):
    """A page that is higher than its view, with a field of each kind at its top."""
    guard = WheelGuard(qapp)
    page = QWidget()
    inner = QVBoxLayout(page)
    combo = QComboBox()
    combo.addItems(["one", "two", "three"])
    combo.setCurrentIndex(1)
    spin, number, slider = QSpinBox(), QDoubleSpinBox(), QSlider(Qt.Orientation.Horizontal)
    for one in (spin, number, slider):
        one.setValue(50)
    page.fields = (combo, spin, number, slider)
    for one in page.fields:
        inner.addWidget(one)
    inner.addSpacing(2000)
    view = QScrollArea()
    view.setWidgetResizable(True)
    view.setWidget(page)
    view.resize(400, 300)
    qtbot.addWidget(view)
    view.show()
    qtbot.waitExposed(view)
    guard.watch(view.windowHandle())
    view.viewport().setFocus()
    yield view
    guard.deleteLater()


def turn(area: QScrollArea, field: QWidget) -> None:
    """As the window system does: to the window, which finds out what lies under the pointer."""
    window = area.window()
    at = QPointF(field.mapTo(window, field.rect().center()))
    QTest.wheelEvent(window.windowHandle(), at, QPoint(0, -120))


def value(field: QWidget) -> object:
    return field.currentIndex() if isinstance(field, QComboBox) else field.value()


@pytest.mark.parametrize("place", range(4))
def test_the_page_moves_and_the_value_stays(area, place):
    field = area.widget().fields[place]
    before, at = value(field), area.verticalScrollBar().value()
    turn(area, field)
    assert value(field) == before
    assert area.verticalScrollBar().value() > at


@pytest.mark.parametrize("place", range(4))
def test_a_field_with_focus_takes_the_wheel(qtbot, area, place):
    field = area.widget().fields[place]
    area.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus, timeout=5000)
    before, at = value(field), area.verticalScrollBar().value()
    turn(area, field)
    assert value(field) != before
    assert area.verticalScrollBar().value() == at
