"""What can be done with the molecules: each task with its form, and the progress of what runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QCheckBox, QFrame, QSizePolicy, QSpinBox, QWidget

from medapp.ui.molecules.asking import AskingModel
from medapp.ui.molecules.progress_panel import ProgressPanel
from medapp.ui.molecules.task_row import MoleculeTaskRow
from medapp.ui.plan.parts import scrolling
from medapp.ui.shell.widgets import Section, column, empty, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Mapping

    from medapp.services.running import TaskChoice
    from medapp.ui.models.row import TaskRow
    from medapp.ui.molecules.model import MoleculesModel
    from medapp.ui.molecules.running import RunningModel
    from medapp.ui.shell.session import Session

_SEEDS = 999_999
_SEED = 22 * tokens.GRID


class TasksPanel(QFrame):
    """At the left of the page, below what was given."""

    def __init__(self, session: Session, model: MoleculesModel, running: RunningModel) -> None:
        """Show `running`."""
        super().__init__()
        look = tokens.current()
        self.setObjectName("surface")
        self._session, self._model, self._running = session, model, running
        self._asking = AskingModel(running, model)
        self._seen: tuple[str, ...] | None = None
        self.rows: dict[str, TaskRow] = {}
        self.progress = ProgressPanel(running)
        self.shown_only, self.with_patient, self.seed = _check(), _check(), QSpinBox()
        self._seed_row = self._set_up_options()
        self._list = column(gap=look.gap_small)
        body = QWidget()
        inner = column(gap=look.gap_small)
        for part in (self.shown_only, self.with_patient, self._seed_row):
            inner.addWidget(part)
        inner.addLayout(self._list)
        body.setLayout(inner)
        around = row(gap=0)
        around.setContentsMargins(0, 0, look.gap_small, look.gap_small)
        around.addWidget(self.progress)
        outer = column(gap=look.gap_small)
        outer.setContentsMargins(look.gap, look.gap_small, 0, 0)
        outer.addWidget(text_label(tr("What is done with them"), "heading"))
        self._area = scrolling(body)
        outer.addWidget(self._area, 1)
        outer.addLayout(around)
        self.setLayout(outer)
        running.changed.connect(self.refresh)
        self._asking.changed.connect(self.refresh)
        model.shownChanged.connect(self._refresh_options)
        session.patientChanged.connect(lambda *_: self._refresh_options())
        self.refresh()

    def _set_up_options(self) -> QWidget:
        """Set up what holds for all tasks; return the line of the seed."""
        running = self._running
        self.shown_only.toggled.connect(self._set_shown_only)
        self.with_patient.setChecked(running.with_patient)
        self.with_patient.toggled.connect(self._set_with_patient)
        self.seed.setRange(0, _SEEDS)
        self.seed.setFixedWidth(_SEED)
        self.seed.setAccessibleName(tr("Seed of what is generated"))
        self.seed.setToolTip(tr("The same seed makes the same molecules"))
        self.seed.valueChanged.connect(lambda value: setattr(running, "seed", value))
        line = row(gap=tokens.current().gap_small)
        line.addWidget(text_label(tr("Seed"), "dim"))
        line.addWidget(self.seed)
        line.addStretch(1)
        found = QWidget()
        found.setLayout(line)
        return found

    def _set_shown_only(self, on: bool) -> None:
        self._running.shown_only = on

    def _set_with_patient(self, on: bool) -> None:
        self._running.with_patient = on

    # ---- showing --------------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Show what can be run; forms stay where the tasks are the same."""
        running = self._running
        self._refresh_options()
        seen = tuple(one.task.id for one in running.choices)
        if seen == self._seen and not running.loading:
            for one in self.rows.values():
                one.refresh()
            return
        empty(self._list)
        self.rows = {}
        if running.loading:
            self._list.addWidget(text_label(tr("Looking for models…"), "dim"))
            return
        self._seen = seen
        for number, choice in enumerate(running.fitting):
            made = MoleculeTaskRow(choice, running, self._asking, unfolded=not number)
            self.rows[choice.task.id] = made
            self._list.addWidget(made)
        if not running.fitting:
            text = tr("No plugin for molecules is installed, or its weights are missing.")
            self._list.addWidget(text_label(text, "dim", wrap=True))
        if running.others:
            self._list.addWidget(Section(tr("Cannot be run"), _reasons(running.others)))

    def show_making(self) -> None:
        """Unfold the first task that makes molecules of nothing, the others folded."""
        makes = [one.task.id for one in self._running.fitting if one.task.molecules == "none"]
        if makes:
            self.show_task(makes[0], {})

    def show_task(self, task: str, values: Mapping[str, Any]) -> None:
        """Unfold a task, the others folded, with fields filled in; the first of them has the focus."""
        chosen = self.rows.get(task)
        if chosen is None:
            return
        for one in self.rows.values():
            one.head.setChecked(one is chosen)
        chosen.form.set_values(values)
        shown = next((chosen.form.fields[name] for name in values if name in chosen.form.fields), chosen.head)
        shown.setFocus()
        # Where it lies is known when the others have folded.
        QTimer.singleShot(0, shown, lambda: self._area.ensureWidgetVisible(shown))

    def _refresh_options(self) -> None:
        model, running = self._model, self._running
        count, total = len(model.shown), len(model.molecules)
        # It keeps its place: the tasks below would else move whenever a filter is set.
        self.shown_only.setEnabled(count != total)
        self.shown_only.setText(
            tr("Only those that are shown")
            if count == total
            else tr("Only the {count} that are shown", count=count)
        )
        if count == total and self.shown_only.isChecked():
            self.shown_only.setChecked(False)
        takes = any({one.task.record, one.task.genome} != {"none"} for one in running.fitting)
        self.with_patient.setVisible(takes and self._session.patient is not None)
        self.with_patient.setText(tr("With the patient's enzymes"))
        self.with_patient.setToolTip(
            tr("Goes by their genes and medicines where a task can; scores are not changed by it")
        )
        self._seed_row.setVisible(any(one.task.molecules != "required" for one in running.fitting))


def _check() -> QCheckBox:
    """One that gives way: its text cannot be wrapped."""
    box = QCheckBox()
    box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    return box


def _reasons(choices: tuple[TaskChoice, ...]) -> QWidget:
    body = QFrame()
    inner = column()
    for choice in choices:
        inner.addWidget(text_label(choice.task.title))
        inner.addWidget(text_label(choice.check.reason, "faint", wrap=True))
    body.setLayout(inner)
    return body
