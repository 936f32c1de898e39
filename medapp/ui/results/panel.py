"""Results of the patient in focus: the current one as a card, the others as rows, those kept as heads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from medapp.ui.results.card import ResultCard
from medapp.ui.results.details import status_text
from medapp.ui.results.model import ResultsModel
from medapp.ui.results.stored import StoredResults
from medapp.ui.results.stored_card import StoredCard
from medapp.ui.shell.widgets import CopyLabel, ElidedButton, column, empty, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.services.results import Exported
    from medapp.ui.results.model import ResultItem
    from medapp.ui.shell.session import Session


class ResultsPanel(QWidget):
    """Fills the section of the inspector."""

    def __init__(self, session: Session) -> None:
        """Make the model and show it."""
        super().__init__()
        self.model = ResultsModel(session)
        self.stored = StoredResults(session, self.model)
        self.card = ResultCard(self.model)
        self._none = text_label(tr("Run a model below, or open a segmentation."), "dim", wrap=True)
        self._exported = CopyLabel("", "dim")
        self._exported.hide()
        self._others = column(gap=tokens.current().gap_tiny)
        self._kept = text_label(tr("Kept for this series"), "section")
        self._offered = column()
        self.offered: tuple[StoredCard, ...] = ()
        inner = column()
        inner.addWidget(self._none)
        inner.addWidget(self.card)
        inner.addWidget(self._exported)
        inner.addLayout(self._others)
        inner.addWidget(self._kept)
        inner.addLayout(self._offered)
        self.setLayout(inner)
        self.model.changed.connect(self.refresh)
        self.stored.changed.connect(self.refresh)
        self.model.currentChanged.connect(self.refresh)
        self.model.currentChanged.connect(self._exported.hide)
        self.model.exported.connect(self._show_exported)
        self.refresh()

    def refresh(self) -> None:
        """Show the rows of the others, and what the library offers."""
        items = self.model.items
        self._show_offered()
        self._none.setVisible(not items and not self.offered)
        empty(self._others)
        for item in items:
            if item is not self.model.current:
                self._others.addWidget(self._row(item))

    def _show_offered(self) -> None:
        empty(self._offered)
        self.offered = tuple(StoredCard(found, self.stored) for found in self.stored.offered)
        for card in self.offered:
            self._offered.addWidget(card)
        self._kept.setVisible(bool(self.offered))

    def _row(self, item: ResultItem) -> QWidget:
        text = " · ".join((status_text(item), item.title, item.series.title))
        result = ElidedButton(text, lambda: self._choose(item), name="layers-outline")
        result.setProperty("flat", True)
        result.setObjectName("resultrow")
        return result

    def _choose(self, item: ResultItem) -> None:
        self.model.choose_and_show(item)

    def _show_exported(self, exported: Exported) -> None:
        self._exported.set_full_text(tr("Exported to {folder}", folder=exported.result_json.parent))
        self._exported.show()
