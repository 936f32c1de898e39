"""The user's words: translation of every text of the window outside the Read workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLocale, QTranslator

from medapp.resources import resource

if TYPE_CHECKING:
    from pathlib import Path

_CONTEXT = "medapp"


def tr(text: str, **values: object) -> str:
    """The user's words for `text`, with ``{name}`` replaced by the value of that name."""
    said = QCoreApplication.translate(_CONTEXT, text)
    return said.format(**values) if values else said


def install_language(application: QCoreApplication, name: str = "", folder: Path | None = None) -> bool:
    """Use the language file ``medapp_NAME.qm``; the system's language where no name is given.

    Returns:
        Whether there is such a file; without one the texts stay English.
    """
    locale = QLocale(name) if name else QLocale.system()
    translator = QTranslator(application)
    where = folder or resource("translations")
    if not translator.load(locale, "medapp", "_", str(where)):
        return False
    return application.installTranslator(translator)
