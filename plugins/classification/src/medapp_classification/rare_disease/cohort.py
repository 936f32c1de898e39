"""Training cases as arrays: small enough to ship, complete enough to rank by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from medapp_classification.rare_disease.cases import Case
    from medapp_classification.rare_disease.patient import Patient

AGES: Final = (0.1, 1.0, 3.0, 7.0, 13.0, 18.0, 30.0, 50.0)
"""Years at which groups of age end."""
_SEXES: Final = {"male": 0, "female": 1}
_ARRAYS: Final = (
    "present",
    "excluded",
    "present_ends",
    "excluded_ends",
    "disease",
    "publication",
    "sex",
    "age",
)


@dataclass(frozen=True, eq=False)
class Cohort:
    """Cases, one after the other.

    Attributes:
        present, excluded: Places of terms of all cases, uint16.
        present_ends, excluded_ends: Where those of each case end, int32 (cases,).
        disease, publication: Numbers into `diseases` and `publications`, -1 for a patient without.
        sex: 0 male, 1 female, -1 not known.
        age: Group of age, -1 not known.
        diseases: Ids.
        titles: Of the diseases.
        publications: Ids.
    """

    present: np.ndarray
    excluded: np.ndarray
    present_ends: np.ndarray
    excluded_ends: np.ndarray
    disease: np.ndarray
    publication: np.ndarray
    sex: np.ndarray
    age: np.ndarray
    diseases: tuple[str, ...]
    titles: tuple[str, ...]
    publications: tuple[str, ...]

    def __len__(self) -> int:
        """Number of cases."""
        return len(self.disease)

    def terms(self, case: int) -> np.ndarray:
        """Places of the terms of one case."""
        start = self.present_ends[case - 1] if case else 0
        found: np.ndarray = self.present[start : self.present_ends[case]]
        return found

    def take(self, rows: np.ndarray) -> Cohort:
        """Some of the cases; diseases and publications keep their numbers."""
        present, present_ends = _taken(self.present, self.present_ends, rows)
        excluded, excluded_ends = _taken(self.excluded, self.excluded_ends, rows)
        return Cohort(
            present,
            excluded,
            present_ends,
            excluded_ends,
            self.disease[rows],
            self.publication[rows],
            self.sex[rows],
            self.age[rows],
            self.diseases,
            self.titles,
            self.publications,
        )

    def arrays(self) -> dict[str, np.ndarray]:
        """For safetensors."""
        return {name: np.ascontiguousarray(getattr(self, name)) for name in _ARRAYS}


def cohort_of(cases: Sequence[Case]) -> Cohort:
    """Put cases together."""
    titles = {case.disease: case.title for case in cases}
    diseases = tuple(sorted(titles))
    publications = tuple(sorted({case.publication for case in cases}))
    numbers = {name: number for number, name in enumerate(diseases)}
    places = {name: number for number, name in enumerate(publications)}
    present, present_ends = _flat([case.present for case in cases])
    excluded, excluded_ends = _flat([case.excluded for case in cases])
    return Cohort(
        present,
        excluded,
        present_ends,
        excluded_ends,
        np.array([numbers[case.disease] for case in cases], dtype=np.int16),
        np.array([places[case.publication] for case in cases], dtype=np.int32),
        np.array([_SEXES.get(case.sex or "", -1) for case in cases], dtype=np.int8),
        np.array([age_group(case.age) for case in cases], dtype=np.int8),
        diseases,
        tuple(titles[name] for name in diseases),
        publications,
    )


def of_patient(patient: Patient, like: Cohort) -> Cohort:
    """A cohort of one patient, whose disease nobody knows."""
    present, present_ends = _flat([patient.present])
    excluded, excluded_ends = _flat([patient.excluded])
    unknown = np.array([-1], dtype=np.int32)
    return Cohort(
        present,
        excluded,
        present_ends,
        excluded_ends,
        unknown,
        unknown,
        np.array([_SEXES.get(patient.sex or "", -1)], dtype=np.int8),
        np.array([age_group(patient.age)], dtype=np.int8),
        like.diseases,
        like.titles,
        like.publications,
    )


def from_arrays(arrays: Mapping[str, np.ndarray], names: Mapping[str, Sequence[str]]) -> Cohort:
    """What `Cohort.arrays` made, with the names that are kept beside it.

    Raises:
        KeyError: Where a part is missing.
    """
    return Cohort(
        **{name: arrays[name] for name in _ARRAYS},
        diseases=tuple(names["diseases"]),
        titles=tuple(names["titles"]),
        publications=tuple(names["publications"]),
    )


def age_group(age: float | None) -> int:
    """Group of an age in years; -1 where it is not known."""
    return -1 if age is None else int(np.digitize(age, AGES))


def _flat(lists: Sequence[Sequence[int]]) -> tuple[np.ndarray, np.ndarray]:
    flat = np.array([place for one in lists for place in one], dtype=np.uint16)
    return flat, np.cumsum([len(one) for one in lists], dtype=np.int32)


def _taken(values: np.ndarray, ends: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    starts = np.concatenate([[0], ends[:-1]])
    parts = [values[starts[row] : ends[row]] for row in rows]
    flat = np.concatenate(parts) if parts else values[:0]
    return flat, np.cumsum([len(part) for part in parts], dtype=np.int32)
