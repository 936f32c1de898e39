"""Small VCFs written by the tests, and what a check says of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from medapp.formats.vcf import Problem, VcfReader, check, open_vcf

COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file: version, lines of meta-information, then lines with spaces for tabs."""

    def written(*lines: str, version: str = "4.3", meta: tuple[str, ...] = (), samples: str = "") -> Path:
        head = [f"##fileformat=VCFv{version}", *(f"##{line}" for line in meta)]
        columns = "\t".join([COLUMNS, *(["FORMAT", *samples.split()] if samples else [])])
        text = "\n".join([*head, columns, *("\t".join(line.split(" ")) for line in lines)])
        path = tmp_path / "case.vcf"
        path.write_text(text + "\n", encoding="utf-8")
        return path

    return written


@pytest.fixture
def errors(write: Write) -> Callable[..., list[str]]:
    """Sentences of all errors of such a file."""

    def found(*lines: str, **options: object) -> list[str]:
        return [problem.sentence for problem in check(write(*lines, **options)) if problem.is_error]

    return found


@pytest.fixture
def remarks(write: Write) -> Callable[..., list[Problem]]:
    """Everything that is no error."""

    def found(*lines: str, **options: object) -> list[Problem]:
        return [problem for problem in check(write(*lines, **options)) if not problem.is_error]

    return found


@pytest.fixture
def read(write: Write) -> Callable[..., VcfReader]:
    """A strict reader of such a file."""

    def opened(*lines: str, **options: object) -> VcfReader:
        return open_vcf(write(*lines, **options), "case.vcf")

    return opened
