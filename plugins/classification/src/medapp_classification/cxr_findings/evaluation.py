"""Measure a model; pictures of its training count by what was said while their patient was held back."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import torch

from medapp.api import EvaluateResult, Predictions, TaskRefused
from medapp.domain.notice import Notice
from medapp_classification.cxr_findings.answering import COVERAGE, squashed
from medapp_classification.cxr_findings.assembling import metrics_of
from medapp_classification.cxr_findings.cases import read_cases
from medapp_classification.cxr_findings.figures import figures
from medapp_classification.cxr_findings.findings import KINDS
from medapp_classification.cxr_findings.held_back import HeldBack
from medapp_classification.cxr_findings.image import read_picture
from medapp_classification.cxr_findings.model import WEIGHTS, digest_number
from medapp_classification.cxr_findings.task import model_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from medapp.api import EvaluateRequest, JobContext
    from medapp_classification.cxr_findings.cases import Case
    from medapp_classification.cxr_findings.model import Model

_YEARS = (18, 40, 60, 130)
_NEW_S, _KNOWN_S, _FIGURES_S = 0.05, 0.0005, 0.04
"""Seconds a picture, of one that is new, of one of the training, and of its part in the figures; measured."""
_MACRO = (0.0, 0.1, 0.2, 0.3)
"""Shares of the figures that are over before each part and after the last, then come the findings."""
_ALONE = 0.74
"""The same before the last finding and what differs between the parts; measured."""


def evaluate(request: EvaluateRequest, context: JobContext) -> EvaluateResult:
    """Measure on a folder of labelled pictures, those of training among them or not.

    Raises:
        TaskRefused: Where the data cannot be used, with what would make it run.
        FileNotFoundError: Where there are no weights.
    """
    torch.set_num_threads(max(1, context.threads))
    context.progress(0.0, "reading the table")
    found = read_cases(request.data, str(request.parameters.get("folders", "")))
    model = model_of(request.weights or context.weights(WEIGHTS))
    held, known = spoken_of(model, found.cases, context)
    labels = np.array([case.labels for case in found.cases], np.int64)
    groups = [case.group for case in found.cases]
    sources = [case.source for case in found.cases]
    begin = known.seconds / (known.seconds + _FIGURES_S * len(found.cases))
    facts = figures(held, labels, groups, sources, check=_telling(context, begin)) | {
        "parts": model.facts["parts"]
    }
    rows = [
        {
            "finding": one["key"],
            "positives": one["positives"],
            **{f"auroc_{name}": value[0] for name, value in one["auroc"].items()},
            **{f"auroc_{name}_low": value[1] for name, value in one["auroc"].items()},
            **{f"auroc_{name}_high": value[2] for name, value in one["auroc"].items()},
            "ece": one["ece"],
            "coverage": one["coverage"],
        }
        for one in facts["findings"]
    ]
    context.progress(1.0, "done")
    return EvaluateResult(
        metrics_of(facts),
        tuple(rows),
        _predictions(held, found.cases, labels),
        _notices(known, found.left_out),
    )


@dataclass(frozen=True, slots=True)
class Known:
    """How many pictures were told by the held-back network, and how many by the model itself."""

    training: int
    new: int

    @property
    def seconds(self) -> float:
        """How long about it takes to ask."""
        return _NEW_S * self.new + _KNOWN_S * self.training


def _telling(context: JobContext, begin: float) -> Callable[[], None]:
    """What tells, at each step of the figures, how far it is; the last ones are longer than the others."""
    steps = iter((*_MACRO, *np.linspace(_MACRO[-1], _ALONE, len(KINDS)).tolist()))

    def tell() -> None:
        context.check_cancelled()
        context.progress(begin + (1 - begin) * next(steps, _ALONE), "figures")

    return tell


def spoken_of(model: Model, cases: Sequence[Case], context: JobContext) -> tuple[HeldBack, Known]:
    """What is said of every picture by whoever has not seen it.

    Raises:
        TaskRefused: Where one cannot be read.
    """
    places = {int(number): row for row, number in enumerate(model.atlas.digests)}
    rows = [places.get(digest_number(case.digest), -1) for case in cases]
    training = sum(row >= 0 for row in rows)
    known = Known(training, len(cases) - training)
    whole, passed = known.seconds + _FIGURES_S * len(cases), 0.0
    parts = []
    for case, row in zip(cases, rows, strict=True):
        context.progress(passed / whole, "reading the pictures")
        parts.append(_of_training(model, row) if row >= 0 else _of_new(model, case))
        passed += _KNOWN_S if row >= 0 else _NEW_S
    held = HeldBack(*(np.stack([part[place] for part in parts]) for place in range(5)))
    return held, known


def _of_training(model: Model, row: int) -> tuple[NDArray[np.generic], ...]:
    held = model.held
    return (held.logits[row], held.base[row], held.probabilities[row], held.holds[row], held.strangeness[row])


def _of_new(model: Model, case: Case) -> tuple[NDArray[np.generic], ...]:
    from medapp_classification.cxr_findings.descriptor import described, layout
    from medapp_classification.cxr_findings.network import outputs

    try:
        image = read_picture(case.path, model.size)
    except (OSError, ValueError) as error:
        message = f"a picture in {case.source} cannot be read"
        raise TaskRefused(message) from error
    logits, features = (one.numpy() for one in outputs(model.network, torch.from_numpy(image)[None, None]))
    base = model.baseline.scores(described(image)[None])
    scores = model.answering.scores(logits, base)
    inside = squashed(scores)[0]
    holds = [
        model.answering.set_of(place).hold(inside[place], label) for place, label in enumerate(case.labels)
    ]
    strange = model.familiar.scores(layout(image)[None], features)
    return (
        logits[0],
        base[0].astype(np.float32),
        model.answering.probabilities(scores)[0].astype(np.float32),
        np.array(holds, np.uint8),
        np.asarray(strange[0], np.float32),
    )


def _predictions(held: HeldBack, cases: Sequence[Case], labels: NDArray[np.int64]) -> tuple[Predictions, ...]:
    names = _pseudonyms([case.group for case in cases])
    groups = {
        "age": tuple(_years(case.age) for case in cases),
        "sex": tuple(case.sex for case in cases),
        "view": tuple(case.view for case in cases),
        "site": tuple(case.source for case in cases),
    }
    return tuple(
        Predictions(
            kind.key,
            kind.title,
            "binary",
            names,
            tuple(map(int, labels[:, place])),
            tuple(map(float, held.probabilities[:, place])),
            sets=tuple(map(bool, held.holds[:, place])),
            groups=groups,
            coverage=COVERAGE,
            units=("pictures", "patients"),
        )
        for place, kind in enumerate(KINDS)
    )


def _pseudonyms(groups: Sequence[str]) -> tuple[str, ...]:
    order = {name: number for number, name in enumerate(dict.fromkeys(groups), start=1)}
    return tuple(f"patient {order[name]}" for name in groups)


def _years(age: float) -> str:
    for low, high in pairwise(_YEARS):
        if low <= age < high:
            return f"{low} to {high - 1}" if high < _YEARS[-1] else f"{low} and more"
    return "not known"


def _notices(known: Known, left_out: int) -> tuple[Notice, ...]:
    message = (
        f"{known.training} pictures were of the training: they count by what was said of them while their "
        f"patient was held back. {known.new} were new to the model. {left_out} were left out: not frontal, "
        "not of an adult, or without age or sex."
    )
    values = {"training": known.training, "new": known.new, "left_out": left_out}
    return (Notice("held-back", message, "info", values),)
