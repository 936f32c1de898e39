"""The concordance against a library's, with ties and weights, and that it is fast enough for a bootstrap."""

from __future__ import annotations

import numpy as np
import pytest
from lifelines.utils import concordance_index

from medapp.engine.evaluation import c_index, survival_figures
from medapp.engine.evaluation.concordance import c_indexes, sampled

NEAR = {"rel": 0, "abs": 1e-9}


def rows(count, seed, *, steps=0, seen=0.4):
    """Times, events and risks; rounded to `steps` values so that many are equal."""
    random = np.random.default_rng(seed)
    risks = random.normal(0, 1, count)
    times = random.exponential(np.exp(-0.5 * risks)) + 0.1
    if steps:
        times, risks = np.ceil(times * steps) / steps, np.round(risks * steps) / steps
    return times, random.random(count) < seen, risks


@pytest.mark.parametrize("count", [2, 3, 7, 64, 65, 700])
@pytest.mark.parametrize("steps", [0, 1, 4])
def test_is_that_of_lifelines(count, steps):
    for seed in range(8):
        times, events, risks = rows(count, seed, steps=steps)
        try:
            wanted = concordance_index(times, -risks, events)
        except ZeroDivisionError:
            wanted = float("nan")
        assert c_index(times, events, risks) == pytest.approx(wanted, nan_ok=True, **NEAR)


@pytest.mark.parametrize("steps", [0, 2])
def test_weights_are_rows_that_are_repeated(steps):
    times, events, risks = rows(300, 5, steps=steps)
    weights = np.random.default_rng(6).integers(0, 4, 300)
    wanted = concordance_index(*(np.repeat(one, weights) for one in (times, -risks, events)))
    assert c_index(times, events, risks, weights) == pytest.approx(wanted, **NEAR)
    assert c_index(times, events, risks, weights / 7) == pytest.approx(wanted, **NEAR)


def test_many_models_in_many_samples_are_each_by_itself():
    times, events, risks = rows(200, 7, steps=3)
    patients = [f"p{number // 2}" for number in range(200)]
    weights = sampled(patients, rounds=12, seed=3)
    assert (weights[::2] == weights[1::2]).all()
    both = np.stack([risks, -times])
    found = c_indexes(times, events, both, weights)
    for sample in range(13):
        counts = weights[:, sample].astype(int)
        for model in range(2):
            repeated = (np.repeat(one, counts) for one in (times, -both[model], events))
            assert found[model, sample] == pytest.approx(concordance_index(*repeated), **NEAR)


def test_samples_are_looked_at_in_parts_where_there_are_many(monkeypatch):
    times, events, risks = rows(50, 8)
    weights = sampled([str(number) for number in range(50)], rounds=20)
    whole = c_indexes(times, events, risks[None], weights)
    monkeypatch.setattr("medapp.engine.evaluation.concordance._CELLS", 150)
    assert (c_indexes(times, events, risks[None], weights) == whole).all()


def test_where_nobody_can_be_compared_there_is_none():
    assert np.isnan(c_index([1.0, 2], [False, False], [1.0, 2]))
    assert np.isnan(c_index([2.0, 2], [True, True], [1.0, 2]))
    assert c_index([2.0, 2], [True, False], [1.0, 1]) == 0.5


def test_what_is_not_a_number_or_not_of_one_length_is_refused():
    with pytest.raises(ValueError, match="not a number"):
        c_index([1.0, 2], [True, True], [1.0, float("nan")])
    with pytest.raises(ValueError, match="not one for each row"):
        c_index([1.0, 2], [True, True], [1.0])


def test_interval_is_that_of_the_samples():
    times, events, risks = rows(120, 9)
    patients = [f"p{number // 2}" for number in range(120)]
    found = survival_figures(times, events, risks, patients, rounds=40, seed=4)["c_index"]
    values = c_indexes(times, events, risks[None], sampled(patients, rounds=40, seed=4))[0]
    assert found.value == values[0]
    assert (found.low, found.high) == pytest.approx(tuple(np.percentile(values[1:], [2.5, 97.5])))
