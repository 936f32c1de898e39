"""The map of molecules with what its colours and axes mean, or why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QPushButton, QStackedWidget, QWidget

from medapp.services.molecule_known import ACROSS, CLUSTER, UP
from medapp.ui.molecules.color_key import ColorKey
from medapp.ui.molecules.hover_card import HoverCard
from medapp.ui.molecules.map_plot import MapPlot
from medapp.ui.molecules.words import column_title, number
from medapp.ui.shell.widgets import column, icon_button, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QShowEvent

    from medapp.ui.molecules.columns import Molecules
    from medapp.ui.molecules.drawing import DrawingModel
    from medapp.ui.molecules.model import MoleculesModel
    from medapp.ui.molecules.space import SpaceModel

_LETTERS = 12


class MapPanel(QWidget):
    """One of the tabs in the middle; it is drawn when somebody looks."""

    def __init__(self, model: MoleculesModel, space: SpaceModel, drawings: DrawingModel) -> None:
        """Show `space`."""
        super().__init__()
        self._model, self._space = model, space
        self._seen: tuple[str, ...] | None = None
        self._run = ""
        self.plot = MapPlot()
        self.key = ColorKey()
        self.color = QComboBox()
        self.heads = QPushButton(tr("One of each cluster"))
        self.clusters = text_label("", "dim", wrap=True)
        self.legend = text_label("", "faint", wrap=True)
        self.nothing = text_label("", "dim", wrap=True)
        self.pages = QStackedWidget()
        self._lay_out()
        self.card = HoverCard(drawings, self.plot)
        self._connect()
        self.refresh()

    def _lay_out(self) -> None:
        look = tokens.current()
        self.color.setAccessibleName(tr("Colour"))
        self.color.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.color.setMinimumContentsLength(_LETTERS)
        self.heads.setObjectName("chip")
        self.heads.setCheckable(True)
        self.heads.setToolTip(tr("Show the representatives of the clusters alone, in the table too"))
        head = row(gap=look.gap_small)
        head.setContentsMargins(look.gap, look.gap_tiny, look.gap, look.gap_tiny)
        head.addWidget(text_label(tr("Colour"), "dim"))
        head.addWidget(self.color)
        head.addWidget(self.heads)
        head.addStretch(1)
        head.addWidget(icon_button("fit-to-page-outline", tr("All of it"), self.plot.fit))
        key = row(gap=0)
        key.setContentsMargins(look.gap, 0, look.gap, look.gap_tiny)
        key.addWidget(self.key, 1)
        foot = column(gap=look.gap_tiny)
        foot.setContentsMargins(look.gap, look.gap_tiny, look.gap, look.gap_tiny)
        foot.addWidget(self.clusters)
        foot.addWidget(self.legend)
        whole, empty = QWidget(), QWidget()
        inner = column(gap=0)
        inner.addLayout(head)
        inner.addLayout(key)
        inner.addWidget(self.plot, 1)
        inner.addLayout(foot)
        whole.setLayout(inner)
        inner = column(margin=look.gap_large, gap=look.gap)
        inner.addWidget(self.nothing)
        inner.addStretch(1)
        empty.setLayout(inner)
        self.pages.addWidget(empty)
        self.pages.addWidget(whole)
        outer = column(gap=0)
        outer.addWidget(self.pages)
        self.setLayout(outer)

    def _connect(self) -> None:
        model, space, plot = self._model, self._space, self.plot
        self.color.activated.connect(lambda _: space.set_color(str(self.color.currentData())))
        self.heads.toggled.connect(space.set_heads_only)
        plot.moleculeClicked.connect(model.choose)
        plot.moleculeHovered.connect(self._tell)
        plot.knownHovered.connect(self._tell_known)
        plot.hoverEnded.connect(self.card.hide_molecule)
        model.shownChanged.connect(self.refresh)
        model.choiceChanged.connect(self._refresh_heads)
        model.chosenChanged.connect(self._mark)
        space.changed.connect(self.refresh)

    # ---- showing --------------------------------------------------------------------------------------
    def showEvent(self, event: QShowEvent) -> None:
        """Draw what has come while nobody looked."""
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Show what there is now."""
        if not self.isVisible():
            return
        space = self._space
        self.nothing.setText(space.nothing)
        self.pages.setCurrentIndex(0 if space.nothing else 1)
        self.card.hide_molecule()
        self._refresh_colors()
        self._refresh_heads()
        points = space.points()
        self.plot.show_known(space.known)
        self.plot.show_points(points)
        self.key.show_points(points)
        self._mark()
        self._say(len(points))
        run = "" if space.run is None else space.run.id
        if run != self._run:
            self._run = run
            self.plot.fit()

    def _refresh_colors(self) -> None:
        columns = self._space.columns
        if columns != self._seen:
            self._seen = columns
            self.color.clear()
            self.color.addItem(tr("the same for all"), "")
            for name in columns:
                self.color.addItem(column_title(self._model.molecules, name), name)
        self.color.setCurrentIndex(max(0, self.color.findData(self._space.color)))

    def _refresh_heads(self) -> None:
        self.heads.blockSignals(True)
        self.heads.setChecked(self._space.heads_only)
        self.heads.blockSignals(False)

    def _say(self, drawn: int) -> None:
        space, shown = self._space, len(self._model.shown)
        parts = [space.clusters, *space.warnings]
        if drawn < shown:
            parts.append(tr("{count} of those that are shown are not on the map.", count=shown - drawn))
        self.clusters.setText(" ".join(part for part in parts if part))
        self.legend.setText(space.legend)
        for side, name in (("bottom", "across"), ("left", "up")):
            self.plot.setLabel(side, space.axis(name), color=tokens.current().text_dim)

    def _mark(self) -> None:
        if not self.isVisible():
            return
        at, molecules = self._model.chosen, self._model.molecules
        there = at >= 0 and at in self._model.shown
        self.plot.mark(*((molecules.value(one, at) if there else float("nan")) for one in (ACROSS, UP)))

    # ---- the mouse ------------------------------------------------------------------------------------
    def _tell(self, place: int, at: QPoint) -> None:
        molecules = self._model.molecules
        if not 0 <= place < len(molecules):
            return
        name = molecules.names[place] or tr("Molecule {number}", number=place + 1)
        said = [name, *self._values(molecules, place)]
        self.card.show_molecule(" · ".join(said), molecules.smiles[place], at)

    def _values(self, molecules: Molecules, place: int) -> list[str]:
        """Cluster, and the value that the colour stands for."""
        names = dict.fromkeys((CLUSTER, self._space.color))
        found = ((name, number(molecules.value(name, place))) for name in names if name)
        return [f"{column_title(molecules, name)} {value}" for name, value in found if value]

    def _tell_known(self, place: int, at: QPoint) -> None:
        known = self._space.known
        if 0 <= place < len(known.smiles):
            said = tr("known: {name}", name=known.names[place] or tr("without a name"))
            self.card.show_molecule(said, known.smiles[place], at)
