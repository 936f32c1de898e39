"""The name of who works at this installation, as it is written with what they decide."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

FILE: Final = "user.json"
_LONGEST: Final = 80


def name_of_user(config: Path) -> str:
    """The name that was set; empty where none was, or where the file cannot be read.

    Args:
        config: The user's own folder, see `medapp.services.paths.AppPaths`.
    """
    try:
        found = json.loads((config / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    name = found.get("name", "") if isinstance(found, dict) else ""
    return _clean(name) if isinstance(name, str) else ""


def keep_name(config: Path, name: str) -> None:
    """Keep a name; an empty one is taken away.

    Raises:
        OSError: Where it cannot be written.
    """
    config.mkdir(parents=True, exist_ok=True)
    part = config / f".{FILE}.part"
    try:
        part.write_text(json.dumps({"name": _clean(name)}, ensure_ascii=False) + "\n", encoding="utf-8")
        part.replace(config / FILE)
    finally:
        part.unlink(missing_ok=True)


def _clean(name: str) -> str:
    """One line of what can be printed."""
    return " ".join("".join(one if one.isprintable() else " " for one in name).split())[:_LONGEST]
