"""What was given, and the ways to give something else, to keep it and to take it out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QFrame, QMenu, QPushButton

from medapp.ui.molecules.telling import nothing_yet
from medapp.ui.shell.widgets import ElidedLabel, NoticeBox, button, column, empty, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import SignalInstance

    from medapp.ui.molecules.giving import GivingModel
    from medapp.ui.molecules.listing import ListingModel
    from medapp.ui.molecules.model import MoleculesModel


class GivenPanel(QFrame):
    """At the top left of the page; files and texts are asked for by signals."""

    openRequested = Signal()
    pasteRequested = Signal()
    medicinesRequested = Signal()
    saveRequested = Signal()
    exportRequested = Signal(str)
    """``smiles``, ``csv``, ``sdf`` or ``pdf``."""

    def __init__(self, model: MoleculesModel, giving: GivingModel, listing: ListingModel) -> None:
        """Show `model`."""
        super().__init__()
        look = tokens.current()
        self.setObjectName("surface")
        self._model, self._giving, self._listing = model, giving, listing
        self.name = ElidedLabel("", "heading")
        self.said = text_label("", "dim", wrap=True)
        self.said.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._notices = column(gap=look.gap_tiny)
        self.give = _menu_button(tr("Molecules"), "tray-arrow-down")
        self.keep = _menu_button(tr("Keep"), "content-save-outline")
        self._fill_menus()
        line = row(gap=look.gap_small)
        line.addWidget(self.give)
        line.addWidget(self.keep)
        line.addStretch(1)
        inner = column(gap=look.gap_small)
        inner.setContentsMargins(look.gap, look.gap_small, look.gap, look.gap_small)
        inner.addWidget(self.name)
        inner.addWidget(self.said)
        inner.addLayout(line)
        inner.addLayout(self._notices)
        self.setLayout(inner)
        model.projectChanged.connect(self.refresh)
        model.shownChanged.connect(self._say)
        giving.busyChanged.connect(self._say)
        listing.changed.connect(self._say)
        self.refresh()

    def _fill_menus(self) -> None:
        give, keep = QMenu(self), QMenu(self)
        self.open = _keyed(give, tr("Open a file or project…"), "Ctrl+O", self.openRequested)
        give.addAction(tr("Paste SMILES…"), self.pasteRequested.emit)
        give.addAction(tr("Present medicines of the patient"), self.medicinesRequested.emit)
        self.recent = give.addMenu(tr("Go on with"))
        self.recent.aboutToShow.connect(self._fill_recent)
        self.recent.aboutToShow.connect(self._giving.look_for_recent)
        self._giving.recentChanged.connect(self._fill_recent)
        self.save = _keyed(keep, tr("Save the project…"), "Ctrl+S", self.saveRequested)
        keep.addSeparator()
        for kind, title in (
            ("sdf", tr("Export those shown as SDF…")),
            ("smiles", tr("Export those shown as SMILES…")),
            ("csv", tr("Export those shown as CSV…")),
            ("pdf", tr("Export a sheet of the chosen one as PDF…")),
        ):
            keep.addAction(title, partial(self.exportRequested.emit, kind))
        self.give.setMenu(give)
        self.keep.setMenu(keep)

    def _fill_recent(self) -> None:
        self.recent.clear()
        for project in self._giving.recent:
            here = self._model.project is not None and project.folder == self._model.project.folder
            # What stands behind & would be taken for a key.
            said = self._giving.describe(project).replace("&", "&&")
            action = self.recent.addAction(said, partial(self._giving.open_recent, project))
            action.setEnabled(not here)
        if self.recent.isEmpty():
            self.recent.addAction(tr("Nothing yet")).setEnabled(False)

    def add_actions(self, actions: Sequence[QAction]) -> None:
        """Offer more in the menu of molecules: what can be done with those of the table."""
        before = self.recent.menuAction()
        menu = self.give.menu()
        menu.insertSeparator(before)
        menu.insertActions(before, list(actions))
        menu.insertSeparator(before)

    # ---- showing --------------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Show the project as it is now."""
        project = self._model.project
        self.name.set_full_text(tr("No molecules yet") if project is None else project.name)
        self.keep.setEnabled(project is not None)
        self._say()
        empty(self._notices)
        for text, state in self._told():
            self._notices.addWidget(NoticeBox(text, state))  # type: ignore[arg-type]

    def _told(self) -> list[tuple[str, str]]:
        project = self._model.project
        if project is None:
            return []
        found = []
        if project.unknown:
            listed = "; ".join(f"{name}: {reason}" for name, reason in project.unknown)
            found.append((tr("Without a structure: {listed}.", listed=listed), "warning"))
        if project.subject and not self._model.is_of_patient(project.subject):
            text = tr("These are medicines of another patient than the one in focus.")
            found.append((text, "warning"))
        others = ", ".join(dict.fromkeys(run.title for run in self._model.others_runs))
        if others:
            text = tr(
                "{tasks} went by another patient than the one in focus; what it says of enzymes is left out.",
                tasks=others,
            )
            found.append((text, "warning"))
        return found

    def _say(self) -> None:
        project = self._model.project
        if self._giving.busy:
            said = self._giving.busy
        elif project is None:
            said = tr("Open a file of SMILES, CSV or SDF, or drop it here.")
        else:
            said = self._counted(is_run=bool(project.runs))
        self.said.setText(said)
        if self.isVisible():
            # It gives no room back: the tasks below would move while somebody reaches for one.
            high = self.said.heightForWidth(self.said.width())
            self.said.setMinimumHeight(max(high, self.said.minimumHeight()))

    def _counted(self, *, is_run: bool) -> str:
        """How many there are, and what to do where nothing was run on them yet."""
        count = len(self._model.molecules)
        if self._listing.is_busy:
            return tr("Reading… {count} molecules so far", count=count)
        if not count:
            return nothing_yet(self._model) or tr("There are no molecules in it yet.")
        counted = tr("1 molecule") if count == 1 else tr("{count} molecules", count=count)
        if is_run:
            return counted
        return tr("{molecules}. Nothing was run on it yet.", molecules=counted)


def _menu_button(text: str, name: str) -> QPushButton:
    return button(text, lambda: None, name=name)


def _keyed(menu: QMenu, text: str, key: str, asked: SignalInstance) -> QAction:
    """An action with a key of the page that takes it in, and of no other page of the window."""
    action = menu.addAction(text)
    action.setShortcut(QKeySequence(key))
    action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    action.triggered.connect(lambda _=False: asked.emit())
    return action
