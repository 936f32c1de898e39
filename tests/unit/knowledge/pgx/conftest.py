from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.knowledge.pgx.made_up import make_tables

if TYPE_CHECKING:
    from medapp.knowledge.pgx import Tables


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    return make_tables(tmp_path_factory.mktemp("tables"))
