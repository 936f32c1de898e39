"""How well each disease fits each patient: the numbers that the ranking weighs.

Evidence of terms is a log likelihood ratio, frequency among the disease's training cases over frequency
among all, as LIRICAL does it (Robinson et al., Am J Hum Genet 2020), smoothed towards the latter where cases
are few. Along the graph each term is asked given the terms above it, so that a term and its ancestors are
not counted as independent. Similarity to single cases is the cosine of weighted terms and simGIC (Pesquita
et al., BMC Bioinformatics 2008).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from medapp_classification.rare_disease.reference import blurred, columns_of, normalised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from medapp_classification.rare_disease.cohort import Cohort
    from medapp_classification.rare_disease.graph import Observed
    from medapp_classification.rare_disease.reference import Counts, Reference

FROM_COUNTS: Final = (
    "graph_all_1", "graph_present_1", "graph_present_5", "graph_open_5", "terms_05", "terms_3", "whole_3",
    "excluded_05", "covered", "covering", "shared", "publications", "cases", "sex", "age",
)  # fmt: skip
FROM_CASES: Final = (
    "nearest_terms", "mean_terms", "nearest_whole", "mean_whole", "nearest_shared", "mean_shared",
)  # fmt: skip
NAMES: Final = FROM_COUNTS + FROM_CASES
BLOCK: Final = 500
"""Patients at a time."""
_MOST: Final = 0.99
_PRIOR: Final = 2.0


class Query:
    """Patients to rank diseases for, over the terms that anything is said of."""

    def __init__(self, reference: Reference, cohort: Cohort, observed: Observed) -> None:
        """Take the columns that matter."""
        self.reference, self.cohort, self.observed = reference, cohort, observed
        self.columns = columns_of(observed)
        self.raw, self.whole, self.open, self.excluded = (
            part[:, self.columns] for part in (observed.raw, observed.whole, observed.open, observed.excluded)
        )
        self.mass = np.asarray(self.whole @ reference.information[self.columns]).ravel()

    def from_counts(self, counts: Counts, rows: np.ndarray | None = None) -> dict[str, np.ndarray]:
        """Features of profiles, each (patients, diseases)."""
        rows = np.arange(len(self.cohort)) if rows is None else rows
        found = self._of_terms(counts, rows)
        found |= self._of_coverage(counts, rows)
        found |= self._of_person(counts, rows)
        shape = (len(rows), len(counts.weight))
        found["publications"] = np.broadcast_to(np.log1p(counts.publications), shape)
        found["cases"] = np.broadcast_to(np.log1p(counts.cases), shape)
        return found

    def _of_terms(self, counts: Counts, rows: np.ndarray) -> dict[str, np.ndarray]:
        usual = self.reference.usual[self.columns]
        below = self.reference.usual_below[self.columns]
        raw, whole, open_, excluded = (
            part[rows] for part in (self.raw, self.whole, self.open, self.excluded)
        )
        weight = counts.weight[:, None]
        once = (counts.seen + below) / (counts.possible + 1)
        often = (counts.seen + 5 * below) / (counts.possible + 5)
        little = (counts.seen + 0.5 * usual) / (weight + 0.5)
        much = (counts.seen + 3 * usual) / (weight + 3)
        present = whole @ np.log(once / below).T
        return {
            "graph_all_1": present + open_ @ _absence(once, below).T,
            "graph_present_1": present,
            "graph_present_5": whole @ np.log(often / below).T,
            "graph_open_5": open_ @ _absence(often, below).T,
            "terms_05": raw @ np.log(little / usual).T,
            "terms_3": raw @ np.log(much / usual).T,
            "whole_3": whole @ np.log(much / usual).T,
            "excluded_05": excluded @ _absence(little, usual).T,
        }

    def _of_coverage(self, counts: Counts, rows: np.ndarray) -> dict[str, np.ndarray]:
        """Information of the patient that the profile has, and of the profile that the patient has."""
        frequency = counts.seen / np.maximum(counts.weight, 1e-9)[:, None]
        both = self.whole[rows] @ (frequency * self.reference.information[self.columns]).T
        of_patient, of_disease = self.mass[rows][:, None], counts.information[None]
        return {
            "covered": both / np.maximum(of_patient, 1e-9),
            "covering": both / np.maximum(of_disease, 1e-9),
            "shared": both / np.maximum(of_patient + of_disease - both, 1e-9),
        }

    def _of_person(self, counts: Counts, rows: np.ndarray) -> dict[str, np.ndarray]:
        reference = self.reference
        return {
            "sex": _looked_up(counts.sexes, reference.sexes.sum(axis=0), self.cohort.sex[rows]),
            "age": _looked_up(blurred(counts.ages), reference.ages.sum(axis=0), self.cohort.age[rows]),
        }

    def from_cases(self, rows: slice, *, foreign: bool) -> dict[str, np.ndarray]:
        """Features of single cases, each (patients, diseases).

        Args:
            rows: Which patients.
            foreign: Whether to leave out cases of a patient's own publication.
        """
        reference = self.reference
        own = None
        if foreign:
            own = self.cohort.publication[rows][:, None] == reference.cohort.publication[None]
        sizes = np.add.reduceat(
            np.ones((1, len(reference.cohort))) if own is None else (~own).astype(float),
            reference.starts,
            axis=1,
        )
        found = {}
        for name, near in zip(("terms", "whole", "shared"), self.similarities(rows), strict=True):
            if own is not None:
                near[own] = 0
            found[f"nearest_{name}"] = np.maximum.reduceat(near, reference.starts, axis=1)
            found[f"mean_{name}"] = np.add.reduceat(near, reference.starts, axis=1) / np.maximum(sizes, 1)
        return found

    def similarities(self, rows: slice) -> Iterator[np.ndarray]:
        """Of patients to all cases, (patients, cases) from 0 to 1: by terms, by all above too, simGIC."""
        reference, observed = self.reference, self.observed
        raw, whole = observed.raw[rows], observed.whole[rows]
        yield (normalised(raw, reference.rare_raw) @ reference.of_raw.T).toarray()
        yield (normalised(whole, reference.rare_whole) @ reference.of_whole.T).toarray()
        shared = whole.multiply(np.sqrt(reference.rare_whole)).tocsr() @ reference.of_shared.T
        both = shared.toarray()
        mass = np.asarray(whole @ reference.rare_whole).ravel()[:, None]
        yield both / np.maximum(mass + reference.mass[None] - both, 1e-9)


def features_of(reference: Reference, cohort: Cohort) -> np.ndarray:
    """Features of patients that the reference does not hold, float32 (patients, diseases, features)."""
    query = Query(reference, cohort, reference.graph.observed(cohort))
    found = query.from_counts(reference.counts(query.columns))
    found |= query.from_cases(slice(None), foreign=False)
    return np.stack([found[name] for name in NAMES], axis=-1).astype(np.float32)


def features_within(
    reference: Reference, tick: Callable[[float], None] = lambda _share: None
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Features of the reference's own cases, as if their publication were not in it.

    Args:
        reference: All training cases.
        tick: Told which share is done, from 0 to 1; what it raises ends it.

    Yields:
        Block by block: numbers of cases, features (cases, diseases, features), and whether each disease
        is still known without the publication (cases, diseases).
    """
    order = np.argsort(reference.cohort.publication, kind="stable")
    for block in _whole_publications(reference.cohort.publication[order]):
        rows = order[block]
        tick(block.start / len(order))
        cohort = reference.cohort.take(rows)
        query = Query(reference, cohort, _rows(reference.observed, rows))
        found = query.from_counts(reference.counts(query.columns))
        found = {name: np.array(values, dtype=np.float32) for name, values in found.items()}
        known = np.ones((len(rows), len(reference.diseases)), dtype=bool)
        _forget(reference, query, rows, found, known)
        found |= query.from_cases(slice(None), foreign=True)
        yield rows, np.stack([found[name] for name in NAMES], axis=-1).astype(np.float32), known


def _forget(
    reference: Reference, query: Query, rows: np.ndarray, found: dict[str, np.ndarray], known: np.ndarray
) -> None:
    """Put right what a case's own publication has said of its own diseases."""
    cohort = query.cohort
    for publication in np.unique(cohort.publication):
        members = np.flatnonzero(cohort.publication == publication)
        of_members = reference.row_of[rows[members]]
        for row in np.unique(of_members):
            left_out = rows[members[of_members == row]]
            known[members, row] = reference.cases[row] > len(left_out)
            if not known[members[0], row]:
                continue
            counts = reference.counts_without(int(row), left_out, query.columns)
            for name, values in query.from_counts(counts, members).items():
                found[name][members, row] = np.asarray(values).ravel()


def _whole_publications(publications: np.ndarray) -> Iterator[slice]:
    """Blocks of about `BLOCK` cases that hold publications whole; `publications` rise."""
    start, size = 0, len(publications)
    while start < size:
        end = min(start + BLOCK, size)
        while end < size and publications[end] == publications[end - 1]:
            end += 1
        yield slice(start, end)
        start = end


def _rows(observed: Observed, rows: np.ndarray) -> Observed:
    return type(observed)(
        observed.raw[rows], observed.whole[rows], observed.open[rows], observed.excluded[rows]
    )


def _absence(frequency: np.ndarray, usual: np.ndarray) -> np.ndarray:
    found: np.ndarray = np.log((1 - np.minimum(frequency, _MOST)) / (1 - np.minimum(usual, _MOST)))
    return found


def _looked_up(table: np.ndarray, total: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Log ratio of what is usual in each disease over what is usual; 0 where it is not known."""
    usual = (total + 1e-9) / (total.sum() + 1e-9 * len(total))
    share = (table + _PRIOR * usual) / (table.sum(axis=1, keepdims=True) + _PRIOR)
    ratios = np.log(share / usual)
    found: np.ndarray = np.where(values[:, None] >= 0, ratios[:, np.maximum(values, 0)].T, 0.0)
    return found
