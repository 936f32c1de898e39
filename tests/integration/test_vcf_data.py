"""Real VCFs: the test files of the specification, and genomes that must read."""

from __future__ import annotations

from pathlib import Path

import pytest

from medapp.formats.errors import UnreadableError
from medapp.formats.vcf import check, open_vcf

LEAST_REFUSED = 0.95


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    if not (shared_data / "ehr").is_dir():
        pytest.skip("no real records")
    return shared_data / "ehr"


def files(folder: Path, pattern: str) -> list[Path]:
    found = sorted(folder.glob(pattern))
    if not found:
        pytest.skip(f"no {pattern}")
    return found


@pytest.mark.parametrize("version", ["4.1", "4.2", "4.3", "4.5"])
def test_what_must_pass_is_accepted(folder, version):
    for path in files(folder, f"vcf_conformance/{version}/passed/*.vcf"):
        assert [problem.sentence for problem in check(path) if problem.is_error] == [], path.name
        list(open_vcf(path, path.name))


@pytest.mark.parametrize("version", ["4.1", "4.2", "4.3"])
def test_what_must_fail_is_refused_with_line_and_reason(folder, version):
    paths = files(folder, f"vcf_conformance/{version}/failed/*.vcf")
    refused = 0
    for path in paths:
        found = [problem for problem in check(path) if problem.is_error]
        refused += bool(found)
        assert all(problem.line >= 1 and problem.field and problem.reason for problem in found)
        if found:
            with pytest.raises(UnreadableError, match=r"line \d+, |empty"):
                list(open_vcf(path, path.name))
    assert refused >= LEAST_REFUSED * len(paths)


# What the specification forbids in them, and a lenient reader reads all the same.
KNOWN = {"the positions are not sorted in increasing order", "a key is empty"}


@pytest.mark.parametrize(
    "pattern",
    [
        "pgx_cases/vcf/*.vcf",
        "pgx_examples/*.vcf*",
        "pgx_knowledge/*.vcf",
        "phenopackets/*.vcf.gz",
        "getrm_1000g_30x/*.vcf",
        "getrm_1000g_30x/*.chr22.vcf.gz",
    ],
)
def test_real_calls_are_read_whole(folder, pattern):
    for path in files(folder, pattern):
        reader = open_vcf(path, path.name, strict=False)
        assert sum(1 for _ in reader) > 0
        assert reader.left_out == 0
        assert {problem.reason for problem in reader.problems if problem.is_error} <= KNOWN, path.name
        assert reader.file.assembly == "GRCh38"
