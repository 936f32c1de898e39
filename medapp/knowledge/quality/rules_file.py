"""Rules of quality as a file: chosen by a person, kept, carried to another machine, put beside features."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from medapp.knowledge.quality.findings import Rule
from medapp.knowledge.quality.fitting import RecordRules
from medapp.knowledge.quality.known import Known

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FORMAT: Final = "medapp quality rules"
VERSION: Final = 1
NOTICE: Final = "Not for diagnostic use."
_MOST_BYTES: Final = 16 << 20


class RulesError(ValueError):
    """A file that holds no rules that can be used; the message is a sentence without patient data."""


def to_text(rules: Iterable[Rule] | RecordRules, **more: Any) -> str:  # noqa: ANN401 - any JSON
    """Rules as JSON.

    Args:
        rules: With what training data said of variables, where they were fitted.
        more: What else stands in the file; passed over when it is read.
    """
    found: dict[str, Any] = {"format": FORMAT, "version": VERSION, "notice": NOTICE}
    if isinstance(rules, RecordRules):
        found["rules"] = [asdict(one) for one in rules.rules]
        found["fitted"] = [one.to_dict() for one in rules.known]
    else:
        found["rules"] = [asdict(one) for one in rules]
    found.update(more)
    return json.dumps(found, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def from_text(text: str) -> RecordRules:
    """Rules back from JSON, `known` empty where they were not fitted.

    Raises:
        RulesError: Where it is none, is damaged, or of another version.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        message = "it is no JSON"
        raise RulesError(message) from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        message = "it does not say that it holds rules of quality"
        raise RulesError(message)
    if found.get("version") != VERSION:
        message = f"it is of version {found.get('version')!r}, this program reads version {VERSION}"
        raise RulesError(message)
    rules = tuple(_rule(number, one) for number, one in enumerate(_list(found, "rules"), 1))
    try:
        known = tuple(Known.from_dict(one) for one in _list(found, "fitted"))
    except (KeyError, TypeError, ValueError) as error:
        message = "what it says of the variables of training data is damaged"
        raise RulesError(message) from error
    return RecordRules(rules, known)


def read_rules(path: Path) -> RecordRules:
    """Rules of a file.

    Raises:
        OSError: Where it cannot be read.
        RulesError: Where it is none, is damaged, or of another version; begins with the file's name.
    """
    with path.open("rb") as file:
        found = file.read(_MOST_BYTES + 1)
    try:
        return from_text(_text(found))
    except RulesError as error:
        message = f"{path.name} holds no rules that can be used: {error}"
        raise RulesError(message) from error


def _text(found: bytes) -> str:
    if len(found) > _MOST_BYTES:
        message = "it is too large"
        raise RulesError(message)
    try:
        return found.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = "it is no text"
        raise RulesError(message) from error


def _list(found: dict[str, Any], name: str) -> list[Any]:
    value = found.get(name, [])
    if not isinstance(value, list):
        message = f"{name!r} is no list"
        raise RulesError(message)
    return value


def _rule(number: int, found: object) -> Rule:
    fields = ("kind", "action", "variable", "why")
    if (
        not isinstance(found, dict)
        or set(found) - set(fields)
        or not all(isinstance(one, str) for one in found.values())
    ):
        message = f"rule {number} is not made of the texts kind, action, variable and why"
        raise RulesError(message)
    words = {name: found.get(name, "") for name in fields}
    try:
        return Rule(**words)
    except ValueError as error:
        message = f"rule {number}: {error}"
        raise RulesError(message) from error
