"""A program with a library that holds answers of models, without a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from medapp.domain.patient import Patient
from medapp.services.app import App
from medapp.services.paths import AppPaths
from tests.unit.services.answers import PATIENT
from tests.unit.sessions import started

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from medapp.ui.findings.model import FindingsModel
    from medapp.ui.shell.session import Session


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with App.open(AppPaths.under(tmp_path / "home").create()) as found:
        yield found


@pytest.fixture
def session(qtbot, app: App) -> Iterator[Session]:
    with started(qtbot, app) as made:
        yield made


@pytest.fixture
def model(qtbot, session: Session) -> FindingsModel:
    """The inbox of the patient of `answers`; `read` reads it and waits for so many answers."""
    from medapp.ui.findings.model import FindingsModel

    made = FindingsModel(session)
    session._set_patient(Patient("1", "Doe^Jane"), PATIENT, ())

    def read(count: int) -> None:
        made.reload()
        qtbot.waitUntil(lambda: len(made.items) == count and not made.loading, timeout=20000)

    made.read = read
    return made
