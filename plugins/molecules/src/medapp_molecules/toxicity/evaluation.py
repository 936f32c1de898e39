"""Measure the models of harm on a folder of tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from medapp.api import EvaluateResult, Predictions, TaskRefused
from medapp.domain.notice import Notice
from medapp_molecules.toxicity.features import numbers_of
from medapp_molecules.toxicity.model import WEIGHTS, read
from medapp_molecules.toxicity.questions import TABLES, answers, parts

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.api import EvaluateRequest, JobContext
    from medapp_molecules.toxicity.model import Tables
    from medapp_molecules.toxicity.questions import Answers


def evaluate(request: EvaluateRequest, context: JobContext) -> EvaluateResult:
    """Of each table the scaffolds that its own split holds back.

    Raises:
        TaskRefused: Where the folder holds none of the tables, or the weights cannot be used.
        FileNotFoundError: Where the weights are not there.
    """
    model = read(_weights(request, context))
    found: list[Predictions] = []
    for number, table in enumerate(TABLES):
        context.progress(number / len(TABLES), table.key)
        said = answers(table, request.data, context.check_cancelled)
        if said is not None:
            found += _of_table(model, said, context)
    if not found:
        message = "the folder holds no table of harm: moleculenet/sider.csv.gz ..."
        raise TaskRefused(message)
    message = "Of each table the ninth of the molecules with the rarest scaffolds, which training holds back."
    context.progress(1.0, "done")
    return EvaluateResult({"questions": float(len(found))}, (), tuple(found), (Notice("held-back", message),))


def _of_table(model: Tables, found: Answers, context: JobContext) -> list[Predictions]:
    _, held = parts(found.smiles)
    rows = []
    for at in held:
        context.check_cancelled()
        rows.append(numbers_of(found.smiles[at]).columns)
    columns = np.array(rows)
    by_key = {one.key: one for one in model.questions}
    predictions = []
    for number, key in enumerate(found.keys):
        labels = found.labels[held, number]
        known = np.flatnonzero(~np.isnan(labels))
        if key not in by_key or len(set(labels[known].tolist())) < 2:  # noqa: PLR2004
            continue
        said = model.probabilities(by_key[key], columns[known])
        cases = tuple(f"molecule {held[at]}" for at in known)
        truth = tuple(int(labels[at]) for at in known)
        predictions.append(
            Predictions(key, by_key[key].title, "binary", cases, truth, tuple(map(float, said)))
        )
    return predictions


def _weights(request: EvaluateRequest, context: JobContext) -> Path:
    path = request.weights
    if path is None:
        return context.weights(WEIGHTS)
    return path / WEIGHTS if path.is_dir() else path
