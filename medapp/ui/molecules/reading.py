"""Reads the rows of a run while they are written, off the GUI thread. No widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from medapp.services.molecule_project import Run
    from medapp.services.molecule_rows import Batch
    from medapp.ui.background import Background


class RowsReader(QObject):
    """From the first row on, a batch at a time."""

    arrived = Signal(object, int, object)
    """Run, number of the batch's first row from 0, and the batch."""
    failed = Signal(object)

    def __init__(self, background: Background, run: Run, path: Path, parent: QObject) -> None:
        """Read `path`, the rows of `run`."""
        super().__init__(parent)
        self._background, self._run, self._path = background, run, path
        self._offset, self._line = 0, 0
        self._busy = self._again = self._closed = False
        self._ended: Callable[[], None] | None = None

    @property
    def lines(self) -> int:
        """Rows that were read."""
        return self._line

    def more(self) -> None:
        """Read what is there now."""
        if self._closed:
            return
        if self._busy:
            self._again = True
            return
        self._busy, self._again = True, False
        path, offset = self._path, self._offset

        def work() -> Batch:
            from medapp.services.molecule_rows import read_batch

            return read_batch(path, offset)

        self._background.run(work, self._take, self._fail)

    def finish(self, ended: Callable[[], None]) -> None:
        """Read to the end, then call `ended`; nothing more is written."""
        self._ended = ended
        self.more()

    def close(self) -> None:
        """Read no more."""
        self._closed = True

    def _take(self, batch: Batch) -> None:
        self._busy = False
        if self._closed:
            return
        first, self._offset = self._line, batch.end
        self._line += len(batch)
        if len(batch):
            self.arrived.emit(self._run, first, batch)
        if len(batch) or self._again:
            self.more()
        elif self._ended is not None:
            ended, self._ended = self._ended, None
            ended()

    def _fail(self, error: Exception) -> None:
        self._busy = False
        if self._closed:
            return
        self._closed = True
        self.failed.emit(error)
        if self._ended is not None:
            self._ended()
