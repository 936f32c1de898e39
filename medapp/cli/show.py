"""What a command prints: progress on the error output, results on the standard output."""

from __future__ import annotations

import json
import sys
import unicodedata
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Literal, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from medapp.jobs import JobUpdate

_STEERING: Final = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
"""Categories of characters that are no text by themselves."""

_NO_END: Final = 1_000_000
"""Columns of what is no terminal."""


_said: set[str] = set()


def begin() -> None:
    """A command begins: nothing of it is printed yet."""
    _said.clear()


def said_json() -> bool:
    """Whether the command has printed JSON."""
    return "json" in _said


def as_json(value: object) -> None:
    """Print JSON; characters that the output cannot carry are escaped."""
    text = json.dumps(value, indent=2, ensure_ascii=False, default=str)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(value, indent=2, default=str)
    sys.stdout.write(text + "\n")
    _said.add("json")


def remark(text: str) -> None:
    """A line beside the result."""
    sys.stderr.write(_for(text, sys.stderr) + "\n")


def line(text: str) -> None:
    """A line of the result."""
    cells = (_for(cell, sys.stdout) for cell in text.split("\t"))
    sys.stdout.write("\t".join(cells) + "\n")


def _for(text: str, stream: TextIO) -> str:
    """A line as a terminal may show it: without characters that steer it, turn text round, or that it lacks.

    Names of patients and files come from outside and may hold any.
    """
    shown = "".join("\ufffd" if unicodedata.category(one) in _STEERING else one for one in text)
    encoding = stream.encoding or "utf-8"
    return shown.encode(encoding, "replace").decode(encoding)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Iterable[int] = ()) -> None:
    """Print a table; the columns in `numbers` are flush right.

    On a terminal long cells are broken into lines, but for those of the first column; in a file or a pipe
    every row is one line, as long as it needs to be.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table

    right = set(numbers)
    found = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for place, name in enumerate(columns):
        justify: Literal["left", "right"] = "right" if place in right else "left"
        found.add_column(name, justify=justify, no_wrap=place == 0, overflow="fold")
    for row in rows:
        found.add_row(*(_for(cell, sys.stdout) for cell in row))
    width = None if sys.stdout.isatty() else _NO_END
    Console(highlight=False, markup=False, width=width).print(found)


@contextmanager
def progress(title: str) -> Iterator[Callable[[JobUpdate], None]]:
    """A bar with elapsed and remaining time where the error output is a terminal, else nothing."""
    if not sys.stderr.isatty():
        yield lambda _update: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
    from rich.table import Column

    # What is being done comes last and is cut where it finds no room: a bar that jumps tells nothing.
    note = Column(no_wrap=True, overflow="ellipsis", ratio=1)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]}"),
        TextColumn("{task.fields[note]}", table_column=note, markup=False),
        console=Console(stderr=True),
        transient=True,
        expand=True,
    ) as bar:
        task = bar.add_task(title, total=None, note="", left="")

        def tell(update: JobUpdate) -> None:
            total = None if update.fraction is None else 1.0
            done = update.fraction or 0.0
            message = _for(update.message, sys.stderr)
            bar.update(task, total=total, completed=done, note=message, left=_left(update.remaining_s))

        yield tell


def _left(seconds: float | None) -> str:
    """Time that is left, as the job reckons it; nothing where it cannot be told."""
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02} left" if hours else f"{minutes}:{rest:02} left"


def number(value: object, digits: int = 1) -> str:
    """A number to read, a dash where it is not known."""
    return f"{value:.{digits}f}" if isinstance(value, int | float) else "–"


def metrics(found: Mapping[str, object]) -> None:
    """Print named figures."""
    table(("figure", "value"), [(name, number(value, 4)) for name, value in found.items()], numbers=(1,))
