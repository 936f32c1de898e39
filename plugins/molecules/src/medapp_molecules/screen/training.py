"""Train what is predicted of the body; the rarest scaffolds of each table stay held back.

Trees learn from each table. Where the folder holds tables of a teacher (`teacher.FOLDER`) a network learns
from those, and of each property as much of it is mixed in as does not make it worse at what was measured.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.api import TaskRefused, TrainResult
from medapp_molecules.finalists.endpoints import SHARED
from medapp_molecules.learning.boosted import Boosted, fit
from medapp_molecules.screen.features import numbers_of
from medapp_molecules.screen.mixing import line_of, said_of_student, share_of, standing
from medapp_molecules.screen.model import COVERAGE, WEIGHTS, Learned, write
from medapp_molecules.screen.student import EPOCHS, ranks
from medapp_molecules.screen.student import fit as fit_student
from medapp_molecules.screen.tables import PROPERTIES, known
from medapp_molecules.screen.teacher import taught
from medapp_molecules.toxicity.features import BITS
from medapp_molecules.toxicity.questions import parts, scaffolds

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from medapp.api import JobContext, TrainRequest
    from medapp_molecules.screen.student import Student
    from medapp_molecules.screen.tables import Asked

_FOLDS: Final = 3
_SEEDS: Final = 3
_RARE: Final = 0.01
_LEAST: Final = 30
"""Molecules of a table, to learn it at all."""
_SETTINGS: Final[dict[str, Any]] = {"num_leaves": 15, "feature_fraction": 0.2, "rounds": 200}
_TABLES: Final = 0.3
_TEACHER: Final = 0.5
"""Share of the progress at which the tables are read, and the student is trained."""


@dataclass(frozen=True)
class _Table:
    """One property's molecules: (molecules, columns), values, scaffolds, and what is held back."""

    columns: NDArray[np.float32]
    values: NDArray[np.float64]
    groups: NDArray[np.int64]
    kept: NDArray[np.int64]
    held: NDArray[np.int64]


def train(request: TrainRequest, context: JobContext) -> TrainResult:
    """Fit every property whose table the folder holds (``admet/``).

    Raises:
        TaskRefused: Where there is none.
    """
    tables, measured = _tables(request, context)
    if not tables:
        message = "the folder holds no table of properties: admet/lipophilicity.csv.gz ..."
        raise TaskRefused(message)
    student = _student(request, context, measured)
    model: list[Learned] = []
    figures: dict[str, dict[str, float]] = {}
    for number, (asked, table) in enumerate(tables.items()):
        context.progress(_TEACHER + (1 - _TEACHER) * number / len(tables), asked.name)
        learned = _learned(asked, table, student, context)
        if learned is not None:
            model.append(learned)
            figures[asked.name] = _figures(learned, table, student)
    request.out.mkdir(parents=True, exist_ok=True)
    path = request.out / WEIGHTS
    shipped = tuple(_lean(one) for one in model)
    write(path, shipped, {"figures": figures, "seed": context.seed})
    context.progress(1.0, "done")
    metrics = {f"{name}, {what}": value for name, said in figures.items() for what, value in said.items()}
    return TrainResult(path, {name: value for name, value in metrics.items() if np.isfinite(value)})


def _tables(request: TrainRequest, context: JobContext) -> tuple[dict[Asked, _Table], frozenset[str]]:
    """What is learned from, and all molecules of which anything was measured."""
    found: dict[Asked, _Table] = {}
    measured: set[str] = set()
    seen: dict[str, NDArray[np.float32]] = {}
    for number, asked in enumerate(PROPERTIES):
        context.progress(_TABLES * number / len(PROPERTIES), asked.name)
        smiles, values = known(asked, request.data, context.check_cancelled)
        if len(smiles) < _LEAST:
            continue
        measured.update(smiles)
        columns = _columns(smiles, seen, context.check_cancelled)
        found[asked] = _Table(columns, values, scaffolds(smiles), *parts(smiles))
    return found, frozenset(measured)


def _columns(
    smiles: tuple[str, ...], seen: dict[str, NDArray[np.float32]], check: Callable[[], None]
) -> NDArray[np.float32]:
    for one in smiles:
        check()
        if one not in seen:
            seen[one] = numbers_of(one).columns
    return np.array([seen[one] for one in smiles])


def _student(request: TrainRequest, context: JobContext, measured: frozenset[str]) -> Student | None:
    """Fitted to molecules of which nothing was measured here; None without a teacher."""
    smiles, said = taught(request.data, context.check_cancelled)
    kept = [at for at, one in enumerate(smiles) if one not in measured]
    if len(kept) < _LEAST:
        return None
    context.progress(_TABLES, f"{len(kept)} molecules of the teacher")
    columns = _columns(tuple(smiles[at] for at in kept), {}, context.check_cancelled)

    def tell(share: float) -> None:
        context.progress(_TABLES + (_TEACHER - _TABLES) * share, "the student")

    return fit_student(
        columns, ranks(said[kept]), [one.ours for one in SHARED], seed=context.seed, threads=context.threads,
        epochs=int(str(request.parameters.get("epochs", EPOCHS))), tell=tell,
    )  # fmt: skip


def _learned(asked: Asked, table: _Table, student: Student | None, context: JobContext) -> Learned | None:
    columns, values = table.columns[table.kept], table.values[table.kept]
    groups = table.groups[table.kept]
    if not asked.number and not 0 < values.sum() < len(values):
        return None
    picked = np.flatnonzero((np.nan_to_num(columns) != 0).mean(axis=0) > _RARE)
    bits = np.packbits(columns[:, :BITS] > 0, axis=1)
    trees = _fit(asked, columns[:, picked], values, context)
    plain = Learned(asked, trees, picked, (1.0, 0.0), bits)
    said = np.full(len(values), np.nan)
    for fold in range(_FOLDS):
        inside = groups % _FOLDS != fold
        if inside.any() and (~inside).any():
            part = _fit(asked, columns[inside][:, picked], values[inside], context)
            said[~inside] = plain.of_trees(part.said(columns[~inside][:, picked]))
    told = ~np.isnan(said)
    if student is not None:
        line = line_of(asked, student, columns, values)
        by_student = said_of_student(asked, student, line, columns)
        share = share_of(asked, by_student[told], said[told], values[told]) if line[0] > 0 else 0.0
        said = share * by_student + (1 - share) * said
        plain = replace(plain, student=student, share=share, line=line)
    return replace(plain, half=_calibrated(asked, said[told], values[told]))


def _calibrated(asked: Asked, said: NDArray[np.float64], values: NDArray[np.float64]) -> tuple[float, float]:
    from medapp.engine.calibration import fit_platt

    if asked.number:
        return _half(np.abs(said - values)), 0.0
    if not 0 < values.sum() < len(values):
        return 1.0, 0.0
    platt = fit_platt(said, values)
    return platt.slope, platt.offset


def _half(errors: NDArray[np.float64]) -> float:
    """Conformal: the smallest half interval that holds the coverage, with the correction for the number."""
    place = min(1.0, np.ceil((len(errors) + 1) * COVERAGE) / max(1, len(errors)))
    return float(np.quantile(errors, place)) if len(errors) else float("inf")


def _fit(
    asked: Asked, columns: NDArray[np.float32], values: NDArray[np.float64], context: JobContext
) -> Boosted:
    objective = "regression" if asked.number else "cross_entropy"
    seeds = [context.seed + more for more in range(_SEEDS)]
    return fit(
        columns, values, seeds, check=context.check_cancelled, threads=context.threads,
        objective=objective, **_SETTINGS,
    )  # fmt: skip


def _lean(one: Learned) -> Learned:
    """Without trees that are not asked."""
    if one.share < 1:
        return one
    return replace(one, trees=Boosted(()), columns=one.columns[:0])


def _figures(one: Learned, table: _Table, student: Student | None) -> dict[str, float]:
    columns, values = table.columns[table.held], table.values[table.held]
    found = figures_of(one, columns, values)
    if student is None:
        return found
    return found | {"of the student": one.share, "trees alone": standing(
        one.asked, one.of_trees(one.trees.said(columns[:, one.columns])), values
    )}  # fmt: skip


def figures_of(model: Learned, columns: NDArray[np.float32], values: NDArray[np.float64]) -> dict[str, float]:
    """Of held-back scaffolds: rank correlation and coverage of a number, AUROC of a yes or no."""
    said = model.said(columns)
    found = standing(model.asked, said, values)
    if model.asked.number:
        inside = float((np.abs(said - values) <= model.half[0]).mean())
        return {"rank correlation": found, "coverage": inside}
    return {"AUROC": found}
