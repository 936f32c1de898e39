"""Drag and drop of files onto any part of the window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QWidget

from medapp.ui.shell.widgets import column, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from PySide6.QtGui import QDragEnterEvent, QDropEvent


def local_paths(data: QMimeData) -> list[Path]:
    """Files and folders of what is dragged; empty for anything else."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()] if data.hasUrls() else []


class DropArea(QObject):
    """Takes files dropped onto `window` and shows that it will."""

    dropped = Signal(list)

    def __init__(self, window: QWidget) -> None:
        """Watch `window`."""
        super().__init__(window)
        self._window = window
        window.setAcceptDrops(True)
        window.installEventFilter(self)
        self.mark = QFrame(window)
        self.mark.setObjectName("drop")
        self.mark.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        inner = column()
        text = text_label(tr("Drop to import"), "title")
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inner.addWidget(text)
        self.mark.setLayout(inner)
        self.mark.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Files only; what the viewports drag among themselves passes."""
        kind = event.type()
        if kind == QEvent.Type.DragEnter:
            return self._enter(event)  # type: ignore[arg-type]
        if kind == QEvent.Type.DragLeave:
            self.mark.hide()
        if kind == QEvent.Type.Drop:
            return self._drop(event)  # type: ignore[arg-type]
        return super().eventFilter(watched, event)

    def _enter(self, event: QDragEnterEvent) -> bool:
        if not local_paths(event.mimeData()):
            return False
        event.acceptProposedAction()
        margin = 8 * tokens.GRID
        self.mark.setGeometry(self._window.rect().adjusted(margin, margin, -margin, -margin))
        self.mark.raise_()
        self.mark.show()
        return True

    def _drop(self, event: QDropEvent) -> bool:
        self.mark.hide()
        paths = local_paths(event.mimeData())
        if not paths:
            return False
        event.acceptProposedAction()
        self.dropped.emit(paths)
        return True
