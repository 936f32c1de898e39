"""Everything that is learned from one set of cases; whatever is fitted here sees these cases alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import minimize_scalar

from medapp.engine.conformal import RankedSets, fit_ranked_sets
from medapp_classification.rare_disease.features import NAMES, features_within
from medapp_classification.rare_disease.ranker import (
    DOUBT,
    Lessons,
    Ranker,
    calibrated,
    fit_ranker,
    fit_temperature,
    probabilities,
)
from medapp_classification.rare_disease.simulate import BACKGROUND, Donors

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from medapp_classification.rare_disease.cases import Case
    from medapp_classification.rare_disease.panel import Panel
    from medapp_classification.rare_disease.reference import Reference

COVERAGE: Final = 0.9
STRANGERS: Final = 0.01
"""Share of training patients that would count as strangers."""
FOLDS: Final = 5


@dataclass(frozen=True, eq=False)
class Learned:
    """A ranker with what makes its scores probabilities and sets.

    Attributes:
        sets: Without a genome.
        genome_sets: With one.
        genome_weight: What the evidence of genes is multiplied by before it is added to the scores.
        limit: Distance to the nearest case from which a patient is a stranger.
        held_back: Log probabilities for the lessons by rankers that did not see their publication.
    """

    ranker: Ranker
    sets: RankedSets
    genome_sets: RankedSets
    genome_weight: float
    limit: float
    held_back: np.ndarray
    lessons: Lessons


def folds_of(publications: np.ndarray, *, count: int = FOLDS, seed: int = 0) -> np.ndarray:
    """Number of the fold of each case; all cases of a publication are in one."""
    names, back = np.unique(publications, return_inverse=True)
    order = np.random.default_rng(seed).permutation(len(names))
    fold = np.empty(len(names), dtype=int)
    fold[order] = np.arange(len(names)) % count
    found: np.ndarray = fold[back]
    return found


def lessons_of(reference: Reference, tick: Callable[[float], None] = lambda _share: None) -> Lessons:
    """Cases of a reference that can teach: their disease is known from another publication too."""
    parts: list[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]] = []
    for rows, features, known in features_within(reference, tick):
        truth = reference.row_of[rows]
        kept = known[np.arange(len(rows)), truth]
        small = np.clip(features[kept], -60000, 60000).astype(np.float16)
        parts.append((small, known[kept], truth[kept], rows[kept]))
    features, known, truth, cases = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Lessons(
        features, known, truth, reference.weights[cases], reference.cohort.publication[cases], cases
    )


def learn(
    reference: Reference,
    cases: Sequence[Case],
    panel: Panel,
    *,
    seed: int = 0,
    tick: Callable[[float], None] = lambda _share: None,
) -> Learned:
    """Fit ranker, calibration and sets.

    Calibration and sets are taken from cases that the ranker in question did not see: the lessons are cut
    into folds by publication once more.

    Args:
        reference: All training cases.
        cases: The same cases, in the order of the reference.
        panel: Of these cases.
        seed: Of folds and of drawing.
        tick: Told which share is done, from 0 to 1; what it raises ends it.

    Raises:
        ValueError: Where too few diseases have cases in several publications.
    """
    lessons = lessons_of(reference, lambda share: tick(0.6 * share))
    if len(np.unique(lessons.publications)) < FOLDS:
        message = (
            "too few diseases are known from several publications; nothing can be learned from these cases"
        )
        raise ValueError(message)
    raw = np.zeros(lessons.known.shape, dtype=np.float32)
    fold = folds_of(lessons.publications, seed=seed)
    for number in range(FOLDS):
        told = partial(tick, 0.6 + 0.4 * number / (FOLDS + 1))
        ranker = fit_ranker(lessons.take(np.flatnonzero(fold != number)), seed=seed, tick=told)
        rows = np.flatnonzero(fold == number)
        raw[rows] = ranker.raw(lessons.features[rows])
    temperature = fit_temperature(raw, lessons.known, lessons.truth)
    held_back = calibrated(raw, temperature, DOUBT, lessons.known)
    final = fit_ranker(lessons, seed=seed, tick=partial(tick, 0.9))
    evidence = _evidence(reference, cases, panel, lessons, seed=seed, tick=partial(tick, 0.95))
    weight = fit_genome_weight(held_back, evidence, lessons)
    return Learned(
        Ranker(final.weights, temperature),
        sets_of(probabilities(held_back, lessons.known), lessons.truth),
        sets_of(probabilities(held_back + weight * evidence, lessons.known), lessons.truth),
        weight,
        stranger_limit(lessons),
        held_back,
        lessons,
    )


def _evidence(
    reference: Reference,
    cases: Sequence[Case],
    panel: Panel,
    lessons: Lessons,
    *,
    seed: int,
    tick: Callable[[], None],
) -> np.ndarray:
    """Evidence of genes for the lessons, in genomes made of them: (patients, diseases)."""
    random = np.random.default_rng(seed)
    donors = Donors(cases)
    names = [reference.cohort.diseases[number] for number in reference.diseases]
    found = np.zeros(lessons.known.shape, dtype=np.float32)
    for row, number in enumerate(lessons.cases):
        tick()
        count = int(random.choice(BACKGROUND))
        candidates, papers = donors.genome(cases[int(number)], count, random)
        found[row] = panel.evidence(panel.hits(candidates, papers), names)
    return found


def fit_genome_weight(scores: np.ndarray, evidence: np.ndarray, lessons: Lessons) -> float:
    """How far to believe the evidence of genes: the weight with the best likelihood, from 0 to 3."""
    rows = np.arange(len(lessons.truth))

    def loss(weight: float) -> float:
        share = probabilities(scores + weight * evidence, lessons.known)[rows, lessons.truth]
        return -float(np.log(np.maximum(share, 1e-30)).mean())

    return float(minimize_scalar(loss, bounds=(0.0, 3.0), method="bounded").x)


def stranger_limit(lessons: Lessons) -> float:
    """The distance to the nearest case of another publication that one lesson in a hundred exceeds."""
    near = lessons.features[..., NAMES.index("nearest_shared")].astype(float)
    distance = 1 - np.where(lessons.known, near, 0).max(axis=1)
    return float(np.quantile(distance, 1 - STRANGERS))


def sets_of(share: np.ndarray, truth: np.ndarray, coverage: float = COVERAGE) -> RankedSets:
    """Prediction sets from probabilities of held-back patients."""
    order = np.argsort(-share, axis=1, kind="stable")
    falling = np.take_along_axis(share, order, axis=1)
    places = [int(place) for place in np.argmax(order == truth[:, None], axis=1)]
    return fit_ranked_sets(list(falling), places, coverage)
