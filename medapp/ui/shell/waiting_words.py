"""How much waits for an answer, and how much could not be read, in words. The start needs it."""

from __future__ import annotations

from medapp.ui.text import tr


def waiting_words(count: int) -> str:
    """How many questions wait; empty for none."""
    if not count:
        return ""
    return tr("1 question waits") if count == 1 else tr("{count} questions wait", count=count)


def unreadable_words(count: int) -> str:
    """How many files no reader takes, as the library says it; empty for none."""
    if not count:
        return ""
    return (
        tr("1 file could not be read") if count == 1 else tr("{count} files could not be read", count=count)
    )
