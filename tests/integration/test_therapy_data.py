"""The published tables: every pair in both orders, and genes of an example against its report."""

from __future__ import annotations

import pytest

from medapp.knowledge.pgx import find_tables, load_tables
from medapp.knowledge.therapy.loading import INTERACTIONS
from medapp.services.medicines import drug_tables
from tests.bench.bench_therapy import pairs
from tests.bench.therapy_golden import compare, explained


@pytest.fixture(scope="module")
def real(shared_data):
    folder = shared_data / "ehr" / "drug_knowledge"
    if not any((folder / name).is_file() for name in INTERACTIONS):
        pytest.skip(f"no table of interactions at {folder}")
    tables = drug_tables()
    if tables.folder != str(folder):
        pytest.skip("other tables are named by MEDAPP_DRUG_TABLES")
    return folder, tables


def test_every_pair_in_both_orders_and_no_other(real):
    rows = [row for row in pairs(*real) if row.bar]
    assert len(rows) == 8
    assert [row.figure for row in rows if not row.reached] == []


def test_recommendations_of_the_example(shared_data, real):
    folder = shared_data / "ehr" / "pgx_examples"
    _, tables = real
    if not folder.is_dir() or tables.guidelines is None:
        pytest.skip("no example or no guidelines")
    found = list(compare(folder, tables, load_tables(find_tables())))
    assert len(found) >= 150
    differ = {(*one.key, one.what) for one in found if one.what != "equal"}
    assert differ - explained() == set()
