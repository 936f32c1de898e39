"""Figures of held-back pictures: macro AUROC and its comparison, calibration, coverage, what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.stats import rankdata

from medapp.engine.evaluation import calibration_points, ece, interval, paired_bootstrap
from medapp_classification.cxr_findings.answering import mixed, spreads_of
from medapp_classification.cxr_findings.findings import KEYS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from medapp.engine.evaluation import Difference, Interval
    from medapp_classification.cxr_findings.held_back import HeldBack

Json = dict[str, Any]
PARTS = ("baseline", "network", "both")
ROUNDS = 500
_BINS = 10


def area(labels: NDArray[np.int64], scores: NDArray[np.floating]) -> float:
    """AUROC by ranks; NaN where there is one class only."""
    count, positives = len(labels), int(labels.sum())
    if positives in {0, count}:
        return float("nan")
    total = float(rankdata(scores)[labels == 1].sum())
    return (total - positives * (positives + 1) / 2) / (positives * (count - positives))


def macro(labels: NDArray[np.int64], scores: NDArray[np.floating]) -> Callable[[NDArray[np.intp]], float]:
    """The mean AUROC over the findings that rows hold both kinds of, as a figure of rows."""

    def figure(rows: NDArray[np.intp]) -> float:
        areas = [area(labels[rows, place], scores[rows, place]) for place in range(labels.shape[1])]
        return float(np.nanmean(areas)) if np.isfinite(areas).any() else float("nan")

    return figure


def within_sources(
    labels: NDArray[np.int64], scores: NDArray[np.floating], sources: Sequence[str]
) -> Callable[[NDArray[np.intp]], float]:
    """Macro AUROC within each source, weighted by positives: recognising the source wins nothing here."""
    names = np.array(sources)

    def figure(rows: NDArray[np.intp]) -> float:
        areas = []
        for place in range(labels.shape[1]):
            parts = [rows[names[rows] == name] for name in np.unique(names)]
            found = [
                (area(labels[part, place], scores[part, place]), int(labels[part, place].sum()))
                for part in parts
            ]
            known = [(value, weight) for value, weight in found if np.isfinite(value)]
            if known:
                areas.append(
                    np.average([value for value, _ in known], weights=[weight for _, weight in known])
                )
        return float(np.mean(areas)) if areas else float("nan")

    return figure


def all_scores(logits: NDArray[np.floating], base: NDArray[np.floating]) -> dict[str, NDArray[np.float64]]:
    """Held-back scores of the baseline, the network and both together."""
    both = mixed(logits, base, spreads_of(logits, base), "both")
    return {"baseline": base.astype(float), "network": logits.astype(float), "both": both}


def figures(
    held: HeldBack,
    labels: NDArray[np.int64],
    groups: Sequence[str],
    sources: Sequence[str],
    *,
    rounds: int = ROUNDS,
    check: Callable[[], None] = lambda: None,
) -> Json:
    """All that the card and the result page state; `check` is called now and then and may end it.

    Keys: ``macro`` and ``within_sources`` (by part, with intervals), ``differences``, ``findings`` (``key``,
    ``positives``, ``auroc`` by part, ``network over baseline``, ``ece``, ``coverage``), ``ece``,
    ``coverage``, ``refused``, ``calibration``, ``pictures``, ``patients``.
    """
    scores = all_scores(held.logits, held.base)
    everyone: Json = {}
    inside: Json = {}
    for name in PARTS:
        check()
        everyone[name] = _plain(interval(macro(labels, scores[name]), groups, rounds=rounds))
        inside[name] = _plain(interval(within_sources(labels, scores[name], sources), groups, rounds=rounds))
    check()
    alone = []
    for place in range(len(KEYS)):
        check()
        alone.append(_finding(place, held, scores, labels, groups, rounds))
    return {
        "pictures": len(labels),
        "patients": len(set(groups)),
        "macro": everyone,
        "within_sources": inside,
        "differences": differences(scores, labels, groups, rounds=rounds),
        "findings": alone,
        "ece": float(np.mean([ece(labels[:, k], held.probabilities[:, k]) for k in range(len(KEYS))])),
        "coverage": coverage(held, labels),
        "refused": float((held.strangeness > 1).mean()),
        "calibration": calibration_points(labels.ravel(), held.probabilities.ravel(), _BINS),
    }


def coverage(held: HeldBack, labels: NDArray[np.int64]) -> dict[str, float]:
    """Share of prediction sets that hold the truth: of all, of the present and of the absent."""
    present = [held.holds[labels[:, place] == 1, place].mean() for place in range(labels.shape[1])]
    absent = [held.holds[labels[:, place] == 0, place].mean() for place in range(labels.shape[1])]
    return {
        "all": float(held.holds.mean()),
        "present": float(np.mean(present)),
        "absent": float(np.mean(absent)),
    }


def differences(
    scores: dict[str, NDArray[np.float64]],
    labels: NDArray[np.int64],
    groups: Sequence[str],
    *,
    rounds: int = ROUNDS,
) -> Json:
    """Macro AUROC of each over a simpler one, by paired bootstrap; keys as ``network over baseline``."""
    found = {}
    for one, other in (("baseline", "network"), ("baseline", "both"), ("network", "both")):
        named = f"{other} over {one}"
        found[named] = _difference(
            paired_bootstrap(macro(labels, scores[one]), macro(labels, scores[other]), groups, rounds=rounds)
        )
    return found


def _finding(
    place: int,
    held: HeldBack,
    scores: dict[str, NDArray[np.float64]],
    labels: NDArray[np.int64],
    groups: Sequence[str],
    rounds: int,
) -> Json:
    column = labels[:, place]
    # DeLong's interval takes rows for independent; a patient with many pictures makes them anything but that.
    alone = {name: macro(labels[:, [place]], scores[name][:, [place]]) for name in PARTS}
    areas = {name: _plain(interval(alone[name], groups, rounds=rounds)) for name in PARTS}
    better = paired_bootstrap(alone["baseline"], alone["network"], groups, rounds=rounds)
    return {
        "key": KEYS[place],
        "positives": int(column.sum()),
        "auroc": areas,
        "network over baseline": _difference(better),
        "ece": float(ece(column, held.probabilities[:, place])),
        "coverage": float(held.holds[:, place].mean()),
    }


def _plain(one: Interval) -> list[float]:
    return [one.value, one.low, one.high]


def _difference(one: Difference) -> Json:
    return {"value": one.value, "low": one.low, "high": one.high, "p": one.p}
