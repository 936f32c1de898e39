"""Every kind of fault is found where it is, and nothing is found where all is well."""

from __future__ import annotations

import json
from datetime import date

import pytest

from medapp.domain.record import (
    Code,
    Component,
    Concept,
    Entry,
    Medication,
    Observation,
    Other,
    Period,
    Person,
    Problem,
    Quantity,
    ReferenceRange,
    Source,
    When,
)
from medapp.domain.record.coding import LOINC
from medapp.knowledge.quality import Audit, Rule, clean, examine

TODAY = date(2024, 6, 1)
CREATININE = "2160-0"


def person(subject="p1", birth="1960-01-01", sex="female", deceased=None, place="Patient/1"):
    death = When(deceased) if deceased else None
    return Person(subject, Source("a.json", "fhir", place), birth_date=When(birth), sex=sex, deceased=death)


def lab(number, value, unit="mg/dL", when="2020-01-01T10:00:00", code=CREATININE, subject="p1", **more):
    found = None if value is None else Quantity(value, unit)
    content = Observation(
        Concept((Code(LOINC, code),), "Creatinine" if code == CREATININE else code),
        "final",
        "laboratory",
        Period(When(when)) if when else Period(),
        found,
        **more,
    )
    return Entry(f"o{number}", subject, Source("a.json", "fhir", f"Observation/{number}"), content)


def kinds(items, kind):
    report = examine(items, today=TODAY)
    return [(one.reason, one.place) for one in report.findings if one.kind == kind]


def series(count=20):
    return [lab(n, 0.8 + n / 50, when=f"2020-01-{n + 1:02d}T10:00:00") for n in range(count)]


def test_a_clean_record_has_nothing():
    report = examine([person(), *series()], today=TODAY)
    assert {kind: count for kind, count in report.counts if count} == {}
    assert report.proposed == ()
    assert report.persons == 1
    assert report.entries == 20
    assert json.loads(json.dumps(report.to_dict()))["counts"]["duplicate"] == 0


def test_the_same_code_time_and_value_is_a_duplicate_and_another_time_is_not():
    items = [person(), lab(1, 1.0), lab(2, 1.0), lab(3, 1.0, when="2020-01-02T10:00:00")]
    assert kinds(items, "duplicate") == [("same", "Observation/2")]
    assert kinds([lab(1, 1.0), lab(2, 1.0, subject="p2")], "duplicate") == []


def test_orders_that_were_written_on_other_days_are_no_duplicates():
    def order(number, written):
        content = Medication(Concept(text="simvastatin"), "request", "stopped", "order")
        source = Source("a.json", "fhir", f"MedicationRequest/{number}")
        return Entry(f"m{number}", "p1", source, content, recorded=When(written) if written else None)

    yearly = [order(n, f"200{n}-02-17") for n in range(1, 4)]
    assert kinds(yearly, "duplicate") == []
    again = order(9, "2003-02-17")
    assert kinds([*yearly, again], "duplicate") == [("same", "MedicationRequest/9")]
    assert kinds([order(1, ""), order(2, "")], "duplicate") == [("same", "MedicationRequest/2")]


def test_two_values_at_one_minute_contradict_but_not_on_one_day():
    assert kinds([lab(1, 1.0), lab(2, 2.0)], "contradiction") == [("two-values", "Observation/2")]
    assert kinds([lab(1, 1.0, when="2020-01-01"), lab(2, 2.0, when="2020-01-01")], "contradiction") == []


def test_an_observation_without_a_value_is_missing():
    report = examine([person(), lab(1, None), lab(2, 1.0)], today=TODAY)
    assert report.count("missing") == 1
    assert report.variables[0].missing == 1
    assert [one.place for one in report.findings] == ["Observation/1"]


def test_patients_without_a_usual_variable_are_named():
    items = [*series(3), *(lab(9 + n, 3.0, code="2345-7", subject=f"p{n}") for n in range(2, 5))]
    lonely = [*items, *(lab(20 + n, 1.0, subject=f"p{n}") for n in range(2, 4))]
    assert sorted(examine(lonely, today=TODAY).incomplete) == [("p1", 1), ("p4", 1)]


def test_outliers_and_impossible_values_are_told_apart():
    items = [*series(), lab(50, 9.0, when="2020-02-01"), lab(51, 900.0, when="2020-02-02")]
    assert kinds(items, "outlier") == [("far", "Observation/50")]
    assert kinds(items, "impossible") == [("above", "Observation/51")]
    assert kinds([lab(1, -1.0, unit="")], "impossible") == [("negative", "Observation/1")]


def test_limits_hold_in_other_units():
    assert kinds([lab(1, 88.4, unit="umol/L")], "impossible") == []
    assert kinds([lab(1, 88400.0, unit="umol/L")], "impossible") == [("above", "Observation/1")]


def test_units_are_told_apart_by_whether_they_can_be_brought_together():
    items = [
        lab(1, 1.0), lab(2, 1.1, when="2020-01-02"), lab(3, 1.1, when="2020-01-03", unit="mg/dl"),
        lab(4, 97.0, unit="umol/L", when="2020-01-04"), lab(5, 1.0, unit="mm[Hg]", when="2020-01-05"),
        lab(6, 1.0, unit="", when="2020-01-06"),
    ]  # fmt: skip
    assert kinds(items, "unit") == [
        ("convertible", "Observation/4"), ("not-convertible", "Observation/5"), ("no-unit", "Observation/6"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("when", "reasons"),
    [
        ("2025-01-01", ["future"]),
        ("1959-12-31", ["before-birth"]),
        ("1960", []),
        ("2021-05-02", ["after-death"]),
        ("2021-05", []),
        ("2020-05-05", []),
    ],
)
def test_dates_that_cannot_be(when, reasons):
    alive = None if reasons == ["future"] else "2021-05-01"
    found = kinds([lab(1, 1.0, when=when), person(deceased=alive)], "date")
    assert [reason for reason, _place in found] == reasons


def test_an_end_before_its_start_is_found():
    content = Problem(Concept((), "asthma"), onset=Period(When("2020-02-01"), When("2020-01-01")))
    entry = Entry("c1", "p1", Source("a.json", "fhir", "Condition/1"), content)
    assert kinds([entry], "date") == [("end-before-start", "Condition/1")]


def test_contradictions_inside_one_entry():
    high = ReferenceRange(Quantity(0.5, "mg/dL"), Quantity(1.2, "mg/dL"))
    assert kinds([lab(1, 1.0, flags=("H",), ranges=(high,))], "contradiction") == [("flag", "Observation/1")]
    assert kinds([lab(1, 1.9, flags=("H",), ranges=(high,))], "contradiction") == []
    turned = ReferenceRange(Quantity(1.2, "mg/dL"), Quantity(0.5, "mg/dL"))
    assert kinds([lab(1, 1.0, ranges=(turned,))], "contradiction") == [("range", "Observation/1")]
    pressure = tuple(
        Component(Concept((Code(LOINC, code),)), Quantity(value, "mm[Hg]"))
        for code, value in (("8480-6", 70.0), ("8462-4", 120.0))
    )
    whole = lab(1, None, code="85354-9", components=pressure)
    assert kinds([whole], "contradiction") == [("order", "Observation/1")]


def test_one_patient_of_two_sexes_contradicts():
    assert kinds([person(), person(sex="male", place="Patient/2")], "contradiction") == [
        ("person", "Patient/2")
    ]
    audit = Audit()
    audit.add(person(), "one folder")
    audit.add(person(sex="male"), "another folder")
    assert audit.report(TODAY).count("contradiction") == 0


def test_rules_make_a_new_view_and_leave_the_record_alone():
    items = [
        person(), *series(), lab(30, 0.8), lab(31, 97.0, unit="umol/L", when="2020-03-01"),
        lab(32, 900.0, when="2020-03-02"),
    ]  # fmt: skip
    items[21] = lab(30, 0.8, when="2020-01-01T10:00:00")
    before = tuple(items)
    view = clean(
        items, [Rule("duplicate", "drop"), Rule("unit", "convert"), Rule("impossible", "locf")], today=TODAY
    )
    assert tuple(items) == before
    assert {(one.kind, one.action): (one.found, one.changed) for one in view.log} == {
        ("duplicate", "drop"): (1, 1), ("unit", "convert"): (1, 1), ("impossible", "locf"): (1, 1),
    }  # fmt: skip
    values = {item.id: item.content.value for item in view.items if isinstance(item, Entry)}
    assert "o30" not in values
    assert values["o31"].value == pytest.approx(1.097, abs=0.001)
    assert values["o31"].code == "mg/dL"
    assert values["o32"].value == pytest.approx(1.18)  # nothing was found against it, unlike o31
    assert sum(one is other for one in view.items for other in before) == 21


def test_an_indicator_keeps_the_value_and_flags_it():
    items = [*series(), lab(50, 9.0, when="2020-02-01")]
    view = clean(items, [Rule("outlier", "indicator")], today=TODAY)
    assert view.items == tuple(items)
    assert view.flagged == {20: ("outlier",)}


def test_the_median_takes_the_place_of_what_is_missing():
    view = clean([*series(3), lab(9, None)], [Rule("missing", "median")], today=TODAY)
    filled = view.items[3]
    assert isinstance(filled, Entry)
    assert filled.content.value.value == pytest.approx(0.82)
    assert filled.content.value.code == "mg/dL"
    assert filled.content.comment == "median of all"


def test_rules_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="nothing to do"):
        Rule("duplicate", "median")
    with pytest.raises(ValueError, match="frame"):
        clean([], [Rule("missing", "model")])


def test_organisations_and_practitioners_are_no_patients():
    around = [
        Entry(kind, "", Source("a.json", "fhir", f"{kind}/1"), Other(kind, Concept(text="General")))
        for kind in ("Organization", "Practitioner")
    ]
    report = examine([*around, person(), *series(3)], today=TODAY)
    (creatinine,) = report.variables
    assert (creatinine.of, creatinine.lacking, creatinine.share_missing) == (1, 0, 0.0)
    assert report.persons == 1
