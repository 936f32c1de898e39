"""What training cases say of each disease: how often terms are seen, and all cases to compare with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import scipy.sparse as sp

from medapp_classification.rare_disease.cohort import AGES

if TYPE_CHECKING:
    from medapp_classification.rare_disease.cohort import Cohort
    from medapp_classification.rare_disease.graph import Graph, Matrix, Observed

_GROUPS: Final = len(AGES) + 1
_BLUR: Final = (0.6, 0.2, 0.05)
"""How far a case of one group of age counts for the same, the next and the one after."""


@dataclass(frozen=True, eq=False)
class Counts:
    """What was counted of some diseases (rows), over some terms (columns).

    A case counts one over the root of the number of cases that its publication has of the disease: ten
    members of one family tell less than ten families.

    Attributes:
        seen: Weight of cases with the term, or with a kind of it.
        possible: Weight of cases that have all that is right above the term.
        weight: Of all cases of the disease.
        information: Of the disease's profile over all terms: sum of frequency times information.
        cases, publications: Numbers of them.
        sexes: (diseases, 2).
        ages: (diseases, groups).
    """

    seen: np.ndarray
    possible: np.ndarray
    weight: np.ndarray
    information: np.ndarray
    cases: np.ndarray
    publications: np.ndarray
    sexes: np.ndarray
    ages: np.ndarray


class Reference:
    """Training cases, prepared once; cases lie in order of disease."""

    def __init__(self, cohort: Cohort, graph: Graph) -> None:
        """Count.

        Args:
            cohort: In any order.
            graph: Of the ontology that the terms are from.
        """
        self.graph = graph
        self.order = np.argsort(cohort.disease, kind="stable")
        """Where each case lay in the cohort that was handed in."""
        self.cohort = cohort.take(self.order)
        self.observed = graph.observed(self.cohort)
        self.weights = _weights(self.cohort)
        self.diseases = np.unique(self.cohort.disease)
        """Numbers of those that have cases; all arrays of diseases below have one row for each."""
        self.starts = np.searchsorted(self.cohort.disease, self.diseases)
        self.row_of = np.searchsorted(self.diseases, self.cohort.disease)
        self._count()
        self._weigh()

    def _count(self) -> None:
        seen, count = self.observed, len(self.cohort)
        gather = sp.csr_matrix(
            (self.weights, (self.row_of, np.arange(count))), (len(self.diseases), count), dtype=np.float32
        )
        self.seen: sp.csc_matrix = (gather @ seen.whole).tocsc()
        self.possible: sp.csc_matrix = (gather @ (seen.whole + seen.open)).tocsc()
        self.weight = np.asarray(gather.sum(axis=1)).ravel()
        self.cases = np.bincount(self.row_of, minlength=len(self.diseases))
        pairs = np.unique(np.stack([self.row_of, self.cohort.publication]), axis=1)
        self.publications = np.bincount(pairs[0], minlength=len(self.diseases))
        self.sexes = self._table(self.cohort.sex, 2)
        self.ages = self._table(self.cohort.age, _GROUPS)

    def _table(self, values: np.ndarray, width: int) -> np.ndarray:
        found = np.zeros((len(self.diseases), width))
        known = values >= 0
        np.add.at(found, (self.row_of[known], values[known].astype(int)), self.weights[known])
        return found

    def _weigh(self) -> None:
        """How usual each term is among all cases, and what it therefore tells."""
        total = float(self.weight.sum())
        seen = np.asarray(self.seen.sum(axis=0)).ravel()
        self.usual = (seen + 0.5) / (total + 1)
        self.usual_below = (seen + 0.1) / (np.asarray(self.possible.sum(axis=0)).ravel() + 1)
        self.information = -np.log(self.usual)
        self.profile = np.asarray(self.seen @ self.information).ravel()
        count = len(self.cohort)
        self.rare_raw, self.rare_whole = (
            np.log((count + 1) / (np.asarray(one.sum(axis=0)).ravel() + 1)).astype(np.float32)
            for one in (self.observed.raw, self.observed.whole)
        )
        self.of_raw = normalised(self.observed.raw, self.rare_raw)
        self.of_whole = normalised(self.observed.whole, self.rare_whole)
        self.of_shared = self.observed.whole.multiply(np.sqrt(self.rare_whole)).tocsr()
        self.mass = np.asarray(self.observed.whole @ self.rare_whole).ravel()

    def counts(self, columns: np.ndarray) -> Counts:
        """Of all diseases."""
        return Counts(
            self.seen[:, columns].toarray(),
            self.possible[:, columns].toarray(),
            self.weight,
            self.profile / np.maximum(self.weight, 1e-9),
            self.cases,
            self.publications,
            self.sexes,
            self.ages,
        )

    def counts_without(self, row: int, left_out: np.ndarray, columns: np.ndarray) -> Counts:
        """Of one disease as if some of its cases, all of one publication, had never been published."""
        weights = self.weights[left_out]
        whole, open_ = self.observed.whole[left_out], self.observed.open[left_out]
        less = np.asarray(weights @ whole).ravel()
        seen = np.maximum(self.seen[row].toarray().ravel() - less, 0)
        possible = self.possible[row].toarray().ravel() - less - np.asarray(weights @ open_).ravel()
        weight = max(float(self.weight[row] - weights.sum()), 1e-9)
        one = {"sex": self.sexes[row].copy(), "age": self.ages[row].copy()}
        for name, table in one.items():
            values = getattr(self.cohort, name)[left_out]
            known = values >= 0
            np.subtract.at(table, values[known].astype(int), weights[known])
        return Counts(
            seen[None, columns],
            np.maximum(possible, 0)[None, columns],
            np.array([weight]),
            np.array([float(seen @ self.information) / weight]),
            np.array([self.cases[row] - len(left_out)]),
            np.array([self.publications[row] - 1]),
            np.maximum(one["sex"], 0)[None],
            np.maximum(one["age"], 0)[None],
        )


def normalised(matrix: Matrix, weights: np.ndarray) -> Matrix:
    """Rows of length 1 after weighting the columns."""
    weighed = matrix.multiply(weights).tocsr()
    lengths = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    return sp.diags(1 / np.maximum(lengths, 1e-9)).dot(weighed).tocsr().astype(np.float32)


def blurred(ages: np.ndarray) -> np.ndarray:
    """Counts by group of age, each spread to its neighbours."""
    size = ages.shape[1]
    kernel = np.array(
        [[_BLUR[abs(i - j)] if abs(i - j) < len(_BLUR) else 0.0 for j in range(size)] for i in range(size)]
    )
    found: np.ndarray = ages @ (kernel / kernel.sum(axis=1, keepdims=True))
    return found


def columns_of(observed: Observed) -> np.ndarray:
    """Terms that anything is said of: only these matter for the cases at hand."""
    parts = (observed.whole, observed.open, observed.excluded, observed.raw)
    found: np.ndarray = np.unique(np.concatenate([part.indices for part in parts]))
    return found


def _weights(cohort: Cohort) -> np.ndarray:
    pairs = np.stack([cohort.disease.astype(np.int64), cohort.publication.astype(np.int64)])
    _, back, counts = np.unique(pairs, axis=1, return_inverse=True, return_counts=True)
    return (1 / np.sqrt(counts[back.ravel()])).astype(np.float32)
