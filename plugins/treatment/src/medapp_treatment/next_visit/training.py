"""Training: all learners by cross-validation, then on all patients; it goes on where it was."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.api import TaskRefused, TrainResult
from medapp_treatment.molecules import pairs_in
from medapp_treatment.next_visit.cohort import cohort_of
from medapp_treatment.next_visit.crossing import FOLDS, held_back, parts_of, truth_of
from medapp_treatment.next_visit.figures import FIGURES, default_of, differences, figures_of, of_data
from medapp_treatment.next_visit.fitting import Asked, fit_all
from medapp_treatment.next_visit.learners import LEARNERS, TITLES
from medapp_treatment.next_visit.model import WEIGHTS, Model, save

if TYPE_CHECKING:
    from collections.abc import Mapping

    from medapp.api import JobContext, TrainRequest
    from medapp_treatment.molecules import Pairs
    from medapp_treatment.next_visit.cohort import Cohort

LEAST: Final = 3
PENALTY: Final = 0.5


def train(request: TrainRequest, context: JobContext) -> TrainResult:
    """Train on a folder of records.

    Raises:
        TaskRefused: Where the data cannot be learned from, with what would make it run.
    """
    import torch
    from threadpoolctl import threadpool_limits

    torch.set_num_threads(1)
    context.progress(0.0, "reading the records")
    cohort = cohort_of(request.data, context.check_cancelled)
    pairs = knowledge(request.parameters)
    asked = Asked(
        pairs,
        float(str(request.parameters.get("interaction_weight", PENALTY))),
        int(str(request.parameters.get("least_patients", LEAST))),
        context.seed,
        context.check_cancelled,
    )
    try:
        # The matrices are small: more threads only wait for each other.
        with threadpool_limits(1):
            model = learn(cohort, asked, context)
    except ValueError as error:
        raise TaskRefused(str(error)) from error
    request.out.mkdir(parents=True, exist_ok=True)
    path = request.out / WEIGHTS
    save(model, path)
    context.progress(1.0, "done")
    return TrainResult(path, metrics_of(model.facts))


def knowledge(parameters: Mapping[str, object]) -> Pairs:
    """Pairs that interact, of the folder that the user named; none where none is named.

    Raises:
        TaskRefused: Where it cannot be read.
    """
    named = str(parameters.get("knowledge", "")).strip()
    return pairs_in(Path(named)) if named else frozenset()


def learn(cohort: Cohort, asked: Asked, context: JobContext) -> Model:
    """Fit the folds and all, and measure.

    Raises:
        ValueError: Where no medicine is left to learn.
    """
    patients, parts = cohort.patients, parts_of(cohort.patients)
    fits = []
    for number in range(FOLDS):
        context.progress(0.05 + 0.75 * number / FOLDS, f"fold {number + 1} of {FOLDS}")
        rest = [one for one, part in zip(patients, parts, strict=True) if part != number]
        fits.append(fit_all(rest, asked))
    context.progress(0.8, "all patients")
    final = fit_all(patients, asked)
    context.progress(0.95, "figures")
    truth, medicines = truth_of(patients, asked.pairs)
    held = held_back(patients, fits, parts, medicines)
    found = differences(held, truth)
    own = frozenset(pair for pair in asked.pairs if pair <= set(medicines))
    facts: dict[str, Any] = {
        "seed": asked.seed,
        "least": asked.least,
        "penalty": asked.penalty,
        "data": {"format": cohort.format, "left_out": cohort.left_out} | of_data(truth),
        "figures": {name: figures_of(one, truth) for name, one in held.items()},
        "differences": found,
        "default": default_of(LEARNERS, found),
        "medicines": len(medicines),
    }
    digests = {one.digest: part for one, part in zip(patients, parts, strict=True)}
    return Model(final, tuple(fits), digests, own, facts)


def metrics_of(facts: dict[str, Any]) -> dict[str, float]:
    """Main figures of all learners on held-back patients, with their intervals; the default is starred."""
    found: dict[str, float] = {}
    for name in LEARNERS:
        star = " (default)" if name == facts["default"] else ""
        for figure in FIGURES:
            value, low, high = facts["figures"][name][figure]
            if value is not None:
                title = f"{TITLES[name]}{star}, {figure}"
                found[title] = value
                found |= {f"{title} low": low, f"{title} high": high} if low is not None else {}
    return {name: float(value) for name, value in found.items() if np.isfinite(value)}
