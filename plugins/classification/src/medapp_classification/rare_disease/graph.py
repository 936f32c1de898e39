"""Terms of cases as sparse matrices over the ontology: as observed, and with all that is above."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp

if TYPE_CHECKING:
    from collections.abc import Iterable

    from medapp_classification.rare_disease.cohort import Cohort
    from medapp_classification.rare_disease.ontology import Ontology

Matrix = Any
"""A sparse matrix in rows; the library states no types."""


@dataclass(frozen=True, eq=False)
class Observed:
    """Cases (rows) by terms (columns), float32 of 0 and 1.

    Attributes:
        raw: Terms as observed.
        whole: Those and all above them.
        open: Terms that are not there though all right above them are: they could have been named.
        excluded: Terms that were looked for and not found.
    """

    raw: Matrix
    whole: Matrix
    open: Matrix
    excluded: Matrix


class Graph:
    """The ontology as matrices."""

    def __init__(self, ontology: Ontology) -> None:
        """Take over parents and children."""
        self.ontology = ontology
        self.size = len(ontology.ids)
        self._up: dict[int, frozenset[int]] = {}
        pairs = [(parent, child) for child, parents in enumerate(ontology.parents) for parent in parents]
        rows, columns = np.array(pairs, dtype=np.int32).reshape(-1, 2).T
        shape = (self.size, self.size)
        self._links = sp.csr_matrix((np.ones(len(pairs), np.float32), (rows, columns)), shape)
        self._parents = np.array([len(one) for one in ontology.parents], dtype=np.float32)
        self._tops = np.array(ontology.tops, dtype=np.int32)

    def upward(self, place: int) -> frozenset[int]:
        """The term and all above it."""
        if place not in self._up:
            self._up[place] = self.ontology.upward(place)
        return self._up[place]

    def observed(self, cohort: Cohort) -> Observed:
        """The matrices of a cohort."""
        raw = self._matrix(_split(cohort.present, cohort.present_ends))
        excluded = self._matrix(_split(cohort.excluded, cohort.excluded_ends))
        whole = self._above(raw)
        return Observed(raw, whole, self._open(whole), excluded)

    def _matrix(self, rows: Iterable[np.ndarray]) -> Matrix:
        lists = [np.unique(row) for row in rows]
        ends = np.concatenate([[0], np.cumsum([len(row) for row in lists])])
        places = np.concatenate([*lists, np.zeros(0, np.int32)]).astype(np.int32)
        return sp.csr_matrix((np.ones(len(places), np.float32), places, ends), (len(lists), self.size))

    def _above(self, raw: Matrix) -> Matrix:
        used = np.unique(raw.indices)
        above = [np.array(sorted(self.upward(int(place))), dtype=np.int32) for place in used]
        ends = np.concatenate([[0], np.cumsum([len(one) for one in above])])
        places = np.concatenate([*above, np.zeros(0, np.int32)]).astype(np.int32)
        climb = sp.csr_matrix((np.ones(len(places), np.float32), places, ends), (len(used), self.size))
        return _ones((raw[:, used] @ climb).tocsr())

    def _open(self, whole: Matrix) -> Matrix:
        """Children of what is there whose parents are all there, and the tops, less what is there itself."""
        reached = (whole @ self._links).tocsr()
        reached.data = (reached.data >= self._parents[reached.indices]).astype(np.float32)
        count = whole.shape[0]
        columns = np.tile(self._tops, count)
        ends = np.arange(count + 1) * len(self._tops)
        tops = sp.csr_matrix((np.ones(len(columns), np.float32), columns, ends), whole.shape)
        reached = reached + tops
        # What is there is taken away twice over: a term is reached once, or is a top once.
        found = (reached - 2 * whole).tocsr()
        found.data = (found.data > 0).astype(np.float32)
        found.eliminate_zeros()
        return found


def _split(flat: np.ndarray, ends: np.ndarray) -> list[np.ndarray]:
    return np.split(flat, ends[:-1]) if len(ends) else []


def _ones(matrix: Matrix) -> Matrix:
    matrix.sum_duplicates()
    matrix.data[:] = 1
    return matrix
