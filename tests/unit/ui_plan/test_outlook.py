"""What may come: asked for, again for what is supposed, and dropped with the patient."""

from __future__ import annotations

import pytest

from medapp.domain.patient import Patient
from medapp.plugins import Discovery
from medapp.ui.plan.outlook import OutlookModel
from medapp.ui.plan.outlook_view import compared
from medapp.ui.plan.supposing import SupposingModel
from tests.unit.planning import CONTENTS, LATER, put_patient

SHARE = len(CONTENTS) / 100


@pytest.fixture
def supposing(session, model):
    return SupposingModel(session, model)


@pytest.fixture
def outlook(session, model, supposing):
    return OutlookModel(session, model, supposing)


def settled(qtbot, outlook):
    qtbot.waitUntil(lambda: not outlook.busy, timeout=90000)


def test_it_is_estimated_as_it_is_and_as_is_supposed(qtbot, app, model, outlook, supposing, session):
    assert outlook.now is None
    outlook.ask()
    settled(qtbot, outlook)
    assert not outlook.failed
    (now,) = outlook.now.estimates
    assert now.probability == pytest.approx(SHARE)
    assert (now.low, now.high, now.horizon_days) == (SHARE / 2, SHARE * 2, 365.0)
    supposing.add_result(model.desk.measured[0], 3.0, "mg/dL", LATER)
    assert outlook.busy
    settled(qtbot, outlook)
    (then,) = outlook.then.estimates
    assert then.probability == pytest.approx(SHARE + 0.01)
    assert compared(now, then) == "Death within 1 year: now 8 % (4 % to 16 %), then 9 % (4 % to 18 %)"
    assert app.library.findings.of([model.person]) == ()
    supposing.clear()
    assert outlook.then is None
    assert outlook.now is not None
    assert not session.problems


def test_it_is_never_shown_for_somebody_else(qtbot, app, session, model, outlook):
    outlook.ask()
    session._set_patient(Patient("2", "Roe^Rita"), put_patient(app, name="other"), ())
    qtbot.waitUntil(lambda: model.checks is not None, timeout=30000)
    qtbot.wait(200)
    assert outlook.now is None
    assert not outlook.busy


def test_without_the_model_it_says_so(qtbot, outlook, monkeypatch):
    monkeypatch.setattr("medapp.plugins.discover", lambda: Discovery((), ()))
    outlook.ask()
    settled(qtbot, outlook)
    assert outlook.failed
    assert outlook.now is None
