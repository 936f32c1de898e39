"""Cases tell before a rule is chosen what it will do: the same numbers as when it is applied."""

from __future__ import annotations

from datetime import date

import pytest

from medapp.domain.record import (
    Code,
    Concept,
    Entry,
    Observation,
    Period,
    Person,
    Problem,
    Quantity,
    Source,
    When,
)
from medapp.domain.record.coding import LOINC
from medapp.knowledge.quality import ALLOWED, Cases, Rule, clean, rule_for, together, usual, with_rule
from medapp.knowledge.quality.cases import MOST

TODAY = date(2024, 6, 1)


def lab(name, value, unit="mg/dL", day=1, code="2160-0", title="Creatinine"):
    found = None if value is None else Quantity(value, unit)
    when = Period(When(f"2020-{1 + day // 28:02d}-{1 + day % 28:02d}T10:00:00")) if day else Period()
    content = Observation(Concept((Code(LOINC, code),), title), "final", "laboratory", when, found)
    return Entry(name, "p1", Source("a.json", "fhir", name), content)


def record():
    person = Person("p1", Source("a.json", "fhir", "p"), birth_date=When("2020-01-10"))
    later = Problem(Concept(text="asthma"), onset=Period(When("2023-02-01"), When("2023-01-01")))
    return [
        person,
        *(lab(f"o{n}", 0.8 + n / 50, day=20 + n) for n in range(21)),
        lab("twice", 0.8, day=20),
        lab("far", 9.0, day=60), lab("wrong", 900.0, day=61), lab("none", None, day=62),
        lab("first", None, day=12), lab("undated", None, day=0),
        lab("molar", 97.0, "umol/L", 63), lab("odd", 1.0, "mm[Hg]", 64), lab("bare", 1.0, "", 65),
        lab("early", 1.0, day=3), lab("sugar", 90.0, code="2345-7", title="Glucose", day=20),
        Entry("c", "p1", Source("a.json", "fhir", "c"), later),
    ]  # fmt: skip


def cases(items=None, **more):
    found = Cases(today=TODAY, **more)
    found.add(record() if items is None else items)
    return found


def test_cases_are_by_kind_and_variable():
    found = {(one.kind, one.variable): dict(one.reasons) for one in cases().all()}
    assert found["unit", "Creatinine"] == {"convertible": 1, "not-convertible": 1, "no-unit": 1}
    assert found["missing", "Creatinine"] == {"no-value": 3}
    assert found["date", "asthma"] == {"end-before-start": 1}
    assert ("outlier", "Glucose") not in found
    counts = cases().counts()
    assert (counts["duplicate"], counts["outlier"], counts["impossible"]) == (1, 1, 1)
    assert cases().entries == 33
    assert {rule.kind for rule in cases().proposed()} == set(ALLOWED)


@pytest.mark.parametrize(
    ("kind", "action"),
    [
        (kind, action) for kind, actions in sorted(ALLOWED.items()) for action in sorted(actions)
        if action != "model"
    ],
)  # fmt: skip
def test_what_is_told_is_what_the_rule_does(kind, action):
    found = cases()
    rules = [Rule(kind, action)]
    view = clean(record(), rules, today=TODAY)
    told = [one for one in found.all() if one.kind == kind]
    log = {(one.kind, one.action): (one.found, one.changed) for one in view.log}
    counted = (sum(one.count for one in told), sum(one.changed[action] for one in told))
    assert log.get((kind, action), (0, 0)) == counted
    assert sum(one.left(action) for one in told) == counted[0] - counted[1]
    assert found.left(rules) == sum(isinstance(item, Entry) for item in view.items)


def test_the_places_are_of_the_very_entries():
    items = record()
    found = Cases(today=TODAY)
    shown = {item.id: f"shown {item.id}" for item in items if isinstance(item, Entry)}
    found.add(items, "key", lambda entry: shown[entry.id])
    (far,) = next(one for one in found.all() if one.kind == "outlier").places
    assert (far.entry, far.who) == ("shown far", "key")


def test_places_are_named_up_to_a_number_and_all_are_counted():
    items = [lab(f"n{n}", None, day=0) for n in range(MOST + 5)]
    (case,) = cases(items).all()
    assert (case.count, len(case.places)) == (MOST + 5, MOST)


def test_the_last_rule_that_fits_holds_and_those_for_all_stand_first():
    rules = with_rule((), "outlier", "Creatinine", "drop")
    rules = with_rule(rules, "outlier", "", "indicator")
    assert [rule.variable for rule in rules] == ["", "Creatinine"]
    assert rule_for(rules, "outlier", "Creatinine").action == "drop"
    assert rule_for(rules, "outlier", "Glucose").action == "indicator"
    assert rule_for(rules, "unit", "Glucose") is None
    assert with_rule(rules, "outlier", "Creatinine", None) == rules[:1]


def test_proposed_rules_hold_for_kinds_that_nobody_chose_for():
    chosen = (Rule("outlier", "drop"), Rule("unit", "keep", "Creatinine"))
    found = together(usual(), chosen)
    assert rule_for(found, "outlier", "Glucose").action == "drop"
    assert rule_for(found, "unit", "Creatinine").action == "keep"
    assert rule_for(found, "unit", "Glucose").action == "convert"
