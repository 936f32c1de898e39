"""The models that can be asked about the patient, and why others cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from medapp.ui.models.row import TaskRow
from medapp.ui.shell.widgets import Section, column, empty, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.services.running import TaskChoice
    from medapp.ui.findings.asking import AskingModel

_HEIGHT = 84 * tokens.GRID


class AskPanel(QWidget):
    """Below the list of answers."""

    def __init__(self, model: AskingModel) -> None:
        """Show `model`."""
        super().__init__()
        look = tokens.current()
        self._model = model
        self.rows: dict[str, TaskRow] = {}
        self._seen: tuple[tuple[str, bool], ...] | None = None
        self._list = column(gap=look.gap_small)
        body = QWidget()
        inner = column(gap=look.gap_small)
        inner.addLayout(self._list)
        inner.addStretch()
        body.setLayout(inner)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(body)
        scroll.setMaximumHeight(_HEIGHT)
        outer = column(gap=look.gap_tiny)
        outer.setContentsMargins(look.gap_small, 0, look.gap_small, look.gap_small)
        outer.addWidget(text_label(tr("Ask a model"), "section"))
        outer.addWidget(scroll, 1)
        self.setLayout(outer)
        self.setMaximumHeight(_HEIGHT)
        model.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show what can be asked; rows are kept where it is the same as before."""
        model = self._model
        seen = tuple((choice.task.id, choice.check.ok) for choice in model.choices)
        if seen and seen == self._seen:
            for row in self.rows.values():
                row.refresh()
            return
        self._seen = seen
        empty(self._list)
        self.rows.clear()
        if model.loading:
            self._list.addWidget(text_label(tr("Looking for models…"), "dim"))
            return
        for choice in model.fitting:
            self.rows[choice.task.id] = TaskRow(choice, model)
            self._list.addWidget(self.rows[choice.task.id])
        if not model.fitting:
            self._list.addWidget(
                text_label(tr("No installed model can be asked about this patient."), "dim", wrap=True)
            )
        if model.others:
            section = Section(tr("Cannot be asked"), self._reasons(model.others), open_=not model.fitting)
            section.set_count(len(model.others))
            self._list.addWidget(section)

    @staticmethod
    def _reasons(choices: tuple[TaskChoice, ...]) -> QWidget:
        body = QFrame()
        inner = column()
        for choice in choices:
            inner.addWidget(text_label(choice.task.title))
            inner.addWidget(text_label(choice.check.reason, "faint", wrap=True))
        body.setLayout(inner)
        return body
