"""Frames that a window paints while something else goes on: how many a second, and the longest gap."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt, QTimer

if TYPE_CHECKING:
    from medapp.ui.shell.window import MainWindow

STEP_MS = 16


@dataclass(frozen=True)
class Rate:
    """Frames a second in windows of a second that begin with each frame.

    Attributes:
        median, worst: Of these windows; of all the time where it is less than a second.
        gap_s: Longest time between two frames.
        seconds: How long was looked.
        busy_s: Most processor time that the window's thread took between two frames, whatever else
            the machine does.
    """

    median: float
    worst: float
    gap_s: float
    seconds: float
    busy_s: float = 0.0


class Frames(QObject):
    """Asks for a repaint of the whole page in view every 16 ms and notes when the window paints."""

    def __init__(self, window: MainWindow) -> None:
        """Nothing is asked for before `start`."""
        super().__init__(window)
        self._window = window
        self._times: list[float] = []
        self._used: list[float] = []
        self._is_asked = False
        self._timer = QTimer(self, interval=STEP_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._ask)
        window.installEventFilter(self)

    def start(self) -> None:
        """Begin to count."""
        self._times, self._used = [], []
        self._timer.start()

    def stop(self) -> Rate:
        """What was counted since `start`."""
        self._timer.stop()
        return replace(rate(self._times), busy_s=float(np.diff(self._used).max()))

    def _ask(self) -> None:
        page = self._window.pages.currentWidget()
        if page is not None:
            self._is_asked = True
            page.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """All that was asked for since the last such event is painted with it."""
        if watched is self._window and event.type() == QEvent.Type.UpdateRequest and self._is_asked:
            self._is_asked = False
            self._times.append(time.perf_counter())
            self._used.append(time.thread_time())
        return False


def rate(times: list[float]) -> Rate:
    """The rate of frames painted at `times`, in seconds, rising."""
    if len(times) < 2:
        message = "the window was not painted"
        raise RuntimeError(message)
    at = np.array(times)
    span, gap = float(at[-1] - at[0]), float(np.diff(at).max())
    starts = np.flatnonzero(at <= at[-1] - 1)
    if not len(starts):
        whole = (len(at) - 1) / span
        return Rate(whole, whole, gap, span)
    counts = np.searchsorted(at, at[starts] + 1, side="right") - starts - 1
    return Rate(float(np.median(counts)), float(counts.min()), gap, span)
