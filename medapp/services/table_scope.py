"""Inside of what a number in a table is the same patient."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from medapp.services.import_sources import folder_of

if TYPE_CHECKING:
    from medapp.formats.recognise import RecordFile

_PARTS: Final = frozenset({"hosp", "icu", "core", "ed", "note", "cxr"})
"""Folders that MIMIC-IV is published in: a number is the same patient in all of them."""


def scope_of(file: RecordFile, layout: str, *, shared: bool) -> str:
    """Family of layouts and folder; empty for this file alone."""
    if not shared:
        return ""
    folder = Path(folder_of(file))
    if folder.name.casefold() in _PARTS:
        folder = folder.parent
    return f"{layout.partition('.')[0] or 'tables'} {folder}"
