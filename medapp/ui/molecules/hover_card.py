"""A small card beside the mouse: the drawing, name and SMILES of a point of the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QFrame, QWidget

from medapp.ui.molecules.structure_view import StructureView
from medapp.ui.shell.widgets import ElidedLabel, column
from medapp.ui.style import tokens

if TYPE_CHECKING:
    from medapp.ui.molecules.drawing import DrawingModel

_WIDE: Final = 56 * tokens.GRID
_HIGH: Final = 54 * tokens.GRID
_PAUSE_MS: Final = 120
"""A mouse that passes over points draws none of them."""


class HoverCard(QFrame):
    """Lies over its parent and lets the mouse through."""

    def __init__(self, drawings: DrawingModel, parent: QWidget) -> None:
        """Hidden until something is shown."""
        super().__init__(parent)
        self._parent = parent
        look = tokens.current()
        self.setObjectName("raised")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedSize(_WIDE, _HIGH)
        self.structure = StructureView(drawings)
        self.name = ElidedLabel("", "")
        self.smiles = ElidedLabel("", "faint")
        inner = column(gap=look.gap_tiny)
        inner.setContentsMargins(look.gap_small, look.gap_small, look.gap_small, look.gap_small)
        inner.addWidget(self.structure, 1)
        inner.addWidget(self.name)
        inner.addWidget(self.smiles)
        self.setLayout(inner)
        self._next: tuple[str, str, QPoint] | None = None
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._show_next)
        self.hide()

    def show_molecule(self, name: str, smiles: str, at: QPoint) -> None:
        """Show a molecule beside a point of the parent, once the mouse has stayed."""
        self._next = (name, smiles, at)
        self._pause.start()

    def hide_molecule(self) -> None:
        """The mouse has gone on."""
        self._pause.stop()
        self._next = None
        self.hide()

    def _show_next(self) -> None:
        if self._next is None:
            return
        name, smiles, at = self._next
        self.name.set_full_text(name)
        self.name.setVisible(bool(name))
        self.smiles.set_full_text(smiles)
        self.structure.show_structure(smiles, numbers=False)
        room, gap = self._parent.rect(), tokens.current().gap
        x = at.x() + gap if at.x() + gap + _WIDE <= room.width() else at.x() - gap - _WIDE
        y = min(max(0, at.y() - _HIGH // 2), max(0, room.height() - _HIGH))
        self.move(max(0, x), y)
        self.show()
        self.raise_()
