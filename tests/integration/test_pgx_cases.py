"""Real tables and PharmCAT's cases: no fewer equal than before, each difference one that is explained."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from medapp.knowledge.pgx import call_sample, find_tables, load_guidelines, load_tables, relevant
from tests.bench.bench_pgx import called, cases, drug_verdicts, example_verdicts, variants_of, verdicts

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.knowledge.pgx import Tables

EXPLAINED = {
    "Cyp2d6Test.testCyp2d6CpicVsDpwg",
    "NAT2sheet.row074",
    "NAT2sheet.row075",
    "NAT2sheet.row076",
}
"""See docs/pgx_differences.md."""


@pytest.fixture(scope="module")
def real_tables() -> Tables:
    place = find_tables()
    if place is None:
        pytest.skip("no tables of named alleles (set MEDAPP_PGX_TABLES)")
    return load_tables(place)


def folder_of(shared_data: Path, name: str) -> Path:
    folder = shared_data / "ehr" / name
    if not folder.is_dir():
        pytest.skip(f"no {name}")
    return folder


def test_cases(shared_data, real_tables):
    folder = folder_of(shared_data, "pgx_cases")
    found = [
        verdict
        for case in cases(folder)
        for verdict in verdicts(case, called(case, folder, real_tables), real_tables)
    ]
    assert len({one.case for one in found}) >= 162
    assert [one for one in found if not one.equal and one.case not in EXPLAINED] == []


def test_recommendations_of_cases(shared_data, real_tables):
    folder = folder_of(shared_data, "pgx_cases")
    place = find_tables()
    guidelines = load_guidelines(place) if place else None
    if not guidelines or not guidelines.recommendations:
        pytest.skip("no tables of guidelines")
    found = [
        verdict
        for case in cases(folder)
        if "_drugs" in case["expected"]
        for verdict in drug_verdicts(case, called(case, folder, real_tables), real_tables, guidelines)
    ]
    wrong = {(one.kind, one.gene) for one in found if not one.equal}
    assert wrong <= {("DPWG", "amitriptyline"), ("DPWG", "atazanavir")}


def test_example(shared_data, real_tables):
    folder = folder_of(shared_data, "pgx_examples")
    assert [one for one in example_verdicts(folder, real_tables) if not one.equal] == []


def test_many_samples(shared_data, real_tables):
    folder = folder_of(shared_data, "pgx_examples")
    lines = relevant(variants_of(folder / "multisample.vcf"), real_tables)
    samples = len(next(iter(lines.values()))[0].genotypes)
    assert samples > 1
    for sample in range(samples):
        calls = call_sample(lines, real_tables, sample=sample)
        assert {one.status for one in calls} <= {"called", "no-call"}
