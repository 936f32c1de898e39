"""The longest time for which the window does not answer while a model starts and runs."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.data import ct_series, scratch
from tests.bench.harness import Row, at_most, emit, is_short

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from medapp.ui.shell.window import MainWindow

BAR_MS = 50.0
PATIENCE_S = 300.0
READER_S = 4.0


class Clock:
    """Longest gap between two turns of the event loop; a turn is asked for every millisecond."""

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.longest = 0.0
        self._last = time.perf_counter()
        self._timer = QTimer(interval=1, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.longest = max(self.longest, now - self._last)
        self._last = now

    def start(self) -> None:
        """Forget what was before."""
        self.longest, self._last = 0.0, time.perf_counter()


def turn_until(done: Callable[[], bool]) -> None:
    """Run the event loop until `done`."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    asking = QTimer(interval=20)
    asking.timeout.connect(lambda: loop.quit() if done() else None)
    asking.start()
    QTimer.singleShot(int(PATIENCE_S * 1000), loop.quit)
    loop.exec()
    if not done():
        message = "the task has not come to an end"
        raise RuntimeError(message)


def opened(window: MainWindow) -> None:
    """Import a made-up CT and wait until it has been read."""
    count, side = (30, 256) if is_short() else (150, 512)
    window.start()
    window.session.import_paths([ct_series(scratch(), count, rows=side, columns=side)], show=True)

    def read() -> bool:
        active = window.session.active
        load = window.session.loads.get(active.key) if active is not None else None
        return load is not None and load.complete and "ct.structures" in window.models_panel.rows

    turn_until(read)


def rows() -> Iterator[Row]:
    """Stall of a first run, with the worker process yet to be started, and of a second one."""
    from medapp.services.app import App
    from medapp.services.paths import AppPaths
    from medapp.ui.app import application
    from medapp.ui.shell.window import MainWindow

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application()
    with tempfile.TemporaryDirectory() as home, App.open(AppPaths.under(Path(home)).create()) as app:
        window = MainWindow(app)
        window.show()
        opened(window)
        window.reading().workspace.set_layout("mpr")
        # Nobody presses a button in the first seconds.
        looked = time.monotonic() + READER_S
        turn_until(lambda: time.monotonic() > looked)
        clock = Clock()
        results = window.results_panel.model
        for number, figure in enumerate(("first run of a model", "second run of a model"), start=1):
            clock.start()
            window.models_panel.rows["ct.structures"].run()
            turn_until(lambda wanted=number: len(results.items) >= wanted)
            yield at_most(f"longest stall of the window, {figure}", clock.longest * 1000, BAR_MS, "ms")
        window.close()


if __name__ == "__main__":
    emit(rows())
