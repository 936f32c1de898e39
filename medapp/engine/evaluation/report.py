"""The whole report on held-back predictions, in JSON types; and the comparison of two models."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.engine.evaluation.binary import (
    auprc,
    auroc,
    best_threshold,
    binary_figures,
    brier,
    calibration_points,
    decision_curve,
)
from medapp.engine.evaluation.bootstrap import ROUNDS, difference_of, interval, paired_bootstrap
from medapp.engine.evaluation.concordance import c_indexes, sampled
from medapp.engine.evaluation.delong import delong
from medapp.engine.evaluation.ranking import ranking_figures
from medapp.engine.evaluation.survival import survival_calibration, survival_figures

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from medapp.api.results import Predictions
    from medapp.engine.evaluation.bootstrap import Difference, Interval

Json = dict[str, Any]
_LEAST: Final = 20
"""Cases of a subgroup below which no figure is given."""
_SURVIVAL_ROUNDS: Final = 100
_NO_EVENTS: Final = frozenset({"ranking", "share"})
"""Kinds whose labels say nothing."""


def report(
    predictions: Sequence[Predictions],
    *,
    rounds: int = ROUNDS,
    seed: int = 0,
    tell: Callable[[float, str], None] | None = None,
) -> list[Json]:
    """One entry a question.

    Keys: ``key``, ``title``, ``kind``, ``rows``, ``patients``, ``units`` (what these two count), ``events``,
    ``figures`` (each ``value``, ``low``, ``high``; null where not defined), ``threshold``, ``calibration``,
    ``decision``, ``coverage``, ``subgroups``.

    Args:
        predictions: Of held-back cases.
        rounds: Of the bootstrap by patient.
        seed: Of the bootstrap.
        tell: Told how far it is, from 0 to 1; what it raises ends it.

    Raises:
        ValueError: Where the parts of a question do not fit each other.
    """
    found = []
    for number, one in enumerate(predictions):

        def told(share: float, title: str = one.title, before: int = number) -> None:
            if tell is not None:
                tell((before + share) / len(predictions), title)

        told(0)
        _refuse_uneven(one)
        found.append(_question(one, rounds, seed, told))
    return found


def _question(one: Predictions, rounds: int, seed: int, told: Callable[[float], None]) -> Json:
    threshold = None
    if one.kind == "binary" and len(set(one.labels)) > 1:
        threshold = best_threshold(one.labels, one.scores)
    rows = np.arange(len(one.cases))
    return {
        "key": one.key,
        "title": one.title,
        "kind": one.kind,
        "rows": len(one.cases),
        "patients": len(set(one.cases)),
        "units": list(one.units),
        "events": None if one.kind in _NO_EVENTS else int(np.sum(np.asarray(one.labels) == 1)),
        "figures": _plain(_figures(one, rows, threshold or 0.5, rounds, seed)),
        "threshold": threshold,
        "horizon_days": one.horizon_days,
        "calibration": _calibration(one),
        "decision": decision_curve(one.labels, one.scores) if one.kind == "binary" else [],
        "coverage": _coverage(one, rounds, seed),
        "subgroups": _subgroups(one, threshold or 0.5, rounds, seed, told),
    }


def _figures(
    one: Predictions, rows: np.ndarray, threshold: float, rounds: int, seed: int
) -> dict[str, Interval]:
    cases = [one.cases[row] for row in rows]
    labels, scores = np.asarray(one.labels)[rows], np.asarray(one.scores, float)[rows]
    if one.kind == "binary":
        return binary_figures(labels, scores, cases, threshold=threshold, rounds=rounds, seed=seed)
    if one.kind == "ranking":
        return ranking_figures(scores, cases, rounds=rounds, seed=seed)
    if one.kind == "share":
        mean = interval(lambda drawn: float(scores[drawn].mean()), cases, rounds=rounds, seed=seed)
        return {"mean": mean}
    said = np.asarray(one.probabilities, float)[rows] if one.probabilities else None
    return survival_figures(
        np.asarray(one.times, float)[rows],
        labels,
        scores,
        cases,
        probabilities=said,
        horizon=one.horizon_days,
        rounds=min(rounds, _SURVIVAL_ROUNDS),
        seed=seed,
    )


def _calibration(one: Predictions) -> list[dict[str, float]]:
    if one.kind == "binary":
        return calibration_points(one.labels, one.scores)
    if one.kind == "survival" and one.probabilities and one.horizon_days is not None:
        return survival_calibration(one.times, one.labels, one.probabilities, one.horizon_days)
    return []


def _coverage(one: Predictions, rounds: int, seed: int) -> Json | None:
    if not one.sets:
        return None
    held = np.asarray(one.sets, float)
    found = interval(lambda rows: float(held[rows].mean()), one.cases, rounds=rounds, seed=seed)
    return {"nominal": one.coverage, **asdict(found)}


def _subgroups(
    one: Predictions, threshold: float, rounds: int, seed: int, told: Callable[[float], None]
) -> list[Json]:
    found: list[Json] = []
    # Each way of grouping looks at all rows once more, as the whole did.
    parts = 1 + len(one.groups)
    for number, (name, values) in enumerate(one.groups.items(), start=1):
        told(number / parts)
        for value, count in sorted(Counter(values).items()):
            rows = np.flatnonzero(np.asarray(values, dtype=object) == value)
            said: Json = {"group": name, "value": value, "rows": count, "figures": {}}
            if one.kind not in _NO_EVENTS:
                said["events"] = int(np.sum(np.asarray(one.labels)[rows] == 1))
            if count >= _LEAST:
                said["figures"] = _plain(_figures(one, rows, threshold, min(rounds, _SURVIVAL_ROUNDS), seed))
            found.append(said)
    return found


def compare(
    first: Sequence[Predictions], second: Sequence[Predictions], *, rounds: int = ROUNDS, seed: int = 0
) -> list[Json]:
    """Differences of two models on the same cases: second minus first, one entry a figure and question.

    Raises:
        ValueError: Where they did not answer about the same cases.
    """
    others = {one.key: one for one in second}
    found: list[Json] = []
    for one in first:
        other = others.get(one.key)
        if other is None:
            continue
        if (one.cases, one.labels, one.times) != (other.cases, other.labels, other.times):
            message = f"the two models did not answer {one.title!r} about the same cases"
            raise ValueError(message)
        found += [
            {"key": one.key, "title": one.title, "figure": name, **_finite(asdict(difference))}
            for name, difference in _differences(one, other, rounds, seed).items()
        ]
    return found


def _differences(one: Predictions, other: Predictions, rounds: int, seed: int) -> dict[str, Difference]:
    a, b = np.asarray(one.scores, float), np.asarray(other.scores, float)
    labels, times = np.asarray(one.labels), np.asarray(one.times, float)

    def paired(figure: Callable[[np.ndarray, np.ndarray], float]) -> Difference:
        return paired_bootstrap(
            lambda rows: figure(a[rows], rows),
            lambda rows: figure(b[rows], rows),
            one.cases,
            rounds=rounds,
            seed=seed,
        )

    if one.kind == "survival":
        weights = sampled(one.cases, rounds=min(rounds, _SURVIVAL_ROUNDS), seed=seed)
        both = c_indexes(times, labels == 1, np.stack([a, b]), weights)
        return {"c_index": difference_of(both[0], both[1])}
    if one.kind == "ranking":
        return {"top_1": paired(lambda said, _: float((said <= 1).mean()))}
    if one.kind == "share":
        return {"mean": paired(lambda said, _: float(said.mean()))}
    found = {
        "auroc": paired(lambda said, rows: auroc(labels[rows], said)),
        "auprc": paired(lambda said, rows: auprc(labels[rows], said)),
        "brier": paired(lambda said, rows: brier(labels[rows], said)),
    }
    if len(set(one.cases)) == len(one.cases) and len(set(one.labels)) > 1:
        found["auroc_delong"] = delong(labels, a, b)
    return found


def _refuse_uneven(one: Predictions) -> None:
    count = len(one.cases)
    parts = {"labels": one.labels, "scores": one.scores, **one.groups}
    optional = {"sets": one.sets, "times": one.times, "probabilities": one.probabilities}
    parts |= {name: part for name, part in optional.items() if part}
    uneven = [name for name, part in parts.items() if len(part) != count]
    if uneven:
        message = f"{one.title}: {', '.join(uneven)} are not one for each of {count} cases"
        raise ValueError(message)
    if one.kind == "survival" and not one.times:
        message = f"{one.title}: times are missing"
        raise ValueError(message)
    if not count:
        message = f"{one.title}: there are no cases"
        raise ValueError(message)


def _plain(figures: dict[str, Interval]) -> Json:
    return {name: _finite(asdict(one)) for name, one in figures.items()}


def _finite(values: Json) -> Json:
    """JSON knows no NaN: what is not defined is null."""
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in values.items()
    }
