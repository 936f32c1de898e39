"""One result: what, by which model, from what, when, its labels, and the buttons to decide."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QSizePolicy,
    QSlider,
)

from medapp.ui.results.details import made_by, rows, status_color, status_text
from medapp.ui.results.facts_grid import FactsGrid
from medapp.ui.results.labels import LabelTable
from medapp.ui.shell.banner import not_for_diagnosis
from medapp.ui.shell.widgets import (
    NoticeBox,
    Section,
    breakable,
    button,
    column,
    empty,
    row,
    text_label,
)
from medapp.ui.style import tokens
from medapp.ui.text import tr
from medapp.ui.wording import notice_text

if TYPE_CHECKING:
    from medapp.domain.patient import Series
    from medapp.ui.results.model import ResultItem, ResultsModel


class ResultCard(QFrame):
    """Shows the model's current result."""

    def __init__(self, model: ResultsModel) -> None:
        """Show `model`."""
        super().__init__()
        look = tokens.current()
        self.setObjectName("raised")
        self._model = model
        self._title = text_label("", "heading", wrap=True, selectable=True)
        self.status = text_label()
        self._made = text_label("", "dim", wrap=True, selectable=True)
        self._from = text_label("", "dim", wrap=True, selectable=True)
        self._notices = column()
        self.labels = LabelTable()
        self.labels.labelChosen.connect(model.go_to)
        self._hint = text_label(
            tr("Paint with the left button; Shift erases; [ and ] change the size; Ctrl+Z takes back."),
            "dim", wrap=True,
        )  # fmt: skip
        self.details = FactsGrid()
        inner = column(gap=look.gap_small)
        inner.setContentsMargins(look.gap, look.gap_small, look.gap, look.gap)
        for part in (self._title, self.status, self._made, self._from):
            inner.addWidget(part)
        inner.addLayout(self._notices)
        inner.addLayout(self._looks())
        inner.addWidget(self.labels)
        inner.addLayout(self._decisions())
        inner.addWidget(self._hint)
        inner.addWidget(Section(tr("How it came to be"), self.details, open_=False))
        inner.addWidget(text_label(not_for_diagnosis(), "faint"))
        self.setLayout(inner)
        model.currentChanged.connect(self.refresh)
        model.changed.connect(self.refresh)
        model.brushToggled.connect(self._show_brush)
        self._overlay_connected = False
        self._head: tuple[ResultItem, Series | None] | None = None
        self._content: tuple[object, ...] = ()
        self.refresh()

    # ---- parts ----------------------------------------------------------------------------------------
    def _looks(self) -> QHBoxLayout:
        look = tokens.current()
        self.shown = QCheckBox(tr("Show"))
        self.shown.setToolTip(tr("Show or hide all labels (L)"))
        self.outline = QCheckBox(tr("Outline"))
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.opacity.setRange(0, 100)
        self.opacity.setMinimumWidth(12 * tokens.GRID)
        self.opacity.setToolTip(tr("Opacity"))
        self.opacity.setAccessibleName(tr("Opacity"))
        self.shown.toggled.connect(lambda on: self._with_overlay("set_shown", on))
        self.outline.toggled.connect(lambda on: self._with_overlay("set_outline", on))
        self.opacity.valueChanged.connect(lambda percent: self._with_overlay("set_opacity", percent / 100))
        line = row(gap=look.gap)
        line.addWidget(self.shown)
        line.addWidget(self.outline)
        line.addWidget(self.opacity, 1)
        return line

    def _decisions(self) -> QGridLayout:
        self.accept = button(tr("Accept"), lambda: self._act("accept"), name="check", primary=True)
        self.reject = button(tr("Reject"), lambda: self._act("reject"), name="close")
        self.correct = button(tr("Correct"), self._model.toggle_brush, name="brush")
        self.correct.setCheckable(True)
        self.export = button(tr("Export…"), self.ask_export, name="export-variant")
        self.accept.setToolTip(tr("Keep it as a DICOM SEG in the library"))
        self.reject.setToolTip(tr("Take it from the images and record that it was wrong"))
        self.correct.setToolTip(tr("Change the chosen label with a brush"))
        self.export.setToolTip(tr("Write DICOM SEG, NIfTI and JSON into a folder"))
        grid = QGridLayout()
        grid.setSpacing(tokens.current().gap_small)
        for number, widget in enumerate((self.accept, self.reject, self.correct, self.export)):
            widget.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            grid.addWidget(widget, *divmod(number, 2))
        return grid

    # ---- showing --------------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Show the current result as it is now."""
        item, model = self._model.current, self._model
        self.setVisible(item is not None)
        if item is None:
            return
        self._join_overlay()
        self._show_content(item)
        self.status.setText(item.busy or status_text(item))
        self.status.setProperty("state", status_color(item))
        self.status.style().polish(self.status)
        idle = not item.busy
        self.accept.setEnabled(idle and item.open)
        self.reject.setEnabled(idle and item.proposal is not None and item.status == "proposal")
        self.correct.setEnabled(idle and item.correctable)
        self.export.setEnabled(idle)
        self._show_brush(model.brush_on)
        self._show_looks()

    def _show_content(self, item: ResultItem) -> None:
        """What is made of many widgets is made anew only when it has changed."""
        if self._content != (item, item.measures, self._model.overlay):
            self._content = (item, item.measures, self._model.overlay)
            self.labels.show_item(item, self._model.overlay)
        if self._head == (item, item.stored):
            return
        self._head = (item, item.stored)
        self._title.setText(breakable(item.title))
        self._made.setText(made_by(item))
        number = "" if item.series.number is None else f"{item.series.number} "
        self._from.setText(
            tr("from series {number}{title}", number=number, title=breakable(item.series.title))
        )
        empty(self._notices)
        for notice in item.notices:
            self._notices.addWidget(NoticeBox(notice_text(notice), notice.severity))
        self.details.set_rows(rows(item))

    def _show_brush(self, on: bool) -> None:
        self.correct.setChecked(on)
        self._hint.setVisible(on)

    def _join_overlay(self) -> None:
        overlay = self._model.overlay
        if overlay is not None and not self._overlay_connected:
            self._overlay_connected = True
            overlay.changed.connect(self._show_looks)

    def _show_looks(self) -> None:
        overlay = self._model.overlay
        for widget in (self.shown, self.outline, self.opacity):
            widget.setEnabled(overlay is not None)
            widget.blockSignals(True)
        if overlay is not None:
            self.shown.setChecked(overlay.shown)
            self.outline.setChecked(overlay.outline)
            self.opacity.setValue(round(overlay.opacity * 100))
            self.labels.refresh()
        for widget in (self.shown, self.outline, self.opacity):
            widget.blockSignals(False)

    # ---- acting ---------------------------------------------------------------------------------------
    def _with_overlay(self, name: str, value: object) -> None:
        if self._model.overlay is not None:
            getattr(self._model.overlay, name)(value)

    def _act(self, name: str) -> None:
        if self._model.current is not None:
            getattr(self._model, name)(self._model.current)

    def ask_export(self) -> None:
        """Ask for a folder and write the result into it."""
        item = self._model.current
        name = QFileDialog.getExistingDirectory(self.window(), tr("Export the result into a folder"))
        if name and item is not None:
            self._model.export(item, Path(name))
