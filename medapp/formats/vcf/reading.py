"""Reads a VCF of edition 4.1 to 4.5, line by line, and refuses what the specification forbids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from medapp.domain.genome import VariantFile
from medapp.domain.record.entry import Source
from medapp.formats.errors import UnreadableError
from medapp.formats.stream import share_read
from medapp.formats.vcf.bgzf import is_cut_off
from medapp.formats.vcf.header_reading import read_header
from medapp.formats.vcf.lines import open_lines, raw_lines, text_of
from medapp.formats.vcf.problem import Findings, Problem
from medapp.formats.vcf.record import RecordRules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from medapp.domain.genome import Variant
    from medapp.formats.vcf.header import Header

INVALID: Final = "invalid"
"""Code of `UnreadableError` for a file that departs from the specification."""
CANCELLED: Final = "cancelled"
MOST_PROBLEMS = 1000
"""As many are kept; the rest is counted."""
_LINES_BETWEEN_LOOKS = 128
"""So few, as a line with the genotypes of thousands of samples takes some milliseconds."""


def looks_like(head: bytes) -> bool:
    """Whether the first bytes of the (decompressed) content are those of a VCF of any version."""
    return head.startswith(b"##fileformat=VCF")


def open_vcf(
    path: Path,
    name: str,
    *,
    strict: bool = True,
    cancelled: Callable[[], bool] | None = None,
    progress: Callable[[int, float], None] | None = None,
) -> VcfReader:
    """Read the header; the variants come by iterating.

    Args:
        path: A plain, gzip or bgzip file.
        name: For the source of what is read.
        strict: Whether one error refuses the file. Otherwise only lines whose alleles or genotypes cannot be
            trusted (`Problem.spoils`) are left out, and all errors are in `VcfReader.problems`.
        cancelled: Asked now and then; iterating ends with `UnreadableError` where it says so.
        progress: Told now and then the number of the line, and which share of the file is read, 0 to 1; what
            it raises ends the iterating.

    Raises:
        OSError: Where the file cannot be opened.
        UnreadableError: Where it has no header that can be read, or, if `strict`, one with an error.
    """
    return VcfReader(path, name, strict=strict, cancelled=cancelled, progress=progress)


class VcfReader:
    """Variants of a file, in its order; iterating again reads the file again.

    Attributes:
        file: Version, assembly and samples.
        problems: What was found so far, at most `MOST_PROBLEMS`; only remarks where the reader is strict.
        left_out: Lines that were not yielded for their errors.
    """

    def __init__(
        self,
        path: Path,
        name: str,
        *,
        strict: bool = True,
        cancelled: Callable[[], bool] | None = None,
        progress: Callable[[int, float], None] | None = None,
    ) -> None:
        """Read the header, see `open_vcf`."""
        self._path, self._strict = path, strict
        self._cancelled, self._progress = cancelled, progress
        self._of_header: list[Problem] = []
        with open_lines(path) as file:
            self._header: Header = read_header(raw_lines(file), self._of_header)
        if strict:
            _refuse(self._of_header)
        self.file = VariantFile(
            Source(name, "vcf"), self._header.edition.name, self._header.assembly, self._header.samples
        )
        self.problems: list[Problem] = self._of_header[:MOST_PROBLEMS]
        self.left_out = 0

    def __iter__(self) -> Iterator[Variant]:
        """Yield the variants.

        Raises:
            UnreadableError: Where the compressed file is damaged, reading was cancelled or, if the reader
                is strict, at the first line with an error: with the line and the reason.
        """
        self.problems, self.left_out = self._of_header[:MOST_PROBLEMS], 0
        with open_lines(self._path) as file:
            for found, number, variant in records(self._header, raw_lines(file)):
                if number % _LINES_BETWEEN_LOOKS == 0:
                    self._look(number, share_read(file))
                if found.items:
                    self._note(found.at(number))
                    if found.spoil:
                        self.left_out += 1
                        continue
                if variant is not None:
                    yield variant
        self._note(end_problems(self._path))

    def _note(self, problems: list[Problem]) -> None:
        if self._strict:
            _refuse(problems)
        self.problems += problems[: MOST_PROBLEMS - len(self.problems)]

    def _look(self, number: int, share: float) -> None:
        if self._progress is not None:
            self._progress(number, share)
        if self._cancelled is not None and self._cancelled():
            message = f"reading was cancelled at line {number}"
            raise UnreadableError(CANCELLED, message)


def records(header: Header, lines: Iterator[bytes]) -> Iterator[tuple[Findings, int, Variant | None]]:
    """Every line of the body, counted from the start of the file: what was found, its number, its variant.

    Args:
        header: Of the file.
        lines: From its start.
    """
    rules, edition, start = RecordRules(header), header.edition, header.lines
    empty = 0
    for number, raw in enumerate(lines, 1):
        if number <= start:
            continue
        found = Findings()
        if empty:
            found.error("line", "there is an empty line before this one")
        text = text_of(raw, edition, found)
        empty = number if not text else 0
        if text:
            yield found, number, rules.read(text, number, found)
    if empty:
        found = Findings()
        found.warn("line", "there is an empty line at the end")
        yield found, empty, None


def end_problems(path: Path) -> list[Problem]:
    """What the end of the file is remarked for."""
    if not is_cut_off(path):
        return []
    return [
        Problem(0, "file", "the bgzip file lacks its last block: it may have been cut off", is_error=False)
    ]


def _refuse(problems: list[Problem]) -> None:
    for problem in problems:
        if problem.is_error:
            raise UnreadableError(INVALID, problem.sentence)
