"""The models that can be asked about the patient, and why others cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt, QTimer, Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QWidget

from medapp.ui.models.row import TaskRow
from medapp.ui.shell.widgets import Section, button, column, empty, scroll_area, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.services.running import TaskChoice
    from medapp.ui.models.model import RunWish

_LEAST = 40 * tokens.GRID


class Asking(Protocol):
    """What knows the models that can be asked, and asks them."""

    loading: bool
    choices: tuple[TaskChoice, ...]

    @property
    def changed(self) -> SignalInstance:
        """Other models, or one is asked."""
        ...

    @property
    def images(self) -> str:
        """Which images are in view, in words; empty for none."""
        ...

    @property
    def fitting(self) -> tuple[TaskChoice, ...]:
        """What can be asked."""
        ...

    @property
    def others(self) -> tuple[TaskChoice, ...]:
        """What cannot, each with its reason."""
        ...

    def state(self, task: str) -> str:
        """What a task is doing; empty where nothing."""
        ...

    def run(self, wish: RunWish) -> None:
        """Ask a model."""
        ...


class AskPanel(QFrame):
    """Below the list of answers; folds to its heading."""

    folded = Signal(bool)
    ownRequested = Signal()
    """The list of one's own classifiers shall be shown."""

    def __init__(self, model: Asking) -> None:
        """Show `model`."""
        super().__init__()
        look = tokens.current()
        self.setObjectName("surface")
        self._model = model
        self.rows: dict[str, TaskRow] = {}
        self._seen: tuple[tuple[str, str, bool], ...] | None = None
        self._wanted = ""
        self.about = text_label("", "dim", wrap=True)
        self._list = column(gap=look.gap_small)
        body = QWidget()
        inner = column(gap=look.gap_small)
        inner.setContentsMargins(0, 0, look.gap_small, 0)
        inner.addWidget(self.about)
        inner.addLayout(self._list)
        self.own = button(tr("Classifiers of your own…"), self.ownRequested.emit, name="plus")
        inner.addWidget(self.own, 0, Qt.AlignmentFlag.AlignLeft)
        inner.addStretch()
        body.setLayout(inner)
        self.area = scroll_area(body)
        self.area.setMinimumHeight(_LEAST)
        self.section = Section(tr("Ask a model"), self.area)
        self.section.folded.connect(self.folded)
        outer = column(gap=0)
        outer.setContentsMargins(look.gap_small, look.gap_tiny, 0, look.gap_small)
        outer.addWidget(self.section)
        self.setLayout(outer)
        model.changed.connect(self.refresh)
        self.refresh()

    @property
    def is_folded(self) -> bool:
        """Whether only the heading is shown."""
        return self.area.isHidden()

    @property
    def folded_height(self) -> int:
        """Px of the heading alone."""
        for layout in (self.section.layout(), self.layout()):
            if layout is not None:
                layout.activate()
        return self.sizeHint().height()

    def refresh(self) -> None:
        """Show what can be asked; rows are kept where it is the same as before."""
        model = self._model
        self.about.setText(tr("Images in view: {images}", images=model.images) if model.images else "")
        self.about.setVisible(bool(model.images))
        seen = tuple((choice.task.id, choice.task.title, choice.check.ok) for choice in model.choices)
        self.section.set_count(len(model.fitting) or None)
        if model.loading and self.rows:
            return  # what is there stays in view until it is known whether it still holds
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
        self._unfold()

    def unfold(self, task: str) -> None:
        """Show the form of a task, as soon as it is known that it can be asked."""
        self._wanted = task
        self._unfold()

    def _unfold(self) -> None:
        row = self.rows.get(self._wanted)
        if row is None:
            return
        self._wanted = ""
        row.head.setChecked(True)
        # Its place is known once it has been laid out.
        QTimer.singleShot(0, row, lambda: self.area.ensureWidgetVisible(row))

    @staticmethod
    def _reasons(choices: tuple[TaskChoice, ...]) -> QWidget:
        body = QFrame()
        inner = column()
        for choice in choices:
            inner.addWidget(text_label(choice.task.title))
            inner.addWidget(text_label(choice.check.reason, "faint", wrap=True))
        body.setLayout(inner)
        return body
