"""The plane on which molecules lie: the known set behind, those that are shown before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPoint, QPointF, Signal
from PySide6.QtGui import QColor

from medapp.ui.molecules.color_key import STEPS, color_of_rest, colors_of_groups, colors_of_values
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtCore import QEvent

    from medapp.services.molecule_known import Known
    from medapp.ui.molecules.space import Points

_DOT: Final = 8
_HEAD: Final = 12
_BEHIND: Final = 5
_HERE: Final = 17


class MapPlot(pg.PlotWidget):
    """Draws points and tells of those that are clicked or lie below the mouse."""

    moleculeClicked = Signal(int)
    moleculeHovered = Signal(int, QPoint)
    """Place of a molecule and where it is drawn, in px of this widget."""
    knownHovered = Signal(int, QPoint)
    hoverEnded = Signal()

    def __init__(self) -> None:
        """Nothing is drawn yet."""
        look = tokens.current()
        super().__init__(background=look.surface)
        self.setAccessibleName(tr("Map of molecules"))
        item = self.getPlotItem()
        item.setMenuEnabled(False)
        item.hideButtons()
        item.showGrid(x=True, y=True, alpha=0.1)
        for name in ("bottom", "left"):
            axis = item.getAxis(name)
            axis.setPen(look.border_strong)
            axis.setTextPen(look.text_dim)
            axis.enableAutoSIPrefix(False)
        self._behind = pg.ScatterPlotItem(
            size=_BEHIND, pen=None, brush=pg.mkBrush(look.border_strong), hoverable=True, tip=None
        )
        self._front = pg.ScatterPlotItem(size=_DOT, pen=pg.mkPen(look.surface), hoverable=True, tip=None)
        self._here = pg.ScatterPlotItem(size=_HERE, pen=pg.mkPen(look.warning, width=2), brush=None)
        for one in (self._behind, self._front, self._here):
            item.addItem(one)
        self._front.sigClicked.connect(self._clicked)
        self._front.sigHovered.connect(self._hovered)
        self._behind.sigHovered.connect(self._hovered_behind)
        self._is_over = False

    # ---- drawing --------------------------------------------------------------------------------------
    def show_known(self, known: Known) -> None:
        """Draw the known set, quietly."""
        there = np.flatnonzero(np.isfinite(known.across) & np.isfinite(known.up))
        self._behind.setData(x=known.across[there], y=known.up[there], data=there)

    def show_points(self, points: Points) -> None:
        """Draw those that are shown; of a cluster, its representative larger and last."""
        order = np.argsort(points.group >= 0, kind="stable")
        order = order[np.argsort(points.heads[order], kind="stable")]
        brushes = _brushes(points)[order]
        look = tokens.current()
        pens = np.array([pg.mkPen(look.surface), pg.mkPen(look.text, width=1.5)], dtype=object)
        heads = points.heads[order] & (points.group[order] >= 0)
        self._front.setData(
            x=points.across[order], y=points.up[order], data=points.places[order], brush=list(brushes),
            size=np.where(heads, _HEAD, _DOT), pen=list(pens[heads.astype(int)]),
        )  # fmt: skip

    def mark(self, across: float, up: float) -> None:
        """Mark where the chosen molecule lies; not-a-number where it does nowhere."""
        known = np.isfinite(across) and np.isfinite(up)
        self._here.setData(x=[across] if known else [], y=[up] if known else [])

    def fit(self) -> None:
        """Show all of it."""
        self.getPlotItem().getViewBox().autoRange()
        self.getPlotItem().getViewBox().enableAutoRange()

    # ---- the mouse ------------------------------------------------------------------------------------
    def _clicked(self, _: object, points: Any, event: Any = None) -> None:  # noqa: ANN401 - pyqtgraph's
        del event
        if len(points):
            self.moleculeClicked.emit(int(points[-1].data()))

    def _hovered(self, _: object, points: Any, event: Any = None) -> None:  # noqa: ANN401
        del event
        self._is_over = bool(len(points))
        if self._is_over:
            self.moleculeHovered.emit(int(points[-1].data()), self._at(points[-1]))
        else:
            self.hoverEnded.emit()

    def _hovered_behind(self, _: object, points: Any, event: Any = None) -> None:  # noqa: ANN401
        del event
        if self._is_over:
            return
        if len(points):
            self.knownHovered.emit(int(points[-1].data()), self._at(points[-1]))
        else:
            self.hoverEnded.emit()

    def _at(self, point: Any) -> QPoint:  # noqa: ANN401
        place = self.getPlotItem().getViewBox().mapViewToScene(QPointF(point.pos()))
        found: QPoint = self.mapFromScene(place)
        return found

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing lies below the mouse any more."""
        super().leaveEvent(event)
        self.hoverEnded.emit()


def _brushes(points: Points) -> NDArray[np.object_]:
    """Of each point: of its cluster, of its value, or the same for all; quiet where it has neither."""
    look = tokens.current()
    rest = len(colors_of_groups()) + STEPS
    table = [*colors_of_groups(), *colors_of_values(look.name), QColor(look.accent), color_of_rest()]
    made = np.empty(len(table), dtype=object)
    made[:] = [pg.mkBrush(color) for color in table]
    found = np.full(len(points), rest, np.int64)
    if (points.group >= 0).any():
        found[:] = np.where(points.group >= 0, points.group, rest + 1)
    elif np.isfinite(points.low):
        known = np.isfinite(points.share)
        found[:] = rest + 1
        steps = np.minimum((points.share[known] * STEPS).astype(np.int64), STEPS - 1)
        found[known] = len(colors_of_groups()) + steps
    chosen: NDArray[np.object_] = made[found]
    return chosen
