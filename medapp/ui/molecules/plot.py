"""Two values of all shown molecules against each other, and those that no other is better than."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QPushButton, QWidget

from medapp.services.molecule_best import SCORE
from medapp.ui.molecules.choosing import NUMBER, pareto
from medapp.ui.molecules.words import column_title, number
from medapp.ui.shell.widgets import column, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp.ui.molecules.model import MoleculesModel

_DOT: Final = 7
_BEST: Final = 9
_HERE: Final = 15
_LETTERS: Final = 8
"""Of an axis' name that are always in view."""
_MOST: Final = 4_000
"""Points that are drawn; of more every so many, the best of all among them."""
_FIRST: Final = (("drug-likeness", True), ("synthetic accessibility", False))
_SEARCH: Final = ((NUMBER, False), (SCORE, True))
"""Of a search: the line of the best is what its calls have found so far."""


class ParetoPlot(QWidget):
    """A click on a point chooses its molecule."""

    def __init__(self, model: MoleculesModel) -> None:
        """Show `model`."""
        super().__init__()
        look = tokens.current()
        self._model = model
        self._seen: tuple[str, ...] = ()
        self._points: NDArray[np.int64] = np.zeros(0, np.int64)
        self.best: NDArray[np.int64] = np.zeros(0, np.int64)
        self.axes = (_axis(tr("Across")), _axis(tr("Up")))
        self.better = (_better(), _better())
        self.said = text_label("", "dim", wrap=True)
        head = row(gap=look.gap_small)
        head.setContentsMargins(look.gap, look.gap_tiny, look.gap, look.gap_tiny)
        for title, box, more in zip((tr("Across"), tr("Up")), self.axes, self.better, strict=True):
            head.addWidget(text_label(title, "dim"))
            head.addWidget(box, 1)
            head.addWidget(more)
            box.activated.connect(lambda _: self._chosen())
            more.toggled.connect(lambda _: self._chosen())
        self.plot = pg.PlotWidget(background=look.surface)
        self._set_up_plot()
        inner = column(gap=0)
        inner.addLayout(head)
        inner.addWidget(self.plot, 1)
        foot = column(gap=0)
        foot.setContentsMargins(look.gap, 0, look.gap, look.gap_tiny)
        foot.addWidget(self.said)
        inner.addLayout(foot)
        self.setLayout(inner)
        model.shownChanged.connect(self.refresh)
        model.chosenChanged.connect(self._mark)
        self.refresh()

    def _set_up_plot(self) -> None:
        look = tokens.current()
        self.plot.setAccessibleName(tr("Plot of two properties"))
        item = self.plot.getPlotItem()
        item.setMenuEnabled(False)
        item.hideButtons()
        item.showGrid(x=True, y=True, alpha=0.15)
        for name in ("bottom", "left"):
            axis = item.getAxis(name)
            axis.setPen(look.border_strong)
            axis.setTextPen(look.text_dim)
            axis.enableAutoSIPrefix(False)
        self._all = pg.ScatterPlotItem(size=_DOT, pen=None, brush=pg.mkBrush(look.text_faint), hoverable=True)
        self._front = pg.ScatterPlotItem(
            size=_BEST, pen=pg.mkPen(look.accent, width=2), brush=pg.mkBrush(look.surface), hoverable=True
        )
        self._here = pg.ScatterPlotItem(size=_HERE, pen=pg.mkPen(look.warning, width=2), brush=None)
        self._line = pg.PlotDataItem(pen=pg.mkPen(look.accent, width=1, style=Qt.PenStyle.DashLine))
        for one in (self._line, self._all, self._front, self._here):
            item.addItem(one)
        for scatter in (self._all, self._front):
            scatter.setData(hoverable=True, tip=self._tip)
            scatter.sigClicked.connect(self._clicked)

    # ---- choosing -------------------------------------------------------------------------------------
    def set_axes(self, across: str, up: str, *, high: tuple[bool, bool]) -> None:
        """Show two columns; `high` says of each whether more is better."""
        for box, name in zip(self.axes, (across, up), strict=True):
            box.setCurrentIndex(max(0, box.findData(name)))
        for more, is_high in zip(self.better, high, strict=True):
            more.blockSignals(True)
            more.setChecked(is_high)
            more.setText(_better_text(is_high))
            more.blockSignals(False)
        self._draw()

    def _chosen(self) -> None:
        for box in self.better:
            box.setText(_better_text(box.isChecked()))
        names = [box.currentData() for box in self.axes]
        self._model.keep_look("plot", [*names, *(box.isChecked() for box in self.better)])
        self._draw()

    def _clicked(self, _: object, points: Any, event: Any = None) -> None:  # noqa: ANN401 - pyqtgraph's
        del event
        if len(points):
            self._model.choose(int(points[0].data()))

    # ---- drawing --------------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Show what there is now."""
        columns = self._model.molecules.columns
        if columns != self._seen:
            self._seen = columns
            for box in self.axes:
                box.clear()
                for name in columns:
                    box.addItem(column_title(self._model.molecules, name), name)
                if columns:
                    box.addItem(column_title(self._model.molecules, NUMBER), NUMBER)
            self._restore(columns)
        else:
            self._draw()

    def _restore(self, columns: tuple[str, ...]) -> None:
        kept = self._model.look("plot")
        first = _SEARCH if SCORE in columns else _FIRST
        names = [name for name, _ in first if name in {*columns, NUMBER}] or list(columns[:2])
        high: tuple[bool, bool] = (first[0][1], first[1][1])
        if isinstance(kept, list) and len(kept) == 2 * len(_FIRST):
            names, high = [str(one) for one in kept[:2]], (bool(kept[2]), bool(kept[3]))
        self.set_axes(*[*names, "", ""][:2], high=high)

    def showEvent(self, event: Any) -> None:  # noqa: ANN401 - Qt's
        """Draw what has come while nobody looked."""
        super().showEvent(event)
        self._draw()

    def _draw(self) -> None:
        if not self.isVisible():
            return
        model, names = self._model, [box.currentData() or "" for box in self.axes]
        x, y = (self._values(name)[model.shown] for name in names)
        known = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
        front = pareto(x, y, x_high=self.better[0].isChecked(), y_high=self.better[1].isChecked())
        step = max(1, len(known) // _MOST)
        drawn = known[::step]
        self._points, self.best = model.shown[drawn], model.shown[np.flatnonzero(front)]
        self._all.setData(x=x[drawn], y=y[drawn], data=self._points)
        best = np.flatnonzero(front)
        best = best[np.argsort(x[best], kind="stable")]
        self._front.setData(x=x[best], y=y[best], data=model.shown[best])
        self._line.setData(x[best], y[best])
        for side, name in zip(("bottom", "left"), names, strict=True):
            title = column_title(model.molecules, name) if name else ""
            self.plot.setLabel(side, title, color=tokens.current().text_dim)
        self._say(len(known), len(x), len(best))
        self._mark()

    def _values(self, name: str) -> NDArray[np.float32]:
        molecules = self._model.molecules
        if name == NUMBER:
            return np.arange(1, len(molecules) + 1, dtype=np.float32)
        return molecules.values(name)

    def _say(self, known: int, count: int, best: int) -> None:
        if not known:
            self.said.setText(tr("No shown molecule has both values yet. Run Screening at the left."))
            return
        parts = [
            tr("{count} of {known} molecules are not bettered in both by another", count=best, known=known)
        ]
        if count > known:
            parts.append(tr("{count} lack one of the values", count=count - known))
        self.said.setText(" · ".join(parts))

    def _mark(self) -> None:
        at = self._model.chosen
        if at < 0 or not self.isVisible() or at not in self._model.shown:
            self._here.setData(x=[], y=[])
            return
        x, y = (float(self._values(box.currentData() or "")[at]) for box in self.axes)
        known = np.isfinite(x) and np.isfinite(y)
        self._here.setData(x=[x] if known else [], y=[y] if known else [])

    def _tip(self, x: float, y: float, data: int) -> str:
        molecules = self._model.molecules
        name = molecules.names[data] or molecules.smiles[data]
        return f"{name}\n{number(x)}, {number(y)}"


def _axis(name: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(_LETTERS)
    return box


def _better_text(is_high: bool) -> str:
    return tr("more is better") if is_high else tr("less is better")


def _better() -> QPushButton:
    box = QPushButton(_better_text(is_high=False))
    box.setObjectName("chip")
    box.setCheckable(True)
    box.setToolTip(tr("Which way is better, for the line of those that no other betters"))
    return box
