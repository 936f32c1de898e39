"""Train on every table that the folder holds; scaffolds that are held back stay so in what is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.api import TaskRefused, TrainResult
from medapp_molecules.learning.boosted import fit
from medapp_molecules.toxicity.features import BITS, numbers_of
from medapp_molecules.toxicity.model import WEIGHTS, Question, Tables, calibrated, write
from medapp_molecules.toxicity.questions import TABLES, answers, parts, scaffolds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from medapp.api import JobContext, TrainRequest
    from medapp_molecules.toxicity.questions import Answers

_ROUNDS: Final = 150
_SEEDS: Final = 2
_FOLDS: Final = 2
_RARE: Final = 0.01
"""Columns that fewer molecules have are left out."""
_LEAST: Final = 5
"""Of each answer, to learn a question at all."""
_SETTINGS: Final[dict[str, Any]] = {"num_leaves": 15, "feature_fraction": 0.2}


def train(request: TrainRequest, context: JobContext) -> TrainResult:
    """Fit all questions of all tables.

    The folder holds ``moleculenet/`` and ``admet/`` as `questions.TABLES` names them; what is missing is left
    out.

    Raises:
        TaskRefused: Where there is none of them, or nothing can be learned from them.
    """
    questions: list[Question] = []
    columns: dict[str, NDArray[np.int64]] = {}
    known: dict[str, NDArray[np.uint8]] = {}
    figures: dict[str, Any] = {}
    for number, table in enumerate(TABLES):
        context.progress(number / len(TABLES), f"reading {table.key}")
        found = answers(table, request.data, context.check_cancelled)
        if found is None:
            continue
        numbers = _columns(found, context)
        kept, held = parts(found.smiles)
        columns[table.key] = np.flatnonzero((np.nan_to_num(numbers[kept]) != 0).mean(axis=0) > _RARE)
        known[table.key] = np.packbits(numbers[kept, :BITS] > 0, axis=1)
        context.progress((number + 0.5) / len(TABLES), f"fitting {table.key}")
        fitted, figures[table.key] = _of_table(
            table.key, found, numbers[:, columns[table.key]], (kept, held), context
        )
        questions += fitted
    if not questions:
        message = "the folder holds no table of harm, or too little in it: moleculenet/sider.csv.gz ..."
        raise TaskRefused(message)
    request.out.mkdir(parents=True, exist_ok=True)
    path = request.out / WEIGHTS
    facts = {"figures": figures, "seed": context.seed}
    write(path, Tables(tuple(questions), columns, known, facts))
    context.progress(1.0, "done")
    return TrainResult(path, metrics_of(figures))


def _columns(found: Answers, context: JobContext) -> NDArray[np.float32]:
    rows = []
    for smiles in found.smiles:
        context.check_cancelled()
        rows.append(numbers_of(smiles).columns)
    return np.array(rows)


def _of_table(
    table: str,
    found: Answers,
    columns: NDArray[np.float32],
    split: tuple[NDArray[np.int64], NDArray[np.int64]],
    context: JobContext,
) -> tuple[list[Question], dict[str, float]]:
    kept, held = split
    folds = scaffolds(found.smiles) % _FOLDS
    questions, scores, errors = [], [], []
    for number, (key, title) in enumerate(zip(found.keys, found.titles, strict=True)):
        labels = found.labels[:, number]
        rows = kept[~np.isnan(labels[kept])]
        if min((labels[rows] > 0).sum(), (labels[rows] == 0).sum()) < _LEAST:
            continue
        slope, offset = _meaning(columns[rows], labels[rows], folds[rows], context)
        seeds = range(context.seed, context.seed + _SEEDS)
        trees = fit(
            columns[rows], labels[rows], seeds, rounds=_ROUNDS,
            check=context.check_cancelled, threads=context.threads, **_SETTINGS,
        )  # fmt: skip
        asked = held[~np.isnan(labels[held])]
        said = calibrated(trees.said(columns[asked]), slope, offset)
        auroc = _auroc(labels[asked], said)
        if auroc is not None:
            scores.append(auroc)
            errors.append(_ece(labels[asked], said))
        questions.append(Question(key, title, table, trees, slope, offset, float(labels[rows].mean()), auroc))
    figures = {
        "auroc": float(np.mean(scores)) if scores else float("nan"),
        "ece": float(np.mean(errors)) if errors else float("nan"),
        "questions": len(scores),
        "molecules": len(kept),
        "held back": len(held),
    }
    return questions, figures


def _meaning(
    columns: NDArray[np.float32], labels: NDArray[np.float64], folds: NDArray[np.int64], context: JobContext
) -> tuple[float, float]:
    """Slope and offset of the calibration, from scaffolds that the trees had not seen."""
    from medapp.engine.calibration import fit_platt, logit

    said = np.full(len(labels), np.nan)
    for fold in range(_FOLDS):
        inside = folds != fold
        if 0 < labels[inside].sum() < inside.sum() and (~inside).any():
            trees = fit(
                columns[inside], labels[inside], [context.seed], rounds=_ROUNDS,
                check=context.check_cancelled, threads=context.threads, **_SETTINGS,
            )  # fmt: skip
            said[~inside] = trees.said(columns[~inside])
    told = ~np.isnan(said)
    if not 0 < labels[told].sum() < told.sum():
        return 1.0, 0.0
    platt = fit_platt(logit(said[told]), labels[told])
    return platt.slope, platt.offset


def _auroc(labels: NDArray[np.float64], said: NDArray[np.float64]) -> float | None:
    from sklearn.metrics import roc_auc_score

    if len(set(labels.tolist())) < 2:  # noqa: PLR2004
        return None
    return float(roc_auc_score(labels, said))


def _ece(labels: NDArray[np.float64], said: NDArray[np.float64]) -> float:
    from medapp.engine.evaluation import ece

    return float(ece(labels, said))


def metrics_of(figures: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """The main figures in words; what cannot be told is left out."""
    found = {}
    for table, one in figures.items():
        for name in ("auroc", "ece"):
            if np.isfinite(one[name]):
                found[f"{table}, {name} of held-back scaffolds"] = one[name]
    return found
