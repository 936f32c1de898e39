"""A line for a path, and buttons beside it that ask for a folder or a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from medapp.ui.shell.widgets import icon_button, row
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Callable


def path_line(shown: str) -> QLineEdit:
    """An empty line; `shown` stands in it while it is, and names it."""
    line = QLineEdit()
    line.setPlaceholderText(shown)
    line.setAccessibleName(shown)
    return line


def with_browse(line: QLineEdit, *, files: bool = False) -> QWidget:
    """`line` with a button for folders, and with `files` one for files as well."""

    def ask_folder() -> str:
        title = line.accessibleName() or tr("Choose a folder")
        return QFileDialog.getExistingDirectory(line.window(), title, line.text())

    def ask_file() -> str:
        return QFileDialog.getOpenFileName(line.window(), tr("Choose a file"))[0]

    def taking(ask: Callable[[], str]) -> Callable[[], None]:
        return lambda: line.setText(ask() or line.text())

    inner = row()
    inner.addWidget(line, 1)
    inner.addWidget(icon_button("folder-open-outline", tr("Choose a folder"), taking(ask_folder)))
    if files:
        inner.addWidget(icon_button("file-outline", tr("Choose a file"), taking(ask_file)))
    inner.setAlignment(Qt.AlignmentFlag.AlignVCenter)
    whole = QWidget()
    whole.setLayout(inner)
    whole.setFocusProxy(line)
    return whole
