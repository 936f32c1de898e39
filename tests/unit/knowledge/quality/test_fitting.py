"""Rules of records are fitted on training data and applied to other records as they are."""

from __future__ import annotations

import json
import math
from datetime import date

import pytest

from medapp.domain.record import Code, Component, Concept, Entry, Observation, Period, Quantity, Source, When
from medapp.domain.record.coding import LOINC
from medapp.knowledge.quality import Audit, Known, RecordRules, Rule, clean, fit_records
from medapp.knowledge.quality.outliers import Bounds
from medapp.knowledge.quality.rules_file import RulesError, from_text, read_rules, to_text

TODAY = date(2024, 6, 1)
CREATININE = "2160-0"
KNOWN = {"system": "", "code": "a", "title": "a", "unit": "", "bounds": None, "median": 1.0}


def lab(name, value, unit="mg/dL", day=1, subject="p1", code=CREATININE):
    found = None if value is None else Quantity(value, unit)
    when = Period(When(f"2020-{1 + day // 28:02d}-{1 + day % 28:02d}T10:00:00"))
    content = Observation(Concept((Code(LOINC, code),), "Creatinine"), "final", "laboratory", when, found)
    return Entry(name, subject, Source("a.json", "fhir", name), content)


def training():
    return [lab(f"t{n}", 0.8 + n / 50, day=n, subject=f"p{n}") for n in range(21)]


def fitted(*rules, items=None):
    audit = Audit()
    for item in items or training():
        audit.add(item)
    return fit_records(rules, audit, today=TODAY)


def values(view):
    return [item.content.value and item.content.value.value for item in view.items]


def test_training_tells_unit_median_and_bounds():
    (known,) = fitted(items=[*training(), lab("far", 9.0, day=40), lab("wrong", 900.0, day=41)]).known
    assert (known.key, known.unit) == ((LOINC, CREATININE), "mg/dL")
    assert known.median == pytest.approx(1.0)
    assert not known.bounds.holds(9.0)
    assert known.bounds.holds(1.2)


def test_one_value_of_a_new_patient_is_judged_by_training():
    rules = fitted(Rule("outlier", "drop"))
    assert values(rules.apply([lab("n", 9.0)], today=TODAY)) == []
    assert values(rules.apply([lab("n", 1.1)], today=TODAY)) == [1.1]
    alone = clean([lab("n", 9.0)], [Rule("outlier", "drop")], today=TODAY)
    assert values(alone) == [9.0]


def test_new_records_do_not_shift_what_is_usual():
    rules = fitted(Rule("outlier", "drop"))
    many = [lab(f"n{n}", 9.0 + n / 50, day=n) for n in range(30)]
    assert values(rules.apply(many, today=TODAY)) == []


def test_the_median_and_the_unit_are_those_of_training():
    rules = fitted(Rule("missing", "median"), Rule("unit", "convert"))
    new = [lab("n1", None), lab("n2", 88.42, "umol/L", day=2), lab("n3", 88.42, "umol/L", day=3)]
    view = rules.apply(new, today=TODAY)
    assert values(view) == pytest.approx([1.0, 1.0, 1.0], abs=0.001)
    assert {item.content.value.code for item in view.items} == {"mg/dL"}


def test_of_what_training_did_not_have_nothing_is_made_up():
    rules = fitted(Rule("missing", "median"), Rule("outlier", "drop"), Rule("unit", "convert"))
    new = [lab(f"n{n}", 5.0 + n / 10, "mmol/L", n, code="2345-7") for n in range(20)]
    new += [lab("far", 500.0, "mmol/L", 30, code="2345-7"), lab("none", None, day=31, code="2345-7")]
    view = rules.apply(new, today=TODAY)
    assert view.items == tuple(new)


def test_what_a_model_fills_is_left_out_of_the_record():
    rules = fitted(Rule("outlier", "model"), Rule("missing", "model"))
    view = rules.apply([lab("n1", 9.0), lab("n2", None, day=2)], today=TODAY)
    assert [item.id for item in view.items] == ["n2"]


def test_a_value_that_was_replaced_does_not_come_back_in_another_unit():
    rules = [Rule("outlier", "median"), Rule("unit", "convert")]
    items = [*training(), lab("far", 9.0 * 88.42, "umol/L", day=40)]
    for view in (clean(items, rules, today=TODAY), fitted(*rules).apply(items, today=TODAY)):
        assert values(view)[-1] == pytest.approx(1.0, abs=0.05)
    parts = (Component(Concept((Code(LOINC, CREATININE),), "Creatinine"), Quantity(900.0, "mg/dL")),)
    panel = Entry("panel", "p1", Source("a.json", "fhir", "panel"), Observation(Concept(), components=parts))
    dropped = fitted(Rule("impossible", "drop"), Rule("unit", "convert")).apply([panel], today=TODAY)
    assert dropped.items[0].content.components[0].value is None


def test_marks_name_the_component():
    part = Component(Concept((Code(LOINC, "8480-6"),), "Systolic"), Quantity(900.0, "mm[Hg]"))
    other = Component(Concept((Code(LOINC, "8462-4"),), "Diastolic"), Quantity(80.0, "mm[Hg]"))
    panel = Observation(Concept(text="Blood pressure"), components=(other, part))
    entry = Entry("bp", "p1", Source("a.json", "fhir", "bp"), panel)
    view = clean([entry], [Rule("impossible", "indicator")], today=TODAY)
    assert view.marks == ((0, "impossible", 1),)
    assert view.flagged == {0: ("impossible",)}


def test_rules_come_back_from_their_file_as_they_were(tmp_path):
    endless = Known("", "x", "x", "", Bounds(-math.inf, math.inf), None)
    found = fitted(Rule("outlier", "drop", "Creatinine", "said so"), Rule("unit", "convert"))
    found = RecordRules(found.rules, (*found.known, endless))
    path = tmp_path / "rules.json"
    path.write_text(to_text(found), encoding="utf-8")
    assert read_rules(path) == found
    assert "Infinity" not in path.read_text()
    assert "Not for diagnostic use." in path.read_text()
    assert from_text(to_text(found.rules)) == RecordRules(found.rules)


def file_with(**fields):
    return json.dumps({"format": "medapp quality rules", "version": 1, **fields})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("[]", "does not say"),
        (file_with(version=2), "version 2, this program reads version 1"),
        (file_with(rules=3), "'rules' is no list"),
        (file_with(rules=[3]), "rule 1 is not made of"),
        (file_with(rules=[{"kind": "unit", "action": "keep", "x": ""}]), "rule 1 is not made of"),
        (file_with(rules=[{"kind": "unit", "action": 1}]), "rule 1 is not made of"),
        (file_with(rules=[{"kind": "duplicate", "action": "median"}]), "rule 1: 'median' is nothing to do"),
        (file_with(fitted=[{"system": 1}]), "damaged"),
        (file_with(fitted=[KNOWN | {"title": 1}]), "damaged"),
        (file_with(fitted=[KNOWN | {"bounds": ["x", 1]}]), "damaged"),
        (file_with(fitted=[KNOWN | {"bounds": [1]}]), "damaged"),
        (file_with(fitted=[KNOWN | {"median": "a"}]), "damaged"),
    ],
)
def test_files_that_are_no_rules_are_refused_with_a_sentence(tmp_path, text, words):
    path = tmp_path / "mine.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RulesError, match=r"mine\.json holds no rules that can be used") as told:
        read_rules(path)
    assert words in str(told.value)


def test_a_file_that_is_no_text_is_refused(tmp_path):
    path = tmp_path / "mine.json"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RulesError, match="no text"):
        read_rules(path)
