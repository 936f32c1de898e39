"""A program with a library of three, without a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from medapp.services.app import App
from medapp.services.paths import AppPaths
from tests.unit.sessions import started
from tests.unit.ui_cohort.people import put_people

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from medapp.ui.cohort.model import CohortModel
    from medapp.ui.shell.session import Session


@pytest.fixture
def session(qtbot, tmp_path: Path) -> Iterator[Session]:
    with App.open(AppPaths.under(tmp_path / "home").create()) as app:
        put_people(app.library)
        with started(qtbot, app) as made:
            yield made


@pytest.fixture
def model(qtbot, session: Session) -> CohortModel:
    from medapp.ui.cohort.model import CohortModel

    made = CohortModel(session)
    with qtbot.waitSignal(made.savedChanged, timeout=10000):
        pass
    return made
