"""Measure experts and gate, with each of the experts left out; training cases count by held-back answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from medapp.api import EvaluateResult, Predictions
from medapp.domain.notice import Notice
from medapp.engine.evaluation.concordance import c_index
from medapp_classification.patient_together.fusing import EXPERTS, patterns, present
from medapp_classification.patient_together.model import WEIGHTS
from medapp_classification.patient_together.task import model_of
from medapp_classification.patient_together.training import QUESTION
from medapp_classification.record_risk.lessons import lessons_in
from medapp_classification.record_risk.questions import BY_KEY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp.api import EvaluateRequest, JobContext
    from medapp_classification.patient_together.model import Model
    from medapp_classification.record_risk.lessons import Lesson


def evaluate(request: EvaluateRequest, context: JobContext) -> EvaluateResult:
    """Measure on a folder of tables, people of the training among them or not.

    Raises:
        TaskRefused: Where the data cannot be used, with what would make it run.
        FileNotFoundError: Where there are no weights.
    """
    context.progress(0.0, "reading the tables")
    model = model_of(request.weights or context.weights(WEIGHTS))
    lesson = lessons_in(request.data, [BY_KEY[QUESTION]], int(model.facts.get("seed", 0)))[0]
    places = {int(one): row for row, one in enumerate(model.digests)}
    rows = np.array([places.get(int(one), -1) for one in lesson.source.digests[lesson.rows]])
    metrics, table, predictions = {}, [], []
    for number, names in enumerate(patterns()):
        context.progress(0.2 + 0.1 * number, " + ".join(names))
        said = _said(model, lesson, names, number, rows)
        value = c_index(lesson.target.times, lesson.target.labels, said)
        metrics[f"c_index {' + '.join(names)}"] = value
        table.append({"experts": " + ".join(names), "cases": len(said), "c_index": value})
        if names == EXPERTS:
            predictions.append(_predictions(lesson, said))
    message = (
        f"{int((rows >= 0).sum())} of {len(rows)} cases were of the training and count by held-back answers."
    )
    notices = [Notice("data", remark, "warning") for remark in lesson.source.remarks]
    context.progress(1.0, "done")
    held = Notice("held-back", message, "info")
    return EvaluateResult(metrics, tuple(table), tuple(predictions), (held, *notices))


def _said(
    model: Model, lesson: Lesson, names: tuple[str, ...], column: int, rows: NDArray[np.intp]
) -> NDArray[np.float64]:
    said = model.fusion.probability(lesson.cases, present(names))
    known = rows >= 0
    said[known] = model.held[rows[known], column]
    return said


def _predictions(lesson: Lesson, said: NDArray[np.float64]) -> Predictions:
    question, target, source = lesson.question, lesson.target, lesson.source
    order = {name: number for number, name in enumerate(dict.fromkeys(source.groups), start=1)}
    numbers = tuple(map(float, said))
    return Predictions(
        question.key,
        question.title,
        "survival",
        tuple(f"group {order[source.groups[row]]}" for row in lesson.rows),
        tuple(int(one) for one in target.labels),
        numbers,
        groups={name: tuple(values[row] for row in lesson.rows) for name, values in source.strata.items()},
        times=tuple(map(float, target.times)),
        horizon_days=target.horizon,
        probabilities=numbers,
        units=question.units,
    )
