"""What ranks medicines for a visit, the simplest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from medapp_treatment.next_visit.learners import frequent, logistic, network, same

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from medapp_treatment.next_visit.learners.base import Fit, Learner

LEARNERS: Final = ("frequent", "same", "logistic", "gru")
TITLES: Final = {
    "frequent": "the most frequent",
    "same": "the same as at the last visit",
    "logistic": "logistic regression",
    "gru": "recurrent network with molecules",
}
FITTERS: Final[Mapping[str, Fit]] = {
    "frequent": frequent.fit,
    "same": same.fit,
    "logistic": logistic.fit,
    "gru": network.fit,
}


def load(name: str, arrays: Mapping[str, NDArray[np.generic]]) -> Learner:
    """What a learner's `arrays` gave.

    Raises:
        KeyError, ValueError: Where the arrays are not those of this learner.
    """
    made: dict[str, type[Learner]] = {
        "frequent": frequent.Frequent,
        "same": same.Same,
        "logistic": logistic.Logistic,
        "gru": network.Gru,
    }
    return made[name].load(arrays)
