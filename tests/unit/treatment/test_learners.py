"""What learners make of visits, and what comes back from a file."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from medapp_treatment.molecules import among, fingerprints
from medapp_treatment.next_visit.cohort import cases_of, cohort_of, medicines_of
from medapp_treatment.next_visit.features import fit_columns
from medapp_treatment.next_visit.figures import (
    Held,
    Truth,
    default_of,
    differences,
    f1,
    figures_of,
    interactions,
    jaccard,
    prauc,
)
from medapp_treatment.next_visit.learners import FITTERS, LEARNERS, load
from medapp_treatment.next_visit.learners.base import Lesson
from medapp_treatment.next_visit.learners.logistic import log_loss
from tests.unit.treatment.treated import people, write_fhir

"""Networks are trained, which takes its time on a machine that others use too."""


def nothing() -> None:
    """Nobody cancels."""


@pytest.fixture(scope="module")
def patients(tmp_path_factory):
    torch.set_num_threads(1)
    return cohort_of(write_fhir(tmp_path_factory.mktemp("data"), people(60)), nothing).patients


@pytest.fixture(scope="module")
def lesson(patients):
    columns, medicines = fit_columns((one.rows for one in patients), 3), medicines_of(patients)
    bits = fingerprints(medicines)
    return columns, Lesson(columns.names, medicines, bits, np.zeros((3, 3), bool), 0.0, 0, nothing, {})


@pytest.fixture(scope="module")
def cases(patients, lesson):
    return cases_of(patients[:45], *_names(lesson)), cases_of(patients[45:], *_names(lesson))


def _names(lesson):
    return lesson[0], lesson[1].medicines


@pytest.fixture(scope="module")
def fitted(cases, lesson):
    return {name: FITTERS[name](*cases, lesson[1])[0] for name in LEARNERS}


def test_problems_are_learned_by_regression_and_network_and_not_by_the_others(fitted, cases):
    truth = cases[1].truth[cases[1].asked]
    losses = {name: log_loss(one.scores(cases[1]), truth) for name, one in fitted.items()}
    assert losses["logistic"] < 0.5 * losses["frequent"]
    assert losses["gru"] < 0.6 * losses["frequent"]


def test_settings_are_chosen_where_there_are_cases_to_choose_by(cases, lesson):
    _, chosen = FITTERS["gru"](*cases, lesson[1])
    assert 1 <= chosen["epochs"] <= 40
    _, chosen = FITTERS["logistic"](*cases, lesson[1])
    assert chosen["ridge"] in {0.3, 1.0, 3.0, 10.0}


@pytest.mark.parametrize("name", LEARNERS)
def test_a_learner_comes_back_as_it_was(fitted, cases, name):
    again = load(name, fitted[name].to_arrays())
    np.testing.assert_allclose(again.scores(cases[1]), fitted[name].scores(cases[1]), atol=0.02)


def test_a_network_of_other_arrays_is_refused(fitted):
    arrays = fitted["gru"].to_arrays()
    arrays["query.weight"] = arrays["query.weight"][:, :-1]
    with pytest.raises(ValueError, match="not those of a network"):
        load("gru", arrays)


def test_what_comes_later_changes_nothing_of_what_was_said_before(fitted, patients, lesson):
    one = max(patients, key=lambda each: len(each.rows))
    whole = cases_of([one], *_names(lesson))
    short = type(one)(one.digest, one.rows[:-1], one.medicines[:-1], one.sex)
    cut = cases_of([short], *_names(lesson))
    said, before = (fitted["gru"].scores(each) for each in (whole, cut))
    np.testing.assert_allclose(said[: len(before)], before, atol=1e-5)


def test_the_same_as_last_time_goes_by_the_last_visit_alone(fitted, cases):
    said = fitted["same"].scores(cases[1])
    last = cases[1].last[cases[1].asked]
    assert said[last].min() > said[~last].max()


def test_a_penalty_makes_pairs_that_interact_less_likely_together(cases, lesson):
    from dataclasses import replace

    names = lesson[1].medicines
    pairs = among(frozenset({frozenset({"lisinopril", "metformin"})}), names)
    one, other = names.index("lisinopril"), names.index("metformin")
    found = {}
    for penalty in (0.0, 5.0):
        told = replace(lesson[1], interacting=pairs, penalty=penalty)
        learner, _ = FITTERS["gru"](cases[0], None, replace(told, settings={"epochs": 25}))
        said = 1 / (1 + np.exp(-learner.scores(cases[0])))
        found[penalty] = float((said[:, one] * said[:, other]).mean())
    assert found[5.0] < 0.5 * found[0.0]


# ---- figures ------------------------------------------------------------------------------------------
TRUTH = np.array([[1, 1, 0], [0, 0, 1]], bool)
SAID = np.array([[1, 0, 1], [0, 0, 0]], bool)


def test_sets_are_measured_as_they_are_defined():
    np.testing.assert_allclose(jaccard(SAID, TRUTH), [1 / 3, 0])
    np.testing.assert_allclose(f1(SAID, TRUTH), [0.5, 0])
    np.testing.assert_allclose(
        prauc(np.array([[0.9, 0.2, 0.5], [0.1, 0.2, 0.9]]), TRUTH), [(1 + 2 / 3) / 2, 1]
    )
    pairs = np.zeros((3, 3), bool)
    pairs[0, 2] = pairs[2, 0] = True
    bad, total = interactions(SAID, pairs)
    np.testing.assert_allclose(bad, [1, 0])
    np.testing.assert_allclose(total, [1, 0])


def test_figures_say_what_is_not_defined_with_none():
    truth = Truth(TRUTH, ("a", "b"), np.array([False, True]), None)
    found = figures_of(Held(SAID.astype(float), SAID), truth)
    assert found["interactions"] == [None, None, None]
    assert found["jaccard"][0] == pytest.approx(1 / 6)
    assert found["jaccard again"][0] == 0


def test_the_simplest_that_none_beats_is_taken():
    def beats(low: float) -> dict[str, float]:
        return {"value": low, "low": low, "high": low, "p": 0.0}

    names = ("a", "b", "c")
    assert default_of(names, {"a>b": beats(-1), "a>c": beats(-1), "b>c": beats(-1)}) == "a"
    assert default_of(names, {"a>b": beats(1), "a>c": beats(1), "b>c": beats(-1)}) == "b"
    assert default_of(names, {"a>b": beats(-1), "a>c": beats(1), "b>c": beats(1)}) == "c"


def test_a_difference_is_of_the_same_visits():
    random = np.random.default_rng(0)
    truth = Truth(random.random((80, 3)) < 0.4, tuple(map(str, range(80))), np.ones(80, bool), None)
    good = Held(truth.prescribed.astype(float), truth.prescribed)
    bad = Held(1 - good.probabilities, ~truth.prescribed)
    found = differences({"bad": bad, "good": good}, truth)["bad>good"]
    assert found["low"] > 0.5
