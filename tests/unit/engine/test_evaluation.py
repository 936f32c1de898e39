"""Figures against worked values, other libraries and what must hold of them."""

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from medapp.api import Predictions
from medapp.engine.evaluation import (
    auprc,
    auroc,
    binary_figures,
    c_index,
    compare,
    decision_curve,
    delong,
    delong_interval,
    ece,
    kaplan_meier,
    paired_bootstrap,
    ranking_figures,
    report,
    survival_figures,
)
from medapp.engine.evaluation.survival import cox_coefficient


@pytest.fixture
def cases():
    random = np.random.default_rng(0)
    labels = (random.random(600) < 0.3).astype(int)
    good = 1 / (1 + np.exp(-(labels * 2 - 1.5 + random.normal(0, 1, 600))))
    poor = np.clip(good + random.normal(0, 0.4, 600), 0, 1)
    return labels, good, poor, [f"p{n // 2}" for n in range(600)]


def test_ece_of_worked_values():
    assert ece([0, 0, 1, 1], [0.05, 0.05, 0.95, 0.95]) == pytest.approx(0.05)
    assert ece([0, 1], [1.0, 0.0]) == pytest.approx(1.0)
    assert ece([1, 0, 1, 0], [0.5, 0.5, 0.5, 0.5]) == pytest.approx(0.0)


def test_figures_are_those_of_scikit_learn_with_intervals_around_them(cases):
    labels, good, _, patients = cases
    found = binary_figures(labels, good, patients, rounds=100)
    assert found["auroc"].value == pytest.approx(roc_auc_score(labels, good))
    assert found["f1"].value == pytest.approx(f1_score(labels, good >= 0.5))
    for one in found.values():
        assert one.low <= one.value <= one.high
        assert one.high - one.low < 0.3


def test_areas_are_those_of_scikit_learn_ties_included(cases):
    labels, good, _, _ = cases
    for scores in (good, np.round(good, 1), np.zeros(600)):
        assert auroc(labels, scores) == pytest.approx(roc_auc_score(labels, scores))
        assert auprc(labels, scores) == pytest.approx(average_precision_score(labels, scores))


def test_cases_of_one_kind_have_no_area():
    assert np.isnan(auroc(np.ones(4), np.arange(4.0)))
    assert np.isnan(auprc(np.zeros(4, int), np.arange(4.0)))


def test_delong_agrees_with_the_bootstrap(cases):
    labels, good, poor, _ = cases
    found = delong(labels, poor, good)
    assert found.value == pytest.approx(roc_auc_score(labels, good) - roc_auc_score(labels, poor))
    assert found.p < 0.001
    drawn = paired_bootstrap(
        lambda rows: auroc(labels[rows], poor[rows]),
        lambda rows: auroc(labels[rows], good[rows]),
        [str(n) for n in range(len(labels))],
        rounds=400,
    )
    assert drawn.low == pytest.approx(found.low, abs=0.015)
    assert drawn.high == pytest.approx(found.high, abs=0.015)
    assert drawn.p < 0.01


def test_delong_of_ties_and_of_a_model_with_itself(cases):
    labels, good, _, _ = cases
    coarse = np.round(good, 1)
    assert delong_interval(labels, coarse).value == pytest.approx(roc_auc_score(labels, coarse))
    same = delong(labels, good, good)
    assert (same.value, same.p) == (0, 1)
    with pytest.raises(ValueError, match="both kinds"):
        delong([1, 1], [0.1, 0.2], [0.1, 0.2])


def test_decision_curve():
    (point,) = decision_curve([1, 1, 0, 0], [0.9, 0.2, 0.6, 0.1], [0.5])
    assert point["model"] == pytest.approx(0.25 - 0.25)
    assert point["all"] == pytest.approx(0.0)
    (low,) = decision_curve([1, 1, 0, 0], [0.9, 0.2, 0.6, 0.1], [0.2])
    assert low["model"] == pytest.approx(0.5 - 0.25 * 0.25)


def test_kaplan_meier_of_a_worked_example():
    times, events = np.array([1.0, 2, 3, 4, 5]), np.array([True, False, True, True, False])
    share, low, high = kaplan_meier(times, events, 3.5)
    assert share == pytest.approx(0.8 * 2 / 3)
    assert 0 < low < share < high < 1


def test_survival_figures_of_a_model_that_is_right():
    random = np.random.default_rng(1)
    x = random.normal(0, 1, 3000)
    died = random.exponential(np.exp(-x) * 10)
    ended = random.uniform(2, 30, 3000)
    times, events = np.minimum(died, ended), died <= ended
    said = 1 - np.exp(-5 / (np.exp(-x) * 10))
    patients = [str(n) for n in range(3000)]
    found = survival_figures(times, events, x, patients, probabilities=said, horizon=5, rounds=20)
    assert found["slope"].value == pytest.approx(1, abs=0.1)
    assert found["said_over_seen"].value == pytest.approx(1, abs=0.06)
    assert found["c_index"].value > 0.7
    steep = survival_figures(times, events, x, patients, probabilities=said**2, horizon=5, rounds=20)
    assert steep["slope"].value < 0.75
    assert steep["brier"].value > found["brier"].value


def test_the_coefficient_of_cox_is_that_of_lifelines():
    random = np.random.default_rng(2)
    x = random.normal(0, 2, 400)
    times, events = np.round(random.exponential(np.exp(-0.6 * x)) * 40) + 1, random.random(400) < 0.7
    frame = pd.DataFrame({"x": x, "time": times, "event": events})
    reference = CoxPHFitter().fit(frame, "time", "event").params_["x"]
    assert cox_coefficient(times, events, x) == pytest.approx(reference, rel=0.02)
    smooth = times + random.random(400) * 0.5
    frame["time"] = smooth
    reference = CoxPHFitter().fit(frame, "time", "event").params_["x"]
    assert cox_coefficient(smooth, events, x) == pytest.approx(reference, rel=1e-4)
    assert np.isnan(cox_coefficient(times, np.zeros(400, bool), x))


def test_c_index_of_worked_values():
    times, events = np.array([1.0, 2, 3]), np.array([True, True, False])
    assert c_index(times, events, np.array([3.0, 2, 1])) == 1
    assert c_index(times, events, np.array([1.0, 2, 3])) == 0
    assert np.isnan(c_index(times, np.zeros(3, bool), np.arange(3.0)))


def test_ranks():
    found = ranking_figures([1, 2, 11, np.inf], list("abcd"), rounds=20)
    assert found["top_1"].value == 0.25
    assert found["top_10"].value == 0.5
    assert found["mean_reciprocal_rank"].value == pytest.approx((1 + 0.5 + 1 / 11) / 4)


def test_what_is_counted_is_said_by_its_name():
    cases = tuple(f"group {row // 3}" for row in range(30))
    ones, scores = (1,) * 30, (0.5,) * 30
    said = Predictions("d", "Death", "share", cases, ones, scores, units=("people", "matched groups"))
    (found,) = report([said], rounds=10)
    assert (found["rows"], found["patients"], found["units"]) == (30, 10, ["people", "matched groups"])
    (usual,) = report([Predictions("d", "Death", "share", cases, ones, scores)], rounds=10)
    assert usual["units"] == ["cases", "patients"]


def test_a_share_of_each_row_is_told_by_its_mean_and_compared_on_the_same_rows():
    cases = tuple(f"p{row // 2}" for row in range(40))
    random = np.random.default_rng(3)
    values = random.random(40) * 0.5

    def said(by):
        ones, scores = (1,) * 40, tuple(map(float, values + by))
        return Predictions(
            "jaccard", "Jaccard", "share", cases, ones, scores, groups={"sex": ("F", "M") * 20}
        )

    (found,) = report([said(0.0)], rounds=50)
    figure = found["figures"]["mean"]
    assert figure["value"] == pytest.approx(values.mean())
    assert figure["low"] < figure["value"] < figure["high"]
    assert found["events"] is None
    assert found["patients"] == 20
    assert {one["value"] for one in found["subgroups"]} == {"F", "M"}
    (difference,) = compare([said(0.0)], [said(0.25)], rounds=50)
    assert difference["figure"] == "mean"
    assert difference["value"] == pytest.approx(0.25)
    assert difference["low"] > 0.2
