"""Answers about one patient: probability, interval, set, reasons, near cases, changes, charts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.domain.finding import Chart, Finding, ItemEvidence
from medapp.domain.notice import Notice
from medapp_classification.record_risk.changes import NONE, changes
from medapp_classification.record_risk.charts import charts
from medapp_classification.record_risk.meaning import meaning
from medapp_classification.record_risk.near import Near, by_variable, variables_of
from medapp_classification.record_risk.questions import ICU, Question
from medapp_classification.records.patient import Shown

if TYPE_CHECKING:
    from medapp.domain.finding import Familiarity
    from medapp_classification.record_risk.model import Answerer, Model
    from medapp_classification.record_risk.subject import Subject

_REASONS: Final = 12
_ENTRIES: Final = 8
BASELINE: Final = "age and sex"
"""What a model of a cohort is held against: Cox regression on these alone."""
NAMES: Final = {
    "logistic": "logistic regression",
    "svm": "a support vector machine",
    "cox": "Cox regression",
    "boosting": "gradient boosting",
    "gru": "a recurrent network with attention",
    "blend": "several models together",
}


@dataclass(slots=True)
class Said:
    """What comes of one or more questions."""

    findings: list[Finding] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    familiarity: list[Familiarity] = field(default_factory=list)


def answer(model: Model, questions: list[Question], subject: Subject, algorithm: str, into: Said) -> None:
    """Answer questions of one source about one patient; where the patient is strange, none of them.

    Args:
        model: With the questions.
        questions: Of the source of the subject.
        subject: The patient.
        algorithm: Name of a learner; empty for that which is not beaten.
        into: Grows.
    """
    cases = subject.cases()
    familiar = model.familiar(subject.source)
    judged = familiar.judged(cases.values[0])
    into.familiarity.append(judged)
    if judged.is_strange:
        what = "this stay" if subject.source == ICU else "this patient"
        into.reasons.append(
            f"{what} is unlike those the models were trained on ({judged.score:.2f}, the limit is 1): "
            "more measurements, or other ones, may help"
        )
        return
    for question in questions:
        if question.key not in model.questions:
            continue
        if subject.history is not None and question.event in subject.history.conditions:
            shown = subject.shown.get(question.event, Shown(""))
            message = f"{question.title}: not asked, for it is in the record already ({shown.value})."
            into.notices.append(Notice("already-there", message, "info"))
            continue
        name = algorithm if algorithm in model.learners(question.key) else ""
        answerer = model.answerer(question.key, name)
        into.findings.append(_finding(model, question, answerer, subject))
        into.charts.extend(charts(question, answerer, subject, cases, model.of(question.key)))


def _finding(model: Model, question: Question, answerer: Answerer, subject: Subject) -> Finding:
    cases, facts = subject.cases(), model.of(question.key)
    scores = answerer.scores(cases)
    said, low, high = (float(one[0]) for one in answerer.bounds(scores, answerer.spread(cases)))
    columns = subject.columns()
    effects = by_variable(answerer.final.learner.explain(cases), columns)[0]
    effects = effects * float(getattr(answerer.final.scale.kind, "slope", 1.0))
    near = Near.from_arrays(_near(model, question.key))
    default = model.answerer(question.key)
    place = by_variable(default.final.learner.explain(cases), columns)[0]
    threshold = float(facts["threshold"])
    changed = changes(question, answerer, subject, model.familiar(subject.source), threshold)
    answers = answerer.final.sets.answers(said)
    words = meaning(answers, threshold, (low, high))
    return Finding(
        question.key,
        question.title,
        "risk",
        question.code,
        probability=said,
        low=low,
        high=high,
        answers=answers,
        threshold=threshold,
        **_tests(facts["learners"][answerer.name]),
        horizon_days=question.horizon_days,
        as_of=subject.day,
        group="This stay in intensive care" if question.source == ICU else "Within 5 years",
        items=_items(variables_of(columns), effects, subject),
        cases=near.nearest(place, question.words),
        changes=changed,
        remark=" ".join((_remark(question, answerer, facts), words, *(() if changed else (NONE,)))),
    )


def _tests(figures: dict[str, Any]) -> dict[str, Any]:
    """Fields of a finding: how well its learner told held-back cases apart, and what it adds."""
    found: dict[str, Any] = {}
    for name in ("auroc", "c_index"):
        numbers = figures.get(name) or ()
        if numbers and all(one is not None for one in numbers):
            found[name] = tuple(map(float, numbers))
    over = figures.get("over_baseline") or {}
    numbers = [over.get(part) for part in ("value", "low", "high")]
    if all(one is not None for one in numbers):
        found |= {"gain": tuple(map(float, numbers)), "baseline": BASELINE}
    return found


def _near(model: Model, key: str) -> dict[str, np.ndarray]:
    from medapp_classification.record_risk.model import below

    return below(model.arrays, f"{key}.near")


def _items(names: list[str], effects: np.ndarray, subject: Subject) -> tuple[ItemEvidence, ...]:
    unit = "log-odds" if subject.source == ICU else "log-hazard"
    found = []
    for place in np.argsort(-np.abs(effects), kind="stable")[:_REASONS]:
        name = names[place]
        shown = subject.shown.get(name, Shown(""))
        title = subject.titles.get(name, name[:1].upper() + name[1:])
        found.append(
            ItemEvidence(
                title,
                shown.value,
                float(effects[place]),
                unit,
                shown.entries[:_ENTRIES],
                shown.when,
                shown.code,
            )
        )
    return tuple(found)


def _remark(question: Question, answerer: Answerer, facts: dict[str, object]) -> str:
    share = 100 * float(str(facts["prevalence"]))
    by_when = "in hospital" if question.source == ICU else "within 5 years"
    said = f"By {NAMES[answerer.name]}. Of those it was trained on, {share:.1f} % had it {by_when}."
    return f"{said} It was not held against {BASELINE} alone." if question.source == ICU else said
