"""How good sets of medicines are, and how sure that is; and which learner is the default."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.engine.evaluation import auprc, auroc, ece, interval, paired_bootstrap

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from medapp.engine.evaluation import Difference, Interval

Json = dict[str, Any]
FIGURES: Final = ("jaccard", "f1", "prauc", "interactions")


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """What a learner said of visits of patients that it had not seen.

    Attributes:
        probabilities, proposed: (visits, medicines).
    """

    probabilities: NDArray[np.float64]
    proposed: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """What was prescribed at those visits.

    Attributes:
        prescribed: (visits, medicines).
        patients: Whose each visit is.
        again: Whether the patient had a medicine at an earlier visit.
        interacting: (medicines, medicines); None where no table was given.
    """

    prescribed: NDArray[np.bool_]
    patients: tuple[str, ...]
    again: NDArray[np.bool_]
    interacting: NDArray[np.bool_] | None


def jaccard(proposed: NDArray[np.bool_], truth: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Of each visit: what both hold, of what either holds; 0 where nothing is proposed."""
    both = (proposed & truth).sum(axis=1)
    either = (proposed | truth).sum(axis=1)
    found: NDArray[np.float64] = both / np.maximum(either, 1)
    return found


def f1(proposed: NDArray[np.bool_], truth: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Of each visit: harmonic mean of precision and recall; 0 where nothing is proposed."""
    both = (proposed & truth).sum(axis=1)
    found: NDArray[np.float64] = 2 * both / np.maximum(proposed.sum(axis=1) + truth.sum(axis=1), 1)
    return found


def prauc(said: NDArray[np.float64], truth: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Of each visit: average precision of the ranked medicines; equal probabilities stand in fair order."""
    found = np.zeros(len(truth))
    for row, (scores, present) in enumerate(zip(said, truth, strict=True)):
        if present.any():
            found[row] = auprc(present.astype(int), scores)
    return found


def interactions(proposed: NDArray[np.bool_], interacting: NDArray[np.bool_]) -> tuple[Any, Any]:
    """Of each visit: pairs that interact, and all pairs."""
    sets = proposed.astype(float)
    count = sets.sum(axis=1)
    bad = 0.5 * np.einsum("vi,ij,vj->v", sets, interacting.astype(float), sets, optimize=True)
    return bad, 0.5 * count * (count - 1)


def figures_of(held: Held, truth: Truth) -> Json:
    """All figures of one learner: value, low and high by name; None where not defined."""
    where = np.flatnonzero(truth.again)
    values = _values(held, truth)
    found: Json = {name: _plain(_mean(one, truth.patients)) for name, one in values.items()}
    if len(where):
        patients = [truth.patients[one] for one in where]
        for name in ("jaccard", "f1", "prauc"):
            found[f"{name} again"] = _plain(_mean(values[name][where], patients))
    found["interactions"] = _rate(held.proposed, truth)
    labels, said = truth.prescribed.astype(int).ravel(), held.probabilities.ravel()
    found["ece"] = float(ece(labels, said))
    found["auroc"] = float(auroc(labels, said))
    found["proposed"] = float(held.proposed.sum(axis=1).mean())
    return found


def _values(held: Held, truth: Truth) -> dict[str, NDArray[np.float64]]:
    return {
        "jaccard": jaccard(held.proposed, truth.prescribed),
        "f1": f1(held.proposed, truth.prescribed),
        "prauc": prauc(held.probabilities, truth.prescribed),
    }


def _mean(values: NDArray[np.float64], patients: Sequence[str]) -> Interval:
    return interval(lambda rows: float(values[rows].mean()), patients)


def _rate(proposed: NDArray[np.bool_], truth: Truth) -> list[float | None]:
    if truth.interacting is None:
        return [None, None, None]
    bad, pairs = interactions(proposed, truth.interacting)

    def rate(rows: NDArray[np.intp]) -> float:
        total = float(pairs[rows].sum())
        return float(bad[rows].sum()) / total if total else float("nan")

    return _plain(interval(rate, truth.patients))


def of_data(truth: Truth) -> Json:
    """What the data themselves say: medicines a visit, and the rate of interacting pairs."""
    return {
        "visits": len(truth.patients),
        "patients": len(set(truth.patients)),
        "again": int(truth.again.sum()),
        "prescribed": float(truth.prescribed.sum(axis=1).mean()),
        "interactions": _rate(truth.prescribed, truth),
    }


def differences(held: Mapping[str, Held], truth: Truth, figure: str = "jaccard") -> dict[str, Json]:
    """Differences of each pair of learners, the second minus the first, as ``first>second``."""
    values = {name: _values(one, truth)[figure] for name, one in held.items()}
    found = {}
    names = list(held)
    for place, one in enumerate(names):
        for other in names[place + 1 :]:
            a, b = values[one], values[other]
            found[f"{one}>{other}"] = _difference(_compare(a, b, truth.patients))
    return found


def _compare(a: NDArray[np.float64], b: NDArray[np.float64], patients: Sequence[str]) -> Difference:
    return paired_bootstrap(lambda rows: float(a[rows].mean()), lambda rows: float(b[rows].mean()), patients)


def default_of(names: Sequence[str], found: Mapping[str, Json]) -> str:
    """The first, the simplest, that no later one beats beyond chance.

    Args:
        names: The simplest first.
        found: What `differences` gave.
    """
    for place, one in enumerate(names):
        if not any(found[f"{one}>{other}"]["low"] > 0 for other in names[place + 1 :]):
            return one
    return names[-1]


def _difference(one: Difference) -> Json:
    return {"value": one.value, "low": one.low, "high": one.high, "p": one.p}


def _plain(one: Interval) -> list[float | None]:
    """JSON knows no NaN."""
    return [value if np.isfinite(value) else None for value in (one.value, one.low, one.high)]
