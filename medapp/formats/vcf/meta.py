"""The structure of meta-information: ``##key=value`` and ``##key=<key=value,...>`` (section 1.4 of 4.5)."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAME = re.compile(r"[^\s,=\"<>\[\]]+")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_LIST = re.compile(r"\[([^\]]*)\]")


class MetaError(Exception):
    """A line that is not well-formed; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Field:
    """One ``key=value`` of a structured line.

    Attributes:
        value: Without quotation marks or square brackets; escapes as written.
        form: ``"`` where it was quoted, ``[`` for a list, empty for a bare value.
    """

    name: str
    value: str
    form: str = ""


def split_meta(text: str) -> tuple[str, str]:
    """Key and value of a line that starts with ``##``.

    Raises:
        MetaError: Where it is no key-value pair.
    """
    key, equals, value = text[2:].partition("=")
    if not equals or not key.strip() or key.startswith("#"):
        message = "the meta-information is not a key-value pair"
        raise MetaError(message)
    return key, value


def parse_fields(value: str) -> list[Field]:
    """The fields of a structured value, ``<...>``.

    Raises:
        MetaError: Where it is not well-formed.
    """
    if not value.endswith(">"):
        message = "the closing angle bracket is missing"
        raise MetaError(message)
    body, place, fields = value[1:-1], 0, []
    while place < len(body):
        name = _NAME.match(body, place)
        if name is None or body[name.end() : name.end() + 1] != "=":
            message = "an item is not a key-value pair (a comma or a space in a value that is not quoted?)"
            raise MetaError(message)
        field, place = _value(name.group(), body, name.end() + 1)
        fields.append(field)
        if place < len(body) and body[place] != ",":
            message = f"the value of {field.name} goes on after its end"
            raise MetaError(message)
        place += 1
    if not fields or body.endswith(","):
        message = "it has an empty item"
        raise MetaError(message)
    return fields


def _value(name: str, body: str, start: int) -> tuple[Field, int]:
    """The value that starts there, and where it ends."""
    first = body[start : start + 1]
    if first == '"':
        quoted = _QUOTED.match(body, start)
        if quoted is None:
            message = f"the value of {name} has no quotation mark at its end"
            raise MetaError(message)
        return Field(name, quoted.group(1), '"'), quoted.end()
    if first == "[":
        listed = _LIST.match(body, start)
        if listed is None:
            message = f"the list of {name} has no square bracket at its end"
            raise MetaError(message)
        return Field(name, listed.group(1), "["), listed.end()
    end = body.find(",", start)
    end = len(body) if end < 0 else end
    return Field(name, body[start:end]), end
