"""Opens the window."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QMessageLogContext, QtMsgType, qFormatLogMessage, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from medapp.services.app import App
from medapp.ui import binding
from medapp.ui.shell.wheel import WheelGuard
from medapp.ui.shell.window import MainWindow
from medapp.ui.style import sheet
from medapp.ui.text import install_language

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType

_ = binding.SPARED
_LOG = logging.getLogger("medapp")
_LOG_BYTES = 2_000_000
_SAYS_NOTHING = "This plugin does not support propagateSizeHints()"


def application() -> QApplication:
    """The Qt application in the program's look and the user's language; made where there is none yet."""
    found = QApplication.instance()
    if isinstance(found, QApplication):
        result = found
    else:
        _leave_out_what_says_nothing()
        result = QApplication(sys.argv[:1])
        binding.answer_soon()
    result.setApplicationName("medapp")
    result.setApplicationDisplayName("medapp")
    install_language(result)
    sheet.apply(result)
    return result


def _leave_out_what_says_nothing() -> None:
    """Pass on what Qt tells, but for one message that windows off the screen give for nothing."""

    def tell(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        if text == _SAYS_NOTHING:
            return
        if callable(before):
            before(kind, context, text)
        elif sys.stderr is not None:
            sys.stderr.write(qFormatLogMessage(kind, context, text) + "\n")

    before = qInstallMessageHandler(tell)


def run_app(paths: Sequence[Path], *, sample: bool = False) -> int:
    """Show the window until it is closed.

    Args:
        paths: Files and folders to import and show; the window starts empty without.
        sample: Open the sample patient, made where there is none yet.

    Returns:
        Exit status of the program.
    """
    qt = application()
    with App.open() as app:
        _log_to(app.paths.logs)
        window = MainWindow(app)
        WheelGuard(qt)
        _show_what_is_not_caught(window)
        window.show()
        window.start()
        if paths:
            window.session.import_paths(paths, show=True)
        elif sample:
            window.session.open_sample()
        status = qt.exec()
        sys.excepthook = sys.__excepthook__
    return status


def _log_to(folder: Path) -> None:
    from logging.handlers import RotatingFileHandler

    handler = RotatingFileHandler(folder / "medapp.log", maxBytes=_LOG_BYTES, backupCount=2, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)


def _show_what_is_not_caught(window: MainWindow) -> None:
    """An error that nobody expected is shown and written down; the window goes on."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        _LOG.error("not caught", exc_info=(kind, error, trace))
        if isinstance(error, Exception):
            window.session.fail(error)
        else:
            sys.__excepthook__(kind, error, trace)

    sys.excepthook = hook
