"""Translation of the Read workspace's words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def tr(text: str) -> str:
    """The user's words for `text`."""
    return QCoreApplication.translate("reading", text)
