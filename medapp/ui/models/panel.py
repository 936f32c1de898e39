"""The tasks for the series in view: those that fit, those that do not and why, and broken plugins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QWidget

from medapp.ui.models.model import ModelsModel
from medapp.ui.models.row import TaskRow
from medapp.ui.shell.widgets import NoticeBox, Section, button, column, empty, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QPushButton

    from medapp.services.running import TaskChoice
    from medapp.ui.results.model import ResultsModel
    from medapp.ui.shell.session import Session


class ModelsPanel(QWidget):
    """Fills the section of the inspector."""

    findingsRequested = Signal(str)
    """Id of a task that shall be asked in Findings."""

    def __init__(self, session: Session, results: ResultsModel) -> None:
        """Make the model and show it."""
        super().__init__()
        self.model = ModelsModel(session, results)
        self.rows: dict[str, TaskRow] = {}
        self.leads: dict[str, QPushButton] = {}
        self.reasons: list[str] = []
        self._unfolded: set[str] = set()
        self._list = column(gap=tokens.current().gap_small)
        self.setLayout(self._list)
        self.model.changed.connect(self.refresh)
        self.model.runningChanged.connect(self._refresh_rows)
        self.refresh()

    def refresh(self) -> None:
        """Show the tasks for another series."""
        self._unfolded |= {key for key, row in self.rows.items() if row.head.isChecked()}
        empty(self._list)
        self.rows.clear()
        self.reasons.clear()
        self.leads.clear()
        model = self.model
        if model.series is None:
            self._list.addWidget(
                text_label(tr("Open a series to see what can be run on it."), "dim", wrap=True)
            )
            return
        if model.loading:
            self._list.addWidget(text_label(tr("Looking for tasks…"), "dim"))
            return
        for number, choice in enumerate(model.fitting):
            unfolded = choice.task.id in self._unfolded or (number == 0 and not self._unfolded)
            self.rows[choice.task.id] = TaskRow(choice, model, unfolded=unfolded)
            self._list.addWidget(self.rows[choice.task.id])
        if not model.fitting:
            said = (
                tr("No installed task segments this series.")
                if model.asked_in_findings
                else tr("No installed task fits this series.")
            )
            self._list.addWidget(text_label(said, "dim", wrap=True))
        for choice in model.asked_in_findings:
            self._list.addWidget(self._lead(choice))
        for broken in model.broken:
            text = tr("Plugin {name} cannot be used: {reason}", name=broken.name, reason=broken.reason)
            self.reasons.append(text)
            self._list.addWidget(NoticeBox(text, "error"))
        if model.others:
            section = Section(tr("Do not fit"), self._reasons(model.others), open_=not model.fitting)
            section.set_count(len(model.others))
            self._list.addWidget(section)

    def _lead(self, choice: TaskChoice) -> QWidget:
        """A task whose answer is findings: it is asked there."""
        body = QFrame()
        body.setObjectName("raised")
        look = tokens.current()
        inner = column(gap=look.gap_tiny)
        inner.setContentsMargins(look.gap_small, look.gap_small, look.gap_small, look.gap_small)
        inner.addWidget(text_label(choice.task.title, wrap=True))
        ask = button(
            tr("Ask in Findings"),
            lambda: self.findingsRequested.emit(choice.task.id),
            name="text-box-search-outline",
            tip=choice.task.summary,
        )
        inner.addWidget(ask, 0, Qt.AlignmentFlag.AlignLeft)
        body.setLayout(inner)
        self.leads[choice.task.id] = ask
        return body

    def _reasons(self, choices: tuple[TaskChoice, ...]) -> QWidget:
        body = QFrame()
        inner = column()
        for choice in choices:
            self.reasons.append(choice.check.reason)
            inner.addWidget(text_label(choice.task.title))
            inner.addWidget(text_label(choice.check.reason, "faint", wrap=True))
        body.setLayout(inner)
        return body

    def _refresh_rows(self) -> None:
        for row in self.rows.values():
            row.refresh()
