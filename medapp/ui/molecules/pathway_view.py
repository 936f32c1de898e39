"""The graph of metabolites: structures from left to right, on every line enzyme and score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QGraphicsItem, QGraphicsObject, QGraphicsScene, QGraphicsView

from medapp.services.structures import Drawing
from medapp.ui.molecules.pathway import Node, nodes_of
from medapp.ui.molecules.words import metabolite_text
from medapp.ui.record.words import tip
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QWheelEvent
    from PySide6.QtWidgets import QGraphicsSceneMouseEvent, QStyleOptionGraphicsItem, QWidget

    from medapp.domain.molecule import Metabolite
    from medapp.ui.molecules.drawing import DrawingModel

BOX = (160, 110)
_APART = (96, 20)
_TEXT = 20
_STEP = 1.2
_SMALLEST = 0.75


class _Box(QGraphicsObject):
    """One structure."""

    chosen = Signal(object)

    def __init__(self, node: Node) -> None:
        super().__init__()
        self.node = node
        self._renderer: QSvgRenderer | None = None
        self._said = ""
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsSelectable)
        self.setPos(node.column * (BOX[0] + _APART[0]), node.line * (BOX[1] + _APART[1]))
        said = metabolite_text(node.metabolite) if node.metabolite else tr("The molecule itself")
        self.setToolTip(tip(f"{node.smiles}\n{said}"))

    def set_svg(self, svg: bytes) -> None:
        self._renderer = QSvgRenderer(QByteArray(svg))
        self._renderer.setAspectRatioMode(Qt.AspectRatioMode.KeepAspectRatio)
        self.update()

    def say(self, text: str) -> None:
        self._said = text
        self.update()

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, *BOX)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        del option, widget
        look = tokens.current()
        painter.setBrush(QColor(look.raised))
        painter.setPen(QPen(QColor(look.accent if self.isSelected() else look.border), 1))
        painter.drawRoundedRect(self.boundingRect(), look.radius, look.radius)
        if self._renderer is not None:
            self._renderer.render(painter, self.boundingRect().adjusted(4, 4, -4, -4))
        elif self._said:
            painter.setPen(QColor(look.text_dim))
            painter.drawText(self.boundingRect(), Qt.AlignmentFlag.AlignCenter, self._said)

    def mousePressEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        super().mousePressEvent(event)
        self.chosen.emit(self.node)


class _Line(QGraphicsItem):
    """From a parent to what becomes of it."""

    def __init__(self, parent: _Box, child: _Box) -> None:
        super().__init__()
        self._one = child.node.metabolite
        self._from = parent.pos() + QPointF(BOX[0], BOX[1] / 2)
        self._to = child.pos() + QPointF(0, BOX[1] / 2)
        self.setZValue(-1)
        if self._one is not None:
            self.setToolTip(tip(metabolite_text(self._one)))

    def boundingRect(self) -> QRectF:
        return QRectF(self._from, self._to).normalized().adjusted(-2, -_TEXT, 2, _TEXT)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        del option, widget
        if self._one is None:
            return
        look = tokens.current()
        path = QPainterPath(self._from)
        bend = _APART[0] / 3
        path.cubicTo(self._from + QPointF(bend, 0), self._to - QPointF(2 * bend, 0), self._to)
        changed = bool(self._one.note)
        width = 1 + 3 * min(max(self._one.score, 0.0), 1.0)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(look.warning if changed else look.border_strong), width))
        painter.drawPath(path)
        painter.setPen(QColor(look.warning if changed else look.text_dim))
        font = painter.font()
        font.setPointSizeF(look.font_small - 1.5)
        painter.setFont(font)
        left = self._to.x() - _APART[0] + 2
        place = QRectF(left, self._to.y() - _TEXT + 2, _APART[0] - 4, _TEXT - 4)
        text = f"{self._one.enzyme} {self._one.score:.2f}".strip()
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
        painter.drawText(place, flags, text)


class PathwayView(QGraphicsView):
    """Dragged with the mouse, Ctrl and the wheel, + and - zoom, arrow keys move; a click chooses."""

    metaboliteChosen = Signal(object)
    """A `Metabolite`, or None for the molecule itself."""

    def __init__(self, drawings: DrawingModel) -> None:
        """Start empty."""
        super().__init__()
        self._drawings = drawings
        self._shown: tuple[str, tuple[Metabolite, ...]] = ("", ())
        self.boxes: list[_Box] = []
        scene = QGraphicsScene(self)
        self.setScene(scene)
        self.setAccessibleName(tr("Graph of metabolites"))
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setFrameShape(QGraphicsView.Shape.NoFrame)
        self.setBackgroundBrush(QColor(tokens.current().surface))
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)

    def show_metabolites(self, smiles: str, metabolites: Sequence[Metabolite]) -> None:
        """Draw the graph of a molecule."""
        if (smiles, tuple(metabolites)) == self._shown:
            return
        self._shown = (smiles, tuple(metabolites))
        scene = self.scene()
        scene.clear()
        self.boxes = []
        if not metabolites:
            return
        for node in nodes_of(smiles, metabolites):
            box = _Box(node)
            box.chosen.connect(lambda chosen: self.metaboliteChosen.emit(chosen.metabolite))
            scene.addItem(box)
            self.boxes.append(box)
            if node.parent >= 0:
                scene.addItem(_Line(self.boxes[node.parent], box))
        margin = tokens.current().gap_large
        scene.setSceneRect(scene.itemsBoundingRect().adjusted(-margin, -margin, margin, margin))
        for box in self.boxes:
            self._draw(box)
        self.fit()

    def _draw(self, box: _Box) -> None:
        self._drawings.want(
            Drawing(box.node.smiles, (2 * BOX[0], 2 * BOX[1])),
            lambda svg: box.set_svg(svg) if box in self.boxes else None,
            lambda _: box.say(tr("not drawn")) if box in self.boxes else None,
            soon=False,
        )

    def fit(self) -> None:
        """Show all of it, but no smaller than it can be read; then the molecule and the likeliest."""
        self.resetTransform()
        room, whole = self.viewport().rect(), self.scene().sceneRect()
        if whole.isEmpty() or room.isEmpty():
            return
        share = min(room.width() / whole.width(), room.height() / whole.height(), 1.0)
        self.zoom(max(share, _SMALLEST))
        # The likeliest stand at the top.
        self.centerOn(whole.left() + room.width() / 2 / self.transform().m11(), whole.top())

    def zoom(self, factor: float) -> None:
        """Larger or smaller."""
        self.scale(factor, factor)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """With Ctrl it zooms."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(_STEP if event.angleDelta().y() > 0 else 1 / _STEP)
            return
        super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """+ and - zoom, 0 shows as much as can be read."""
        if event.text() in {"+", "-"}:
            self.zoom(_STEP if event.text() == "+" else 1 / _STEP)
        elif event.text() == "0":
            self.fit()
        else:
            super().keyPressEvent(event)
