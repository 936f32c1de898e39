"""A record on a terminal: columns that keep their places, long cells broken at words; in a pipe, lines."""

from __future__ import annotations

import re
import shutil
import sys
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from medapp.cli import show

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from medapp.services.record_lines import Line

_TITLES: Final = ("date", "kind", "what", "value", "status", "from")
_NARROWEST: Final = 60
_WIDEST: Final = 200
_GAP: Final = "  "
_NARROW: Final = 90
_MOST: Final = {"date": 16, "kind": 14, "status": 12}
_MOST_NARROW: Final = {"date": 10, "kind": 11, "status": 9}
_ELASTIC: Final = ("what", "value")
_FROM: Final = " from "
_LONGEST_CELL: Final = 300
"""Of a cell on a terminal; `--json` has all of it."""
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


def print_lines(lines: Iterable[Line], *, places: bool = False) -> None:
    """Print entries: for a terminal in columns, else separated by tabs, one line each.

    Args:
        lines: In their order.
        places: Whether each is followed by its place in its file; a pipe always gets it.
    """
    if sys.stdout.isatty():
        width = min(_WIDEST, max(_NARROWEST, shutil.get_terminal_size().columns))
        for row in in_columns(list(lines), width, places=places):
            show.line(row)
        return
    show.line("date\tkind\twhat\tvalue\tstatus\tfile\tplace")
    for line in lines:
        show.line("\t".join(_flat(cell) or "-" for cell in line))


def in_columns(lines: Sequence[Line], width: int, *, places: bool = False) -> list[str]:
    """Entries as lines of text no wider than `width` characters, and the files that they came from.

    Where there is little room what an entry is about and its value share a column.
    """
    files = {file: number for number, file in enumerate(dict.fromkeys(line.file for line in lines), 1)}
    narrow = width < _NARROW
    rows = [_cells(line, f"[{files[line.file]}]", narrow=narrow) for line in lines]
    titles = tuple(title for title in _TITLES if not narrow or title != "value")
    widths = _widths(titles, rows, width, narrow=narrow)
    found = [*_row(titles, widths), "─" * (sum(widths) + len(_GAP) * (len(widths) - 1))]
    indent = " " * (widths[0] + len(_GAP))
    for row, line in zip(rows, lines, strict=True):
        found += _row(row, widths)
        if places:
            found += [f"{indent}{part}" for part in wrap(f"at {_flat(line.place)}", width - len(indent))]
    for event in dict.fromkeys(_event(line.date) for line in lines if _event(line.date)):
        found += wrap(f"times without a date are counted from {_flat(event)}", width)
    for file, number in files.items():
        mark = f"[{number}] "
        found += [
            f"{mark if first else ' ' * len(mark)}{part}"
            for first, part in _marked(wrap(_flat(file), width - len(mark)))
        ]
    return found


def _cells(line: Line, source: str, *, narrow: bool) -> tuple[str, ...]:
    what, value = _cut(line.what) or "–", _cut(line.value)
    kind = _HUMP.sub(" ", line.kind).capitalize()
    when = moment(line.date.removesuffix(f"{_FROM}{_event(line.date)}"))
    if narrow:
        return when, kind, f"{what}: {value}" if value else what, line.status, source
    return when, kind, what, value, line.status, source


def _event(date: str) -> str:
    """What a time is counted from that is no date; told once below, as it is the same for many."""
    return "" if date[:1].isdigit() else date.partition(_FROM)[2]


def _marked(parts: list[str]) -> list[tuple[bool, str]]:
    return [(number == 0, part) for number, part in enumerate(parts)]


def moment(text: str) -> str:
    """To the minute, in the sender's own time; a time that is counted from an event as it is."""
    if not text:
        return "no date"
    return text[:16].replace("T", " ") if text[0].isdigit() else text


def _cut(text: str) -> str:
    text = _flat(text)
    return text if len(text) <= _LONGEST_CELL else f"{text[:_LONGEST_CELL].rstrip()}…"


def _flat(text: str) -> str:
    return " ".join(text.split())


def _widths(titles: Sequence[str], rows: Sequence[Sequence[str]], width: int, *, narrow: bool) -> list[int]:
    """Of each column: what and value share what the others leave, by how much each needs."""
    from rich.cells import cell_len

    most = _MOST_NARROW if narrow else _MOST
    needed = [
        max([len(title), *(cell_len(row[place]) for row in rows)]) for place, title in enumerate(titles)
    ]
    found = {title: min(need, most.get(title, need)) for title, need in zip(titles, needed, strict=True)}
    fixed = sum(size for title, size in found.items() if title not in _ELASTIC)
    free = width - len(_GAP) * (len(titles) - 1) - fixed
    if narrow:
        found["what"] = min(found["what"], free)
    elif found["what"] + found["value"] > free:
        rest = free - min(found["what"], free - free // 2)
        found["value"] = min(found["value"], rest)
        found["what"] = free - found["value"]
    return list(found.values())


def _row(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    from rich.cells import set_cell_size

    broken = [wrap(cell, width) for cell, width in zip(cells, widths, strict=True)]
    return [
        _GAP.join(set_cell_size(part, width) for part, width in zip(parts, widths, strict=True)).rstrip()
        for parts in zip_longest(*broken, fillvalue="")
    ]


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` columns, broken at blanks; of a word that is longer, within."""
    from rich.cells import cell_len, chop_cells

    lines = [""]
    for word in text.split():
        for number, part in enumerate(chop_cells(word, width)):
            glue = " " if lines[-1] and not number else ""
            if number or cell_len(lines[-1]) + cell_len(glue) + cell_len(part) > width:
                lines.append(part)
            else:
                lines[-1] += glue + part
    return lines[1:] if len(lines) > 1 and not lines[0] else lines
