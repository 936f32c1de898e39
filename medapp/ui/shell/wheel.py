"""The wheel scrolls pages: it never changes a value that nobody has chosen with the keyboard or a click."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QWheelEvent, QWindow
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QScrollBar, QSlider, QWidget

if TYPE_CHECKING:
    from collections.abc import Iterator

_HOLD_A_VALUE = (QSlider, QAbstractSpinBox, QComboBox)


class WheelGuard(QObject):
    """One filter on every window of the program; what is turned over a field without focus moves the page.

    It lies on windows and not on each widget: fields that are made later are guarded too, and events of
    widgets, of which there are far more, do not pass through it.
    """

    def __init__(self, application: QApplication) -> None:
        """Guard the windows of `application` from their first focus on."""
        super().__init__(application)
        application.focusWindowChanged.connect(self.watch)
        for window in application.topLevelWindows():
            self.watch(window)

    def watch(self, window: QObject | None) -> None:
        """Guard a window; a filter that lies on it already is not laid twice."""
        if isinstance(window, QWindow):
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hand the wheel over a field without focus to what is around it."""
        if event.type() != QEvent.Type.Wheel or not isinstance(event, QWheelEvent):
            return False
        if not isinstance(watched, QWindow) or QApplication.activePopupWidget() is not None:
            return False
        field = guarded(event.globalPosition())
        around = None if field is None else field.parentWidget()
        if around is None:
            return False
        _hand_upward(event, around)
        return True


def guarded(at: QPointF) -> QWidget | None:
    """The field at a place of the screen whose value the wheel must not change; None where there is none."""
    for one in _upward(QApplication.widgetAt(at.toPoint())):
        if isinstance(one, QScrollBar):
            return None
        if isinstance(one, _HOLD_A_VALUE):
            return None if one.hasFocus() else one
    return None


def _upward(widget: QWidget | None) -> Iterator[QWidget]:
    while widget is not None and not widget.isWindow():
        yield widget
        widget = widget.parentWidget()


def _hand_upward(event: QWheelEvent, around: QWidget) -> None:
    """Events that the window system has not sent itself stay where they are sent: the way up is ours."""
    for one in _upward(around):
        moved = _moved(event, one)
        QApplication.sendEvent(one, moved)
        if moved.isAccepted():
            return


def _moved(event: QWheelEvent, to: QWidget) -> QWheelEvent:
    return QWheelEvent(
        QPointF(to.mapFromGlobal(event.globalPosition())), event.globalPosition(), event.pixelDelta(),
        event.angleDelta(), event.buttons(), event.modifiers(), event.phase(), event.inverted(),
        Qt.MouseEventSource.MouseEventSynthesizedByApplication,
    )  # fmt: skip
