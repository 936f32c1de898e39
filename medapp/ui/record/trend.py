"""The trend of one analyte over time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtWidgets import QComboBox, QToolTip, QWidget

from medapp.ui.record.lab_rows import point_tip
from medapp.ui.record.timebox import PixelItem, TimeBox, graphics_view
from medapp.ui.record.trend_paint import SCALE, TrendPainter, x_range
from medapp.ui.record.words import tip
from medapp.ui.shell.widgets import ElidedLabel, column, icon_button, row, text_label
from medapp.ui.style import tokens
from medapp.ui.style.sheet import tabular
from medapp.ui.text import tr

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from medapp.domain.record import Entry
    from medapp.ui.record.labs import Analyte


class TrendView(QWidget):
    """Title, unit, and the drawing; a click on a point selects its entry."""

    pointSelected = Signal(object)

    def __init__(self) -> None:
        """Start without an analyte."""
        super().__init__()
        self.setAccessibleName(tr("Trend"))
        self.analyte: Analyte | None = None
        self.painter: TrendPainter | None = None
        self._whole = (0.0, 0.0)
        self.title = ElidedLabel(role="heading")
        self.units = QComboBox()
        self.units.setAccessibleName(tr("Unit of the trend"))
        self.unit = text_label("", "dim")
        self.nothing = text_label("", "dim", wrap=True)
        self.box = TimeBox()
        self.view = graphics_view(self.box)
        self.item = PixelItem(self.box, self._paint)
        self._lay_out()
        self.box.sigResized.connect(lambda *_: self._resized())
        self.units.currentIndexChanged.connect(self._choose)
        self.view.scene().sigMouseMoved.connect(self._hover)
        self.view.scene().sigMouseClicked.connect(self._click)

    def set_analyte(self, analyte: Analyte | None) -> None:
        """Show the numbers of an analyte; several units can be chosen and are never mixed."""
        self.analyte = analyte
        self.title.set_full_text(analyte.title if analyte else "")
        series = analyte.series if analyte else ()
        self.units.blockSignals(True)
        self.units.clear()
        for one in series:
            name = one.unit or tr("unit unknown")
            self.units.addItem(tr("{unit} ({count})", unit=name, count=len(one.points)))
        self.units.blockSignals(False)
        self.units.setVisible(len(series) > 1)
        self.unit.setVisible(len(series) == 1)
        self.nothing.setText("" if series else tr("No numbers with a date: see the values below."))
        self.nothing.setVisible(not series)
        self.view.setVisible(bool(series))
        self._choose(0)

    def select(self, entry: Entry | None) -> None:
        """Mark the point of an entry."""
        if self.painter is not None:
            points = self.painter.series.points
            self.painter.selected = next((at for at, one in enumerate(points) if one.entry is entry), None)
            self.item.update()

    def _choose(self, index: int) -> None:
        series = self.analyte.series if self.analyte else ()
        if not 0 <= index < len(series):
            self.painter = None
            return
        one = series[index]
        self.unit.setText(one.unit or tr("unit unknown"))
        self.painter = TrendPainter(one)
        font = tabular(self.font())
        font.setPointSizeF(tokens.current().font_small * tokens.current().hidpi_font_scale)
        self.painter.font = font
        low, high = self.painter.low, self.painter.high
        # The scale stands over the left of the box, so the box begins that much earlier.
        self.box.set_reach(low - (high - low), high + (high - low))
        self._show(low, high)
        self.item.update()

    def fit(self) -> None:
        """Show all."""
        self._choose(max(self.units.currentIndex(), 0))

    def _show(self, low: float, high: float) -> None:
        share = SCALE / max(self.box.width() - SCALE, 1.0)
        self.box.show_range(low - (high - low) * share, high)
        self._whole = (self.box.low, self.box.high)

    def _resized(self) -> None:
        """What was shown whole is shown whole in another size too: the scale takes the same px of it."""
        if self.painter is not None and (self.box.low, self.box.high) == self._whole:
            self._show(*x_range(self.painter.numbers[:, 0]))

    def _paint(self, painter: QPainter, rect: QRectF) -> None:
        if self.painter is not None:
            self.painter.low = self.box.low + SCALE / self.box.second
            self.painter.high = self.box.high
            self.painter.paint(painter, rect)

    def _at(self, place: QPointF) -> int | None:
        inside = self.box.mapFromScene(place)
        found = self.painter
        return found.nearest(self.item.boundingRect(), inside.x(), inside.y()) if found else None

    def _hover(self, place: QPointF) -> None:
        found = self._at(place)
        if self.painter is None or self.box.dragged or found == self.painter.hovered:
            return
        self.painter.hovered = found
        self.item.update()
        if found is None:
            QToolTip.hideText()
        else:
            where = self.view.mapToGlobal(self.view.mapFromScene(place))
            QToolTip.showText(where, tip(point_tip(self.painter.series.points[found])), self.view)

    def _click(self, event: Any) -> None:  # noqa: ANN401 - pyqtgraph's
        found = self._at(event.scenePos())
        if self.painter is not None and found is not None and event.button() == Qt.MouseButton.LeftButton:
            event.accept()
            self.painter.selected = found
            self.item.update()
            self.pointSelected.emit(self.painter.series.points[found].entry)

    def _lay_out(self) -> None:
        look = tokens.current()
        head = row(gap=look.gap_small)
        head.setContentsMargins(look.gap, look.gap_tiny, look.gap_small, look.gap_tiny)
        head.addWidget(self.title, 1)
        head.addWidget(self.unit)
        head.addWidget(self.units)
        head.addWidget(icon_button("fit-to-page-outline", tr("Show all"), self.fit))
        outer = column(gap=0)
        outer.addLayout(head)
        outer.addWidget(self.nothing)
        outer.addWidget(self.view, 1)
        self.nothing.setContentsMargins(look.gap, 0, look.gap, 0)
        self.nothing.hide()
        self.units.hide()
        self.setLayout(outer)
