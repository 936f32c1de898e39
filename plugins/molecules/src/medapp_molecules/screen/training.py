"""Train what is predicted of the body; the rarest scaffolds of each table stay held back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.api import TaskRefused, TrainResult
from medapp_molecules.learning.boosted import fit
from medapp_molecules.screen.model import COVERAGE, WEIGHTS, Learned, write
from medapp_molecules.screen.tables import PROPERTIES, known
from medapp_molecules.toxicity.features import BITS, numbers_of
from medapp_molecules.toxicity.questions import parts, scaffolds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp.api import JobContext, TrainRequest
    from medapp_molecules.learning.boosted import Boosted
    from medapp_molecules.screen.tables import Asked

_FOLDS: Final = 2
_RARE: Final = 0.01
_LEAST: Final = 30
"""Molecules of a table, to learn it at all."""
_SETTINGS: Final[dict[str, Any]] = {"num_leaves": 15, "feature_fraction": 0.2, "rounds": 200}


def train(request: TrainRequest, context: JobContext) -> TrainResult:
    """Fit every property whose table the folder holds (``admet/``).

    Raises:
        TaskRefused: Where there is none.
    """
    model: list[Learned] = []
    figures: dict[str, dict[str, float]] = {}
    seen: dict[str, NDArray[np.float32]] = {}
    for number, asked in enumerate(PROPERTIES):
        context.progress(number / len(PROPERTIES), asked.name)
        smiles, values = known(asked, request.data, context.check_cancelled)
        if len(smiles) < _LEAST:
            continue
        for one in smiles:
            context.check_cancelled()
            if one not in seen:
                seen[one] = numbers_of(one).columns
        columns = np.array([seen[one] for one in smiles])
        kept, held = parts(smiles)
        learned = _learned(asked, columns[kept], values[kept], scaffolds(smiles)[kept], context)
        if learned is not None:
            model.append(learned)
            figures[asked.name] = figures_of(learned, columns[held], values[held])
    if not model:
        message = "the folder holds no table of properties: admet/lipophilicity.csv.gz ..."
        raise TaskRefused(message)
    request.out.mkdir(parents=True, exist_ok=True)
    path = request.out / WEIGHTS
    write(path, tuple(model), {"figures": figures, "seed": context.seed})
    context.progress(1.0, "done")
    metrics = {f"{name}, {what}": value for name, said in figures.items() for what, value in said.items()}
    return TrainResult(path, {name: value for name, value in metrics.items() if np.isfinite(value)})


def _learned(
    asked: Asked,
    columns: NDArray[np.float32],
    values: NDArray[np.float64],
    groups: NDArray[np.int64],
    context: JobContext,
) -> Learned | None:
    from medapp.engine.calibration import fit_platt, logit

    if not asked.number and not 0 < values.sum() < len(values):
        return None
    picked = np.flatnonzero((np.nan_to_num(columns) != 0).mean(axis=0) > _RARE)
    bits = np.packbits(columns[:, :BITS] > 0, axis=1)
    said = np.full(len(values), np.nan)
    for fold in range(_FOLDS):
        inside = groups % _FOLDS != fold
        if inside.any() and (~inside).any():
            said[~inside] = _fit(asked, columns[inside][:, picked], values[inside], context).said(
                columns[~inside][:, picked]
            )
    told = ~np.isnan(said)
    half = (1.0, 0.0)
    if asked.number:
        half = (_half(np.abs(said[told] - values[told])), 0.0)
    elif 0 < values[told].sum() < told.sum():
        platt = fit_platt(logit(said[told]), values[told])
        half = (platt.slope, platt.offset)
    return Learned(asked, _fit(asked, columns[:, picked], values, context), picked, half, bits)


def _half(errors: NDArray[np.float64]) -> float:
    """Conformal: the smallest half interval that holds the coverage, with the correction for the number."""
    place = min(1.0, np.ceil((len(errors) + 1) * COVERAGE) / max(1, len(errors)))
    return float(np.quantile(errors, place)) if len(errors) else float("inf")


def _fit(
    asked: Asked, columns: NDArray[np.float32], values: NDArray[np.float64], context: JobContext
) -> Boosted:
    objective = "regression" if asked.number else "cross_entropy"
    return fit(
        columns, values, [context.seed], check=context.check_cancelled, threads=context.threads,
        objective=objective, **_SETTINGS,
    )  # fmt: skip


def figures_of(model: Learned, columns: NDArray[np.float32], values: NDArray[np.float64]) -> dict[str, float]:
    """Of held-back scaffolds: rank correlation and coverage of a number, AUROC of a yes or no."""
    from scipy.stats import spearmanr
    from sklearn.metrics import roc_auc_score

    said = model.said(columns)
    if model.asked.number:
        inside = float((np.abs(said - values) <= model.half[0]).mean())
        return {"rank correlation": float(spearmanr(said, values).statistic), "coverage": inside}
    if not 0 < values.sum() < len(values):
        return {"AUROC": float("nan")}
    return {"AUROC": float(roc_auc_score(values, said))}
