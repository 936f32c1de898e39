"""The right side: what is in view, what models found in it, what could be run on it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QFrame, QGridLayout, QLayout, QWidget

from medapp.ui.shell.widgets import NoticeBox, Section, button, column, empty, scroll_area, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr
from medapp.ui.wording import day, notice_text, series_size

if TYPE_CHECKING:
    from PySide6.QtWidgets import QPushButton

    from medapp.domain.patient import Series


def series_facts(series: Series) -> tuple[tuple[str, str], ...]:
    """What a reader asks of a series first; lengths only where they are known."""
    geometry = series.geometry
    spacing = thickness = matrix = ""
    if geometry is not None:
        slices, rows, columns = geometry.shape
        matrix = f"{columns} × {rows} × {slices}" if geometry.stackable else f"{columns} × {rows}"
        plane = geometry.pixel_spacing_mm
        steps = geometry.spacing_mm
        spacing = tr("unknown") if plane is None else f"{plane[0]:.3g} × {plane[1]:.3g} mm"
        if geometry.stackable:
            thickness = tr("unknown") if steps is None else f"{steps[2]:.3g} mm"
    facts = (
        (
            tr("Study"),
            " · ".join(part for part in (day(series.study.date), series.study.description) if part),
        ),
        (tr("Modality"), series.modality),
        (tr("Size"), series_size(series)),
        (tr("Matrix"), matrix),
        (tr("Pixel spacing"), spacing),
        (tr("Slice step"), thickness),
    )
    return tuple((name, value) for name, value in facts if value)


class ImagePanel(QWidget):
    """Facts and notices of the series in view."""

    studyRequested = Signal(str)
    """UID of a study that shall be shown on the time line."""

    def __init__(self) -> None:
        """Start without a series."""
        super().__init__()
        self._rows = column(gap=tokens.current().gap_small)
        self.setLayout(self._rows)
        self.set_series(None)

    def set_series(self, series: Series | None) -> None:
        """Show another series."""
        empty(self._rows)
        if series is None:
            self._rows.addWidget(text_label(tr("No series is in view."), "dim", wrap=True))
            return
        self._rows.addWidget(text_label(series.title, "heading", wrap=True, selectable=True))
        grid = QGridLayout()
        look = tokens.current()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(look.gap)
        grid.setVerticalSpacing(look.gap_tiny)
        grid.setColumnStretch(1, 1)
        for number, (name, value) in enumerate(series_facts(series)):
            grid.addWidget(text_label(name, "dim"), number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(text_label(value, wrap=True, selectable=True), number, 1)
        self._rows.addLayout(grid)
        if series.study.uid:
            self._rows.addWidget(self._to_time_line(series.study.uid), 0, Qt.AlignmentFlag.AlignLeft)
        for notice in series.notices:
            self._rows.addWidget(NoticeBox(notice_text(notice), notice.severity))

    def _to_time_line(self, uid: str) -> QPushButton:
        keys = QKeySequence(tr("Ctrl+Shift+T"))
        shown = keys.toString(QKeySequence.SequenceFormat.NativeText)
        result = button(
            tr("Show on the time line"),
            lambda: self.studyRequested.emit(uid),
            name="clipboard-text-clock-outline",
            tip=tr("The study among all that is recorded of the patient ({keys})", keys=shown),
        )
        result.setProperty("flat", True)
        result.setShortcut(keys)
        return result


_REST_MS = 60


class _Body(QWidget):
    """What scrolls: never lower than what is in it.

    The parts tell of their new height one after the other, from the inside out, and keep an old one in
    mind meanwhile: a scroll area that has asked too early would leave them squashed until it is resized.
    """

    def __init__(self) -> None:
        super().__init__()
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._begin)
        self._until = 0.0
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._fit)

    def event(self, event: QEvent) -> bool:
        """Look at the height once everything that is under way has come."""
        # Looking makes Qt ask for layouts itself, from the inside out: these are no reason to look again.
        asked = event.type() == QEvent.Type.LayoutRequest and not self._resting
        if asked or event.type() == QEvent.Type.Resize:
            self._soon.start()
        return super().event(event)

    def _begin(self) -> None:
        """Look now, and once more when what came meanwhile has come to rest."""
        self._fit()
        self._rest.start()

    @property
    def _resting(self) -> bool:
        return self._rest.isActive() or time.monotonic() < self._until

    def _fit(self) -> None:
        self._until = time.monotonic() + _REST_MS / 1000
        for layout in self.findChildren(QLayout):
            layout.invalidate()
        own = self.layout()
        needed = own.totalHeightForWidth(self.width()) if own is not None else 0
        if needed > self.height():
            QApplication.sendEvent(self, QEvent(QEvent.Type.LayoutRequest))
            self.resize(self.width(), max(needed, self.height()))


class Inspector(QFrame):
    """Foldable sections in one column that scrolls."""

    def __init__(self, results: QWidget, models: QWidget) -> None:
        """`results` and `models` fill their sections."""
        super().__init__()
        look = tokens.current()
        self.setObjectName("inspector")
        self.image = ImagePanel()
        self.image_section = Section(tr("Image"), self.image)
        self.results_section = Section(tr("Results"), results)
        self.models_section = Section(tr("Models"), models)
        body = _Body()
        inner = column(gap=look.gap)
        inner.setContentsMargins(look.gap, look.gap_small, look.gap, look.gap)
        for section in (self.image_section, self.results_section, self.models_section):
            inner.addWidget(section)
        inner.addStretch()
        body.setLayout(inner)
        scroll = scroll_area(body)
        self.area = scroll
        outer = column(gap=0)
        outer.addWidget(scroll)
        self.setLayout(outer)
