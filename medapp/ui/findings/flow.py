"""Sets its parts one beside the other and goes on in a further line where there is no room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from medapp.ui.style import tokens

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent


class Flow(QWidget):
    """Parts keep the size that they ask for; none is cut, and those that are hidden take no room."""

    def __init__(self, *parts: QWidget) -> None:
        """Hold `parts`."""
        super().__init__()
        self._parts = parts
        for one in parts:
            one.setParent(self)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def heightForWidth(self, width: int) -> int:
        """How high the lines are together."""
        return self._arrange(width, move=False)

    def sizeHint(self) -> QSize:
        """As it is now: what is above it gives the width."""
        return QSize(self.minimumSizeHint().width(), self._arrange(self.width(), move=False))

    def minimumSizeHint(self) -> QSize:
        """The widest of them alone."""
        widest = max((one.sizeHint().width() for one in self._shown()), default=0)
        return QSize(widest, self._arrange(max(self.width(), widest), move=False))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Set the parts anew."""
        super().resizeEvent(event)
        self._arrange(self.width(), move=True)

    def event(self, event: QEvent) -> bool:
        """A part wants another size: its text has changed."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._arrange(self.width(), move=True)
            self.updateGeometry()
        return super().event(event)

    def _arrange(self, width: int, *, move: bool) -> int:
        gap = tokens.current().gap_tiny
        at, line = QPoint(0, 0), 0
        for one in self._shown():
            size = one.sizeHint()
            if at.x() and at.x() + size.width() > width:
                at = QPoint(0, at.y() + line + gap)
                line = 0
            if move:
                one.setGeometry(QRect(at, size))
            at.setX(at.x() + size.width() + gap)
            line = max(line, size.height())
        return at.y() + line

    def _shown(self) -> list[QWidget]:
        """Parts that nobody has hidden; before the first showing Qt takes all for hidden."""
        explicit = Qt.WidgetAttribute.WA_WState_ExplicitShowHide
        return [one for one in self._parts if not (one.isHidden() and one.testAttribute(explicit))]
