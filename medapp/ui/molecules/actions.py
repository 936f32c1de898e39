"""What can be done with the molecules of the table: for the menu of a row and of the page, and by keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence

from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from medapp.ui.molecules.seeding import SeedingModel


class MoleculeActions(QObject):
    """Each action has one key, of the page; that of copying is the table's, for texts are copied elsewhere.

    Attributes:
        make: New ones, of nothing.
        train: What makes them, on molecules of one's own.
        like: Ones like the chosen molecule.
        start: A search that starts from those that are shown.
        copy: The SMILES of the chosen one.
    """

    def __init__(
        self,
        seeding: SeedingModel,
        page: QWidget,
        table: QWidget,
        show_making: Callable[[], object],
        ask_training: Callable[[], object],
    ) -> None:
        """Belong to `page` and its `table`."""
        super().__init__(page)
        self._seeding = seeding
        self.make = self._action(tr("Make new ones…"), "", show_making, page)
        self.train = self._action(tr("Train the generator…"), "", ask_training, page)
        self.like = self._action(tr("Make ones like this…"), "L", seeding.make_like, page)
        self.start = self._action(tr("Start the search from the shown…"), "S", seeding.start_from_shown, page)
        self.copy = self._action(tr("Copy SMILES"), "Ctrl+C", self._copy, table)
        seeding.changed.connect(self.refresh)
        self.refresh()

    def _action(self, text: str, key: str, act: Callable[[], object], where: QWidget) -> QAction:
        action = QAction(text, self)
        if key:
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(lambda _=False: act())
        where.addAction(action)
        return action

    @property
    def of_row(self) -> tuple[QAction, ...]:
        """For the menu of a row."""
        return self.like, self.start, self.copy

    def refresh(self) -> None:
        """Offer what can be done now."""
        self.like.setEnabled(self._seeding.can_resemble)
        self.start.setEnabled(self._seeding.can_start)
        self.copy.setEnabled(bool(self._seeding.smiles))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._seeding.smiles)
