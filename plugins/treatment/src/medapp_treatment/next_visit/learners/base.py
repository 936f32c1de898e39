"""What all learners have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, Self

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from medapp_treatment.next_visit.cohort import Cases

Arrays = dict[str, "NDArray[np.generic]"]


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a learner is told beside the cases.

    Attributes:
        columns, medicines: Names.
        fingerprints: (medicines, bits), zeros where a structure is not known.
        interacting: (medicines, medicines); empty pairs where no table was given.
        penalty: Weight of interacting pairs in the loss.
        seed: Of every random choice.
        check: Raises where the user has cancelled.
        settings: What an inner split has chosen; empty where the learner is to choose by itself.
    """

    columns: tuple[str, ...]
    medicines: tuple[str, ...]
    fingerprints: NDArray[np.uint8]
    interacting: NDArray[np.bool_]
    penalty: float
    seed: int
    check: Callable[[], None]
    settings: Mapping[str, Any]


class Learner(Protocol):
    """Ranks medicines."""

    def scores(self, cases: Cases) -> NDArray[np.float64]:
        """Log-odds (asked visits, medicines), before calibration."""
        ...

    def to_arrays(self) -> Arrays:
        """For safetensors."""
        ...

    @classmethod
    def load(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Self:
        """What `to_arrays` made."""
        ...


Fit = Callable[["Cases", "Cases | None", Lesson], "tuple[Learner, dict[str, Any]]"]
"""Fits on the first; the second, where there is one, chooses the settings, which are returned too."""
