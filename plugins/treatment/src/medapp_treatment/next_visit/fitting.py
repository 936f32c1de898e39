"""All learners fitted on some patients, with columns, calibration and threshold; nothing sees others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.engine.calibration import Platt, fit_platt
from medapp_treatment.molecules import among, fingerprints
from medapp_treatment.next_visit.cohort import cases_of, medicines_of
from medapp_treatment.next_visit.features import fit_columns
from medapp_treatment.next_visit.figures import jaccard
from medapp_treatment.next_visit.learners import FITTERS, LEARNERS
from medapp_treatment.next_visit.learners.base import Lesson
from medapp_treatment.next_visit.learners.same import Same

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from medapp_treatment.molecules import Pairs
    from medapp_treatment.next_visit.cohort import Patient
    from medapp_treatment.next_visit.features import Columns
    from medapp_treatment.next_visit.learners.base import Learner

_INNER: Final = 5
"""One of so many training patients rests while settings, calibration and threshold are chosen."""
_THRESHOLDS: Final = np.round(np.arange(0.05, 0.65, 0.025), 3)


@dataclass(frozen=True, slots=True)
class Asked:
    """How to learn.

    Attributes:
        pairs: That interact; empty where no table was given.
        penalty: Weight of them in the network's loss.
        least: Patients that a column or a medicine has to be seen in.
        check: Raises where the user has cancelled.
    """

    pairs: Pairs
    penalty: float
    least: int
    seed: int
    check: Callable[[], None]


@dataclass(frozen=True, slots=True, eq=False)
class Scaled:
    """A learner, how its scores become probabilities, and from which probability a medicine is proposed."""

    learner: Learner
    scale: Platt
    threshold: float

    def probabilities(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Of log-odds."""
        return self.scale.apply(scores)


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """Everything that was fitted on the same patients.

    Attributes:
        known: Share of the columns of a resting patient's visits that training knew: 5th percentile.
    """

    columns: Columns
    medicines: tuple[str, ...]
    learners: Mapping[str, Scaled]
    known: float

    def probabilities(
        self, name: str, patients: Sequence[Patient], medicines: Sequence[str], *, now: bool = False
    ) -> NDArray[np.float64]:
        """Of asked visits, for medicines by name; 0 for those not learned. `now` as of `cases_of`."""
        cases = cases_of(patients, self.columns, self.medicines, now=now)
        one = self.learners[name]
        return onto(medicines, self.medicines, one.probabilities(one.learner.scores(cases)))


def onto(wanted: Sequence[str], own: Sequence[str], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Columns by name; 0 where there is none."""
    place = {name: number for number, name in enumerate(own)}
    found = np.zeros((len(values), len(wanted)))
    for column, name in enumerate(wanted):
        if name in place:
            found[:, column] = values[:, place[name]]
    return found


def fit_all(patients: Sequence[Patient], asked: Asked, names: Sequence[str] = LEARNERS) -> Fitted:
    """Fit each learner on most patients to choose by those that rest, then on all with what was chosen.

    Raises:
        ValueError: Where no medicine is left to learn.
    """
    resting = [one for number, one in enumerate(patients) if number % _INNER == asked.seed % _INNER]
    working = [one for number, one in enumerate(patients) if number % _INNER != asked.seed % _INNER]
    medicines = medicines_of(patients, asked.least)
    columns = fit_columns((one.rows for one in patients), asked.least)
    inner = fit_columns((one.rows for one in working), asked.least)
    if not medicines or not columns.names or not inner.names:
        message = f"no medicine was prescribed to {asked.least} of the training patients"
        raise ValueError(message)
    first = cases_of(working, inner, medicines)
    chooser = cases_of(resting, inner, medicines)
    whole = cases_of(patients, columns, medicines)
    # What was prescribed and is not learned counts as missed when the threshold is chosen.
    every = medicines_of(resting)
    truth = cases_of(resting, inner, every)
    truth_rows = truth.truth[truth.asked]
    bits, interacting = fingerprints(medicines), among(asked.pairs, medicines)
    learners: dict[str, Scaled] = {}
    for name in names:

        def lesson(of: Columns, settings: Mapping[str, Any]) -> Lesson:
            return Lesson(
                of.names, medicines, bits, interacting, asked.penalty, asked.seed, asked.check, settings
            )

        tried, settings = FITTERS[name](first, chooser, lesson(inner, {}))
        scores = tried.scores(chooser)
        scale = _scale(scores, chooser.truth[chooser.asked])
        said = onto(every, medicines, scale.apply(scores))
        threshold = _threshold(said, truth_rows)
        if isinstance(tried, Same):  # the set of the last visit, whatever else would fit better
            threshold = float(scale.apply([tried.again, tried.anew]).mean())
        final, _ = FITTERS[name](whole, None, lesson(columns, settings))
        learners[name] = Scaled(final, scale, threshold)
    return Fitted(columns, medicines, learners, _known(resting, inner))


def _scale(scores: NDArray[np.float64], truth: NDArray[np.bool_]) -> Platt:
    """Calibration over all medicines together; none where resting patients had none, or all of them."""
    if truth.all() or not truth.any():
        return Platt(1.0, 0.0)
    return fit_platt(scores.ravel(), truth.ravel())


def _threshold(said: NDArray[np.float64], truth: NDArray[np.bool_]) -> float:
    found = [float(jaccard(said >= one, truth).mean()) if len(truth) else 0.0 for one in _THRESHOLDS]
    return float(_THRESHOLDS[int(np.argmax(found))])


def known_share(patient: Patient, row: int, columns: Columns) -> float:
    """Share of what is stated at a visit that the training knew; 0 where nothing is stated."""
    names = set(columns.names)
    coded = [one for one in patient.rows[row] if one.startswith(("problem ", "procedure ", "visit "))]
    return sum(one in names for one in coded) / len(coded) if coded else 0.0


def _known(resting: Sequence[Patient], columns: Columns) -> float:
    shares = [known_share(one, row, columns) for one in resting for row in one.asked]
    return float(np.percentile(shares, 5)) if shares else 0.0
