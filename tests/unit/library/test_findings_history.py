"""Nothing that a person has decided is written over: what is replaced stays, with who and when."""

import pytest
from sqlalchemy import delete

from medapp.library.findings import Decision
from medapp.library.findings_schema import finding_history
from medapp.services.app import App
from medapp.services.paths import AppPaths
from tests.unit.services.answers import EFFUSION, MASS, kept, proposal


@pytest.fixture
def store(tmp_path):
    with App.open(AppPaths.under(tmp_path / "home")) as app:
        kept(app, proposal("a1", (EFFUSION, MASS)), proposal("b1", (EFFUSION,)))
        yield app.library.findings


def test_a_replaced_decision_stays_among_the_earlier(store):
    store.decide(Decision("a1", "Effusion", "corrected", "absent", "a fold", 10.0, "Dr. Chen"))
    store.decide(Decision("a1", "Mass", "rejected", decided=11.0))
    store.decide(Decision("a1", "Effusion", "accepted", decided=20.0, by="Dr. Roe"))
    holds = {one.finding: one for one in store.decisions(["a1"])}
    assert (holds["Effusion"].verdict, holds["Effusion"].by) == ("accepted", "Dr. Roe")
    assert (holds["Mass"].by, holds["Mass"].until) == ("", None)
    (before,) = store.earlier(["a1", "b1"])
    assert (before.verdict, before.instead, before.reason, before.by) == (
        "corrected", "absent", "a fold", "Dr. Chen",
    )  # fmt: skip
    assert before.until > before.decided


def test_what_is_taken_back_stays_too_and_only_once(store):
    store.decide(Decision("a1", "Effusion", "accepted", decided=1.0))
    store.take_back("a1", "Effusion")
    store.take_back("a1", "Effusion", "Mass")
    assert store.decisions(["a1"]) == ()
    assert [one.verdict for one in store.earlier(["a1"])] == ["accepted"]


def test_a_decision_of_a_library_that_kept_no_history_is_not_lost(store):
    store.decide(Decision("a1", "Effusion", "corrected", "absent", decided=5.0))
    with store._engine.begin() as connection:
        connection.execute(delete(finding_history))
    assert [one.instead for one in store.decisions(["a1"])] == ["absent"]
    store.decide(Decision("a1", "Effusion", "accepted", decided=6.0))
    assert [(one.verdict, one.instead) for one in store.earlier(["a1"])] == [("corrected", "absent")]


def test_what_somebody_has_opened_is_known_finding_by_finding(store):
    store.view("a1", "Mass")
    store.view("a1", "Mass", "Effusion")
    store.view("b1")
    store.view("nobody", "Mass")
    assert store.viewed(["a1", "b1"]) == {("a1", "Mass"), ("a1", "Effusion")}
