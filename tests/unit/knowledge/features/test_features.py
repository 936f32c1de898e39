"""Features of a small record, each number worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from medapp.domain.record import Code, Concept, Entry, Observation, Period, Problem, Quantity, Source, When
from medapp.domain.record.coding import LOINC, SNOMED
from medapp.knowledge.features import (
    fit_embedding,
    fit_plan,
    gather,
    read_columns,
    sequences,
    units_of,
    write_columns,
)

AT = datetime(2020, 1, 11, tzinfo=UTC)


def lab(value, day, unit="mg/dL", subject="p1", code="2160-0"):
    content = Observation(
        Concept((Code(LOINC, code),), "Creatinine"),
        effective=Period(When(f"2020-01-{day:02d}T00:00:00Z")),
        value=Quantity(value, unit),
    )
    return Entry(f"{subject}{day}{code}", subject, Source("f", "fhir", str(day)), content)


def problem(code, day=1, subject="p1", certainty=""):
    content = Problem(
        Concept((Code(SNOMED, code),), code), certainty=certainty, onset=Period(When(f"2020-01-{day:02d}"))
    )
    return Entry(f"{subject}{code}", subject, Source("f", "fhir", code), content)


def test_windows_hold_what_is_before_the_index_time_and_no_more():
    items = [lab(9.0, 1), lab(1.0, 5), lab(2.0, 7), lab(88.4 * 3, 9, "umol/L"), lab(50.0, 20)]
    gathered = gather(items)
    plan = fit_plan(gathered, ["p1"], windows_days=(7.0,))
    row = plan.frame(gathered, {"p1": AT, "p2": AT}).rename(columns=lambda name: name.split("__")[1])
    one = row.loc["p1"]
    assert one["first_7d"] == 1.0
    assert one["last_7d"] == pytest.approx(3.0, abs=0.01)
    assert (one["min_7d"], one["count_7d"], one["measured_7d"]) == (1.0, 3.0, 1.0)
    assert one["mean_7d"] == pytest.approx(2.0, abs=0.01)
    assert one["slope_7d"] == pytest.approx(0.5, abs=0.01)
    assert one["since_7d"] == 48.0
    other = row.loc["p2"]
    assert (other["count_7d"], other["measured_7d"]) == (0.0, 0.0)
    assert np.isnan(other["last_7d"])


def test_columns_tell_unit_and_source(tmp_path):
    gathered = gather([lab(1.0, 5), problem("38341003")])
    plan = fit_plan(gathered, ["p1"], windows_days=(7.0,))
    units = units_of(plan.columns)
    assert units["2160-0__last_7d"] == "mg/dL"
    assert units["2160-0__slope_7d"] == "mg/dL/d"
    assert units["2160-0__since_7d"] == "h"
    assert units["2160-0__count_7d"] == "1"
    assert plan.columns[0].source == f"{LOINC} 2160-0"
    assert list(plan.frame(gathered, {"p1": AT}).columns) == [one.name for one in plan.columns]
    write_columns(plan.columns, tmp_path / "columns.json")
    assert read_columns(tmp_path / "columns.json") == plan.columns


def test_codes_are_counted_and_denied_ones_are_not():
    gathered = gather([problem("38341003"), problem("44054006", certainty="refuted"), problem("1", day=30)])
    plan = fit_plan(gathered, ["p1"], windows_days=(0.0,))
    row = plan.frame(gathered, {"p1": AT}).loc["p1"]
    assert row["38341003__codes"] == 1.0
    assert row["1__codes"] == 0.0
    assert "44054006__codes" not in row


def test_only_training_patients_choose_the_columns():
    gathered = gather([lab(1.0, 5), lab(7.0, 5, "mmol/L", "p2", "2345-7"), problem("38341003", subject="p2")])
    plan = fit_plan(gathered, ["p1"])
    assert {one.key[1] for one in plan.variables} == {"2160-0"}
    assert plan.codes == ()


def test_a_table_without_times_has_values():
    content = Observation(Concept((), "HR_first"), value=Quantity(80.0, ""))
    outcome = Observation(Concept((), "died"), category="outcome", value=Quantity(1.0, ""))
    items = [
        Entry(str(n), "p1", Source("f", "table", "line 2"), one) for n, one in enumerate((content, outcome))
    ]
    gathered = gather(items, without=frozenset({"outcome"}))
    plan = fit_plan(gathered, ["p1"])
    assert [(one.name, one.statistic, one.unit) for one in plan.columns] == [("HR_first", "value", "")]
    assert plan.frame(gathered, {"p1": None, "p2": None})["HR_first"].tolist()[0] == 80.0


def test_sequences_are_padded_with_mask_and_time_since():
    items = [lab(1.0, 5), lab(2.0, 7), lab(5.0, 6, "mmol/L", code="2345-7"), lab(3.0, 8, subject="p2")]
    gathered = gather(items)
    plan = fit_plan(gathered, ["p1", "p2"])
    found = sequences(plan, gathered, {"p1": AT, "p2": AT, "p3": AT})
    creatinine = [one.name for one in found.columns].index("2160-0")
    assert found.values.shape == (3, 3, 2)
    assert found.lengths.tolist() == [3, 1, 0]
    assert found.values[0, :, creatinine].tolist() == [1.0, 0.0, 2.0]
    assert found.mask[0, :, creatinine].tolist() == [1.0, 0.0, 1.0]
    assert found.delta[0, :, creatinine].tolist() == [0.0, 24.0, 48.0]
    assert sequences(plan, gathered, {"p1": AT}, most_steps=1).values[0, 0, creatinine] == 2.0


def test_codes_that_stand_together_are_near_and_test_patients_are_not_looked_at():
    items = [
        *(problem(code, subject=f"a{n}") for n in range(6) for code in ("1", "2")),
        *(problem(code, subject=f"b{n}") for n in range(6) for code in ("3", "4")),
        problem("99", subject="test"), problem("1", subject="test"),
    ]  # fmt: skip
    gathered = gather(items)
    training = [f"{group}{n}" for group in "ab" for n in range(6)]
    found = fit_embedding(gathered, training, dimensions=2)
    vectors = {key[1]: vector for key, vector in zip(found.codes, found.vectors, strict=True)}
    assert set(vectors) == {"1", "2", "3", "4"}
    cosine = vectors["1"] @ vectors["2"] / np.linalg.norm(vectors["1"]) / np.linalg.norm(vectors["2"])
    assert abs(cosine) == pytest.approx(1, abs=1e-6)
    assert abs(vectors["1"] @ vectors["3"]) == pytest.approx(0, abs=1e-6)
    frame = found.frame(gathered, {"test": AT})
    assert np.allclose(frame.to_numpy()[0], vectors["1"])
    assert list(frame.columns) == [one.name for one in found.columns]
    assert fit_embedding(gathered, []).vectors.shape == (0, 0)
