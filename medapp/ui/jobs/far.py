"""How far a job is, where it has a place of its own beside the bar at the foot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from medapp.ui.text import tr
from medapp.ui.wording import span

if TYPE_CHECKING:
    from PySide6.QtWidgets import QProgressBar

    from medapp.ui.jobs.model import JobLine

_STEPS: Final = 1000


def show_far(bar: QProgressBar, line: JobLine | None) -> str:
    """Set `bar`, and give the words: what it does, and how long it still takes where that is known."""
    fraction = None if line is None else line.fraction
    bar.setRange(0, 0 if fraction is None else _STEPS)
    bar.setValue(round((fraction or 0) * _STEPS))
    if line is None:
        return ""
    left = "" if line.remaining_s is None else tr("{time} left", time=span(line.remaining_s))
    return " · ".join(part for part in (tr("ending…") if line.stopping else line.message, left) if part)
