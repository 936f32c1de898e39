"""JSON of any quality to objects, with what is odd about it (RFC 8259; FHIR R4, 2.6 JSON)."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

import orjson

from medapp.formats.errors import MALFORMED

ENCODING: Final = "encoding"
BOM: Final = b"\xef\xbb\xbf"
OTHER_BOMS: Final = (b"\xff\xfe", b"\xfe\xff")
LONE_SURROGATE: Final = re.compile(
    rb"(\\\\)|(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What came out.

    Attributes:
        value: None where nothing did.
        problems: Code and sentence of each thing that is wrong; without a value the first says why.
    """

    value: Any
    problems: tuple[tuple[str, str], ...] = ()


def parse(data: bytes) -> Parsed:
    """Read one JSON document."""
    data = data.removeprefix(BOM)
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        return _second_try(data, error)
    return Parsed(value, _doubles(data, value))


def _second_try(data: bytes, error: orjson.JSONDecodeError) -> Parsed:
    """Read what a strict parser refuses for the sake of one value: NaN, endless numbers, half characters."""
    problems = []
    if data.startswith(OTHER_BOMS):
        return Parsed(None, ((ENCODING, "it is written in UTF-16, but FHIR is written in UTF-8"),))
    if "surrogate" in error.msg and b"\\u" in data:
        data = LONE_SURROGATE.sub(lambda found: found[0] if not found[3] else rb"\ufffd", data)
        problems.append(
            (ENCODING, "halves of characters (lone surrogates) were replaced by the replacement character")
        )
    try:
        value = json.loads(data.decode("utf-8"))
    except UnicodeDecodeError as wrong:
        return Parsed(None, ((ENCODING, f"byte {wrong.start} is not UTF-8"),))
    except json.JSONDecodeError as wrong:
        return Parsed(None, ((MALFORMED, f"it is no JSON: line {wrong.lineno}, column {wrong.colno}"),))
    except RecursionError:
        return Parsed(None, ((MALFORMED, "it is nested deeper than any resource is"),))
    except ValueError:
        return Parsed(None, ((MALFORMED, f"it holds a number larger than any value: line {error.lineno}"),))
    return Parsed(value, (*problems, *_repeated(data)))


def _doubles(data: bytes, value: Any) -> tuple[tuple[str, str], ...]:  # noqa: ANN401  any JSON
    """Keys that stand twice in one object.

    A parser keeps the last of them silently. To find them costs as much as parsing, so only a document whose
    number of keys changes when it is written again is looked at closely.
    """
    if _keys(data) == _keys(orjson.dumps(value)):
        return ()
    return _repeated(data)


def _keys(data: bytes) -> int:
    return data.count(b'":') + data.count(b'" :')


def _repeated(data: bytes) -> tuple[tuple[str, str], ...]:
    found: list[str] = []

    def look(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        node = dict(pairs)
        if len(node) < len(pairs):
            found.extend(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        return node

    try:
        json.loads(data, object_pairs_hook=look)
    except RecursionError:
        return ((MALFORMED, "it is nested too deeply to look for keys that stand twice"),)
    if not found:
        return ()
    names = ", ".join(sorted(name for name in set(found) if name.isidentifier())[:5])
    return ((MALFORMED, f"the same key stands twice in one object ({names}); the last of them was read"),)
