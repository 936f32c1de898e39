"""Asking a model of treatment in a worker process, and asking it again with what is supposed."""

from __future__ import annotations

import pytest

from medapp.domain.recommendation import Option
from medapp.ui.models.model import RunWish
from medapp.ui.plan.proposing import ProposingModel
from medapp.ui.plan.reranking import RerankingModel, ranked
from medapp.ui.plan.supposing import SupposingModel
from tests.unit.planned import OPTION

TASK = "faulty.treat"


@pytest.fixture
def proposing(qtbot, session, model):
    made = ProposingModel(session, model)
    qtbot.waitUntil(lambda: bool(made.choices) and not made.loading, timeout=30000)
    return made


def test_what_a_model_proposes_is_kept_and_shown(qtbot, proposing, session, model, person):
    assert [one.task.id for one in proposing.fitting] == [TASK]
    proposing.run(RunWish(TASK, {}))
    assert proposing.state(TASK)
    qtbot.waitUntil(lambda: bool(proposing.proposals), timeout=90000)
    assert not proposing.state(TASK)
    (option,) = proposing.options
    assert option.title == "Start"
    assert option.statements[0].text == "4 are taken"
    assert any(one.kind == "renal" for one in option.checks)
    assert not proposing.is_stale
    assert not session.problems
    again = ProposingModel(session, model)
    qtbot.waitUntil(lambda: bool(again.proposals), timeout=30000)
    assert again.proposal.entry.id == proposing.proposal.entry.id


def test_a_model_that_abstains_says_why(qtbot, proposing):
    proposing.run(RunWish(TASK, {"how": "abstain"}))
    qtbot.waitUntil(lambda: bool(proposing.proposals), timeout=90000)
    assert proposing.options == ()
    assert proposing.proposal.result.abstained == "nothing is known"


def test_what_is_supposed_is_asked_again_and_not_kept(qtbot, proposing, session, model):
    proposing.run(RunWish(TASK, {}))
    qtbot.waitUntil(lambda: bool(proposing.proposals), timeout=90000)
    supposing = SupposingModel(session, model)
    reranking = RerankingModel(session, model, proposing, supposing)
    supposing.drop("Wundermittel")
    assert reranking.busy
    qtbot.waitUntil(lambda: not reranking.busy, timeout=90000)
    (row,) = reranking.rows
    assert (row.title, row.now, row.then, row.differs) == ("Start", 1, 1, False)
    assert not reranking.failed
    assert len(proposing.proposals) == 1
    supposing.clear()
    assert reranking.rows == ()
    assert not reranking.busy


def test_places_of_two_rankings():
    one, other = OPTION, Option("x", "Wait", (), vetoed=("k",))
    rows = ranked((one, other), (other,))
    assert [(row.title, row.now, row.then, row.forbidden) for row in rows] == [
        ("Wait", 2, 1, True), ("Second line", 1, None, False),
    ]  # fmt: skip
    assert rows[1].differs
