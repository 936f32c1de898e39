"""The very text that an entry was read from: a resource, a segment, an element, a line."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from medapp.formats.stream import open_bytes, read_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from medapp.domain.record.entry import Format

_MOST_BYTES: Final = 128 << 20
_MOST_LETTERS: Final = 200_000
_LINE: Final = re.compile(r"line (\d+)")
_SEGMENT: Final = re.compile(r"message (\d+)\b.*?([A-Z][A-Z0-9]{2})\[(\d+)\]")
_STEP: Final = re.compile(r"([A-Za-z_]\w*)((?:\[\d+\])*)")
_NUMBER: Final = re.compile(r"\[(\d+)\]")


def excerpt(path: Path, form: Format, place: str) -> str:
    """What stands at a place of a file, as it is written or, for JSON and XML, laid out to be read.

    Args:
        path: The file.
        form: What it was read as.
        place: As `Source.place` names it.

    Returns:
        Empty where the place is not found: the file may have changed since it was read.

    Raises:
        OSError: Where it cannot be read.
        UnreadableError: Where it is damaged.
    """
    reader = _READERS.get(form)
    found = reader(path, place) if reader is not None else ""
    return found if len(found) <= _MOST_LETTERS else found[:_MOST_LETTERS] + "\n…"


# ---- JSON ---------------------------------------------------------------------------------------------
def _fhir(path: Path, place: str) -> str:
    kind, _, name = place.partition("#")[0].partition("/")
    for document in _documents(path):
        for resource in _resources(document):
            if resource.get("resourceType") == kind and str(resource.get("id", "")) == name:
                return _json(resource)
    return ""


def _resources(found: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - JSON of a stranger
    """All resources of a document: of a Bundle those within, of bundles within bundles too."""
    waiting = [found]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            if "resourceType" in one:
                yield one
            waiting += [entry.get("resource") for entry in _list(one.get("entry")) if isinstance(entry, dict)]
            waiting += _list(one.get("contained"))


def _phenopacket(path: Path, place: str) -> str:
    line = _LINE.match(place)
    inner = place[line.end() :].strip() if line else place
    text = _line_of(path, int(line[1])) if line else read_bytes(path, _MOST_BYTES)
    found: Any = _loads(text)
    for name, numbers in _STEP.findall(inner):
        found = found.get(name) if isinstance(found, dict) else None
        for number in _NUMBER.findall(numbers):
            inside = _list(found)
            found = inside[int(number)] if int(number) < len(inside) else None
    return "" if found is None else _json(found)


def _documents(path: Path) -> Iterator[Any]:
    """One for the whole file, else one a line."""
    data = read_bytes(path, _MOST_BYTES)
    whole = _loads(data)
    if whole is not None:
        yield whole
        return
    for line in data.splitlines():
        found = _loads(line)
        if found is not None:
            yield found


def _loads(data: bytes) -> Any:  # noqa: ANN401
    import orjson

    try:
        return orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        return None


def _json(found: Any) -> str:  # noqa: ANN401
    return json.dumps(found, ensure_ascii=False, indent=2)


def _list(found: Any) -> list[Any]:  # noqa: ANN401
    return found if isinstance(found, list) else []


# ---- segments, elements, lines ------------------------------------------------------------------------
def _hl7v2(path: Path, place: str) -> str:
    wanted = _SEGMENT.match(place)
    if wanted is None:
        return ""
    text = read_bytes(path, _MOST_BYTES).decode("utf-8", "replace")
    lines = [line.strip("\x0b\x1c ") for line in re.split(r"[\r\n]+", text)]
    message, name, number = int(wanted[1]), wanted[2], int(wanted[3])
    at = seen = 0
    for line in lines:
        at += line.startswith("MSH")
        if at == message and line.startswith(name):
            seen += 1
            if seen == number:
                return line
    return ""


def _ccda(path: Path, place: str) -> str:
    from lxml import etree

    from medapp.formats.ccda.xml import V3, parse

    element = parse(read_bytes(path, _MOST_BYTES))
    for step in place.split("/") if place not in {"", "."} else ():
        name, number = step.partition("[")[0], _NUMBER.search(step)
        same = [one for one in element if str(one.tag).replace(f"{{{V3}}}", "") == name]
        which = int(number[1]) - 1 if number else 0
        if which >= len(same):
            return ""
        element = same[which]
    etree.indent(element)
    text = etree.tostring(element, encoding="unicode", with_tail=False)
    # What the whole document declares is no part of what stands here.
    return re.sub(r' xmlns(:\w+)?="[^"]*"', "", text)


def _row(path: Path, place: str) -> str:
    """The cells of a line, each with the name of its column."""
    from medapp.formats.tables.delimited import Dialect, Row, head_of, records, tell

    line = _LINE.match(place)
    if line is None:
        return ""
    dialect: Dialect = tell(head_of(path))
    header: list[str] | None = None
    with open_bytes(path) as file:
        for row in records(file, dialect):
            if not isinstance(row, Row):
                continue
            if header is None:
                header = row.cells
            elif row.line == int(line[1]):
                names = [*header, *("" for _ in range(len(row.cells) - len(header)))]
                return "\n".join(f"{name}: {cell}" for name, cell in zip(names, row.cells, strict=False))
    return ""


def _vcf(path: Path, place: str) -> str:
    line = _LINE.match(place)
    return _line_of(path, int(line[1])).decode("utf-8", "replace").rstrip("\r\n") if line else ""


def _line_of(path: Path, number: int) -> bytes:
    with open_bytes(path) as file:
        for at, line in enumerate(file, 1):
            if at == number:
                return line
    return b""


_READERS: Final[dict[Format, Callable[[Path, str], str]]] = {
    "fhir": _fhir,
    "phenopacket": _phenopacket,
    "hl7v2": _hl7v2,
    "ccda": _ccda,
    "omop": _row,
    "table": _row,
    "vcf": _vcf,
}
