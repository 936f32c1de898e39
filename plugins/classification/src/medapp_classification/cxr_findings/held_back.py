"""What was said of every picture by those who never saw its patient: the honest figures come from here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from medapp_classification.cxr_findings import familiarity
from medapp_classification.cxr_findings.answering import Parts, fit_answering, squashed
from medapp_classification.cxr_findings.baseline import fit_baseline

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from medapp_classification.cxr_findings.rounds import Round

_ARRAYS = ("logits", "base", "probabilities", "holds", "strangeness")


@dataclass(frozen=True, slots=True, eq=False)
class HeldBack:
    """One row a training picture.

    Attributes:
        logits: Of the fold's network, (N, findings).
        base: Of the baseline fitted without the fold, (N, findings).
        probabilities: Calibrated on the other folds, (N, findings).
        holds: Whether the prediction set, made by the other folds, holds the truth, (N, findings).
        strangeness: By the fold's trunk and the limits of the other folds, (N,).
    """

    logits: NDArray[np.float32]
    base: NDArray[np.float32]
    probabilities: NDArray[np.float32]
    holds: NDArray[np.uint8]
    strangeness: NDArray[np.float32]

    def to_arrays(self) -> dict[str, NDArray[np.generic]]:
        """For safetensors."""
        return {f"held.{name}": getattr(self, name) for name in _ARRAYS}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]]) -> HeldBack:
        """What `to_arrays` wrote."""
        return cls(*(arrays[f"held.{name}"] for name in _ARRAYS))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, eq=False)
class Distances:
    """Of held-back pictures from the training pictures of their fold, (N,) each."""

    layouts: NDArray[np.float64]
    features: NDArray[np.float64]


def said(
    rounds: Sequence[Round], described: NDArray[np.float32], labels: NDArray[np.int64]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Logits and scores of the baseline of every picture, each by what was trained without its fold."""
    logits = np.full(labels.shape, np.nan, np.float32)
    base = np.full(labels.shape, np.nan, np.float32)
    for item in rounds:
        rows = item.held_back
        train = np.setdiff1d(np.arange(len(labels)), rows)
        logits[rows] = item.logits[rows]
        base[rows] = fit_baseline(described[train], labels[train]).scores(described[rows])
    return logits, base


def distances(rounds: Sequence[Round], layouts: NDArray[np.float32]) -> Distances:
    """How far every picture lies from the training pictures of its fold."""
    found = Distances(np.zeros(len(layouts)), np.zeros(len(layouts)))
    for item in rounds:
        rows = item.held_back
        train = np.setdiff1d(np.arange(len(layouts)), rows)
        first, second = familiarity.fit_clouds(layouts[train], item.features[train])
        found.layouts[rows] = first.distances(layouts[rows])
        found.features[rows] = second.distances(item.features[rows])
    return found


def crossed(
    rounds: Sequence[Round],
    spoken: tuple[NDArray[np.float32], NDArray[np.float32]],
    far: Distances,
    labels: NDArray[np.int64],
    groups: Sequence[str],
    parts: Parts,
) -> HeldBack:
    """Calibrate and make sets for each fold by the other folds alone."""
    logits, base = spoken
    probabilities = np.zeros(labels.shape, np.float32)
    holds = np.zeros(labels.shape, np.uint8)
    strange = np.zeros(len(labels), np.float32)
    for item in rounds:
        rows = item.held_back
        rest = np.setdiff1d(np.arange(len(labels)), rows)
        fitted = fit_answering(
            logits[rest], base[rest], labels[rest], [groups[row] for row in rest], parts, rounds=0
        )
        scores = fitted.scores(logits[rows], base[rows])
        probabilities[rows] = fitted.probabilities(scores)
        for place in range(labels.shape[1]):
            inside = fitted.set_of(place).hold(squashed(scores[:, place]), labels[rows, place])
            holds[rows, place] = inside
        limits = familiarity.limits_of(far.layouts[rest], far.features[rest])
        strange[rows] = familiarity.scaled(far.layouts[rows], far.features[rows], limits)
    return HeldBack(logits, base, probabilities, holds, strange)
