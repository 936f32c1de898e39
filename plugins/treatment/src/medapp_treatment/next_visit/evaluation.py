"""Measure a model: patients of its training by the fit that has not seen them, others by that of all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.api import EvaluateResult, Predictions, TaskRefused
from medapp.domain.notice import Notice
from medapp_treatment.next_visit.cohort import cohort_of
from medapp_treatment.next_visit.crossing import held_back, truth_of
from medapp_treatment.next_visit.figures import FIGURES, differences, figures_of, jaccard, of_data
from medapp_treatment.next_visit.learners import LEARNERS, TITLES
from medapp_treatment.next_visit.model import WEIGHTS
from medapp_treatment.next_visit.task import model_of
from medapp_treatment.next_visit.training import knowledge

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.api import EvaluateRequest, JobContext
    from medapp_treatment.next_visit.cohort import Patient
    from medapp_treatment.next_visit.figures import Held, Truth

_QUESTIONS: Final = 6
"""Medicines that are reported one by one, those prescribed to most patients."""


def evaluate(request: EvaluateRequest, context: JobContext) -> EvaluateResult:
    """Figures with intervals by patient, of all learners and against each other.

    Raises:
        TaskRefused: Where the data or the weights cannot be used.
        FileNotFoundError: Where the weights are not there.
    """
    from threadpoolctl import threadpool_limits

    context.progress(0.0, "reading the model")
    model = model_of(_weights(request, context))
    context.progress(0.1, "reading the records")
    cohort = cohort_of(request.data, context.check_cancelled)
    name = str(request.parameters.get("algorithm", "usual"))
    name = model.default if name in {"", "usual"} else name
    if name not in LEARNERS:
        message = f"there is no algorithm {name!r}: {', '.join(LEARNERS)}"
        raise TaskRefused(message)
    context.progress(0.4, "asking the models")
    patients = cohort.patients
    parts = model.parts_of(patients)
    truth, medicines = truth_of(patients, knowledge(request.parameters) or model.pairs)
    with threadpool_limits(1):
        held = held_back(patients, (*model.folds, model.final), parts, medicines)
    context.progress(0.7, "figures")
    figures = {one: figures_of(said, truth) for one, said in held.items()}
    seen = sum(part < len(model.folds) for part in parts)
    context.progress(1.0, "done")
    return EvaluateResult(
        _metrics(figures, name, of_data(truth)),
        _rows(figures, differences(held, truth), name),
        tuple(_predictions(held[name], truth, medicines, patients)),
        _notices(seen, len(patients), cohort.left_out, truth),
    )


def _weights(request: EvaluateRequest, context: JobContext) -> Path:
    path = request.weights
    if path is None:
        return context.weights(WEIGHTS)
    return path / WEIGHTS if path.is_dir() else path


def _metrics(figures: dict[str, Any], name: str, data: dict[str, Any]) -> dict[str, float]:
    """Of the learner that is asked about, and of what the data themselves hold."""
    found: dict[str, float] = {}
    for figure in (*FIGURES, "jaccard again"):
        value = figures[name].get(figure)
        if value is not None and value[0] is not None:
            found[figure] = value[0]
            if value[1] is not None:
                found |= {f"{figure} low": value[1], f"{figure} high": value[2]}
    found |= {key: figures[name][key] for key in ("auroc", "ece", "proposed")}
    found |= {key: float(data[key]) for key in ("visits", "patients", "again", "prescribed")}
    if data["interactions"][0] is not None:
        found["interactions as prescribed"] = data["interactions"][0]
    return {key: float(value) for key, value in found.items() if np.isfinite(value)}


def _rows(figures: dict[str, Any], found: dict[str, Any], name: str) -> tuple[dict[str, object], ...]:
    """One row a learner, with its difference in Jaccard to the one that is asked about."""
    rows = []
    for one, said in figures.items():
        row: dict[str, object] = {"learner": TITLES[one], "asked": one == name} | dict(said)
        if f"{one}>{name}" in found:
            row["asked minus this, jaccard"] = found[f"{one}>{name}"]
        elif f"{name}>{one}" in found:
            row["this minus asked, jaccard"] = found[f"{name}>{one}"]
        rows.append(row)
    return tuple(rows)


def _predictions(
    held: Held, truth: Truth, medicines: tuple[str, ...], patients: tuple[Patient, ...]
) -> list[Predictions]:
    """The rank of each medicine that was prescribed, and the most usual medicines one by one."""
    order = {digest: f"patient {number}" for number, digest in enumerate(dict.fromkeys(truth.patients), 1)}
    cases = tuple(order[one] for one in truth.patients)
    sexes = {one.digest: one.sex or "unknown" for one in patients}
    groups = {"sex": tuple(sexes[one] for one in truth.patients)}
    rows, columns = np.nonzero(truth.prescribed)
    # Equal probabilities share the middle of their places: no order among them is known.
    above = (held.probabilities[rows] > held.probabilities[rows, columns][:, None]).sum(axis=1)
    equal = (held.probabilities[rows] == held.probabilities[rows, columns][:, None]).sum(axis=1)
    ranks = 1 + above + (equal - 1) / 2
    overlap = tuple(map(float, jaccard(held.proposed, truth.prescribed)))
    ones = tuple(1 for _ in cases)
    found = [
        Predictions("jaccard", "Jaccard of the set", "share", cases, ones, overlap, groups=groups),
        Predictions(
            "rank",
            "Rank of what was prescribed",
            "ranking",
            tuple(cases[row] for row in rows),
            tuple(1 for _ in rows),
            tuple(map(float, ranks)),
        ),
    ]
    for column in np.argsort(-truth.prescribed.sum(axis=0), kind="stable")[:_QUESTIONS]:
        labels = truth.prescribed[:, column].astype(int)
        if 0 < labels.sum() < len(labels):
            said = tuple(map(float, held.probabilities[:, column]))
            title = medicines[column]
            found.append(
                Predictions(title, title, "binary", cases, tuple(map(int, labels)), said, groups=groups)
            )
    return found


def _notices(seen: int, count: int, left_out: int, truth: Truth) -> tuple[Notice, ...]:
    held = (
        f"{seen} of {count} patients are of the training: they count by the fit that had not seen them, "
        "the others by that of all."
    )
    visits = len(truth.patients)
    asked = f"Asked about {visits} visits at which something was prescribed; {left_out} patients had none."
    found = [Notice("held-back", held, "info", {"training": seen, "patients": count})]
    found.append(Notice("asked", asked, "info", {"visits": visits, "left_out": left_out}))
    if truth.interacting is None:
        message = "No table of interactions was given (knowledge): their rate is not known."
        found.append(Notice("no-interactions", message, "info"))
    return tuple(found)
