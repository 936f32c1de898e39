"""Rules of a frame are fitted once and applied to other data as they are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from medapp.knowledge.quality import FittedRules, Rule, fit_rules


def frame(seed=0, rows=200):
    random = np.random.default_rng(seed)
    hr = random.normal(80, 10, rows)
    return pd.DataFrame({"HR": hr, "twice": 2 * hr + random.normal(0, 0.1, rows), "name": ["a"] * rows})


UNITS = {"HR": "/min"}


def test_numbers_of_training_are_used_on_other_data():
    fitted = fit_rules(frame(), [Rule("missing", "median")], UNITS)
    other = pd.DataFrame({"HR": [np.nan, 200.0], "twice": [1.0, 2.0], "name": ["b", "c"]})
    made, log = fitted.apply(other)
    assert made["HR"][0] == pytest.approx(frame()["HR"].median())
    assert np.isnan(other["HR"][0])
    assert [(one.kind, one.found, one.changed) for one in log if one.found] == [("missing", 1, 1)]
    again, _log = FittedRules.from_json(fitted.to_json()).apply(other)
    pd.testing.assert_frame_equal(made, again)


def test_outliers_and_impossible_values_by_rule():
    rules = [Rule("impossible", "drop"), Rule("outlier", "indicator")]
    fitted = fit_rules(frame(), rules, UNITS)
    other = pd.DataFrame({"HR": [900.0, 200.0, 80.0], "twice": [160.0] * 3, "name": ["b"] * 3})
    made, _log = fitted.apply(other)
    assert np.isnan(made["HR"][0])
    assert made["HR__outlier"].tolist() == [0.0, 1.0, 0.0]
    assert made["HR"][1] == 200.0


def test_a_model_fills_from_the_other_columns_and_the_last_value_is_carried():
    training = frame()
    fitted = fit_rules(training, [Rule("missing", "model")], UNITS)
    made, _log = fitted.apply(pd.DataFrame({"HR": [np.nan], "twice": [200.0], "name": ["b"]}))
    assert made["HR"][0] == pytest.approx(100, abs=1)
    carried = fit_rules(training, [Rule("missing", "locf", "HR")], UNITS)
    other = pd.DataFrame({"HR": [70.0, np.nan, np.nan], "twice": [1.0] * 3, "name": ["b"] * 3})
    made, _log = carried.apply(other, subjects=["p1", "p1", "p2"])
    assert made["HR"].tolist()[:2] == [70.0, 70.0]
    assert np.isnan(made["HR"][2])
    with pytest.raises(ValueError, match="whose"):
        carried.apply(other)


def test_the_columns_of_indicators_are_those_of_training():
    training = frame()
    training.loc[0, "HR"] = np.nan
    fitted = fit_rules(training, [Rule("missing", "indicator"), Rule("duplicate", "drop")], UNITS)
    made, _log = fitted.apply(frame(1))
    assert list(made.columns) == ["HR", "twice", "name", "HR__missing"]
    with pytest.raises(ValueError, match="lacks the columns twice"):
        fitted.apply(frame()[["HR"]])


def test_dropped_rows_and_other_texts():
    fitted = fit_rules(frame(), [Rule("missing", "drop", "HR")], UNITS)
    other = pd.DataFrame({"HR": [np.nan, 70.0], "twice": [1.0, np.nan], "name": ["b", "c"]})
    assert fitted.apply(other)[0]["name"].tolist() == ["c"]
    for text in ("{}", "[]", '{"version": 1}', "{"):
        with pytest.raises(ValueError, match=r"."):
            FittedRules.from_json(text)
