"""From rules to frame: fitted on training patients, applied to others without looking at them again."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pytest

from medapp.domain.record import (
    Code,
    Component,
    Concept,
    Entry,
    Medication,
    Observation,
    Period,
    Problem,
    Quantity,
    Source,
    When,
)  # fmt: skip
from medapp.domain.record.coding import LOINC, SNOMED
from medapp.knowledge.features import fit_pipeline, fit_plan, gather
from medapp.knowledge.quality import Audit, Rule, fit_records

AT = datetime(2020, 6, 30, tzinfo=UTC)
TODAY = date(2024, 6, 1)
UNITS = {"2160-0": "mg/dL", "2345-7": "mmol/L"}
TITLES = {"2160-0": "Creatinine", "2345-7": "Glucose"}


def lab(value, day="2020-06-20", subject="p1", code="2160-0", unit=None):
    found = None if value is None else Quantity(value, unit if unit is not None else UNITS[code])
    name = f"{subject} {code} {day} {value}"
    content = Observation(
        Concept((Code(LOINC, code),), TITLES[code]), "final", "laboratory", Period(When(day)), found
    )
    return Entry(name, subject, Source("f", "fhir", name), content)


def problem(code, subject="p1", day="2020-06-01", system=SNOMED):
    content = Problem(Concept((Code(system, code),), code), onset=Period(When(day)))
    return Entry(f"{subject} {code}", subject, Source("f", "fhir", f"{subject} {code}"), content)


def training(count=30):
    items = []
    for n in range(count):
        who = f"p{n}"
        items += [lab(1 + n / 50, subject=who), lab(5 + n / 10, subject=who, code="2345-7")]
        items += [lab(2 + n / 50, "2019-02-01", subject=who), problem("38341003", who)]
    return items


def fitted(items, *rules, windows=(90.0,), **more):
    audit = Audit()
    for item in items:
        audit.add(item)
    records = fit_records(rules, audit, today=TODAY)
    view = records.apply(items, today=TODAY)
    gathered = gather(view.items, marks=view.marks)
    index = dict.fromkeys(dict.fromkeys(item.subject for item in items), AT)
    return fit_pipeline(records, gathered, index, windows_days=windows, **more), gathered, index


def applied(made, items, subjects=("n",)):
    view = made.records.apply(items, today=TODAY)
    gathered = gather(view.items, marks=view.marks)
    return made.frame(gathered, dict.fromkeys(subjects, AT))[0]


def test_the_columns_are_those_that_are_described_whatever_the_new_data_has():
    made, gathered, index = fitted(training(), Rule("missing", "indicator"))
    names = [one.name for one in made.columns]
    assert list(made.frame(gathered, index)[0].columns) == names
    new = [lab(1.0, subject="n"), problem("99", "n"), lab(None, subject="n", code="2345-7")]
    assert list(applied(made, new).columns) == names
    assert "99__codes" not in names
    assert len(set(names)) == len(names)
    assert {one.statistic for one in made.columns} >= {"last", "codes", "embedding", "measured"}


def test_one_new_patient_gives_the_same_alone_and_among_others():
    made, _gathered, _index = fitted(training(), Rule("outlier", "drop"), Rule("missing", "median"))
    new = [lab(1.1, subject="n"), lab(1.3, "2020-06-25", subject="n")]
    crowd = [lab(50 + n / 10, subject=f"c{n}") for n in range(40)]
    alone = applied(made, new)
    among = applied(made, [*new, *crowd], ("n", *(f"c{n}" for n in range(40))))
    assert alone.loc["n"].equals(among.loc["n"])
    assert (among["2160-0__count_90d"].loc["c0":] == 0).all()


def test_what_is_missing_is_filled_with_the_median_of_training():
    made, gathered, index = fitted(training(), Rule("missing", "median"))
    row = applied(made, [lab(1.1, subject="n")]).loc["n"]
    glucose = made.frame(gathered, index)[0]["2345-7__last_90d"].median()
    assert row["2345-7__last_90d"] == pytest.approx(glucose)
    assert (row["2345-7__measured_90d"], row["2345-7__count_90d"]) == (0.0, 0.0)
    # Nobody in training had two values of glucose: there is no trend to fill in.
    assert np.isnan(row["2345-7__slope_90d"])


def test_the_last_value_before_the_window_is_carried_forward():
    made, _gathered, _index = fitted(training(), Rule("missing", "locf", "Creatinine"))
    new = [lab(3.0, "2019-01-01", subject="n"), lab(2.5, "2019-02-01", subject="n")]
    new.append(lab(7.0, "2019-02-01", subject="n", code="2345-7"))
    row = applied(made, new).loc["n"]
    assert (row["2160-0__last_90d"], row["2160-0__min_90d"]) == (2.5, 2.5)
    assert (row["2160-0__measured_90d"], row["2160-0__count_90d"]) == (0.0, 0.0)
    assert row["2160-0__since_90d"] == pytest.approx((AT - datetime(2019, 2, 2, tzinfo=UTC)).days * 24)
    assert np.isnan(row["2345-7__last_90d"])


def test_a_model_predicts_what_is_missing_and_what_was_left_out_as_an_outlier():
    made, _gathered, _index = fitted(training(), Rule("outlier", "model", "Glucose"))
    row = applied(
        made, [lab(1.4, subject="n"), lab(100.0, subject="n", code="2345-7"), problem("38341003", "n")]
    )
    assert row.loc["n", "2345-7__last_90d"] == pytest.approx(7.0, abs=0.4)
    assert np.isnan(applied(made, [lab(7.0, subject="n", code="2345-7")]).loc["n", "2160-0__last_90d"])


def test_patients_without_a_value_are_left_out_where_the_rule_says_so():
    made, _gathered, _index = fitted(training(), Rule("missing", "drop", "Glucose"))
    new = [lab(1.0, subject="a"), lab(6.0, subject="b", code="2345-7"), lab(1.0, subject="b")]
    assert applied(made, new, ("a", "b")).index.tolist() == ["b"]


def test_an_indicator_of_an_outlier_becomes_a_column():
    items = [*training(), *(lab(40.0, "2020-06-21", subject=f"p{n}") for n in range(3))]
    made, gathered, index = fitted(items, Rule("outlier", "indicator"))
    (column,) = [one for one in made.columns if one.statistic == "flagged"]
    assert (column.name, column.unit) == ("2160-0__flagged_outlier", "1")
    flagged = made.frame(gathered, index)[0][column.name]
    assert flagged[:4].tolist() == [1.0, 1.0, 1.0, 0.0]
    assert applied(made, [lab(41.0, subject="n")]).loc["n", column.name] == 1.0


def test_an_indicator_of_a_component_is_of_the_component():
    def pressure(subject, value):
        parts = tuple(
            Component(Concept((Code(LOINC, code),), code), Quantity(number, "mm[Hg]"))
            for code, number in (("8480-6", value), ("8462-4", 80.0))
        )
        content = Observation(
            Concept(text="pressure"), effective=Period(When("2020-06-20")), components=parts
        )
        return Entry(subject, subject, Source("f", "fhir", subject), content)

    items = [pressure(f"p{n}", 900.0 if n < 2 else 120.0) for n in range(10)]
    made, gathered, index = fitted(items, Rule("impossible", "indicator"))
    assert made.frame(gathered, index)[0]["8480-6__flagged_impossible"].sum() == 2
    assert "8462-4__flagged_impossible" not in {one.name for one in made.columns}


def test_a_table_without_times_has_a_column_for_what_is_missing():
    def cell(n, value):
        content = Observation(Concept(text="HR"), value=None if value is None else Quantity(value, "/min"))
        return Entry(f"{n}", f"p{n}", Source("f", "table", f"row {n}"), content)

    items = [cell(n, 60.0 + n) for n in range(20)]
    audit = Audit()
    for item in items:
        audit.add(item)
    records = fit_records([Rule("missing", "indicator")], audit)
    index = dict.fromkeys([f"p{n}" for n in range(22)])
    made = fit_pipeline(records, gather(items), index)
    frame, _changes = made.frame(gather(items), index)
    assert [one.name for one in made.columns] == ["HR", "HR__missing"]
    assert made.columns[1].statistic == "missing"
    assert frame["HR__missing"].sum() == 2


@pytest.mark.parametrize(
    ("day", "counted"), [("2020-06-30", 0), ("2020-06-29", 1), ("2020-06", 0), ("2020", 0), ("2020-05", 1)]
)
def test_what_may_be_after_the_index_time_is_not_looked_at(day, counted):
    items = [lab(1.0, day)]
    made = fit_plan(gather(items), ["p1"], windows_days=(0.0,))
    row = made.frame(gather(items), {"p1": AT}).loc["p1"]
    assert row["2160-0__count_0d"] == counted


def test_codes_of_two_terminologies_are_two_columns():
    items = [problem("1", system="urn:a"), problem("1", "p2", system="urn:b"), problem("2")]
    plan = fit_plan(gather(items), ["p1", "p2"], windows_days=(0.0,))
    assert {one.name for one in plan.columns} == {"urn:a|1__codes", "urn:b|1__codes", "2__codes"}
    frame = plan.frame(gather(items), {"p1": AT, "p2": AT})
    assert frame.loc["p1", "urn:a|1__codes"] == 1.0
    assert frame.loc["p1", "urn:b|1__codes"] == 0.0


def test_an_order_without_a_start_counts_from_when_it_was_written():
    def order(written):
        content = Medication(Concept((Code(LOINC, "m"),), "m"), "request", "active")
        return Entry("m", "p1", Source("f", "fhir", "m"), content, recorded=When(written))

    for written, counted in (("2020-06-01", 1), ("2020-07-01", 0)):
        plan = fit_plan(gather([order(written)]), ["p1"], windows_days=(0.0,))
        assert plan.frame(gather([order(written)]), {"p1": AT}).loc["p1", "m__codes"] == counted


def test_all_time_is_the_longest_window():
    items = [problem("1", day="1990-01-01"), lab(1.0)]
    plan = fit_plan(gather(items), ["p1"], windows_days=(30.0, 0.0))
    assert plan.frame(gather(items), {"p1": AT}).loc["p1", "1__codes"] == 1.0


def test_numbers_in_units_that_do_not_fit_are_counted():
    items = [
        lab(1.0),
        lab(1.0, "2020-06-21"),
        lab(2.0, "2020-06-22", unit="mm[Hg]"),
        lab(90.0, unit="umol/L"),
    ]
    plan = fit_plan(gather(items), ["p1"])
    (found,) = plan.unfit(gather(items))
    assert (found.variable.title, found.count) == ("Creatinine", 1)
    assert found.why == "1 in mm[Hg], which cannot be brought into mg/dL"
    (unstated,) = plan.unfit(gather([*items[:2], lab(3.0, "2020-06-23", unit="")]))
    assert unstated.why == "1 without a unit"


def test_what_is_no_column_is_named_with_how_many_have_it():
    items = [lab(1.0), problem("1"), *[lab(5.0, code="2345-7", subject=f"p{n}") for n in range(2, 4)]]
    gathered = gather(items)
    plan = fit_plan(gathered, ["p1"])
    assert [count for _title, count in plan.unknown(gathered)] == [2]
    assert plan.unknown(gather(items[:2])) == ()


def test_the_last_moment_of_a_patient():
    gathered = gather([lab(1.0, "2020-01-05"), problem("1", day="2020-03"), lab(1.0, "2020-01-07")])
    assert gathered.last("p1").date() == date(2020, 3, 31)
    assert gathered.last("nobody") is None


def test_sequences_tell_hours_to_the_index_time():
    items = [lab(1.0, "2020-06-29T00:00:00Z"), lab(2.0, "2020-06-29T12:00:00Z"), lab(1.0, subject="p2")]
    made, gathered, _index = fitted(items)
    found = made.sequences(gathered, {"p1": AT, "p2": AT, "p3": None})
    assert found.times[0].tolist() == [24.0, 12.0]
    assert found.times[2].tolist() == [0.0, 0.0]
    assert found.lengths.tolist() == [2, 1, 0]


def test_only_the_codes_that_most_patients_have_are_embedded():
    made, _gathered, _index = fitted([*training(), problem("99", "p0")])
    assert len(made.embedding.codes) == 2
    from medapp.knowledge.features import fit_embedding

    gathered = gather([*training(), problem("99", "p0")])
    assert fit_embedding(gathered, gathered.subjects, most=1).codes == ((SNOMED, "38341003"),)
