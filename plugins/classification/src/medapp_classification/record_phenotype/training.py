"""Group a cohort: how many groups, what distinguishes each, what came of its people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.api import TrainResult
from medapp.engine.evaluation import kaplan_meier
from medapp.engine.tabular.evaluating import folds as folds_of
from medapp_classification.record_phenotype.clusters import Clusters, fit_clusters
from medapp_classification.record_phenotype.columns import Table, read_table
from medapp_classification.record_phenotype.model import WEIGHTS, Model, save
from medapp_classification.records.familiar import fit_familiar

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp.api import JobContext, TrainRequest

_CLOUD: Final = 800
_YEARS: Final = 5.0


def train(request: TrainRequest, context: JobContext) -> TrainResult:
    """Group the people of a folder of tables.

    Raises:
        TaskRefused: Where the data cannot be used, with what would make it run.
    """
    context.progress(0.0, "reading the tables")
    table = read_table(request.data)

    def tell(fraction: float, message: str) -> None:
        context.progress(0.1 + 0.8 * fraction, message)

    clusters, tried = fit_clusters(table.values, context.seed, tell)
    context.progress(0.9, "describing the groups")
    model = assembled(table, clusters, tried, context.seed)
    weights = request.out / WEIGHTS
    save(model, weights)
    context.progress(1.0, "done")
    return TrainResult(weights, metrics_of(model.facts))


def assembled(table: Table, clusters: Clusters, tried: dict[str, Any], seed: int) -> Model:
    """The model with what is said of its groups."""
    placed = clusters.space.placed(table.values)
    members = clusters.mixture.responsibilities(placed).argmax(axis=1)
    nearest = clusters.nearest(placed)
    marks = np.zeros(len(table.values), dtype=int)
    familiar = fit_familiar(table.values, folds_of(marks, table.groups, seed=seed))
    some = np.sort(np.random.default_rng(seed).permutation(len(placed))[:_CLOUD])
    facts = {
        **tried,
        "people": len(table.values),
        "seed": seed,
        "explained": clusters.space.explained.tolist(),
        "groups": {
            "mixture": _described(table, members, len(clusters.mixture.shares)),
            "kmeans": _described(table, nearest, len(clusters.centres)),
        },
        "remarks": list(table.remarks),
    }
    cloud = placed[some, :2].astype(np.float32)
    return Model(table.columns, clusters, familiar, cloud, members[some].astype(np.int64), facts)


def metrics_of(facts: dict[str, Any]) -> dict[str, float]:
    """How many groups, and how stable they are."""
    found: dict[str, float] = {}
    for kind in ("kmeans", "mixture"):
        count = facts["chosen"][kind]
        chosen = next(one for one in facts[kind] if one["groups"] == count)
        found[f"{kind} groups"] = float(count)
        found[f"{kind} stability (adjusted Rand)"] = float(chosen["stability"])
    return found


def _described(table: Table, members: NDArray[np.int64], count: int) -> list[dict[str, Any]]:
    """By group its share, what distinguishes it, and what came of its people within five years."""
    values = table.values
    spread = np.nanstd(values, axis=0) + 1e-9
    found = []
    for group in range(count):
        inside = members == group
        means, others = (_means(values[rows]) for rows in (inside, ~inside))
        apart = np.where(np.isfinite(means - others), (means - others) / spread, 0.0)
        order = np.argsort(-np.abs(apart), kind="stable")
        found.append(
            {
                "share": float(inside.mean()),
                "means": [None if np.isnan(one) else float(one) for one in means],
                "others": [None if np.isnan(one) else float(one) for one in others],
                "apart": apart.tolist(),
                "order": order.tolist(),
                "died": _died(table.died, inside),
            }
        )
    return found


def _means(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    known = np.isfinite(rows)
    counts = known.sum(axis=0)
    sums = np.where(known, rows, 0.0).sum(axis=0)
    found: NDArray[np.float64] = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    return found


def _died(died: NDArray[np.float64], inside: NDArray[np.bool_]) -> float | None:
    if not len(died) or not inside.any():
        return None
    return 1 - kaplan_meier(np.abs(died[inside]), died[inside] > 0, _YEARS)[0]
