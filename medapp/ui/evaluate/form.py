"""What is to be measured: model, data, what it is compared with, settings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QFormLayout, QWidget

from medapp.ui.evaluate.model import Measuring
from medapp.ui.models.form import ParameterForm
from medapp.ui.models.path_line import path_line, with_browse
from medapp.ui.shell.widgets import Section, button, column, empty, scroll_area, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Mapping

    from medapp.ui.evaluate.model import EvaluateModel


def for_evaluation(
    properties: Mapping[str, Mapping[str, object]],
) -> dict[str, Mapping[str, object]]:
    """Settings that mean something when a model is measured: ``only = "training"`` is of training alone."""
    return {name: schema for name, schema in properties.items() if schema.get("only") != "training"}


class MeasuringForm(QWidget):
    """At the left of the page."""

    def __init__(self, model: EvaluateModel) -> None:
        """Offer the tasks of `model`."""
        super().__init__()
        self._model = model
        self.task = QComboBox()
        self.task.setAccessibleName(tr("Model"))
        self.data = path_line(tr("Folder of held-back data"))
        self.weights = path_line(tr("Installed"))
        self.other = path_line(tr("No comparison"))
        self.compare = QComboBox()
        for title, value in (
            (tr("Nothing"), ""),
            (tr("The installed model"), "installed"),
            (tr("Weights…"), "file"),
        ):
            self.compare.addItem(title, value)
        self.run_button = button(tr("Measure"), self.run, name="play", primary=True)
        self._state = text_label("", "dim", wrap=True)
        self._settings = column()
        self.settings: ParameterForm | None = None
        self._lay_out()
        self.setMinimumWidth(72 * tokens.GRID)
        self.task.currentIndexChanged.connect(lambda _: self._show_settings())
        self.compare.currentIndexChanged.connect(lambda _: self.refresh())
        self.data.textChanged.connect(lambda _: self.refresh())
        model.changed.connect(self._refill)
        self._refill()

    def _lay_out(self) -> None:
        look = tokens.current()
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        form.setVerticalSpacing(look.gap_small)
        form.addRow(text_label(tr("Model"), "dim"), self.task)
        form.addRow(text_label(tr("Data"), "dim"), with_browse(self.data))
        form.addRow(text_label(tr("Weights"), "dim"), with_browse(self.weights))
        form.addRow(text_label(tr("Compare with, on the same cases"), "dim"), self.compare)
        self._other_row = with_browse(self.other)
        form.addRow("", self._other_row)
        body = QWidget()
        inner = column(gap=look.gap)
        inner.setContentsMargins(look.gap, look.gap, look.gap, look.gap)
        inner.addLayout(form)
        inner.addLayout(self._settings)
        inner.addWidget(self.run_button)
        inner.addWidget(self._state)
        inner.addStretch()
        body.setLayout(inner)
        scroll = scroll_area(body)
        outer = column(gap=0)
        outer.addWidget(scroll)
        self.setLayout(outer)

    def _refill(self) -> None:
        known = [self.task.itemData(place) for place in range(self.task.count())]
        wanted = [task.id for task in self._model.tasks]
        if known != wanted:
            before = self.task.currentData()
            self.task.blockSignals(True)
            self.task.clear()
            for task in self._model.tasks:
                self.task.addItem(task.title, task.id)
            self.task.setCurrentIndex(max(0, self.task.findData(before)))
            self.task.blockSignals(False)
            self._show_settings()
        self.refresh()

    def _show_settings(self) -> None:
        empty(self._settings)
        self.settings = None
        task = next((one for one in self._model.tasks if one.id == self.task.currentData()), None)
        wanted = {} if task is None else for_evaluation(task.training)
        if wanted:
            self.settings = ParameterForm(wanted, ())
            self._settings.addWidget(Section(tr("Settings"), self.settings, open_=False))
        self.refresh()

    def refresh(self) -> None:
        """What can be done now."""
        self._other_row.setVisible(self.compare.currentData() == "file")
        running = self._model.running
        ready = bool(self.data.text().strip()) and self.task.currentData() is not None
        self.run_button.setEnabled(ready and not running)
        if running:
            self._say(tr("Measuring {task}…", task=self._model.title_of(running)))
        elif not self._model.tasks:
            self._say(tr("No installed model can be measured."))
        else:
            self._say(
                "" if ready else tr("Choose the folder of held-back data that the model's card describes.")
            )

    def run(self) -> None:
        """Measure as it is set."""
        try:
            parameters = self.settings.values() if self.settings is not None else {}
        except ValueError as error:
            self._say(str(error), "error")
            return
        compare = self.compare.currentData()
        against = self.other.text().strip() if compare == "file" else compare
        weights = self.weights.text().strip()
        self._model.run(
            Measuring(
                self.task.currentData(),
                Path(self.data.text().strip()).expanduser(),
                Path(weights).expanduser() if weights else None,
                against or None,
                parameters,
            )
        )

    def _say(self, text: str, state: str = "") -> None:
        self._state.setText(text)
        self._state.setVisible(bool(text))
        self._state.setProperty("state", state)
        self._state.style().polish(self._state)
