"""The bar at the foot of the window: one line a running job, then memory, device and library."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QLabel, QProgressBar, QWidget

from medapp.ui.shell.widgets import ElidedLabel, button, column, icon_button, row, text_label
from medapp.ui.style import tokens
from medapp.ui.style.sheet import tabular
from medapp.ui.text import tr
from medapp.ui.wording import amount, duration

if TYPE_CHECKING:
    from medapp.ui.jobs.model import JobLine, JobsModel

_MOST = 4
_MEMORY_MS = 3000


def time_text(job: JobLine) -> str:
    """Elapsed and remaining time, or what the job waits for."""
    if job.stopping:
        return tr("stopping…")
    if job.waiting:
        return tr("waiting for its turn")
    elapsed = tr("{time} elapsed", time=duration(job.elapsed_s))
    if job.remaining_s is None:
        return elapsed
    return tr("{elapsed} · {left} left", elapsed=elapsed, left=duration(job.remaining_s))


class _JobRow(QWidget):
    """One running job."""

    def __init__(self, job_id: str, model: JobsModel) -> None:
        super().__init__()
        look = tokens.current()
        self._title = ElidedLabel()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(40 * tokens.GRID)
        self._time = text_label(role="dim")
        self._time.setFont(tabular(self._time.font()))
        self._time.setMinimumWidth(48 * tokens.GRID)
        self._cancel = icon_button("close", tr("Cancel"), lambda: model.cancel(job_id))
        inner = row(gap=look.gap)
        inner.addWidget(self._title, 1)
        inner.addWidget(self._bar)
        inner.addWidget(self._time)
        inner.addWidget(self._cancel)
        self.setLayout(inner)
        self.setFixedHeight(look.jobs_height)

    def show_job(self, job: JobLine) -> None:
        """Show where the job is."""
        self._title.set_full_text(" · ".join(part for part in (job.title, job.patient, job.message) if part))
        unsure = job.fraction is None
        self._bar.setRange(0, 0 if unsure and not job.waiting else 1000)
        if job.fraction is not None:
            self._bar.setValue(round(job.fraction * 1000))
        self._time.setText(time_text(job))
        self._cancel.setEnabled(not job.stopping)


class JobsBar(QFrame):
    """Lines for the jobs above one line of status."""

    questionsRequested = Signal()

    def __init__(self, model: JobsModel) -> None:
        """Show `model`."""
        super().__init__()
        look = tokens.current()
        self.setObjectName("jobsbar")
        self._model = model
        self._rows: dict[str, _JobRow] = {}
        self._lines = column(gap=0)
        self._slot = column(gap=0)
        self._more = text_label(role="faint")
        self._more.hide()
        self._idle = text_label(tr("No job is running"), "faint")
        self._memory, self._device, self._library = (text_label(role="faint") for _ in range(3))
        status = row(gap=look.gap_large)
        status.addWidget(self._idle)
        status.addLayout(self._slot, 1)
        status.addWidget(self._more)
        self._questions = button("", self.questionsRequested.emit, name="help-circle-outline")
        self._questions.setProperty("flat", True)
        self._questions.setToolTip(tr("Tables, genomes and persons of whom something has to be said"))
        self._questions.hide()
        status.addWidget(self._questions)
        for label in (self._memory, self._device, self._library):
            label.setFont(tabular(label.font()))
            status.addWidget(label)
        self._status = QWidget()
        self._status.setLayout(status)
        self._status.setFixedHeight(look.jobs_height)
        inner = column(gap=0)
        inner.setContentsMargins(look.gap, 0, look.gap, 0)
        inner.addLayout(self._lines)
        inner.addWidget(self._status)
        self.setLayout(inner)
        model.changed.connect(self.refresh)
        self._timer = QTimer(self)
        self._timer.setInterval(_MEMORY_MS)
        self._timer.timeout.connect(self._measure)
        self._timer.start()
        self.refresh()

    @property
    def labels(self) -> dict[str, QLabel]:
        """The status labels by what they tell."""
        return {"memory": self._memory, "device": self._device, "library": self._library}

    def set_library(self, text: str) -> None:
        """Say what the library holds."""
        self._library.setText(text)

    def set_questions(self, words: str) -> None:
        """Say how many questions wait; nothing for none."""
        # The style sheet knows no distance between icon and text.
        self._questions.setText(f" {words}")
        self._questions.setAccessibleName(words)
        self._questions.setVisible(bool(words))

    def refresh(self) -> None:
        """Show the jobs as they are now."""
        jobs = self._model.lines
        shown = jobs[:_MOST]
        for gone in self._rows.keys() - {job.id for job in shown}:
            row_widget = self._rows.pop(gone)
            row_widget.hide()
            row_widget.deleteLater()
        for number, job in enumerate(shown):
            if job.id not in self._rows:
                self._rows[job.id] = _JobRow(job.id, self._model)
            # The first stands in the line of status, so that nothing moves when a job comes and goes.
            place = self._slot if number == 0 else self._lines
            if place.indexOf(self._rows[job.id]) < 0:
                place.addWidget(self._rows[job.id])
            self._rows[job.id].show_job(job)
        rest = len(jobs) - len(shown)
        self._more.setText(tr("and {count} more", count=rest))
        self._more.setVisible(rest > 0)
        self._idle.setVisible(not jobs)
        self._device.setText(_processor() if self._model.device in {"", "cpu"} else self._model.device)

    def _measure(self) -> None:
        import psutil

        used = psutil.Process().memory_info().rss
        free = psutil.virtual_memory().available
        self._memory.setText(
            tr("Memory {used}, {free} free", used=amount(used), free=amount(free)),
        )


def _processor() -> str:
    import os

    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return tr("CPU, {count} cores", count=count) if count > 1 else tr("CPU, 1 core")
