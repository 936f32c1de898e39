"""A session on a library with one made-up patient; small tables of medicines; a model of treatment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from medapp.domain.patient import Patient
from medapp.services.app import App
from medapp.services.paths import AppPaths
from tests.unit.planning import install_tables, put_patient, with_a_model, without_shared_tables
from tests.unit.sessions import started

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from medapp.ui.plan.making import MakingModel
    from medapp.ui.plan.model import PlanModel
    from medapp.ui.shell.session import Session


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    without_shared_tables(monkeypatch, tmp_path)
    with_a_model(monkeypatch)
    with App.open(AppPaths.under(tmp_path / "home").create()) as found:
        install_tables(found)
        yield found


@pytest.fixture
def session(qtbot, app: App) -> Iterator[Session]:
    with started(qtbot, app) as made:
        yield made


@pytest.fixture
def person(app: App, session: Session) -> str:
    """The patient, in focus."""
    key = put_patient(app)
    session._set_patient(Patient("1", "Doe^Jane"), key, ())
    return key


@pytest.fixture
def model(qtbot, session: Session, person: str) -> PlanModel:
    """What is known of the patient, read to its end."""
    from medapp.ui.plan.model import PlanModel

    made = PlanModel(session)
    made.want()
    qtbot.waitUntil(lambda: made.checks is not None, timeout=30000)
    return made


@pytest.fixture
def making(qtbot, session: Session, model: PlanModel) -> MakingModel:
    """Plans of the patient; `settled` waits until everything is written."""
    from medapp.ui.plan.making import MakingModel

    made = MakingModel(session, model)
    made.settled = lambda: qtbot.waitUntil(lambda: made.loaded and not made.busy, timeout=30000)
    made.settled()
    return made
