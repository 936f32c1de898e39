"""Measure a model; cases of its training count by what was said of them while they were held back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from medapp.api import EvaluateResult, Predictions
from medapp.domain.notice import Notice
from medapp.engine.evaluation import auprc, auroc, ece
from medapp.engine.evaluation.concordance import c_index
from medapp_classification.record_risk.figures import slope
from medapp_classification.record_risk.lessons import lessons_in
from medapp_classification.record_risk.model import WEIGHTS
from medapp_classification.record_risk.questions import COVERAGE
from medapp_classification.record_risk.task import model_of
from medapp_classification.record_risk.training import wanted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp.api import EvaluateRequest, JobContext
    from medapp_classification.record_risk.lessons import Lesson
    from medapp_classification.record_risk.model import Model

_SEED = 0


def evaluate(request: EvaluateRequest, context: JobContext) -> EvaluateResult:
    """Measure on a folder of tables, people of the training among them or not.

    Raises:
        TaskRefused: Where the data cannot be used, with what would make it run.
        FileNotFoundError: Where there are no weights.
    """
    context.progress(0.0, "reading the tables")
    model = model_of(request.weights or context.weights(WEIGHTS))
    questions = [one for one in wanted(request) if one.key in model.questions]
    lessons = lessons_in(request.data, questions, int(model.facts.get("seed", _SEED)))
    algorithm = str(request.parameters.get("algorithm", ""))
    metrics: dict[str, float] = {}
    rows, predictions, seen = [], [], 0
    for number, lesson in enumerate(lessons):
        key = lesson.question.key
        context.progress(0.1 + 0.9 * number / len(lessons), lesson.question.title)
        name = algorithm if algorithm in model.learners(key) else str(model.of(key)["default"])
        said, holds, trained = answers(model, lesson, name)
        seen += int(trained.sum())
        own = _figures(lesson, said)
        metrics |= {f"{key} {figure}": value for figure, value in own.items()}
        rows.append(
            {
                "question": key,
                "algorithm": name,
                "cases": len(said),
                "events": int(lesson.target.labels.sum()),
                "of training": int(trained.sum()),
                **own,
            }
        )
        predictions.append(_predictions(lesson, said, holds))
    context.progress(1.0, "done")
    return EvaluateResult(metrics, tuple(rows), tuple(predictions), _notices(lessons, seen))


def answers(
    model: Model, lesson: Lesson, name: str
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Probabilities by the horizon, whether the sets hold, and which cases were of the training."""
    key = lesson.question.key
    answerer = model.answerer(key, name)
    said = answerer.final.scale.probability(answerer.scores(lesson.cases))
    came, _ = lesson.target.by_horizon()
    holds = answerer.final.sets.hold(said, came)
    places = {int(one): row for row, one in enumerate(model.arrays[f"{key}.held.digests"])}
    found = np.array([places.get(int(one), -1) for one in lesson.source.digests[lesson.rows]])
    trained = found >= 0
    held = np.asarray(model.arrays[f"{key}.held.{name}"], dtype=float)
    said[trained] = held[found[trained]]
    holds[trained] = np.asarray(model.arrays[f"{key}.holds.{name}"], dtype=bool)[found[trained]]
    return said, holds, trained


def _figures(lesson: Lesson, said: NDArray[np.float64]) -> dict[str, float]:
    target = lesson.target
    if target.is_survival:
        return {
            "c_index": c_index(target.times, target.labels, said),
            "slope": slope(target.times, target.labels, said, target.horizon),
        }
    truth = target.labels.astype(int)
    return {"auroc": auroc(truth, said), "auprc": auprc(truth, said), "ece": ece(truth, said)}


def _predictions(lesson: Lesson, said: NDArray[np.float64], holds: NDArray[np.bool_]) -> Predictions:
    question, target, source = lesson.question, lesson.target, lesson.source
    order = {name: number for number, name in enumerate(dict.fromkeys(source.groups), start=1)}
    whose = "group" if target.is_survival else "patient"
    numbers = tuple(map(float, said))
    survival = target.is_survival
    return Predictions(
        question.key,
        question.title,
        "survival" if survival else "binary",
        tuple(f"{whose} {order[source.groups[row]]}" for row in lesson.rows),
        tuple(int(one) for one in target.labels),
        numbers,
        # Whose follow-up ended early has no known truth, and a set of theirs neither holds nor fails.
        sets=() if survival else tuple(map(bool, holds)),
        groups={name: tuple(values[row] for row in lesson.rows) for name, values in source.strata.items()},
        times=tuple(map(float, target.times)),
        horizon_days=target.horizon if survival else None,
        probabilities=numbers if survival else (),
        coverage=None if survival else COVERAGE,
        units=question.units,
    )


def _notices(lessons: list[Lesson], seen: int) -> tuple[Notice, ...]:
    total = sum(len(one.rows) for one in lessons)
    message = (
        f"{seen} of {total} answers are about cases of the training: they count by what was said while "
        "the case was held back."
    )
    remarks = dict.fromkeys(remark for one in lessons for remark in one.source.remarks)
    notices = [Notice("data", remark, "warning") for remark in remarks]
    return (Notice("held-back", message, "info", {"training": seen, "cases": total}), *notices)
