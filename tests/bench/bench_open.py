"""From a click on a series to its first slice on the screen, whatever its length."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.data import ct_series, scratch
from tests.bench.harness import Row, at_most, emit, is_short

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from medapp.ui.shell.window import MainWindow

BAR_S = 0.2
PATIENCE_S = 120.0
READER_S = 4.0
LENGTHS = (50, 400)


def turn_until(done: Callable[[], bool]) -> None:
    """Let the window work until `done`, as often as it can."""
    from PySide6.QtCore import QCoreApplication

    end = time.perf_counter() + PATIENCE_S
    while not done():
        QCoreApplication.processEvents()
        time.sleep(0.0005)
        if time.perf_counter() > end:
            message = "the series was not shown"
            raise RuntimeError(message)


def click(window: MainWindow, key: str) -> float:
    """Seconds until the slice in view has been painted; the series is let go of before."""
    window.session.close_patient()
    turn_until(lambda: window.session.loads.get(key) is None)
    read = window.reading().workspace.read
    start = time.perf_counter()
    window.session.open_series(key)

    def there() -> bool:
        load = read.active.load
        return read.active.key == key and load is not None and bool(load.loaded[read.active.state.index])

    turn_until(there)
    window.reading().workspace.grid.viewports[0].repaint()
    seconds = time.perf_counter() - start
    turn_until(lambda: read.active.load is None or read.active.load.complete)
    return seconds


def seconds_for(count: int) -> float:
    """Median of some clicks on a series of so many slices, in a window of its own."""
    from medapp.services.app import App
    from medapp.services.paths import AppPaths
    from medapp.ui.shell.window import MainWindow

    folder = ct_series(scratch(), count, name=f"ct{count}")
    with tempfile.TemporaryDirectory() as home, App.open(AppPaths.under(Path(home)).create()) as app:
        (key,) = app.library.import_paths([folder]).series_keys
        window = MainWindow(app)
        window.resize(1400, 900)
        window.show()
        window.start()
        turn_until(lambda: window.library_model.loaded and window.read_page is not None)
        # What is loaded in the background after the start is not part of a click.
        looked = time.perf_counter() + READER_S
        turn_until(lambda: time.perf_counter() > looked)
        times = [click(window, key) for _ in range(8)]
        window.close()
    return statistics.median(times[1:])


def rows() -> Iterator[Row]:
    """One figure a length."""
    from medapp.ui.app import application

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application()
    for count in LENGTHS[:1] if is_short() else LENGTHS:
        figure = f"first slice on screen after a click, {count} slices"
        yield at_most(figure, seconds_for(count), BAR_S)


if __name__ == "__main__":
    emit(rows())
