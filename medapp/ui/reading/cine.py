"""Running through the images of a viewport."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer

if TYPE_CHECKING:
    from medapp.ui.reading.read_model import ReadModel
    from medapp.ui.reading.viewport_model import ViewportModel

DEFAULT_FRAME_MS = 100.0
"""Where the file does not say how long a frame lasts."""
_SHORTEST_MS = 10.0


class Cine(QObject):
    """Shows the next image of a viewport again and again, at the file's own pace where it has one."""

    def __init__(self, read: ReadModel, parent: QObject | None = None) -> None:
        """Stand still at first."""
        super().__init__(parent)
        self._read = read
        self._viewport: ViewportModel | None = None
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.step)

    @property
    def running(self) -> bool:
        """True while images run."""
        return self._timer.isActive()

    @property
    def frame_ms(self) -> float:
        """Time a frame is shown."""
        viewport = self._viewport or self._read.active
        stated = viewport.volume.frame_time_ms if viewport.load is not None else None
        return max(stated, _SHORTEST_MS) if stated else DEFAULT_FRAME_MS

    def toggle(self) -> None:
        """Start the active viewport, or stop."""
        if self.running:
            self.stop()
            return
        grid = self._read.active.grid
        if grid is not None and grid.count > 1:
            self._viewport = self._read.active
            self._timer.start(round(self.frame_ms))

    def stop(self) -> None:
        """Stand still."""
        self._timer.stop()
        self._viewport = None

    def step(self) -> None:
        """Show the next image, the first after the last."""
        viewport = self._viewport
        grid = viewport.grid if viewport is not None else None
        if viewport is None or grid is None:
            self.stop()
            return
        self._read.go_to_slice(viewport, (viewport.state.index + 1) % grid.count)
