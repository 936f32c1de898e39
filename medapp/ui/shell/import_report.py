"""What waits for an answer, what was answered, and what was not read. Stays beside the reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QTabWidget, QWidget

from medapp.ui.shell.answered_list import AnsweredList
from medapp.ui.shell.form_list import FormList
from medapp.ui.shell.refusal_list import RefusalList
from medapp.ui.shell.waiting_model import base_name, refused_title
from medapp.ui.shell.widgets import button, column, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from medapp.services.waiting import Questions
    from medapp.ui.shell.form_list import Slot

_SIZE = (296, 168)
"""On the grid: it fits a window of 1280 by 800."""


class ImportReport(QDialog):
    """Does not stop the window behind it."""

    def __init__(
        self,
        table: Callable[[Slot], object],
        genome: Callable[[Slot], object],
        pair: Callable[[Slot], object],
        parent: QWidget | None = None,
    ) -> None:
        """Fill slots by these, each for questions of its kind."""
        super().__init__(parent)
        look = tokens.current()
        self.setWindowTitle(tr("Questions and what was not read"))
        self.setModal(False)
        self.resize(*(side * tokens.GRID for side in _SIZE))
        self.questions: Questions | None = None
        leave = tr("Leave out")
        told = tr("Tables are read once it is confirmed what their columns mean.")
        self.tables = FormList(told, table, leave=leave)
        self.genomes = FormList(tr("A genome is kept once it is said whose it is."), genome, leave=leave)
        self.pairs = FormList(
            tr("They carry the same number or name. Until it is said they stay apart."), pair
        )
        self.answered = AnsweredList()
        self.refused = RefusalList()
        self.nothing = text_label(tr("Nothing waits for an answer."), "dim", wrap=True)
        self.tabs = QTabWidget()
        outer = column(margin=look.gap, gap=look.gap)
        outer.addWidget(self.nothing)
        outer.addWidget(self.tabs, 1)
        end = row()
        end.addStretch()
        end.addWidget(button(tr("Close"), self.close))
        outer.addLayout(end)
        self.setLayout(outer)

    def set_questions(self, found: Questions) -> None:
        """Show all that waits, was answered and was not read; forms that one is at work with stay."""
        self.questions = found
        for listed, files in ((self.tables, found.tables), (self.genomes, found.genomes)):
            listed.set_questions(
                [(one.identity, base_name(one.file.name.replace("!", "/")), one.identity) for one in files]
            )
        pairs = [(f"{one.key} {two.key}", one.name, two.name) for one, two in found.pairs]
        matches = [
            (f"{asked.match.person} {asked.match.patient}", asked.person.name, tr("images"))
            for asked in found.matches
        ]
        self.pairs.set_questions(
            [
                (key, f"{one or tr('No name')} – {two or tr('No name')}", f"{one}\n{two}")
                for key, one, two in (*matches, *pairs)
            ]
        )
        self.answered.set_answers(found.answered)
        self.refused.set_refused(found.refused)
        self.refused.set_others(found.unreadable)
        self._show_tabs()

    def show_first(self) -> None:
        """Turn to what waits for an answer, unless one of its pages is in view."""
        asks = [page for page in (self.tables, self.genomes, self.pairs) if page.count]
        if asks and self.tabs.currentWidget() not in asks:
            self.tabs.setCurrentWidget(asks[0])

    def _show_tabs(self) -> None:
        """Those that have something, with how much of it."""
        current = self.tabs.currentWidget()
        titles = (
            (self.tables, tr("Tables")),
            (self.genomes, tr("Genomes")),
            (self.pairs, tr("Same person?")),
            (self.answered, tr("Answered")),
        )
        wanted: list[tuple[QWidget, str]] = [
            (page, f"{title} {page.count}") for page, title in titles if page.count
        ]
        if self.refused.count:
            wanted.append((self.refused, refused_title(self.refused.refused)))
        shown = [self.tabs.widget(place) for place in range(self.tabs.count())]
        if [page for page, _ in wanted] != shown:
            self.tabs.clear()
            for page, title in wanted:
                self.tabs.addTab(page, title)
            if current is not None and self.tabs.indexOf(current) >= 0:
                self.tabs.setCurrentWidget(current)
        for place, (_, title) in enumerate(wanted):
            self.tabs.setTabText(place, title)
        self.nothing.setVisible(not (self.tables.count + self.genomes.count + self.pairs.count))
        self.tabs.setVisible(bool(wanted))
