"""What is to be trained: folders, stage, time, seed and the settings of the task."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QFormLayout,
    QLineEdit,
    QProgressBar,
    QSpinBox,
    QWidget,
)

from medapp.ui.jobs.far import show_far
from medapp.ui.models.form import ParameterForm
from medapp.ui.models.path_line import path_line, with_browse
from medapp.ui.molecules.training import TrainingWish
from medapp.ui.shell.widgets import ElidedLabel, Section, button, column, row, scroll_area, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.ui.molecules.training import TrainingModel

_TYPED_MS: Final = 300
_STAGE: Final = "stage"
_LONGEST_MIN: Final = 100_000.0


class TrainingForm(QWidget):
    """At the left of the dialog."""

    def __init__(self, model: TrainingModel) -> None:
        """Ask for a training by `model`."""
        super().__init__()
        self._model = model
        self.data = path_line(tr("Folder with train.csv"))
        self.out = path_line(tr("Folder for what is trained"))
        self.minutes = QDoubleSpinBox()
        self.minutes.setRange(0, _LONGEST_MIN)
        self.minutes.setDecimals(1)
        self.minutes.setSpecialValueText(tr("no limit"))
        self.minutes.setAccessibleName(tr("Minutes"))
        self.seed = QSpinBox()
        self.seed.setRange(0, 2**31 - 1)
        self.seed.setAccessibleName(tr("Seed"))
        self.start_button = button(tr("Start"), self.start, name="play", primary=True)
        self.stop_button = button(tr("Stop"), model.stop, name="close")
        for one in (self.start_button, self.stop_button):
            one.setAutoDefault(False)  # Return in a field would press it
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Progress"))
        self.progress = ElidedLabel("", "dim")
        self.state = text_label("", "dim", wrap=True, selectable=True)
        self._wrong = ""
        self.stage: ParameterForm | None = None
        self.settings: ParameterForm | None = None
        self._stage, self._settings = column(), column()
        self._typed = QTimer(self, singleShot=True, interval=_TYPED_MS)
        self._typed.timeout.connect(lambda: self._model.look(_folder(self.out)))
        self._lay_out()
        self.data.textChanged.connect(lambda _: self.refresh())
        self.out.textChanged.connect(lambda _: self._typed.start())
        self.out.textChanged.connect(lambda _: self.refresh())
        model.changed.connect(self.refresh)
        self.refresh()

    def _lay_out(self) -> None:
        look = tokens.current()
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        form.setVerticalSpacing(look.gap_small)
        form.addRow(text_label(tr("Training set"), "dim"), with_browse(self.data))
        form.addRow(text_label(tr("What is trained"), "dim"), with_browse(self.out))
        form.addRow(text_label(tr("Minutes, at most"), "dim"), self.minutes)
        form.addRow(text_label(tr("Seed"), "dim"), self.seed)
        buttons = row(gap=look.gap_small)
        buttons.addWidget(self.start_button, 1)
        buttons.addWidget(self.stop_button)
        inner = column(margin=look.gap, gap=look.gap_small)
        inner.addLayout(form)
        inner.addLayout(self._stage)
        inner.addLayout(self._settings)
        inner.addStretch()
        body = QWidget()
        body.setLayout(inner)
        scroll = scroll_area(body)
        # Start, stop and how far it is stay in view however many settings are unfolded.
        foot = column(margin=look.gap, gap=look.gap_small)
        foot.addWidget(self.state)
        foot.addWidget(self.progress)
        foot.addWidget(self.bar)
        foot.addLayout(buttons)
        outer = column(gap=0)
        outer.addWidget(scroll, 1)
        outer.addLayout(foot)
        self.setLayout(outer)
        self.setMinimumWidth(72 * tokens.GRID)

    # ---- showing --------------------------------------------------------------------------------------
    def _make_settings(self) -> None:
        task = self._model.task
        if task is None or self.settings is not None:
            return
        wanted = {name: schema for name, schema in task.training.items() if name == _STAGE}
        others = {name: one for name, one in task.training.items() if one.get("only") == "training"}
        self.stage, self.settings = ParameterForm(wanted), ParameterForm(others)
        self._stage.addWidget(self.stage)
        self._settings.addWidget(Section(tr("Settings"), self.settings, open_=False))

    def refresh(self) -> None:
        """What can be done now, and how far it is."""
        self._make_settings()
        model, line = self._model, self._model.line
        running = model.is_running
        ready = model.task is not None and None not in {_folder(self.data), _folder(self.out)}
        self.start_button.setEnabled(ready and not running)
        self.start_button.setText(f" {tr('Go on') if model.curves.is_begun else tr('Start')}")
        self.stop_button.setEnabled(running and not (line is not None and line.stopping))
        for part in (self.data, self.out):
            part.setReadOnly(running)
        self.bar.setVisible(running)
        self.progress.set_full_text(show_far(self.bar, line))
        self._say(*self._told(ready))

    def _told(self, ready: bool) -> tuple[str, str]:
        model = self._model
        if self._wrong:
            return self._wrong, "error"
        if model.is_running:
            return tr("Training… It goes on where this is closed."), ""
        if not ready:
            return tr("Choose the folder of a train.csv with SMILES in its first column, and a folder."), ""
        return model.told

    def _say(self, text: str, state: str) -> None:
        self.state.setText(text)
        self.state.setVisible(bool(text))
        if self.state.property("state") != state:
            self.state.setProperty("state", state)
            self.state.style().polish(self.state)

    # ---- training -------------------------------------------------------------------------------------
    def start(self) -> None:
        """Train as it is set."""
        data, out = _folder(self.data), _folder(self.out)
        parameters: dict[str, Any] = {}
        self._wrong = ""
        try:
            for form in (self.stage, self.settings):
                parameters |= {} if form is None else form.values()
        except ValueError as error:
            self._wrong = str(error)
            self.refresh()
            return
        if data is not None and out is not None:
            minutes = self.minutes.value() or None
            self._model.start(TrainingWish(data, out, parameters, minutes, self.seed.value()))


def _folder(line: QLineEdit) -> Path | None:
    text = line.text().strip()
    return Path(text).expanduser() if text else None
