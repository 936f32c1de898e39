"""Shows a problem: what happened, to what, what was kept, what to try; details fold out and can be copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QWidget

from medapp.ui.shell.widgets import button, column, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.ui.shell.problem import Problem


class ProblemDialog(QDialog):
    """One problem; does not stop the window behind it."""

    def __init__(self, problem: Problem, parent: QWidget | None = None) -> None:
        """Show `problem`."""
        super().__init__(parent)
        look = tokens.current()
        self.problem = problem
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("This cannot be done") if problem.refused else tr("Something went wrong"))
        self.setMinimumWidth(120 * tokens.GRID)
        inner = column(margin=look.gap_large + tokens.GRID, gap=look.gap)
        inner.addWidget(text_label(problem.what, "heading", wrap=True, selectable=True))
        for title, text in (
            (tr("File"), problem.where),
            (tr("Kept"), problem.kept),
            (tr("What to try"), problem.advice),
        ):
            if text:
                inner.addWidget(text_label(title, "section"))
                inner.addWidget(text_label(text, wrap=True, selectable=True))
        self._details = QPlainTextEdit(problem.details)
        self._details.setReadOnly(True)
        self._details.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._details.setMinimumHeight(40 * tokens.GRID)
        self._details.setVisible(False)
        inner.addWidget(self._details, 1)
        inner.addStretch()
        inner.addLayout(self._buttons())
        self.setLayout(inner)

    def _buttons(self) -> QHBoxLayout:
        buttons = row()
        self._fold = button(tr("Details"), self.toggle_details, name="chevron-right")
        self._fold.setVisible(bool(self.problem.details))
        buttons.addWidget(self._fold)
        copy = button(
            tr("Copy"),
            self.copy,
            name="content-copy",
            tip=tr(
                "Copies the message and the details; names, numbers and paths of the patient are left out"
            ),
        )
        buttons.addWidget(copy)
        buttons.addStretch()
        close = button(tr("Close"), self.close, primary=True)
        close.setDefault(True)
        buttons.addWidget(close)
        return buttons

    def toggle_details(self) -> None:
        """Fold the details out or in."""
        self._details.setVisible(self._details.isHidden())
        self.adjustSize()

    def copy(self) -> None:
        """Put what may be passed on into the clipboard."""
        QGuiApplication.clipboard().setText(self.problem.report())
