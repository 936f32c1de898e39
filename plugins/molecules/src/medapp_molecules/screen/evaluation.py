"""Measure what is predicted of the body on a folder of tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from medapp.api import EvaluateResult, TaskRefused
from medapp.domain.notice import Notice
from medapp_molecules.screen.model import WEIGHTS, numbers_for, read
from medapp_molecules.screen.tables import known
from medapp_molecules.screen.training import figures_of
from medapp_molecules.toxicity.questions import parts

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.api import EvaluateRequest, JobContext


def evaluate(request: EvaluateRequest, context: JobContext) -> EvaluateResult:
    """Of each table the scaffolds that its own split holds back.

    Raises:
        TaskRefused: Where the folder holds none of the tables, or the weights cannot be used.
        FileNotFoundError: Where the weights are not there.
    """
    model = read(_weights(request, context))
    rows: list[dict[str, object]] = []
    for number, one in enumerate(model):
        context.progress(number / len(model), one.asked.name)
        smiles, values = known(one.asked, request.data, context.check_cancelled)
        if not smiles:
            continue
        _, held = parts(smiles)
        columns = []
        for at in held:
            context.check_cancelled()
            columns.append(numbers_for(model)(smiles[at]).columns)
        if len(held):
            said = figures_of(one, np.array(columns), values[held])
            rows.append({"property": one.asked.name, "molecules": len(held), **said})
    if not rows:
        message = "the folder holds no table of properties: admet/lipophilicity.csv.gz ..."
        raise TaskRefused(message)
    message = "Of each table the ninth of the molecules with the rarest scaffolds, which training holds back."
    context.progress(1.0, "done")
    metrics = {"properties": float(len(rows))}
    return EvaluateResult(metrics, tuple(rows), (), (Notice("held-back", message),))


def _weights(request: EvaluateRequest, context: JobContext) -> Path:
    path = request.weights
    if path is None:
        return context.weights(WEIGHTS)
    return path / WEIGHTS if path.is_dir() else path
