"""The labels of a result: colour and visibility, name, volume, mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QColorDialog, QGridLayout, QMenu, QToolButton, QWidget

from medapp.ui.shell.widgets import empty, text_label
from medapp.ui.style import tokens
from medapp.ui.style.sheet import tabular
from medapp.ui.text import tr
from medapp.ui.wording import mean_value, millilitres

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint

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
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(1, 1)
        self.setLayout(self._grid)
        self._overlay: OverlayModel | None = None
        self.squares: dict[int, QToolButton] = {}
        self.names: dict[int, QToolButton] = {}

    def show_item(self, item: ResultItem | None, overlay: OverlayModel | None) -> None:
        """Show the labels of a result as `overlay` draws them."""
        empty(self._grid)
        self.squares.clear()
        self.names.clear()
        self._overlay = overlay
        if item is None:
            return
        measured = {measure.label.value: measure for measure in item.measures}
        for column, title in ((1, tr("Label")), (2, tr("Volume")), (3, tr("Mean"))):
            self._cell(title, 0, column, "faint")
        for row, label in enumerate(item.segmentation.labels, start=1):
            self._head(label, row)
            found = measured.get(label.value)
            if found is None:
                self._cell("…", row, 2)
                self._cell("…", row, 3)
            elif not found.voxels:
                self._cell(tr("not found"), row, 2, "faint")
                self._cell("–", row, 3, "faint")
            else:
                self._cell(millilitres(found.volume_ml), row, 2)
                self._cell(mean_value(found.mean, found.unit), row, 3)
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
        name = QToolButton()
        name.setObjectName("labelname")
        name.setText(label.name)
        name.setCheckable(True)
        name.setToolTip(tr("{name} · {scheme} {code}: go to its middle",
                           name=label.name, scheme=label.code.scheme, code=label.code.value))  # fmt: skip
        name.clicked.connect(lambda: self.labelChosen.emit(label.value))
        self.squares[label.value], self.names[label.value] = square, name
        self._grid.addWidget(square, row, 0)
        self._grid.addWidget(name, row, 1, Qt.AlignmentFlag.AlignLeft)

    def _cell(self, text: str, row: int, column: int, role: str = "") -> None:
        label = text_label(text, "faint" if role == "faint" else "", selectable=row > 0)
        label.setFont(tabular(label.font()))
        side = Qt.AlignmentFlag.AlignLeft if column == 1 else Qt.AlignmentFlag.AlignRight
        self._grid.addWidget(label, row, column, side | Qt.AlignmentFlag.AlignVCenter)

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
