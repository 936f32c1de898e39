"""Train experts and gate, and hold the gate against each expert alone, with each of them left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.api import TrainResult
from medapp.engine.conformal import fit_binary_sets
from medapp.engine.evaluation import auroc, survival_calibration
from medapp.engine.evaluation.bootstrap import difference_of, interval_of
from medapp.engine.evaluation.concordance import c_indexes, sampled
from medapp.engine.evaluation.survival import brier_at
from medapp_classification.patient_together.fusing import EXPERTS, fit_fusion, patterns, present
from medapp_classification.patient_together.leaving import leave
from medapp_classification.patient_together.model import WEIGHTS, Model, save
from medapp_classification.record_risk.figures import difference, plain, slope
from medapp_classification.record_risk.lessons import lessons_in
from medapp_classification.record_risk.questions import BY_KEY, COVERAGE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp.api import JobContext, TrainRequest
    from medapp_classification.record_risk.lessons import Lesson

QUESTION: Final = "death"
_ROUNDS: Final = 200


def train(request: TrainRequest, context: JobContext) -> TrainResult:
    """Train on the cohort of fatty liver.

    Raises:
        TaskRefused: Where the data cannot be learned from, with what would make it run.
    """
    import torch

    torch.set_num_threads(max(1, context.threads))
    context.progress(0.0, "reading the tables")
    lesson = lessons_in(request.data, [BY_KEY[QUESTION]], context.seed)[0]
    curves: dict[str, tuple[float, ...]] = {}
    said, alone = held_back(lesson, context, curves)
    context.progress(0.85, "figures")
    facts = figures(lesson, said, alone)
    fusion = fit_fusion(lesson.cases, lesson.target, lesson.groups, context.seed, context.check_cancelled)
    came, known = lesson.target.by_horizon()
    everything = said[EXPERTS]
    sets = fit_binary_sets(everything[known], came[known], COVERAGE)
    facts |= {"seed": context.seed, "remarks": list(lesson.source.remarks)}
    model = Model(fusion, sets, lesson.source.digests[lesson.rows], _stacked(said), facts)
    weights = request.out / WEIGHTS
    save(model, weights)
    leave(facts, curves | {"all": fusion.gate.curve}, request.out)
    context.progress(1.0, "done")
    return TrainResult(weights, metrics_of(facts))


def held_back(
    lesson: Lesson, context: JobContext, curves: dict[str, tuple[float, ...]] | None = None
) -> tuple[dict[tuple[str, ...], NDArray[np.float64]], dict[str, NDArray[np.float64]]]:
    """Probabilities of every case by a fusion that has not seen it, for every way of experts being there.

    Args:
        lesson: With the folds.
        context: Told how far it is.
        curves: Takes in the loss of each fold's gate.

    Returns:
        By pattern, and by expert alone, without the gate.
    """
    said = {names: np.full(len(lesson.rows), np.nan) for names in patterns()}
    alone = {name: np.full(len(lesson.rows), np.nan) for name in EXPERTS}
    numbers = np.unique(lesson.part)
    for number in numbers:
        context.progress(0.8 * float(number) / len(numbers), f"fold {number + 1} of {len(numbers)}")
        train, test = np.flatnonzero(lesson.part != number), np.flatnonzero(lesson.part == number)
        groups = [lesson.groups[row] for row in train]
        fusion = fit_fusion(
            lesson.cases[train], lesson.target[train], groups, context.seed, context.check_cancelled
        )
        if curves is not None:
            curves[f"fold {number + 1}"] = fusion.gate.curve
        cases = lesson.cases[test]
        for names, whole in said.items():
            whole[test] = fusion.probability(cases, present(names))
        logits, there, _ = fusion.says(cases)
        for place, name in enumerate(EXPERTS):
            usual = 1 / (1 + np.exp(-fusion.gate.middle))
            own = 1 / (1 + np.exp(-logits[:, place]))
            alone[name][test] = np.where(there[:, place], own, usual)
    return said, alone


def figures(
    lesson: Lesson,
    said: dict[tuple[str, ...], NDArray[np.float64]],
    alone: dict[str, NDArray[np.float64]],
) -> dict[str, Any]:
    """Of every pattern: concordance, AUROC at the horizon, difference to the best expert that is there.

    Keys: ``patterns`` (``names``, ``c_index``, ``auroc``, ``best``, ``over_best``), ``experts``, ``slope``,
    ``brier``, ``calibration``, ``cases``, ``events``.
    """
    target = lesson.target
    weights = sampled(lesson.groups, rounds=_ROUNDS)
    scores = np.stack([*alone.values(), *said.values()])
    found = c_indexes(target.times, target.labels, scores, weights)
    of_expert = dict(zip(alone, found, strict=False))
    of_pattern = dict(zip(said, found[len(alone) :], strict=True))
    came, known = target.by_horizon()
    rows = []
    for names, values in of_pattern.items():
        best = max(names, key=lambda name: of_expert[name][0])
        rows.append(
            {
                "names": list(names),
                "c_index": plain(interval_of(values)),
                "auroc": auroc(came[known].astype(int), said[names][known]),
                "best": best,
                "over_best": difference(difference_of(of_expert[best], values)),
            }
        )
    whole = said[EXPERTS]
    return {
        "patterns": rows,
        "experts": {name: plain(interval_of(values)) for name, values in of_expert.items()},
        "slope": slope(target.times, target.labels, whole, target.horizon),
        "brier": brier_at(target.times, target.labels, whole, target.horizon),
        "calibration": survival_calibration(target.times, target.labels, whole, target.horizon),
        "cases": len(target),
        "events": int(target.labels.sum()),
    }


def metrics_of(facts: dict[str, Any]) -> dict[str, float]:
    """Concordance of each pattern, and how far it is from the best expert alone."""
    found: dict[str, float] = {"slope": float(facts["slope"])}
    for row in facts["patterns"]:
        name = " + ".join(row["names"])
        found[f"c_index {name}"] = float(row["c_index"][0])
        found[f"over best expert {name}"] = float(row["over_best"]["value"])
    return found


def _stacked(said: dict[tuple[str, ...], NDArray[np.float64]]) -> NDArray[np.float32]:
    return np.stack(list(said.values()), axis=1).astype(np.float32)
