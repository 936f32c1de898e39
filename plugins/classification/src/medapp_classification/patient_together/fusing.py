"""Experts and gate of one set of people, and what they say of others with any of the experts left out."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from medapp.engine.calibration import sigmoid
from medapp.engine.tabular.evaluating import folds as folds_of
from medapp_classification.patient_together.experts import KINDS, Expert, fit_expert, is_there
from medapp_classification.patient_together.gate import Evidence, Gate, fit_gate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from medapp_classification.records.learners.cases import Cases, Target

_INNER = 3
EXPERTS = tuple(one.key for one in KINDS)


@dataclass(frozen=True, slots=True, eq=False)
class Fusion:
    """Experts with their gate."""

    experts: tuple[Expert, ...]
    gate: Gate

    def says(self, cases: Cases) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64]]:
        """Log-odds of each expert, whether it is there, how strange it finds the case; (N, experts) each."""
        said = [one.says(cases) for one in self.experts]
        there = np.stack([is_there(one.kind, cases) for one in self.experts], axis=1)
        logits, strange = (np.stack([pair[part] for pair in said], axis=1) for part in (0, 1))
        return logits, there, strange

    def probability(self, cases: Cases, present: NDArray[np.bool_] | None = None) -> NDArray[np.float64]:
        """Of the event; `present` leaves experts out, (experts,)."""
        logits, there, strange = self.says(cases)
        kept = there if present is None else there & present[None]
        return sigmoid(self.gate.fused(logits, kept, strange))


def fit_fusion(
    cases: Cases, target: Target, groups: Sequence[str], seed: int, check: Callable[[], None]
) -> Fusion:
    """Fit experts, then the gate on what experts of inner folds said of cases they had not seen."""
    inner = folds_of(target.labels.astype(int), groups, count=_INNER, seed=seed)
    fitted = [fit_expert(kind, cases, target, inner, seed, check) for kind in KINDS]
    there = np.stack([is_there(kind, cases) for kind in KINDS], axis=1)
    came, _ = target.by_horizon()
    said = Evidence(
        np.stack([one for _, one, _ in fitted], axis=1),
        there,
        np.stack([one for _, _, one in fitted], axis=1),
        came,
        target.weights(),
    )
    return Fusion(tuple(one for one, _, _ in fitted), fit_gate(EXPERTS, said, seed, check))


def patterns() -> Iterator[tuple[str, ...]]:
    """Every way of experts being there, all of them first."""
    for count in range(len(EXPERTS), 0, -1):
        yield from combinations(EXPERTS, count)


def present(names: Sequence[str]) -> NDArray[np.bool_]:
    """Which experts are named, (experts,)."""
    return np.array([one in names for one in EXPERTS])
