from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from medapp.knowledge.therapy.checks import check_medicines
from medapp.knowledge.therapy.recognise import written
from tests.unit.knowledge.therapy.made_up import ON, tables_of, write_tables

if TYPE_CHECKING:
    from medapp.knowledge.therapy.loading import DrugTables


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> DrugTables:
    return tables_of(write_tables(tmp_path_factory.mktemp("drugs")))


@pytest.fixture
def checked(tables):
    """Checks of names, separated by commas, for a record; those of one kind alone."""

    def run(names, record=None, kind="", genome=None, on=ON, use=None):
        medicines = [written(name) for name in names.split(",")]
        found = check_medicines(record, genome, medicines, use or tables, on=on)
        return [one for one in found.checks if not kind or one.kind == kind]

    return run
