"""One task: title, what it does, its form, what it will take, and the button that runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QToolButton, QWidget

from medapp.ui.models.form import ParameterForm
from medapp.ui.models.model import RunWish
from medapp.ui.shell.widgets import button, column, row, text_label
from medapp.ui.style import tokens
from medapp.ui.style.icons import icon
from medapp.ui.text import tr
from medapp.ui.wording import amount, span

if TYPE_CHECKING:
    from medapp.api.results import Estimate
    from medapp.services.running import TaskChoice


class Runner(Protocol):
    """What runs the task."""

    def state(self, task: str) -> str:
        """What a task is doing, empty where nothing."""
        ...

    def run(self, wish: RunWish) -> None:
        """Run it."""
        ...


def estimate_text(estimate: Estimate) -> str:
    """Memory and time before the run; what is not known is said to be."""
    memory = tr("about {memory}", memory=amount(estimate.memory_bytes))
    if estimate.seconds is None:
        return tr("{memory}, time unknown", memory=memory)
    return tr("{memory}, {time}", memory=memory, time=span(estimate.seconds))


class TaskRow(QFrame):
    """Folded to its title until it is chosen."""

    def __init__(self, choice: TaskChoice, model: Runner, *, unfolded: bool = False) -> None:
        """Show a task that fits."""
        super().__init__()
        look = tokens.current()
        task = choice.task
        self.setObjectName("raised")
        self._model = model
        self.task_id = task.id
        self.head = QToolButton()
        self.head.setObjectName("taskhead")
        self.head.setText(task.title)
        self.head.setToolTip(f"{task.id} · {choice.manifest.title} {choice.manifest.version}")
        self.head.setCheckable(True)
        self.head.setChecked(unfolded)
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.form = ParameterForm(task.parameters, task.required_parameters)
        self.run_button = button(tr("Run"), self.run, name="play", primary=True)
        self._state = text_label("", "dim", wrap=True)
        self._device = self._devices(task.gpu)
        self._fast = QCheckBox(tr("Fast (bfloat16)"))
        self._fast.setToolTip(tr("Takes less time and memory; the labels differ slightly"))
        self._body = self._make_body(choice)
        inner = column()
        inner.setContentsMargins(look.gap_small, look.gap_tiny, look.gap_small, look.gap_small)
        inner.addWidget(self.head)
        inner.addWidget(self._body)
        self.setLayout(inner)
        self.head.toggled.connect(self._fold)
        self.form.changed.connect(self.refresh)
        self._fold(unfolded)
        self.refresh()

    def _make_body(self, choice: TaskChoice) -> QWidget:
        task = choice.task
        body = column(gap=tokens.current().gap_small)
        if task.summary:
            body.addWidget(text_label(task.summary, "dim", wrap=True))
        if task.parameters:
            body.addWidget(self.form)
        if task.gpu != "none":
            body.addWidget(self._fast)
        body.addWidget(text_label(estimate_text(choice.estimate), "faint", wrap=True))
        line = row()
        line.addWidget(self.run_button)
        line.addWidget(self._device)
        line.addStretch()
        body.addLayout(line)
        body.addWidget(self._state)
        result = QWidget()
        result.setLayout(body)
        return result

    @staticmethod
    def _devices(gpu: str) -> QComboBox:
        box = QComboBox()
        box.addItem(tr("Best device"), "auto")
        if gpu != "required":
            box.addItem(tr("Processor"), "cpu")
        box.setToolTip(tr("Where it runs"))
        if gpu == "none":
            box.hide()  # shown by its parent else: by itself it would be a window and take the keys
        return box

    def wish(self) -> RunWish:
        """What is set now.

        Raises:
            ValueError: Where a field cannot be read.
        """
        precision = "bfloat16" if self._fast.isChecked() else "float32"
        return RunWish(self.task_id, self.form.values(), self._device.currentData(), precision)

    def run(self) -> None:
        """Run the task as it is set."""
        try:
            wish = self.wish()
        except ValueError as error:
            self._say(str(error), "error")
            return
        self.want(wish)

    def want(self, wish: RunWish) -> None:
        """Have it run."""
        self._model.run(wish)

    def refresh(self) -> None:
        """Whether it can be run now."""
        state = self._model.state(self.task_id)
        missing = self.form.missing()
        self.run_button.setEnabled(not state and not missing)
        self._say(state or (tr("Fill in: {names}", names=", ".join(missing)) if missing else ""))

    def _say(self, text: str, state: str = "") -> None:
        self._state.setText(text)
        self._state.setVisible(bool(text))
        self._state.setProperty("state", state)
        self._state.style().polish(self._state)

    def _fold(self, is_open: bool) -> None:
        self._body.setVisible(is_open)
        self.head.setIcon(icon("chevron-down" if is_open else "chevron-right"))
