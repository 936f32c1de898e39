"""JSON of protobuf messages: a field is lowerCamelCase or snake_case, absent means the default."""

from __future__ import annotations

import math
import re
from functools import cache
from typing import Any

Message = dict[str, Any]

_UPPER = re.compile(r"(?<!^)(?=[A-Z])")
_MOST_TEXT = 1 << 20


class ShapeError(ValueError):
    """A field that is not what the schema says; the message names the field, never its content."""


def get(message: Message, name: str) -> object:
    """A field by its lowerCamelCase name; None where it is absent."""
    found = message.get(name)
    if found is not None or not message:
        return found
    other = _snake(name)
    return None if other == name else message.get(other)


@cache
def _snake(name: str) -> str:
    return _UPPER.sub("_", name).lower()


def one(message: Message, name: str) -> Message:
    """A message in a field; empty where it is absent.

    Raises:
        ShapeError: Where the field holds something else.
    """
    found = get(message, name)
    if found is None:
        return {}
    if not isinstance(found, dict):
        problem = f"{name} is no object"
        raise ShapeError(problem)
    return found


def many(message: Message, name: str) -> list[object]:
    """A repeated field; empty where it is absent.

    Raises:
        ShapeError: Where the field is no list.
    """
    found = get(message, name)
    if found is None:
        return []
    if not isinstance(found, list):
        problem = f"{name} is no list"
        raise ShapeError(problem)
    return found


def messages(message: Message, name: str) -> list[Message]:
    """A repeated field of messages.

    Raises:
        ShapeError: Where one of them is none.
    """
    found: list[Message] = []
    for number, item in enumerate(many(message, name)):
        if not isinstance(item, dict):
            problem = f"{name}[{number}] is no object"
            raise ShapeError(problem)
        found.append(item)
    return found


def text(message: Message, name: str) -> str:
    """A text, also where a number or an enumeration's number is written; empty where it is absent.

    Raises:
        ShapeError: Where the field holds a list or a message.
    """
    found = get(message, name)
    if found is None:
        return ""
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        problem = f"{name} is no text"
        raise ShapeError(problem)
    return str(found)[:_MOST_TEXT].strip()


def flag(message: Message, name: str) -> bool:
    """A truth value; false where it is absent.

    Raises:
        ShapeError: Where the field holds something else.
    """
    found = get(message, name)
    if found is None:
        return False
    if not isinstance(found, bool):
        problem = f"{name} is neither true nor false"
        raise ShapeError(problem)
    return found


def number(message: Message, name: str) -> float | None:
    """A finite number; None where it is absent.

    Raises:
        ShapeError: Where the field holds something else.
    """
    found = get(message, name)
    if found is None:
        return None
    try:
        value = (
            float(found) if isinstance(found, int | float | str) and not isinstance(found, bool) else math.nan
        )
    except (ValueError, OverflowError):
        value = math.nan
    if not math.isfinite(value):
        problem = f"{name} is no number"
        raise ShapeError(problem)
    return value
