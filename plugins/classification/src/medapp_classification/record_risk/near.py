"""Training cases that are near: those whose answer had the same reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from medapp.domain.finding import SimilarCase
from medapp_classification.nearness import nearest_pairs, said_of
from medapp_classification.records.history import YEAR

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from medapp_classification.record_risk.lessons import Lesson
    from medapp_classification.records.history import Feature

_KEPT: Final = 1500
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True, eq=False)
class Near:
    """Some training cases, by how far each variable moved their answer.

    Attributes:
        places: (N, variables).
        years: Until the outcome or the end of follow-up; 0 for a yes-or-no question.
        came: Whether the outcome was seen.
    """

    places: NDArray[np.float32]
    years: NDArray[np.float32]
    came: NDArray[np.uint8]

    def nearest(self, place: NDArray[np.float64], words: str) -> tuple[SimilarCase, ...]:
        """The nearest cases; they carry nothing that names a person."""
        distances = np.linalg.norm(self.places - place.astype(np.float32), axis=1)
        pairs = nearest_pairs(self.places)
        return tuple(
            SimilarCase(
                f"training case {row + 1}",
                float(distances[row]),
                f"{self._outcome(int(row), words)}; {said_of(float(distances[row]), pairs)}",
            )
            for row in np.argsort(distances, kind="stable")[:_SHOWN]
        )

    def _outcome(self, row: int, words: str) -> str:
        years, came = float(self.years[row]), bool(self.came[row])
        if not years:
            return words if came else f"no {words}"
        return f"{words} after {years:.1f} years" if came else f"followed for {years:.1f} years without it"

    def to_arrays(self) -> dict[str, NDArray[np.generic]]:
        """For safetensors."""
        return {"places": self.places, "years": self.years, "came": self.came}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Near:
        """What `to_arrays` made."""
        return cls(
            np.asarray(arrays["places"], np.float32),
            np.asarray(arrays["years"], np.float32),
            np.asarray(arrays["came"], np.uint8),
        )


def variables_of(columns: Sequence[Feature]) -> list[str]:
    """The variables that columns are of, each once."""
    return list(dict.fromkeys(one.about for one in columns))


def by_variable(each: NDArray[np.float64], columns: Sequence[Feature]) -> NDArray[np.float64]:
    """Effects of columns summed by the variable they are of, (N, variables)."""
    names = variables_of(columns)
    found = np.zeros((len(each), len(names)))
    np.add.at(found.T, [names.index(one.about) for one in columns], each.T)
    return found


def kept_rows(lesson: Lesson, seed: int) -> NDArray[np.intp]:
    """Rows of a lesson that are kept: half of them with the outcome, as far as there are."""
    random = np.random.default_rng(seed)
    came = np.flatnonzero(lesson.target.labels)
    rest = np.flatnonzero(~lesson.target.labels)
    first = random.permutation(came)[: _KEPT // 2]
    rows: NDArray[np.intp] = np.sort(np.concatenate([first, random.permutation(rest)[: _KEPT - len(first)]]))
    return rows


def near_of(lesson: Lesson, effects: NDArray[np.float64], rows: NDArray[np.intp]) -> Near:
    """Keep the cases of `rows`, with their effects by column, (rows, columns)."""
    target = lesson.target[rows]
    years = target.times / YEAR if target.is_survival else np.zeros(len(rows))
    places = by_variable(effects, lesson.source.columns)
    # To a tenth of a year: enough to read, too little to know a person by.
    return Near(places.astype(np.float32), years.round(1).astype(np.float32), target.labels.astype(np.uint8))
