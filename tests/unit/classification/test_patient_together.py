"""patient.together: experts are put together by what each is worth, and none of them is needed."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
import torch

from medapp.api.requests import ClassifyRequest, EvaluateRequest, TrainRequest
from medapp.api.testing import TrialContext, run_classify
from medapp.engine.evaluation import auroc
from medapp.plugins import discover
from medapp_classification import hooks
from medapp_classification.patient_together import task
from medapp_classification.patient_together.bounds import interval
from medapp_classification.patient_together.evaluation import evaluate
from medapp_classification.patient_together.fusing import patterns, present
from medapp_classification.patient_together.gate import Evidence, Gate, fit_gate
from medapp_classification.patient_together.model import WEIGHTS, load
from medapp_classification.patient_together.task import Said
from medapp_classification.patient_together.training import train
from medapp_classification.records.learners import boosting
from medapp_classification.records.patient import patient_of
from tests.unit.classification.record_small import record, write_cohort


def nothing() -> None:
    """Nobody cancels."""


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("together")
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(boosting, "_ROUNDS", (30, 30))
        data = write_cohort(folder / "data", people=500)
        result = train(TrainRequest("patient.together", data, folder / "out"), TrialContext(folder))
    return data, result


def asked(trained, of, tmp_path, **parameters):
    request = ClassifyRequest("patient.together", record=of, parameters=parameters)
    context = TrialContext(tmp_path, weights_files={WEIGHTS: trained[1].weights})
    return run_classify(hooks, request, context)


@pytest.fixture(scope="module")
def evidence():
    random = np.random.default_rng(0)
    truth = random.random(3000) < 0.3
    signal = np.where(truth, 1.2, -1.2)[:, None] + random.normal(0, 2, (3000, 2))
    logits = np.hstack([signal, random.normal(0, 1.5, (3000, 1))])
    there = random.random((3000, 3)) < 0.8
    there[~there.any(axis=1), 0] = True
    return Evidence(logits, there, np.full((3000, 3), 0.5), truth, np.ones(3000))


@pytest.fixture(scope="module")
def gate(evidence):
    torch.set_num_threads(1)
    return fit_gate(("one", "two", "noise"), evidence, 0, nothing)


def test_a_gate_trusts_who_knows_and_not_who_guesses(gate, evidence):
    weights, _ = gate.weights(evidence.there, evidence.strange)
    every = evidence.there.all(axis=1)
    one, two, noise = weights[every].mean(axis=0)
    assert min(one, two) > 3 * noise
    assert (weights[~evidence.there] == 0).all()


def test_together_is_better_than_each_alone_and_answers_without_any_of_them(gate, evidence):
    truth = evidence.labels.astype(int)
    whole = np.ones_like(evidence.there)
    together = auroc(truth, gate.fused(evidence.logits, whole, evidence.strange))
    for place in range(2):
        alone = auroc(truth, evidence.logits[:, place])
        assert together > alone + 0.02
        only = whole.copy()
        only[:, [other for other in range(3) if other != place]] = False
        assert auroc(truth, gate.fused(evidence.logits, only, evidence.strange)) == pytest.approx(
            alone, abs=0.01
        )
    odd = np.where(whole, evidence.logits, np.nan)
    odd[:, 1] = np.nan
    without = whole.copy()
    without[:, 1] = False
    assert np.isfinite(gate.fused(odd, without, evidence.strange)).all()


def test_a_gate_comes_back_and_is_refused_for_other_experts(gate, evidence):
    again = Gate.from_arrays(gate.experts, gate.to_arrays())
    said = again.fused(evidence.logits, evidence.there, evidence.strange)
    np.testing.assert_array_equal(said, gate.fused(evidence.logits, evidence.there, evidence.strange))
    with pytest.raises(ValueError, match="not for these experts"):
        Gate.from_arrays(("one", "two"), gate.to_arrays())


def test_every_pattern_is_measured_against_its_best_expert(trained):
    model = load(trained[1].weights)
    rows = model.facts["patterns"]
    assert len(rows) == 7
    for row in rows:
        assert row["over_best"]["high"] > -0.01
    assert len(list(patterns())) == 7
    assert present(("person",)).tolist() == [True, False, False]


def test_a_training_leaves_curves_a_table_and_a_card(trained):
    out = trained[1].weights.parent
    curves = json.loads((out / "curves.json").read_text(encoding="utf-8"))
    assert [one["network"] for one in curves] == [*(f"fold {number}" for number in range(1, 6)), "all"]
    assert all(len(one["loss"]) == 300 for one in curves)
    assert np.mean(curves[-1]["loss"][-20:]) < np.mean(curves[-1]["loss"][:20])
    with (out / "algorithms.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    facts = load(trained[1].weights).facts
    assert [float(row["c_index"]) for row in rows] == pytest.approx(
        [one["c_index"][0] for one in facts["patterns"]], abs=1e-4
    )
    card = (out / "patient_together.md").read_text(encoding="utf-8")
    assert "Not for diagnostic use" in card
    assert f"{facts['cases']} people, {facts['events']} deaths" in card
    assert card.count("| person") >= 3


def test_a_patient_is_told_which_experts_were_used(trained, tmp_path):
    found = asked(trained, record(), tmp_path)
    (death,) = found.findings
    assert {one.title for one in death.items} >= {"Age, sex and body", "Conditions", "Measurements over time"}
    used = next(one.message for one in found.notices if one.code == "used")
    told = [one.message for one in found.notices if one.code == "missing"]
    for title in ("Age, sex and body", "Conditions", "Measurements over time"):
        assert (title.lower() in used.lower()) != any(title in one for one in told)


def test_a_missing_part_is_told_and_the_rest_still_answers(trained, tmp_path):
    one = record()
    no_problems = type(one)(one.persons, tuple(entry for entry in one.entries if "Condition" not in entry.id))
    found = asked(trained, no_problems, tmp_path)
    assert found.findings[0].probability > 0
    assert any("Not used: Conditions: the record holds no problems" in each.message for each in found.notices)
    no_labs = type(one)(one.persons, tuple(entry for entry in one.entries if "Condition" in entry.id))
    without = asked(trained, no_labs, tmp_path, as_of="2024-05-01")
    assert any("Not used: Measurements over time" in each.message for each in without.notices)
    assert without.findings[0].probability != found.findings[0].probability
    assert "sex" in asked(trained, record(sex=None), tmp_path).abstained


def test_evaluation_tells_every_pattern(trained, tmp_path):
    data, result = trained
    context = TrialContext(tmp_path, weights_files={WEIGHTS: result.weights})
    found = evaluate(EvaluateRequest("patient.together", data), context)
    name = "c_index person + conditions + measurements"
    assert found.metrics[name] == pytest.approx(result.metrics[name], abs=1e-6)
    assert len(found.rows) == 7
    assert found.predictions[0].horizon_days == 1826


def test_an_answer_by_all_experts_has_an_interval_and_one_by_some_says_why_not(trained, tmp_path):
    model = load(trained[1].weights)
    points = [{"said": s, "seen": s, "low": s / 2, "high": 2 * s} for s in (0.01, 0.05, 0.3)]
    for said in (0.001, 0.01, 0.03, 0.3, 0.9):
        low, high = interval(said, points)
        assert 0 < low < said < high < 1
    assert interval(0.05, points) == pytest.approx((0.025, 0.1), abs=1e-6)
    whole, part = _asked_whole(model), _asked_part(model)
    assert whole.low <= whole.probability <= whole.high
    assert "The interval is where the share of deaths lay" in whole.remark
    assert part.low is part.high is None
    assert part.remark.startswith("No interval is given")
    assert part.answers == ()


def _said(model, there):
    logits = np.array([-2.0, -1.5, -1.0])
    kept = np.array(there)
    return Said(logits, np.full(3, 0.5), np.full(3, 0.4) * kept, kept, {}, 0.2)


def _asked_whole(model):
    return task._finding(model, _said(model, [True, True, True]), patient_of(record()))


def _asked_part(model):
    return task._finding(model, _said(model, [True, False, True]), patient_of(record()))


def test_limits_are_told_apart_and_that_no_images_are_used(trained, tmp_path):
    model = load(trained[1].weights)
    chart = task._chart(model, _said(model, [True, False, True]))
    assert chart.traces[0].labels == ("Age, sex and body", "Measurements over time")
    assert "by conditions alone" in task._unlike("Conditions", 1.08)
    assert "its own limit is 1 (record.risk" in task._unlike("Conditions", 1.08)
    found = asked(trained, record(), tmp_path)
    assert any("Images and genome are not used" in one.message for one in found.notices)
    _, manifest = discover().find("patient.together")
    assert "by the record alone" in manifest.title
    assert "Images and genome are not used" in manifest.summary
