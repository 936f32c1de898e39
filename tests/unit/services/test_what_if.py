"""What is supposed is laid over the record; the record and the list stay as they are."""

from __future__ import annotations

import pytest

from medapp.domain.record import Concept, Entry, Observation, Period, Quantity, Record, Source, When
from medapp.domain.record.coding import LOINC, Code
from medapp.services.what_if import SUPPOSED, WhatIf, measured_in, supposed, with_what_if
from tests.unit.planned import ASPIRIN, METFORMIN, WARFARIN


def lab(identity, code, title, value, unit, day):
    concept = Concept((Code(LOINC, code, title),))
    content = Observation(concept, effective=Period(When(day)), value=Quantity(value, unit))
    return Entry(identity, "p", Source("lab.csv", "table"), content)


RECORD = Record(
    (),
    (
        lab("e1", "2160-0", "Creatinine", 88.0, "umol/L", "2026-01-02"),
        lab("e2", "2093-3", "Cholesterol", 180.0, "mg/dL", "2025-01-02"),
    ),
)


def test_medicines_are_left_out_added_and_taken_in_another_dose():
    wish = WhatIf(("Warfarin 5 mg",), (("Metformin", "500 mg"),), (ASPIRIN,))
    record, listed = with_what_if(RECORD, (WARFARIN, METFORMIN), wish)
    assert [(one.name, one.dose) for one in listed] == [("Metformin", "500 mg"), ("Aspirin", "")]
    assert record == RECORD
    assert METFORMIN.dose == "850 mg"


def test_a_result_is_an_entry_that_says_that_it_is_supposed():
    entry = supposed(Concept((Code(LOINC, "2160-0"),)), 2.5, " mg/dL ", "2026-11-01", number=3)
    assert entry.id == f"{SUPPOSED}3"
    assert entry.content.value == Quantity(2.5, "mg/dL")
    assert "not in the record" in entry.content.comment
    record, _ = with_what_if(None, (), WhatIf(results=(entry,)))
    assert record.entries == (entry,)


@pytest.mark.parametrize(
    ("value", "day"), [(float("nan"), "2026-01-01"), (1.0, "yesterday"), (1.0, "2026-02-30")]
)
def test_what_is_no_result_is_refused(value, day):
    with pytest.raises(ValueError, match=r"no result|no date|day"):
        supposed(Concept(), value, "mg", day)


def test_what_can_be_supposed_begins_with_what_checks_go_by():
    found = measured_in(RECORD.entries)
    by_name = {one.title: one for one in found}
    assert by_name["creatinine"].unit == "umol/L"
    assert by_name["creatinine"].last == "88 umol/L, 2026-01-02"
    assert by_name["INR"].unit == ""
    assert by_name["weight"].unit == "kg"
    assert found[-1].title == "Cholesterol"
    assert sum(one.concept.code(LOINC) == "2160-0" for one in found) == 1


def test_without_a_record_the_unit_is_that_of_the_checks():
    assert {one.title: one.unit for one in measured_in(())}["creatinine"] == "mg/dL"
