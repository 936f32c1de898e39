"""Ways of learning: what they find, what they say of why, and that they come back as they were."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from medapp.engine.evaluation import c_index
from medapp.engine.evaluation.bootstrap import difference_of, interval_of
from medapp.engine.evaluation.concordance import c_indexes, sampled
from medapp_classification.records.familiar import fit_familiar
from medapp_classification.records.hazard import Curve, RiskSets, fit_curve
from medapp_classification.records.history import History, Measured, features, rows, term_rows
from medapp_classification.records.learners import Cases, Target, learner_named
from medapp_classification.records.learners import recurrent as recurrents
from medapp_classification.records.learners.blend import Blend, odds_weights
from medapp_classification.records.learners.cox import fit_weights
from medapp_classification.records.learners.steps import channels, steps_of
from medapp_classification.records.preparing import fit_preparation
from medapp_classification.records.scales import Scale, fit_scale


def nothing() -> None:
    """Nobody cancels."""


@pytest.fixture(scope="module")
def survival():
    random = np.random.default_rng(0)
    x = random.normal(size=(500, 4))
    x[random.random(x.shape) < 0.1] = np.nan
    risk = np.nan_to_num(x[:, 0]) - 0.7 * np.nan_to_num(x[:, 1])
    death, end = random.exponential(2000 * np.exp(-risk)), random.uniform(500, 4000, 500)
    return Cases(x, np.zeros((500, 0))), Target(death <= end, np.minimum(death, end), 1500.0)


@pytest.fixture(scope="module")
def binary(survival):
    cases, _ = survival
    random = np.random.default_rng(1)
    said = 1 / (1 + np.exp(-1.5 * np.nan_to_num(cases.values[:, 0])))
    return cases, Target(random.random(len(cases)) < said)


def test_cox_agrees_with_a_library(survival):
    import pandas as pd
    from lifelines import CoxPHFitter

    cases, target = survival
    x = np.nan_to_num(cases.values)
    own = fit_weights(x, target.times, target.labels, 1e-6, nothing)
    frame = pd.DataFrame(x).assign(T=target.times, E=target.labels)
    np.testing.assert_allclose(own, CoxPHFitter().fit(frame, "T", "E").params_.to_numpy(), atol=1e-4)


def test_slopes_of_the_partial_likelihood_are_those_of_its_values():
    random = np.random.default_rng(2)
    times, events = random.integers(1, 6, 30).astype(float), random.random(30) < 0.6
    sets, scores = RiskSets.of(times, events), random.normal(size=30)

    def loss(of: np.ndarray) -> float:
        return sum(np.log(np.exp(of[times >= times[one]]).sum()) - of[one] for one in np.flatnonzero(events))

    first, second = sets.slopes(scores)
    step = 1e-5
    for place in range(30):
        more, less = (scores + sign * step * np.eye(30)[place] for sign in (1, -1))
        assert first[place] == pytest.approx((loss(more) - loss(less)) / (2 * step), abs=1e-5)
        assert second[place] > 0


@pytest.mark.parametrize("name", ["logistic", "svm", "cox", "boosting"])
def test_learners_of_times_find_the_risk_and_come_back(survival, name):
    cases, target = survival
    train, test = np.arange(350), np.arange(350, 500)
    fitted = learner_named(name).fit(cases[train], target[train], 0, nothing)
    said = fitted.predict(cases[test])
    assert c_index(target.times[test], target.labels[test], said) > 0.68
    again = learner_named(name).load(fitted.save())
    np.testing.assert_array_equal(again.predict(cases[test]), said)
    effects = fitted.explain(cases[test])
    assert effects.shape == (150, 4)
    rest = said - effects.sum(axis=1)
    np.testing.assert_allclose(rest, rest[0], atol=1e-6)
    assert np.abs(effects[:, 0]).mean() > 3 * np.abs(effects[:, 3]).mean()


@pytest.mark.parametrize("name", ["logistic", "svm", "boosting"])
def test_learners_of_questions_find_the_answer(binary, name):
    cases, target = binary
    fitted = learner_named(name).fit(cases[np.arange(350)], target[np.arange(350)], 0, nothing)
    said = fitted.predict(cases[np.arange(350, 500)])
    truth = target.labels[350:]
    assert (said[truth][:, None] > said[~truth][None]).mean() > 0.75


def test_what_is_no_learner_is_refused(survival):
    cases, target = survival
    fitted = learner_named("cox").fit(cases, target, 0, nothing).save()
    with pytest.raises(ValueError, match="not those of its columns"):
        learner_named("cox").load({**fitted, "weights": np.zeros(2)})
    with pytest.raises(KeyError):
        learner_named("cox").load({"weights": np.zeros(2)})
    with pytest.raises(ValueError, match="no trees"):
        learner_named("boosting").load({"trees": np.zeros(20, np.uint8)})


def test_a_curve_is_right_on_average_and_shrinks_what_is_too_sure(survival):
    cases, target = survival
    score = np.nan_to_num(cases.values[:, 0]) - 0.7 * np.nan_to_num(cases.values[:, 1])
    curve = fit_curve(3 * score, target.times, target.labels, target.horizon)
    assert curve.slope == pytest.approx(1 / 3, abs=0.08)
    said = curve.probability(3 * score, 1500.0)
    came, known = target.by_horizon()
    assert said[known].mean() == pytest.approx(came[known].mean(), abs=0.05)
    days = [float(curve.probability(np.array([0.0]), day)[0]) for day in (0, 500, 1500, 3000)]
    assert days[0] == 0.0
    assert days == sorted(days)
    again = Curve.from_arrays(curve.to_arrays())
    np.testing.assert_array_equal(again.probability(score, 700), curve.probability(score, 700))


def test_scales_come_back(survival, binary):
    for cases, target in (survival, binary):
        score = np.nan_to_num(cases.values[:, 0])
        scale = fit_scale(score, target)
        again = Scale.from_arrays(scale.to_arrays())
        np.testing.assert_array_equal(again.probability(score), scale.probability(score))
        assert np.corrcoef(score, scale.probability(score))[0, 1] > 0.5


def test_concordance_is_that_of_a_library_and_pairs_samples(survival):
    _, target = survival
    random = np.random.default_rng(3)
    scores = np.stack([-target.times + random.normal(0, 1500, 500), random.integers(0, 5, 500).astype(float)])
    patients = [str(one // 2) for one in range(500)]
    found = c_indexes(target.times, target.labels, scores, sampled(patients, rounds=40))
    for row, score in zip(found, scores, strict=True):
        assert row[0] == pytest.approx(c_index(target.times, target.labels, score), abs=1e-6)
    interval = interval_of(found[0])
    assert interval.low < interval.value < interval.high
    assert difference_of(found[1], found[0]).low > 0


def test_preparation_fills_marks_and_leaves_out():
    random = np.random.default_rng(4)
    x = random.normal(size=(200, 5))
    x[:60, 1] = np.nan
    x[:, 2] = np.nan
    x[:, 3] = 7.0
    x[0, 4] = 1e9
    found = fit_preparation(x)
    assert found.kept.tolist() == [0, 1, 4]
    assert found.indicated.tolist() == [1]
    prepared = found.apply(x)
    assert np.isfinite(prepared).all()
    assert np.abs(prepared).max() <= 6
    np.testing.assert_array_equal(type(found).from_arrays(found.to_arrays()).apply(x), prepared)


def test_weights_of_times_count_only_whom_follow_up_saw(survival):
    _, target = survival
    came, known = target.by_horizon()
    weights = target.weights()
    assert (weights[~known] == 0).all()
    assert (weights[known] >= 1).all()
    assert weights.sum() == pytest.approx(len(target), rel=0.1)
    assert not came[~known].any()


def test_strange_cases_are_told_from_familiar_ones():
    random = np.random.default_rng(5)
    x = random.normal(size=(400, 6))
    folds = [
        (np.flatnonzero(np.arange(400) % 4 != one), np.flatnonzero(np.arange(400) % 4 == one))
        for one in range(4)
    ]
    found = fit_familiar(x, folds)
    assert 0.95 < (found.scores(x) <= 1).mean() <= 1
    strange = np.full(6, 5.0) * np.array([1, -1, 1, -1, 1, -1])
    assert found.judged(strange).is_strange
    assert not found.judged(np.zeros(6)).is_strange
    again = type(found).from_arrays(found.to_arrays())
    np.testing.assert_allclose(again.scores(x), found.scores(x))


def histories(count: int) -> list[History]:
    random = np.random.default_rng(6)
    found = []
    for one in range(count):
        level = random.normal(135, 20)
        days = np.sort(random.uniform(-2000, -1, int(random.integers(0, 9))))
        values = level + random.normal(0, 4, len(days))
        ill = {"htn": -300.0} if one % 3 == 0 else {}
        found.append(History(55.0, float(one % 2), {"bmi": 27.0}, {"sbp": Measured(days, values)}, ill))
    return found


def test_steps_hold_what_was_seen_when_and_what_before():
    days = np.array([-700.0, -350.0])
    one = History(
        60, 1, {}, {"hdl": Measured(days, np.array([40.0, 50.0]))}, {"htn": -350.0, "stroke": float("nan")}
    )
    steps = steps_of([one, History(50, 0)])
    hdl, htn, stroke = (channels().index(key) for key in ("hdl", "htn", "stroke"))
    assert steps.lengths.tolist() == [3, 0]
    assert steps.values[0, :3, hdl].tolist() == [40.0, 50.0, 0.0]
    assert steps.mask[0, :3, htn].tolist() == [0, 1, 0]
    assert steps.mask[0, 2, stroke] == 1
    assert steps.last[0, 2, hdl] == 50.0
    assert steps.since[0, 1, hdl] == pytest.approx(350 / 365.25, abs=1e-4)
    assert steps.ago[0, 0] == pytest.approx(700 / 365.25, abs=1e-4)


def test_the_network_learns_of_measurements_and_says_where_it_looked(monkeypatch):
    monkeypatch.setattr(recurrents, "_BATCH", 64)
    monkeypatch.setattr(recurrents, "_EPOCHS", 5)
    torch.set_num_threads(1)
    people = histories(400)
    base = rows(people)
    cases = Cases(base, term_rows(base), steps_of(people))
    level = np.array(
        [one.measured["sbp"].values.mean() if len(one.measured["sbp"].values) else 135.0 for one in people]
    )
    random = np.random.default_rng(7)
    times = random.exponential(2000 * np.exp(-(level - 135) / 12))
    target = Target(np.ones(400, dtype=bool), times, 1500.0)
    fitted = recurrents.Recurrent.fit(cases, target, 0, nothing)
    said = fitted.predict(cases)
    assert c_index(times, target.labels, said) > 0.65
    np.testing.assert_array_equal(recurrents.Recurrent.load(fitted.save()).predict(cases), said)
    attention = fitted.attention(cases)
    seen = cases.steps.lengths > 0
    np.testing.assert_allclose(attention[seen].sum(axis=1), 1.0, atol=1e-5)
    effects = fitted.explain(cases[np.arange(30)])
    names = [one.name for one in features()]
    assert (
        np.abs(effects[:, names.index("sbp last")]).mean()
        > np.abs(effects[:, names.index("hdl last")]).mean()
    )
    with pytest.raises(ValueError, match="order of time"):
        fitted.predict(Cases(base, term_rows(base)))


def test_a_blend_is_the_sum_of_its_parts(binary):
    cases, target = binary
    parts = tuple(learner_named(name).fit(cases, target, 0, nothing) for name in ("logistic", "boosting"))
    scores = np.stack([one.predict(cases) for one in parts], axis=1)
    weights, offset = odds_weights(scores, target.labels)
    assert (weights >= 0).all()
    blend = Blend(parts, weights, offset)
    np.testing.assert_allclose(blend.predict(cases), scores @ weights + offset)
    whole = blend.explain(cases)
    np.testing.assert_allclose(
        whole, sum(w * one.explain(cases) for w, one in zip(weights, parts, strict=True))
    )


def test_cancelling_passes_through(survival):
    class CancelledError(Exception):
        pass

    def cancel() -> None:
        raise CancelledError

    cases, target = survival
    for name in ("logistic", "svm", "cox", "boosting"):
        with pytest.raises(CancelledError):
            learner_named(name).fit(cases, target, 0, cancel)
