"""The whole way without a hand: open the sample patient, run a task, accept, and say what came of it."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medapp.services.paths import AppPaths

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from medapp.ui.results.model import ResultItem
    from medapp.ui.shell.window import MainWindow

_PATIENCE_S = 600.0
_SIZE = (1600, 1000)


class DemoError(RuntimeError):
    """The demonstration has not come to its end; the text says where it stopped."""


@dataclass(frozen=True)
class DemoFiles:
    """What the demonstration leaves behind."""

    screenshot: Path
    segmentation: Path
    log: Path


def run_demo(out: Path) -> int:
    """Do the whole way on the sample patient and print where screenshot, SEG and log lie.

    Runs in a window where there is a screen and off the screen where there is none. Everything lies
    below `out`, the program's own library too.

    Returns:
        0, or 1 with the reason on the error output.
    """
    out.mkdir(parents=True, exist_ok=True)
    if sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    try:
        files = _demonstrate(out)
    except DemoError as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command's answer
        return 1
    for title, path in (("screenshot", files.screenshot), ("SEG", files.segmentation), ("log", files.log)):
        print(f"{title:12}{path}")  # noqa: T201 - a command's answer
    return 0


def _demonstrate(out: Path) -> DemoFiles:
    from medapp.services.app import App
    from medapp.ui.app import application
    from medapp.ui.shell.window import MainWindow

    qt = application()
    with App.open(AppPaths.under(out / "home").create()) as app:
        window = MainWindow(app)
        window.resize(*_SIZE)
        window.show()
        driver = Driver(window, qt.processEvents)
        try:
            window.start()
            return driver.run(out)
        finally:
            window.close()


class Driver:
    """Presses the buttons that a reader would press."""

    def __init__(self, window: MainWindow, process: Callable[[], None]) -> None:
        """`process` lets the window work for a moment."""
        self._window = window
        self._process = process
        self._problems: list[str] = []
        window.session.problem.connect(lambda problem: self._problems.append(problem.what))

    def run(self, out: Path) -> DemoFiles:
        """Open, run, accept, take the picture.

        Raises:
            DemoError: Where it stopped.
        """
        self._window.session.open_sample()
        self.wait(self.loaded, "the sample patient is opened")
        item = self.propose()
        self._window.results_panel.model.accept(item)
        self.wait(lambda: item.stored is not None and not item.busy, "the result is kept")
        return self._files(item, out)

    def propose(self) -> ResultItem:
        """Run the first task that fits the series in view, shown in its planes."""
        window = self._window
        panel = window.models_panel
        self.wait(lambda: bool(panel.rows) or bool(panel.reasons), "the tasks are listed")
        row = next((row for row in panel.rows.values() if row.run_button.isEnabled()), None)
        if row is None:
            message = (
                f"No installed task fits the sample patient: {'; '.join(panel.reasons) or 'none is there'}"
            )
            raise DemoError(message)
        window.reading().workspace.set_layout("mpr")
        row.run()
        results = window.results_panel.model
        self.wait(lambda: bool(results.items), f"{row.task_id} has ended")
        return results.items[0]

    def _files(self, item: ResultItem, out: Path) -> DemoFiles:
        self.settle(0.5)
        screenshot = out / "screenshot.png"
        if item.stored is None or not self._window.grab().save(str(screenshot)):
            message = f"{screenshot} cannot be written"
            raise DemoError(message)
        return DemoFiles(screenshot, item.stored.instances[0].path, item.log or out)

    def loaded(self) -> bool:
        """Whether all images of the series in view have been read."""
        session = self._window.session
        load = session.loads.get(session.active.key) if session.active is not None else None
        return load is not None and load.complete

    def wait(self, done: Callable[[], bool], what: str) -> None:
        """Let the window work until `done`; `what` names it.

        Raises:
            DemoError: Where a problem came up, or it took too long.
        """
        end = time.monotonic() + _PATIENCE_S
        while not done():
            self._process()
            time.sleep(0.005)
            if self._problems:
                message = f"Stopped before {what}: {self._problems[0]}"
                raise DemoError(message)
            if time.monotonic() > end:
                message = f"Given up after {_PATIENCE_S:.0f} s, before {what}."
                raise DemoError(message)

    def settle(self, seconds: float) -> None:
        """Let the window work for a while."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._process()
            time.sleep(0.005)
