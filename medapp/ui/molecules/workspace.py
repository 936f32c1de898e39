"""The Molecules workspace: given and tasks at the left, all in the middle, the chosen one at the right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QStackedWidget, QTabWidget, QWidget

from medapp.ui.molecules.actions import MoleculeActions
from medapp.ui.molecules.detail_panel import DetailPanel
from medapp.ui.molecules.empty_page import EmptyPage
from medapp.ui.molecules.filter_bar import FilterBar
from medapp.ui.molecules.given_panel import GivenPanel
from medapp.ui.molecules.map_panel import MapPanel
from medapp.ui.molecules.pathway_panel import PathwayPanel
from medapp.ui.molecules.plot import ParetoPlot
from medapp.ui.molecules.table_view import MoleculesView
from medapp.ui.molecules.tasks_panel import TasksPanel
from medapp.ui.molecules.told_panel import ToldPanel
from medapp.ui.shell.drop import local_paths
from medapp.ui.shell.widgets import ElidedLabel, column
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QDragEnterEvent, QDropEvent, QShowEvent

    from medapp.ui.molecules.comparing import ComparingModel
    from medapp.ui.molecules.detail import DetailModel
    from medapp.ui.molecules.drawing import DrawingModel
    from medapp.ui.molecules.giving import GivingModel
    from medapp.ui.molecules.listing import ListingModel
    from medapp.ui.molecules.model import MoleculesModel
    from medapp.ui.molecules.running import RunningModel
    from medapp.ui.molecules.seeding import SeedingModel
    from medapp.ui.molecules.space import SpaceModel
    from medapp.ui.shell.session import Session

_SHARES = (0.2, 0.43, 0.37)
"""Of the width: what is given and done, all molecules, the chosen one."""


@dataclass(frozen=True)
class Models:
    """What the page shows, put together for one window."""

    molecules: MoleculesModel
    giving: GivingModel
    running: RunningModel
    detail: DetailModel
    drawings: DrawingModel
    space: SpaceModel
    comparing: ComparingModel
    seeding: SeedingModel
    listing: ListingModel


class MoleculesWorkspace(QWidget):
    """Draws the models; asks for files and dialogs by signals."""

    openRequested = Signal()
    pasteRequested = Signal()
    filesDropped = Signal(list)
    saveRequested = Signal()
    trainRequested = Signal()

    def __init__(self, session: Session, models: Models, parent: QWidget) -> None:
        """Show `models` in `parent`, which is a part of the window already."""
        super().__init__(parent)
        self._models = models
        self._is_placed = False
        self.setAcceptDrops(True)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self.splitter.setChildrenCollapsible(False)
        self.given = GivenPanel(models.molecules, models.giving, models.listing)
        self.tasks = TasksPanel(session, models.molecules, models.running)
        self.table = MoleculesView(models.molecules, models.listing)
        self.plot = ParetoPlot(models.molecules)
        self.map = MapPanel(models.molecules, models.space, models.drawings)
        self.pathway = PathwayPanel(models.detail, models.drawings)
        self.filter = FilterBar(models.molecules)
        self.told = ToldPanel(models.molecules)
        self.detail = DetailPanel(models.detail, models.molecules, models.drawings, models.comparing)
        self.empty = EmptyPage(models.giving)
        self.acts = MoleculeActions(
            models.seeding, self, self.table, self.tasks.show_making, self.trainRequested.emit
        )
        self.pages = QStackedWidget()
        self.tabs = QTabWidget()
        self._lay_out()
        self._connect()
        self.refresh()

    def _lay_out(self) -> None:
        look = tokens.current()
        left = QWidget()
        inner = column(gap=0)
        inner.addWidget(self.given)
        inner.addWidget(self.tasks, 1)
        left.setLayout(inner)
        self.tabs.addTab(self.table, tr("Table"))
        self.tabs.addTab(self.plot, tr("Plot"))
        self.tabs.addTab(self.map, tr("Map"))
        self.tabs.addTab(self.pathway, tr("Pathway"))
        middle = QWidget()
        inner = column(gap=0)
        inner.addWidget(self.filter)
        inner.addWidget(self.told)
        inner.addWidget(self.tabs, 1)
        middle.setLayout(inner)
        self.right = QSplitter(Qt.Orientation.Horizontal)
        self.right.setChildrenCollapsible(False)
        self.right.addWidget(middle)
        self.right.addWidget(self.detail)
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self.right)
        self.splitter.addWidget(left)
        self.splitter.addWidget(self.pages)
        self.splitter.setStretchFactor(1, 1)
        hint = ElidedLabel(
            tr(
                "N next · P previous · / filter · T table, plot, map, pathway · M the molecule itself · "
                "B and F back and forward on the way to it · L make ones like it · "
                "S start a search from the shown · "
                "a click on a head sorts, its menu chooses columns"
            ),
            "faint",
        )
        foot = column(gap=0)
        foot.setContentsMargins(look.gap, look.gap_tiny, look.gap, look.gap_tiny)
        foot.addWidget(hint)
        outer = column(gap=0)
        outer.addWidget(self.splitter, 1)
        outer.addLayout(foot)
        self.setLayout(outer)

    def _connect(self) -> None:
        models = self._models
        models.molecules.projectChanged.connect(self.refresh)
        models.detail.rowChanged.connect(self._tell)
        self.pathway.graph.metaboliteChosen.connect(self.detail.metabolism.choose)
        for part in (self.given, self.empty):
            part.openRequested.connect(self.openRequested)
            part.pasteRequested.connect(self.pasteRequested)
            part.medicinesRequested.connect(models.giving.take_medicines)
        self.empty.makeRequested.connect(self.tasks.show_making)
        self.given.saveRequested.connect(self.saveRequested)
        self.given.add_actions((self.acts.make, *self.acts.of_row, self.acts.train))
        self.table.set_row_actions(self.acts.of_row)
        models.seeding.asked.connect(self.tasks.show_task)
        # The menu shows these keys and owns them: a key with two owners does nothing at all.
        self.addActions([self.given.open, self.given.save])
        keys: tuple[tuple[str, Callable[[], object]], ...] = (
            ("N", lambda: models.molecules.choose_next(1)),
            ("P", lambda: models.molecules.choose_next(-1)),
            ("/", self.filter.words.setFocus),
            ("T", lambda: self.tabs.setCurrentIndex((self.tabs.currentIndex() + 1) % self.tabs.count())),
            ("M", models.detail.show_molecule),
            ("B", lambda: self.detail.properties.way.way.walk(-1)),
            ("F", lambda: self.detail.properties.way.way.walk(1)),
        )
        for key, act in keys:
            shortcut = QShortcut(QKeySequence(key), self, act)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    # ---- showing --------------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Show the molecules, or the ways to give some."""
        self.pages.setCurrentWidget(self.empty if self._models.molecules.project is None else self.right)
        self._tell()

    def _tell(self) -> None:
        """What runs have told of all: shown where it belongs."""
        self.detail.metabolism.set_notices(self._models.molecules.notices("molecules.metabolise"))

    def showEvent(self, event: QShowEvent) -> None:
        """Share the room when it is known how much there is; from then on the user does."""
        super().showEvent(event)
        if not self._is_placed:
            self._is_placed = True
            widths = [round(self.width() * share) for share in _SHARES]
            self.splitter.setSizes([widths[0], widths[1] + widths[2]])
            self.right.setSizes(widths[1:])
            self.detail.share_room()
        self.table.setFocus()

    # ---- files ----------------------------------------------------------------------------------------
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files of molecules are taken here; all else goes to the window."""
        from medapp.ui.molecules.giving import is_taken

        if any(is_taken(path) for path in local_paths(event.mimeData())):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        """Begin with what was dropped."""
        event.acceptProposedAction()
        self.filesDropped.emit(local_paths(event.mimeData()))
