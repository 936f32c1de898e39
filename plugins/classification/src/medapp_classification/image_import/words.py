"""Read single entries of a manifest; whatever is wrong is told with its place."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from medapp.api import TaskRefused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class ImportRefused(TaskRefused):
    """The classifier cannot be used; the text says why, for the user."""


def refuse(text: str) -> ImportRefused:
    """The refusal to raise."""
    return ImportRefused(f"the classifier's manifest: {text}")


def only(table: Mapping[str, object], where: str, known: Sequence[str]) -> None:
    """Refuse entries that nobody reads: most are spelling mistakes, and what they meant would be missing."""
    unknown = sorted(set(table) - set(known))
    if unknown:
        message = f"[{where}] has {unknown[0]!r}, which is not one of {', '.join(known)}"
        raise refuse(message)


def table(parent: Mapping[str, object], key: str) -> dict[str, object]:
    """A table, empty where it is not there."""
    found = parent.get(key, {})
    if not isinstance(found, dict):
        message = f"[{key}] is not a table"
        raise refuse(message)
    return found


def text(parent: Mapping[str, object], key: str, where: str, default: str | None = None) -> str:
    """A text; it must be there where there is no default."""
    found = parent.get(key, default)
    if found is None:
        message = f"[{where}] lacks {key!r}"
        raise refuse(message)
    if not isinstance(found, str) or (default is None and not found.strip()):
        message = f"[{where}] {key} is not a text"
        raise refuse(message)
    return found.strip()


def choice(parent: Mapping[str, object], key: str, where: str, allowed: Sequence[str]) -> str:
    """One of some words, the first where nothing is said."""
    found = parent.get(key, allowed[0])
    if found not in allowed:
        message = f"[{where}] {key} is {found!r}, not one of {', '.join(map(repr, allowed))}"
        raise refuse(message)
    return str(found)


def number(parent: Mapping[str, object], key: str, where: str, default: float | None = None) -> float:
    """A finite number; it must be there where there is no default."""
    found = parent.get(key, default)
    if isinstance(found, bool) or not isinstance(found, int | float) or not math.isfinite(found):
        message = f"[{where}] {key} is {'missing' if found is None else 'not a number'}"
        raise refuse(message)
    return float(found)


def numbers(found: object, key: str, where: str) -> tuple[float, ...]:
    """One finite number or a list of them."""
    items = found if isinstance(found, list) else [found]
    if not items:
        message = f"[{where}] {key} is empty"
        raise refuse(message)
    return tuple(number({key: item}, key, where) for item in items)


def flag(parent: Mapping[str, object], key: str, where: str, *, default: bool) -> bool:
    """Yes or no."""
    found = parent.get(key, default)
    if not isinstance(found, bool):
        message = f"[{where}] {key} is neither true nor false"
        raise refuse(message)
    return found
