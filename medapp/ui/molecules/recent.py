"""A project of before in one line. No widgets."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.services.molecule_recent import Recent


def recent_text(one: Recent) -> str:
    """Name, how many molecules, what was run where the name does not say it, when, and saved as what."""
    counted = ""
    if one.count is not None:
        counted = tr("1 molecule") if one.count == 1 else tr("{count} molecules", count=one.count)
    name = one.project.name
    # The name of what was pasted says how many they are.
    parts = [name, "" if counted and counted.split()[0] in name.split() else counted]
    parts.append(", ".join(task for task in one.tasks if task != name))
    parts.append(datetime.fromtimestamp(one.changed).astimezone().strftime("%Y-%m-%d %H:%M"))
    parts.append(tr("saved as {file}", file=one.saved) if one.saved else "")
    return " · ".join(part for part in parts if part)
