"""What is seen better than read: the risk over time, whether such answers held, and where attention went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.domain.finding import Chart, Trace
from medapp_classification.records.history import YEAR
from medapp_classification.records.learners.blend import Blend
from medapp_classification.records.learners.steps import channels, days_of
from medapp_classification.records.patient import TITLES

if TYPE_CHECKING:
    from medapp_classification.record_risk.model import Answerer
    from medapp_classification.record_risk.questions import Question
    from medapp_classification.record_risk.subject import Subject
    from medapp_classification.records.learners.cases import Cases

_STEPS: Final = 20
"""Of the curve, from today to the horizon that is asked for."""


def charts(
    question: Question, answerer: Answerer, subject: Subject, cases: Cases, facts: dict[str, Any]
) -> tuple[Chart, ...]:
    """All of one finding."""
    found = [_calibration(question, answerer, cases, facts)]
    if question.horizon_days is not None:
        found.insert(0, _curve(question, answerer, cases))
    found += _attention(question, answerer, subject, cases)
    return tuple(found)


def _curve(question: Question, answerer: Answerer, cases: Cases) -> Chart:
    scores, spread = answerer.scores(cases), answerer.spread(cases)
    days = np.linspace(0, question.horizon_days or 0.0, _STEPS + 1).tolist()
    years = tuple(day / YEAR for day in days)
    each = [answerer.bounds(scores, spread, day) for day in days]
    said, low, high = (tuple(100 * float(one[part][0]) for one in each) for part in range(3))
    patient = Trace("this patient, with the 95 % interval", years, said, "line", low, high)
    usual = [
        100 * float(answerer.final.scale.probability(np.array([_middle(answerer)]), day)[0]) for day in days
    ]
    trace = Trace("average risk of the training people", years, tuple(usual))
    here = Trace("the answer", years[-1:], said[-1:], "here")
    title = f"{question.title.removesuffix(' within 5 years')}: risk over time"
    traces = (patient, trace, here)
    return Chart(f"{question.key}-curve", title, "years", "risk (%)", traces, question.key)


def _middle(answerer: Answerer) -> float:
    return float(getattr(answerer.final.scale.kind, "middle", 0.0))


def _calibration(question: Question, answerer: Answerer, cases: Cases, facts: dict[str, Any]) -> Chart:
    points = facts["calibration"]
    part = {name: tuple(100 * float(one[name]) for one in points) for name in ("said", "seen", "low", "high")}
    said = 100 * float(answerer.final.scale.probability(answerer.scores(cases))[0])
    most = max((*part["said"], *part["high"], said))
    traces = (
        Trace(
            "held-back people, in ten groups", part["said"], part["seen"], "points", part["low"], part["high"]
        ),
        Trace("said and seen alike", (0.0, most), (0.0, most)),
        Trace("this patient", (said,), (said,), "here"),
    )
    title = f"{question.title}: what was said and what was seen"
    return Chart(f"{question.key}-calibration", title, "said (%)", "seen (%)", traces, question.key)


def _attention(question: Question, answerer: Answerer, subject: Subject, cases: Cases) -> list[Chart]:
    learner = answerer.final.learner
    parts = learner.parts if isinstance(learner, Blend) else (learner,)
    network = next((one for one in parts if hasattr(one, "attention")), None)
    if network is None or subject.history is None or cases.steps is None:
        return []
    days = days_of(subject.history)
    if not len(days):
        return []
    weights = network.attention(cases)[0][: len(days)]
    labels = tuple(_seen(cases, step) for step in range(len(days)))
    trace = Trace("attention", tuple(days / YEAR), tuple(map(float, weights)), "bars", labels=labels)
    title = f"{question.title}: where the network looked"
    return [
        Chart(
            f"{question.key}-attention", title, "years before", "share of attention", (trace,), question.key
        )
    ]


def _seen(cases: Cases, step: int) -> str:
    steps = cases.steps
    if steps is None:
        return ""
    places = np.flatnonzero(steps.mask[0, step])
    return ", ".join(TITLES.get(channels()[place], channels()[place]) for place in places)
