"""Columns of a cohort that tell the outcome are refused before anything is learned or measured."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from medapp.api import EvaluateRequest, TaskRefused, TrainRequest
from medapp.api.testing import TrialContext
from medapp.resources import resource
from medapp_classification.patient_together import training as together
from medapp_classification.record_risk import evaluation, training
from medapp_classification.records.leaks import refuse_leaks
from tests.unit.classification.record_small import write_cohort

WORDS = "Death within 5 years: label leaking the outcome in bmi, weight"


def leaking(folder, made):
    """Body mass index and weight are made of what came of people."""
    write_cohort(folder, people=600)
    table = pd.read_csv(folder / "subjects.csv")
    table["bmi"] = made(table)
    table["weight"] = 2.9 * table["bmi"]
    table.to_csv(folder / "subjects.csv", index=False)
    return folder


LEAKS = {
    "who died, by the horizon or later": lambda people: 24 + 6.0 * people["status"],
    "the dead in the middle": lambda people: np.where(
        people["status"] == 1, 27, np.where(people["id"] % 3, 21, 34)
    ),
    "how long they were followed": lambda people: 20 + people["futime"] / 200,
}


@pytest.mark.parametrize("made", LEAKS.values(), ids=LEAKS.keys())
@pytest.mark.parametrize(("task", "module"), [("record.risk", training), ("patient.together", together)])
def test_training_is_refused(tmp_path, made, task, module):
    folder = leaking(tmp_path / "cohort", made)
    with pytest.raises(TaskRefused, match=WORDS):
        module.train(
            TrainRequest(task, folder, tmp_path / "out", {"question": "death"}), TrialContext(tmp_path)
        )


def test_measuring_is_refused(tmp_path):
    folder = leaking(tmp_path / "cohort", LEAKS["who died, by the horizon or later"])
    asked = EvaluateRequest(
        "record.risk", folder, resource("models", "record_risk.safetensors"), {"question": "death"}
    )
    with pytest.raises(TaskRefused, match=WORDS):
        evaluation.evaluate(asked, TrialContext(tmp_path))


def test_what_only_goes_along_with_the_outcome_is_not():
    random = np.random.default_rng(4)
    came = random.random(2000) < 0.1
    column = came * 2.0 + random.normal(0, 1, 2000)
    nothing = np.full(2000, np.nan)
    same = np.ones(2000)
    rows = np.stack([column, nothing, same, random.normal(0, 1, 2000)], axis=1)
    refuse_leaks(rows, ["marker", "nothing", "same", "noise"], [came], "Death", random.uniform(1, 9, 2000))
