"""Training: all learners by cross-validation, then on all patients; it goes on where it was."""

from __future__ import annotations

import hashlib
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.api import TaskRefused, TrainResult
from medapp_treatment.molecules import pairs_in
from medapp_treatment.next_visit.cohort import cohort_of
from medapp_treatment.next_visit.crossing import FOLDS, held_back, parts_of, truth_of
from medapp_treatment.next_visit.figures import FIGURES, default_of, differences, figures_of, of_data
from medapp_treatment.next_visit.fitting import Asked, fit_all
from medapp_treatment.next_visit.learners import LEARNERS, TITLES
from medapp_treatment.next_visit.model import WEIGHTS, Model, load_fit, save, save_fit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from medapp.api import JobContext, TrainRequest
    from medapp_treatment.molecules import Pairs
    from medapp_treatment.next_visit.cohort import Cohort, Patient
    from medapp_treatment.next_visit.fitting import Fitted

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
    request.out.mkdir(parents=True, exist_ok=True)
    try:
        # The matrices are small: more threads only wait for each other.
        with threadpool_limits(1):
            model = learn(cohort, asked, Course(request, context))
    except ValueError as error:
        raise TaskRefused(str(error)) from error
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


class Course:
    """The fits of one training: what is done lies in a folder and is taken from there if nothing changed."""

    def __init__(self, request: TrainRequest, context: JobContext) -> None:
        """Nothing is fitted yet."""
        self._out, self._context = request.out, context
        self._until = None if request.budget_minutes is None else request.budget_minutes * 60 + monotonic()

    def fit(self, number: int, patients: Sequence[Patient], asked: Asked) -> Fitted:
        """One fit, always as it comes back from its file: what is measured is what is kept.

        Raises:
            TaskRefused: Where the time is over; what is done is gone on from the next time.
            ValueError: Where no medicine is left to learn.
        """
        is_last = number == FOLDS
        title = "all patients" if is_last else f"fold {number + 1} of {FOLDS}"
        path, state = self._out / f"fit_{number}.safetensors", _state(patients, asked)
        found = load_fit(state, path)
        if found is not None:
            return found
        if self._until is not None and monotonic() > self._until:
            message = f"the time is over before {title}; train again into this folder to go on from there"
            raise TaskRefused(message)
        self._context.progress(0.05 + 0.9 * number / (FOLDS + 1), title)
        save_fit(fit_all(patients, asked), state, path)
        kept = load_fit(state, path)
        if kept is None:
            message = f"{path.name} cannot be read back"
            raise ValueError(message)
        return kept

    def figures(self) -> None:
        """Tell that all is fitted."""
        self._context.progress(0.95, "figures")


def _state(patients: Sequence[Patient], asked: Asked) -> str:
    """What a fit hangs on."""
    digest = hashlib.blake2b(digest_size=16)
    settings = (asked.penalty, asked.least, asked.seed, sorted(sorted(pair) for pair in asked.pairs))
    digest.update(repr(settings).encode())
    for one in patients:
        facts = [sorted((name, value) for name, (value, _) in row.items()) for row in one.rows]
        digest.update(repr((one.digest, facts, [sorted(names) for names in one.medicines])).encode())
    return digest.hexdigest()


def learn(cohort: Cohort, asked: Asked, course: Course) -> Model:
    """Fit the folds and all, and measure.

    Raises:
        ValueError: Where no medicine is left to learn.
    """
    patients, parts = cohort.patients, parts_of(cohort.patients)
    fits = []
    for number in range(FOLDS):
        rest = [one for one, part in zip(patients, parts, strict=True) if part != number]
        fits.append(course.fit(number, rest, asked))
    final = course.fit(FOLDS, patients, asked)
    course.figures()
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
