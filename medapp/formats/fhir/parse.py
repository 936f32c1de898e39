"""JSON of any quality to objects, with what is odd about it (RFC 8259; FHIR R4, 2.6 JSON)."""

from __future__ import annotations

import gc
import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

import orjson

from medapp.formats.errors import MALFORMED

ENCODING: Final = "encoding"
REPLACED: Final = "replaced"
"""Read, but for characters that are none."""
_LARGE: Final = 1 << 20
MOST_DEPTH: Final = 200
"""A resource is a dozen levels deep; questionnaires and extensions may go some further."""
Problem = tuple[str, str, str]
"""Code, place, and a sentence without a point."""
_BRACKETS: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
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
        problems: Code, place and sentence of each thing that is wrong; without a value the first says why.
    """

    value: Any
    problems: tuple[Problem, ...] = ()


def parse(data: bytes, line: int = 1) -> Parsed:
    """Read one JSON document that begins at a line of its file."""
    data = data.removeprefix(BOM)
    try:
        value = _loaded(data)
    except orjson.JSONDecodeError as error:
        return _second_try(data, error, line)
    try:
        return Parsed(value, _doubles(data, value, line))
    except orjson.JSONEncodeError:
        # What is read may be deeper than what can be written.
        return _too_deep(data, line)


def _loaded(data: bytes) -> Any:  # noqa: ANN401  any JSON
    """Looking for garbage again and again while a large document grows takes longer than reading it."""
    if len(data) < _LARGE or not gc.isenabled():
        return orjson.loads(data)
    gc.disable()
    try:
        return orjson.loads(data)
    finally:
        gc.enable()


def _second_try(data: bytes, error: orjson.JSONDecodeError, line: int) -> Parsed:
    """Read what a strict parser refuses for the sake of one value: NaN, endless numbers, half characters."""
    problems: list[Problem] = []
    if data.startswith(OTHER_BOMS):
        return _failed(ENCODING, "byte 0", "it is written in UTF-16, but FHIR is written in UTF-8")
    if "surrogate" in error.msg and b"\\u" in data:
        first = next((found.start() for found in LONE_SURROGATE.finditer(data) if found[3]), 0)
        data = LONE_SURROGATE.sub(lambda found: found[0] if not found[3] else rb"\ufffd", data)
        sentence = "halves of characters (lone surrogates) were replaced by the replacement character"
        problems.append((REPLACED, _line_of(data, first, line), sentence))
    try:
        value = json.loads(data.decode("utf-8"))
    except UnicodeDecodeError as wrong:
        where = _line_of(data, wrong.start, line)
        return _failed(ENCODING, where, f"{where}: byte {wrong.start} is not UTF-8")
    except json.JSONDecodeError as wrong:
        place = f"line {wrong.lineno + line - 1}, column {wrong.colno}"
        return _failed(MALFORMED, place, f"it is no JSON: {place}")
    except RecursionError:
        return _too_deep(data, line)
    except ValueError:
        where = f"line {error.lineno + line - 1}"
        return _failed(MALFORMED, where, f"it holds a number larger than any value: {where}")
    return Parsed(value, (*problems, *_repeated(data, line)))


def _failed(code: str, place: str, sentence: str) -> Parsed:
    return Parsed(None, ((code, place, sentence),))


def _too_deep(data: bytes, line: int) -> Parsed:
    where = _line_of(data, deepest(data), line)
    return _failed(MALFORMED, where, f"{where}: it is nested deeper than any resource is")


def _line_of(data: bytes, at: int, first: int) -> str:
    number = data.count(b"\n", 0, max(at, 0)) + first
    return f"line {number}"


def deepest(data: bytes, most: int = MOST_DEPTH) -> int:
    """Where brackets first stand deeper than `most`; -1 where they nowhere do. Texts are passed over."""
    depth = 0
    for found in _BRACKETS.finditer(data):
        sign = found[0]
        if sign in b"[{":
            depth += 1
            if depth > most:
                return found.start()
        elif sign in b"]}":
            depth -= 1
    return -1


def _doubles(data: bytes, value: Any, line: int) -> tuple[Problem, ...]:  # noqa: ANN401  any JSON
    """Keys that stand twice in one object.

    A parser keeps the last of them silently. To find them costs as much as parsing, so only a document whose
    number of keys changes when it is written again is looked at closely.
    """
    if _keys(data) == _keys(orjson.dumps(value)):
        return ()
    return _repeated(data, line)


def _keys(data: bytes) -> int:
    return data.count(b'":') + data.count(b'" :')


def _repeated(data: bytes, line: int) -> tuple[Problem, ...]:
    found: list[tuple[dict[str, Any], list[str]]] = []

    def look(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        node = dict(pairs)
        if len(node) < len(pairs):
            found.append(
                (node, [key for key, count in Counter(key for key, _ in pairs).items() if count > 1])
            )
        return node

    try:
        value = json.loads(data, object_pairs_hook=look)
    except RecursionError:
        deep = _line_of(data, deepest(data), line)
        return ((MALFORMED, deep, "it is nested too deeply to look for keys that stand twice"),)
    if not found:
        return ()
    where = _place_of(value, found[0][0])
    keys = {key for _, twice in found for key in twice if key.isidentifier()}
    names = ", ".join(sorted(keys)[:5])
    place = where or f"line {line}"
    inside = f", first in {where}" if where else ""
    sentence = f"the same key stands twice in one object ({names}){inside}; the last of them was read"
    return ((MALFORMED, place, sentence),)


def _place_of(value: Any, node: dict[str, Any]) -> str:  # noqa: ANN401  any JSON
    """Path to an object (``entry[3].resource``); empty for the outermost."""
    waiting: list[tuple[str, Any]] = [("", value)]
    while waiting:
        path, one = waiting.pop()
        if one is node:
            return path.removeprefix(".")
        if type(one) is dict:
            waiting += [(f"{path}.{key}", inner) for key, inner in one.items() if key.isidentifier()]
        elif type(one) is list:
            waiting += [(f"{path}[{at}]", inner) for at, inner in enumerate(one)]
    return ""
