"""From what network and baseline say to probabilities and prediction sets, fitted on held-back pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from medapp.engine.calibration import Platt, fit_platt, sigmoid
from medapp.engine.conformal import BinarySets, fit_binary_sets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

COVERAGE = 0.9
_ROUNDS = 200
Parts = Literal["network", "baseline", "both"]


def mixed(
    logits: NDArray[np.floating], base: NDArray[np.floating], spreads: NDArray[np.floating], parts: Parts
) -> NDArray[np.float64]:
    """One score (N, findings) of both: each over its own spread, so that they count alike."""
    first, second = logits / spreads[0], base / spreads[1]
    chosen = {"network": first, "baseline": second, "both": (first + second) / 2}
    return np.asarray(chosen[parts], np.float64)


def spreads_of(logits: NDArray[np.floating], base: NDArray[np.floating]) -> NDArray[np.float64]:
    """Standard deviations (2, findings) of what both say of held-back pictures; no label is looked at."""
    return np.asarray(np.maximum(np.stack([logits.std(axis=0), base.std(axis=0)]), 1e-3), np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Answering:
    """How scores are read.

    Attributes:
        parts: What is asked: the network, the baseline, or both.
        spreads: (2, findings), see `spreads_of`.
        lines: (rounds + 1, findings, 2): Platt's slope and offset; the first fitted on all held-back
            pictures, the others on samples of their patients.
        sets: (findings, 3): of `BinarySets`, over the logistic function of the score.
    """

    parts: Parts
    spreads: NDArray[np.float64]
    lines: NDArray[np.float64]
    sets: NDArray[np.float64]

    def scores(self, logits: NDArray[np.floating], base: NDArray[np.floating]) -> NDArray[np.float64]:
        """(N, findings)."""
        return mixed(logits, base, self.spreads, self.parts)

    def probabilities(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """(N, findings), calibrated."""
        return sigmoid(scores * self.lines[0, :, 0] + self.lines[0, :, 1])

    def bounds(self, scores: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Bounds of one picture's probabilities (findings,), by the choice of patients calibrated on."""
        drawn = sigmoid(scores[None] * self.lines[1:, :, 0] + self.lines[1:, :, 1])
        low, high = np.percentile(drawn, [2.5, 97.5], axis=0)
        middle = self.probabilities(scores[None])[0]
        return np.minimum(low, middle), np.maximum(high, middle)

    def set_of(self, place: int) -> BinarySets:
        """The prediction sets of a finding; ask them with `squashed` scores."""
        return BinarySets.from_array(self.sets[place])

    def to_arrays(self) -> dict[str, NDArray[np.float64]]:
        """For safetensors; `parts` goes beside."""
        return {"answering.spreads": self.spreads, "answering.lines": self.lines, "answering.sets": self.sets}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.float64]], parts: Parts) -> Answering:
        """What `to_arrays` wrote."""
        return cls(parts, *(arrays[f"answering.{name}"] for name in ("spreads", "lines", "sets")))


def squashed(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scores between 0 and 1, in their own order: what prediction sets are made over."""
    found: NDArray[np.float64] = sigmoid(scores)
    return found


def fit_answering(
    logits: NDArray[np.floating],
    base: NDArray[np.floating],
    labels: NDArray[np.int64],
    groups: Sequence[str],
    parts: Parts,
    *,
    rounds: int = _ROUNDS,
) -> Answering:
    """Fit on what was said of held-back pictures.

    Args:
        logits: Of the network, (N, findings).
        base: Of the baseline, (N, findings).
        labels: (N, findings).
        groups: Whose each picture is.
        parts: What to ask.
        rounds: Samples of patients for the bounds of the probabilities.
    """
    spreads = spreads_of(logits, base)
    scores = mixed(logits, base, spreads, parts)
    lines = [_lines(scores, labels)]
    lines += [_lines(scores[rows], labels[rows], lines[0]) for rows in _draws(groups, rounds)]
    sets = [
        fit_binary_sets(squashed(scores[:, place]), labels[:, place], COVERAGE).to_array()
        for place in range(labels.shape[1])
    ]
    return Answering(parts, spreads, np.array(lines), np.array(sets))


def _lines(
    scores: NDArray[np.float64], labels: NDArray[np.int64], instead: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Slope and offset (findings, 2); `instead` where a sample of patients holds one kind only."""
    made = []
    for place in range(labels.shape[1]):
        column = labels[:, place]
        if instead is not None and len(np.unique(column)) == 1:
            made.append(tuple(instead[place]))
            continue
        line: Platt = fit_platt(scores[:, place], column)
        made.append((line.slope, line.offset))
    return np.array(made, np.float64)


def _draws(groups: Sequence[str], rounds: int) -> list[NDArray[np.intp]]:
    from medapp.engine.evaluation.bootstrap import draws

    return list(draws(groups, rounds=rounds)) if rounds else []
