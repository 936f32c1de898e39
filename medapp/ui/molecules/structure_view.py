"""One structure, drawn as it was made off the GUI thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from medapp.services.structures import Drawing
from medapp.ui.molecules.marks import mixed
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent

    from medapp.ui.molecules.drawing import DrawingModel
    from medapp.ui.molecules.marks import Kind, Mark

SIZE = (420, 300)
_LEAST = 40 * tokens.GRID


def color_of(kind: Kind) -> str:
    """Of the strongest mark; what speaks for and against is told apart without red and green."""
    return {
        "site": tokens.current().warning, "for": tokens.LABEL_COLORS[5], "against": tokens.LABEL_COLORS[1],
        "differs": tokens.LABEL_COLORS[6],
    }[kind]  # fmt: skip


def colored(marks: Sequence[Mark]) -> tuple[tuple[int, str], ...]:
    """Atoms and colours of marks."""
    look = tokens.current()
    found = {mark.atom: mixed(color_of(mark.kind), look.surface, mark.weight) for mark in marks}
    return tuple(found.items())


class StructureView(QWidget):
    """Keeps the drawing before until the next is there."""

    def __init__(self, drawings: DrawingModel) -> None:
        """Nothing is shown yet."""
        super().__init__()
        self._drawings = drawings
        self._wanted: Drawing | None = None
        self._renderer: QSvgRenderer | None = None
        self.said = ""
        self.setMinimumHeight(_LEAST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Structure"))

    @property
    def is_drawn(self) -> bool:
        """Whether what is wanted is in view."""
        return self._renderer is not None and not self.said

    def show_structure(self, smiles: str, marks: Sequence[Mark] = (), *, numbers: bool = True) -> None:
        """Draw a structure; none where `smiles` is empty."""
        drawing = Drawing(smiles, SIZE, colored(marks), numbers) if smiles else None
        if drawing == self._wanted:
            return
        self._wanted = drawing
        if drawing is None:
            self._renderer, self.said = None, ""
            self.update()
            return
        self.said = tr("Drawing…")
        self.setToolTip(smiles)
        self.setAccessibleDescription(smiles)
        self.update()
        self._drawings.want(
            drawing, lambda svg: self._take(drawing, svg), lambda why: self._fail(drawing, why)
        )

    def sizeHint(self) -> QSize:
        """Less than it is drawn: it grows with the room that there is."""
        return QSize(SIZE[0], _LEAST)

    def _take(self, drawing: Drawing, svg: bytes) -> None:
        if drawing is self._wanted or drawing == self._wanted:
            self.said = ""
            self._renderer = QSvgRenderer(QByteArray(svg))
            self._renderer.setAspectRatioMode(Qt.AspectRatioMode.KeepAspectRatio)
            self.update()

    def _fail(self, drawing: Drawing, reason: str) -> None:
        if drawing == self._wanted:
            self._renderer = None
            self.said = tr("It cannot be drawn: {reason}", reason=reason)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The drawing, or why there is none."""
        del event
        painter = QPainter(self)
        if self._renderer is not None:
            self._renderer.render(painter, QRectF(self.rect()))
        if self.said and self._renderer is None:
            painter.setPen(tokens.current().text_dim)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect(), flags, self.said)
