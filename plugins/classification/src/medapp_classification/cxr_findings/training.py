"""Training: five networks for honest figures, one of all patients to ship, and what is fitted on top."""

from __future__ import annotations

import ctypes
import json
import sys
from typing import TYPE_CHECKING

import numpy as np
import torch

from medapp.api import TaskRefused, TrainResult
from medapp_classification.cxr_findings.assembling import Trained, assembled, metrics_of
from medapp_classification.cxr_findings.cases import read_cases
from medapp_classification.cxr_findings.clock import Clock
from medapp_classification.cxr_findings.image import read_picture
from medapp_classification.cxr_findings.lesson import Plan
from medapp_classification.cxr_findings.model import WEIGHTS, save
from medapp_classification.cxr_findings.rounds import ALL, FOLDS, Course, Round, begin, folds_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from medapp.api import JobContext, TrainRequest
    from medapp_classification.cxr_findings.cases import Case

_TRAINED = 0.95
"""Share of the progress that the networks take."""


def train(request: TrainRequest, context: JobContext) -> TrainResult:
    """Train on a folder of labelled pictures; go on from what lies in `request.out`.

    Raises:
        TaskRefused: Where the data cannot be learnt from, with what would make it run.
    """
    keep_freed_memory()
    torch.set_num_threads(context.threads)
    limit = None if request.budget_minutes is None else 60 * request.budget_minutes
    clock = Clock(limit, FOLDS + 1)
    context.progress(0.0, "reading the pictures")
    found = read_cases(request.data, str(request.parameters.get("folders", "")))
    plan = plan_of(request.parameters, context.seed)
    begin(request.out, found.cases, plan)
    images = pictures(found.cases, context)
    rounds, final = networks_of(Course(found.cases, images, plan, request.out, context, clock))
    _write_curves(request.out, [*rounds, final])
    clock.check()
    context.progress(_TRAINED, "fitting what stands on the networks")
    model = assembled(Trained(found.cases, images, rounds, final), request.out, plan, context)
    weights = request.out / WEIGHTS
    save(model, weights)
    context.progress(1.0, "done")
    return TrainResult(weights, metrics_of(model.facts))


def plan_of(parameters: Mapping[str, object], seed: int) -> Plan:
    """The plan with what the user set."""
    usual = Plan()
    return Plan(
        epochs=int(str(parameters.get("epochs", usual.epochs))),
        rate=float(str(parameters.get("learning_rate", usual.rate))),
        growth=int(str(parameters.get("growth", usual.growth))),
        first=2 * int(str(parameters.get("growth", usual.growth))),
        seed=seed,
    )


def pictures(cases: Sequence[Case], context: JobContext) -> NDArray[np.float32]:
    """All pictures prepared, (N, n, n).

    Raises:
        TaskRefused: Where one is no picture.
    """
    made = []
    for number, case in enumerate(cases):
        context.check_cancelled()
        try:
            made.append(read_picture(case.path))
        except (OSError, ValueError) as error:
            message = f"picture {number + 1} of {len(cases)} in {case.source} cannot be read"
            raise TaskRefused(message) from error
    return np.stack(made)


def networks_of(
    course: Course,
) -> tuple[list[Round], Round]:
    """The networks of the folds, and the one of all patients.

    Raises:
        TaskRefused: Where the time is over before all of them are trained.
    """
    held_back = folds_of(course.cases, course.plan.seed)
    share = _TRAINED / (len(held_back) + 1)
    rounds = [
        course.round(f"fold_{number}", rows, (number * share, (number + 1) * share))
        for number, rows in enumerate(held_back)
    ]
    final = course.round(ALL, np.zeros(0, np.intp), (_TRAINED - share, _TRAINED))
    return rounds, final


def _write_curves(out: Path, rounds: Sequence[Round]) -> None:
    curves = [
        {"network": number, "loss": [list(one) for one in item.curve]} for number, item in enumerate(rounds)
    ]
    (out / "curves.json").write_text(json.dumps(curves, indent=1) + "\n", encoding="utf-8")


def keep_freed_memory() -> None:
    """Have glibc keep what is freed: fresh pages for every activation cost a third of a step."""
    if not sys.platform.startswith("linux"):
        return
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        m_trim_threshold, m_top_pad, m_mmap_max = -1, -2, -4
        libc.mallopt(m_mmap_max, 0)
        libc.mallopt(m_trim_threshold, 2**31 - 1)
        libc.mallopt(m_top_pad, 500_000_000)
