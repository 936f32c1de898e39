"""Calibration makes probabilities right, and sets hold the truth as often as they say."""

import numpy as np
import pytest

from medapp.engine.calibration import Isotonic, Platt, fit_isotonic, fit_platt, from_arrays, logit, sigmoid
from medapp.engine.conformal import BinarySets, fit_binary_sets, fit_ranked_sets, quantile
from medapp.engine.evaluation import ece


def overconfident(seed, count=4000):
    random = np.random.default_rng(seed)
    truth_logit = random.normal(-1, 1.5, count)
    labels = (random.random(count) < sigmoid(truth_logit)).astype(int)
    return 3 * truth_logit + 1, labels


@pytest.mark.parametrize("fit", [fit_platt, fit_isotonic])
def test_what_was_said_too_surely_becomes_right(fit):
    scores, labels = overconfident(0)
    new, truth = overconfident(1)
    before = ece(truth, sigmoid(new))
    fitted = fit(scores, labels)
    after = ece(truth, fitted.apply(new))
    assert after < 0.03 < before
    again = from_arrays(fitted.to_arrays())
    assert np.allclose(again.apply(new), fitted.apply(new))


def test_platt_finds_slope_and_offset():
    scores, labels = overconfident(2, 20000)
    found = fit_platt(scores, labels)
    assert found.slope == pytest.approx(1 / 3, abs=0.03)
    assert found.offset == pytest.approx(-1 / 3, abs=0.1)


def test_a_score_that_is_wrong_way_round_is_not_turned():
    scores, labels = overconfident(3)
    assert fit_platt(-scores, labels).slope == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("labels", [[1, 1], [0, 2]])
def test_one_kind_of_case_is_refused(labels):
    with pytest.raises(ValueError, match="both kinds"):
        fit_platt([0.1, 0.2], labels)
    with pytest.raises(ValueError, match="no number"):
        fit_isotonic([0.1, np.nan], [0, 1])


def test_other_arrays_hold_no_calibration():
    with pytest.raises(ValueError, match="no calibration"):
        from_arrays({"platt": np.zeros(3)})
    assert isinstance(from_arrays({"platt": np.array([1.0, 0.0])}), Platt)
    assert isinstance(from_arrays({"isotonic": np.array([[0.0, 1.0], [0.0, 1.0]])}), Isotonic)


def test_logit_and_back():
    assert sigmoid(logit([0.2, 0.9])) == pytest.approx([0.2, 0.9])
    assert np.isfinite(logit([0, 1])).all()


@pytest.mark.parametrize("coverage", [0.8, 0.9, 0.95])
def test_sets_hold_the_truth_as_often_as_they_say_for_either_answer(coverage):
    scores, labels = overconfident(4, 20000)
    new, truth = overconfident(5, 20000)
    sets = fit_binary_sets(sigmoid(scores), labels, coverage)
    held = sets.hold(sigmoid(new), truth)
    for answer in (0, 1):
        assert held[truth == answer].mean() == pytest.approx(coverage, abs=0.015)
    assert BinarySets.from_array(sets.to_array()) == sets


def test_answers():
    sets = BinarySets(present=0.3, absent=0.6, coverage=0.9)
    assert sets.answers(0.2) == ("absent",)
    assert sets.answers(0.5) == ("present", "absent")
    assert sets.answers(0.7) == ("present",)
    assert BinarySets(0.6, 0.3, 0.5).answers(0.4) == ()
    with pytest.raises(ValueError, match="both kinds"):
        fit_binary_sets([0.1], [1])


def test_too_few_cases_exclude_nothing():
    assert quantile(np.array([0.1, 0.2]), 0.9) == 1
    assert fit_binary_sets([0.9, 0.1], [1, 0], 0.9).answers(0.5) == ("present", "absent")


def test_ranked_sets_hold_the_truth_as_often_as_they_say():
    random = np.random.default_rng(6)

    def draw(count):
        said = np.sort(random.dirichlet(np.full(12, 0.3), count))[:, ::-1]
        places = [int(random.choice(12, p=row)) for row in said]
        return list(said), places

    sets = fit_ranked_sets(*draw(4000), coverage=0.9)
    said, places = draw(4000)
    sizes = np.array([sets.size(row) for row in said])
    assert np.mean(np.array(places) < sizes) == pytest.approx(0.9, abs=0.02)
    assert sizes.mean() < 11
    assert fit_ranked_sets([[0.5, 0.5]] * 9, [None] * 9, 0.9).size([0.5, 0.5]) == 2
