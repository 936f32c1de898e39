"""The card of a model: what it was trained on, how good it is, its limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser

from medapp.resources import resource
from medapp.ui.shell.widgets import column
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from medapp.ui.shell.session import Session

_SIZE = (180 * tokens.GRID, 160 * tokens.GRID)


def show_card(session: Session, name: str, parent: QWidget, *, text: str = "") -> None:
    """Show the card that the program has of a model, or the `text` that came with it, if there is one."""
    if text:
        _show(text, parent)
        return
    if not name:
        session.tell(tr("This model has no card: it has no weights that were trained."))
        return
    path = resource("models", name)
    session.background.run(
        lambda: path.read_text(encoding="utf-8"),
        lambda text: _show(text, parent),
        lambda error: session.fail(error, tr("The card cannot be read.")),
    )


def _show(text: str, parent: QWidget) -> None:
    dialog = QDialog(parent)
    dialog.setWindowTitle(tr("Model card"))
    shown = QTextBrowser()
    shown.setOpenLinks(False)
    shown.setMarkdown(text)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    inner = column(margin=tokens.current().gap)
    inner.addWidget(shown, 1)
    inner.addWidget(buttons)
    dialog.setLayout(inner)
    dialog.resize(*_SIZE)
    dialog.open()
