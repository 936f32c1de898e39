"""Cross-validation by patient: what each learner says of patients that nothing of it was fitted on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from medapp_treatment.molecules import among
from medapp_treatment.next_visit.cohort import medicines_of
from medapp_treatment.next_visit.figures import Held, Truth
from medapp_treatment.next_visit.learners import LEARNERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp_treatment.molecules import Pairs
    from medapp_treatment.next_visit.cohort import Patient
    from medapp_treatment.next_visit.fitting import Fitted

FOLDS: Final = 5


def parts_of(patients: Sequence[Patient]) -> list[int]:
    """Which fold each patient rests in: they stand in the order of their digests, which says nothing."""
    return [number % FOLDS for number in range(len(patients))]


def truth_of(patients: Sequence[Patient], pairs: Pairs | None) -> tuple[Truth, tuple[str, ...]]:
    """What was prescribed at asked visits, and the names of its columns."""
    medicines = medicines_of(patients)
    place = {name: number for number, name in enumerate(medicines)}
    rows, owners, again = [], [], []
    for one in patients:
        for row in one.asked:
            present = np.zeros(len(place), bool)
            present[[place[name] for name in one.medicines[row]]] = True
            rows.append(present)
            owners.append(one.digest)
            again.append(row > one.asked[0])
    interacting = None if not pairs else among(pairs, medicines)
    return Truth(np.stack(rows), tuple(owners), np.asarray(again), interacting), medicines


def held_back(
    patients: Sequence[Patient], fits: Sequence[Fitted], parts: Sequence[int], medicines: Sequence[str]
) -> dict[str, Held]:
    """What each learner says of each patient by the fit of `parts`, in the order of `truth_of`.

    The set of the learner ``same`` is that of the last visit itself, medicines that it has not learned too.
    """
    count = sum(len(one.asked) for one in patients)
    found = {
        name: Held(np.zeros((count, len(medicines))), np.zeros((count, len(medicines)), bool))
        for name in LEARNERS
    }
    owners = np.repeat(np.arange(len(patients)), [len(one.asked) for one in patients])
    for number, fitted in enumerate(fits):
        chosen = [place for place, part in enumerate(parts) if part == number]
        rows = np.flatnonzero(np.isin(owners, chosen))
        if not len(rows):
            continue
        mine = [patients[place] for place in chosen]
        for name in LEARNERS:
            said = fitted.probabilities(name, mine, medicines)
            found[name].probabilities[rows] = said
            found[name].proposed[rows] = said >= fitted.learners[name].threshold
    _repeat(found["same"], patients, medicines)
    return found


def _repeat(held: Held, patients: Sequence[Patient], medicines: Sequence[str]) -> None:
    place = {name: number for number, name in enumerate(medicines)}
    row = 0
    held.proposed[:] = False
    for one in patients:
        before: frozenset[str] = frozenset()
        for visit in one.asked:
            held.proposed[row, [place[name] for name in before if name in place]] = True
            before = one.medicines[visit]
            row += 1
