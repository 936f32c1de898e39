"""Tells every departure of a file from the specification of its version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.formats.errors import UnreadableError
from medapp.formats.vcf.header_reading import read_header
from medapp.formats.vcf.lines import open_lines, raw_lines
from medapp.formats.vcf.problem import Problem
from medapp.formats.vcf.reading import end_problems, records

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def check(path: Path) -> Iterator[Problem]:
    """Yield every problem, errors and remarks, in the order of the lines.

    A file that ends where it must not, or that has no header to judge it by, gives an error as its last
    problem.

    Raises:
        OSError: Where the file cannot be opened.
    """
    problems: list[Problem] = []
    number = 0
    with open_lines(path) as file:
        try:
            header = read_header(raw_lines(file), problems)
            yield from problems
            problems = []
            number = header.lines
        except UnreadableError as error:
            yield from problems
            yield Problem(_line_of(error), "file", error.reason)
            return
    with open_lines(path) as file:
        try:
            for found, number, _ in records(header, raw_lines(file)):
                if found.items:
                    yield from found.at(number)
        except UnreadableError as error:
            yield Problem(number + 1, "file", error.reason)
            return
    yield from end_problems(path)


def _line_of(error: UnreadableError) -> int:
    """The line that a sentence starts with; the first where it names none."""
    word, _, rest = error.reason.partition(" ")
    number = rest.partition(",")[0]
    return int(number) if word == "line" and number.isdecimal() else 1
