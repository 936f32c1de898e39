"""Names that may be written into a field, with their units: a button lists them and puts one in."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QMenu, QToolButton

from medapp.ui.shell.widgets import icon_button
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_APART = "; "


def names_button(title: str, schema: Mapping[str, Any], chosen: Callable[[str], object]) -> QToolButton:
    """A button beside a field whose schema has ``names``: groups of them; ``units`` has the unit of some."""
    button = icon_button("help-circle-outline", tr("Names for {title}, with their units", title=title))
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    menu = QMenu(button)
    units = schema.get("units") or {}
    for group, names in schema["names"].items():
        part = menu.addMenu(str(group))
        for name in names:
            unit = units.get(name, "")
            # What stands behind & would be taken for a key.
            text = (f"{name} ({unit})" if unit else str(name)).replace("&", "&&")
            part.addAction(text, partial(chosen, str(name)))
    button.setMenu(menu)
    return button


def with_name(text: str, name: str) -> str:
    """What is written with a name more behind it, ready for its range."""
    before = text.strip().rstrip(";").rstrip()
    return f"{before}{_APART if before else ''}{name} "
