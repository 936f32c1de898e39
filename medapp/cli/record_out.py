"""A record as a file: JSON, Markdown or text, by the ending of its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from medapp.cli.ending import FAILED, WRONG_USE, Problem
from medapp.cli.record_print import in_columns, moment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from medapp.services.record_lines import Line

NOTICE: Final = "Not for diagnostic use."
ENDINGS: Final = (".json", ".md", ".txt")
_WIDTH: Final = 160


def check(out: Path, *, force: bool) -> None:
    """Refuse a file before anything is looked up.

    Raises:
        Problem: Where the ending says no form, or there is a file already and `force` does not replace it.
    """
    if out.suffix.casefold() not in ENDINGS:
        message = f"{out.name} has to end in {', '.join(ENDINGS)}: the ending says how the record is written"
        raise Problem(message, WRONG_USE)
    if out.is_dir() or (out.exists() and not force):
        wrong = "is a folder" if out.is_dir() else "is there already; --force replaces it"
        message = f"{out} {wrong}"
        raise Problem(message, WRONG_USE)


def write(out: Path, text: str) -> None:
    """Write a file whole or not at all, readable by its owner only.

    Raises:
        Problem: Where it cannot be written.
    """
    part = out.with_name(f".{out.name}.part")
    try:
        part.touch(mode=0o600)
        part.write_text(text, "utf-8")
        part.replace(out)
    except OSError as error:
        message = f"{out} cannot be written: {(error.strerror or str(error)).lower()}"
        raise Problem(message, FAILED) from error
    finally:
        part.unlink(missing_ok=True)


def as_text(head: Sequence[str], lines: Sequence[Line]) -> str:
    """Columns, as on a terminal, with the place of each entry in its file."""
    return "\n".join([NOTICE, *head, "", *in_columns(lines, _WIDTH, places=True), ""])


def as_markdown(head: Sequence[str], lines: Sequence[Line]) -> str:
    """A table of Markdown."""
    title, *rest = head
    rows = [
        " | ".join(
            _cell(cell)
            for cell in (moment(one.date), one.kind, one.what, one.value, one.status, one.file, one.place)
        )
        for one in lines
    ]
    table = ["| date | kind | what | value | status | file | place |", "|---|---|---|---|---|---|---|"]
    parts = [f"# {_cell(title)}", "", f"**{NOTICE}**", ""]
    parts += [f"- {_cell(one)}" for one in rest] + ([""] if rest else [])
    return "\n".join([*parts, *table, *(f"| {row} |" for row in rows), ""])


def _cell(text: str) -> str:
    """Words as they are: nothing in them is a mark of Markdown or of HTML."""
    flat = " ".join(text.split())
    for sign in "\\`*_[]|#":
        flat = flat.replace(sign, f"\\{sign}")
    return flat.replace("&", "&amp;").replace("<", "&lt;")
