"""The labels of a result: colour and visibility, name, volume, mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QColorDialog, QGridLayout, QMenu, QPushButton, QSizePolicy, QToolButton, QWidget

from medapp.ui.shell.widgets import column, empty, text_label
from medapp.ui.style import tokens
from medapp.ui.style.sheet import tabular
from medapp.ui.text import tr
from medapp.ui.wording import mean_value, millilitres

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QResizeEvent

    from medapp.domain.segmentation import Label
    from medapp.ui.reading.overlay import OverlayModel
    from medapp.ui.results.model import ResultItem


def swatch(color: str, *, filled: bool) -> QIcon:
    """A square of a label's colour; only its frame where the label is hidden."""
    side = tokens.current().icon
    picture = QPixmap(side, side)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setPen(QColor(color))
    if filled:
        painter.setBrush(QColor(color))
    painter.drawRect(2, 2, side - 5, side - 5)
    painter.end()
    return QIcon(picture)


def _what(label: Label) -> str:
    """Name, what contours say that they are for (which has no code), and code."""
    purpose = "" if label.category.value else label.category.meaning
    code = f"{label.code.scheme} {label.code.value}".strip()
    return " · ".join(part for part in (label.name, purpose, code) if part)


class NameButton(QPushButton):
    """A label's name, cut where the column is too narrow for it."""

    def __init__(self, text: str) -> None:
        """Show `text`."""
        super().__init__()
        self._full = text
        self.setObjectName("labelname")
        self.setText(text)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut anew."""
        super().resizeEvent(event)
        room = self.width() - 4 * tokens.GRID
        self.setText(QFontMetrics(self.font()).elidedText(self._full, Qt.TextElideMode.ElideRight, room))


class LabelTable(QWidget):
    """One row a label. A click on the square hides or shows it, a click on the name goes there."""

    labelChosen = Signal(int)

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        look = tokens.current()
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(look.gap_small)
        self._grid.setVerticalSpacing(look.gap_tiny)
        self._grid.setColumnStretch(1, 1)
        self.setLayout(self._grid)
        self._overlay: OverlayModel | None = None
        self.squares: dict[int, QToolButton] = {}
        self.names: dict[int, NameButton] = {}

    def show_item(self, item: ResultItem | None, overlay: OverlayModel | None) -> None:
        """Show the labels of a result as `overlay` draws them."""
        empty(self._grid)
        self.squares.clear()
        self.names.clear()
        self._overlay = overlay
        if item is None:
            return
        measured = {measure.label.value: measure for measure in item.measures}
        self._grid.addWidget(text_label(tr("Label"), "faint"), 0, 1)
        self._grid.addWidget(text_label(tr("Volume, mean"), "faint"), 0, 2, Qt.AlignmentFlag.AlignRight)
        for row, label in enumerate(item.segmentation.labels, start=1):
            self._head(label, row)
            found = measured.get(label.value)
            if found is None:
                self._numbers(row, "…")
            elif not found.voxels:
                self._numbers(row, "", tr("not found"))
            else:
                self._numbers(row, millilitres(found.volume_ml), mean_value(found.mean, found.unit))
        self.refresh()

    def refresh(self) -> None:
        """Show colours, visibility and the active label as they are now."""
        overlay = self._overlay
        shown = {label.value for label in overlay.labels} if overlay is not None else set()
        for value, square in self.squares.items():
            if overlay is None or value not in shown:
                continue
            style = overlay.style(value)
            square.setIcon(swatch(style.color, filled=style.visible))
            self.names[value].setChecked(value == overlay.active_label)

    def _head(self, label: Label, row: int) -> None:
        look = tokens.current()
        square = QToolButton()
        square.setIcon(swatch(label.color, filled=True))
        square.setIconSize(QSize(look.icon, look.icon))
        square.setToolTip(tr("Show or hide; right click for the colour"))
        square.setAccessibleName(tr("Show or hide {name}", name=label.name))
        square.clicked.connect(lambda: self._toggle(label.value))
        square.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        square.customContextMenuRequested.connect(lambda where: self._menu(label.value, square, where))
        name = NameButton(label.name)
        name.setCheckable(True)
        name.setToolTip(tr("{what}: go to its middle", what=_what(label)))
        name.clicked.connect(lambda: self.labelChosen.emit(label.value))
        self.squares[label.value], self.names[label.value] = square, name
        self._grid.addWidget(square, row, 0)
        self._grid.addWidget(name, row, 1)

    def _numbers(self, row: int, volume: str, mean: str = "") -> None:
        """Volume above mean: side by side they would leave no room for the name."""
        pair = column(gap=0)
        for text, role in ((volume, ""), (mean, "faint")):
            if text:
                label = text_label(text, "faint" if role else "", selectable=True)
                label.setFont(tabular(label.font()))
                label.setAlignment(Qt.AlignmentFlag.AlignRight)
                pair.addWidget(label)
        whole = QWidget()
        whole.setLayout(pair)
        self._grid.addWidget(whole, row, 2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def _toggle(self, value: int) -> None:
        if self._overlay is not None:
            self._overlay.set_visible(value, not self._overlay.style(value).visible)

    def _menu(self, value: int, square: QToolButton, where: QPoint) -> None:
        menu = QMenu(square)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Colour…")).triggered.connect(lambda: self._recolor(value))
        menu.addAction(tr("Show only this")).triggered.connect(lambda: self._only(value))
        menu.addAction(tr("Show all")).triggered.connect(lambda: self._only(None))
        menu.popup(square.mapToGlobal(where))

    def _recolor(self, value: int) -> None:
        if self._overlay is None:
            return
        chosen = QColorDialog.getColor(QColor(self._overlay.style(value).color), self.window())
        if chosen.isValid():
            self._overlay.set_color(value, chosen.name())

    def _only(self, value: int | None) -> None:
        if self._overlay is not None:
            for label in self._overlay.labels:
                self._overlay.set_visible(label.value, value is None or label.value == value)
