"""Observations by analyte, unit and time."""

from __future__ import annotations

import pytest

from medapp.domain.record import (
    Code,
    Component,
    Concept,
    Observation,
    Period,
    Quantity,
    ReferenceRange,
    When,
)
from medapp.domain.record.coding import LOINC
from medapp.ui.record.flags import beside_range, contradiction, state_of, words
from medapp.ui.record.lab_rows import analyte_row, point_tip, values_table
from medapp.ui.record.labs import build_labs
from medapp.ui.record.trend_paint import usual_segments, y_range

CREATININE = Concept((Code(LOINC, "2160-0", "Creatinine"),))


def measured(value, unit="mg/dL", when="2020-01-01", concept=CREATININE, **more) -> Observation:
    amount = Quantity(value, unit, unit) if isinstance(value, int | float) else value
    more = {"category": "laboratory", "status": "final", **more}
    return Observation(concept, effective=Period(when and When(when)), value=amount, **more)


def only(entry, *contents, convert=None):
    groups = build_labs([entry(one) for one in contents], convert)
    assert len(groups) == 1
    assert len(groups[0].analytes) == 1
    return groups[0].analytes[0]


def to_mg(quantity, unit, loinc):
    assert loinc == "2160-0"
    factors = {("umol/L", "mg/dL"): 1 / 88.4}
    factor = factors.get((quantity.code or quantity.unit, unit))
    return None if factor is None else Quantity(quantity.value * factor, unit, unit)


def test_values_come_newest_first_and_series_in_order_of_time(entry):
    one = only(entry, measured(1.0), measured(3.0, when="2022-01-01"), measured(2.0, when="2021-01-01"))
    assert [point.value.value for point in one.points] == [3.0, 2.0, 1.0]
    assert one.series[0].numbers[:, 1].tolist() == [1.0, 2.0, 3.0]
    assert one.latest is one.points[0]


def test_units_stay_apart_without_a_converter(entry):
    one = only(entry, measured(1.0), measured(88.4, "umol/L", "2019-01-01"), measured(2.0, "", "2018-01-01"))
    assert [(series.unit, len(series.points)) for series in one.series] == [
        ("mg/dL", 1),
        ("umol/L", 1),
        ("", 1),
    ]


def test_what_converts_joins_the_unit_of_the_latest(entry):
    old = measured(88.4, "umol/L", "2019-01-01", ranges=(ReferenceRange(Quantity(44.2), Quantity(176.8)),))
    one = only(entry, measured(1.5), old, measured(7.0, "", "2018-01-01"), convert=to_mg)
    assert [series.unit for series in one.series] == ["mg/dL", ""]
    point = one.series[0].points[0]
    assert (point.shown, point.low, point.high) == pytest.approx((1.0, 0.5, 2.0))
    assert point.converted
    assert "88.4 umol/L" in point_tip(point)


def test_a_unit_that_is_not_known_is_never_converted(entry):
    def eager(quantity, unit, loinc):
        return Quantity(1.0, unit)

    one = only(entry, measured(1.0), measured(5.0, "", "2019-01-01"), convert=eager)
    assert len(one.series) == 2


def test_mistakes_are_listed_but_not_counted(entry):
    wrong = measured(99.0, when="2023-01-01", status="entered-in-error")
    one = only(entry, measured(1.0), wrong)
    assert len(one.points) == 2
    assert one.latest.value.value == 1.0
    assert one.series[0].numbers[:, 1].tolist() == [1.0]
    rows = values_table(one).rows
    assert [row.look for row in rows] == ["struck", ""]
    assert analyte_row(one).cells[-1].text == "1"


def test_an_analyte_with_mistakes_only_says_so(entry):
    one = only(entry, measured(99.0, status="entered-in-error"))
    assert one.latest is None
    assert analyte_row(one).cells[1].text == "entered in error"


def test_a_value_without_a_date_is_listed_but_not_drawn(entry):
    one = only(entry, measured(1.0, when=None))
    assert one.series == ()
    assert one.points[0].when is None
    assert "unknown" in [cell.text for cell in analyte_row(one).cells]


def test_components_are_analytes_and_their_panel_is_not(entry):
    parts = (
        Component(Concept((Code(LOINC, "8480-6", "Systolic"),)), Quantity(120.0, "mmHg")),
        Component(Concept((Code(LOINC, "8462-4", "Diastolic"),)), Quantity(80.0, "mmHg")),
    )
    panel = Observation(Concept(text="Pressure"), category="vital-signs", components=parts)
    groups = build_labs([entry(panel)])
    assert [one.title for one in groups[0].analytes] == ["Diastolic", "Systolic"]


def test_an_observation_without_a_value_says_why(entry):
    one = only(entry, measured(None, absent="not-performed"))
    assert analyte_row(one).cells[1].text == "no value: not-performed"


def test_the_same_words_of_another_specimen_are_something_else(entry):
    words_ = Concept(text="Glucose")
    contents = [measured(1.0, concept=words_, specimen=name) for name in ("Blood", "Urine")]
    assert len(build_labs([entry(one) for one in contents])[0].analytes) == 2


def test_laboratory_comes_first_and_what_has_no_category_last(entry):
    contents = [
        measured(1.0, concept=Concept(text=name), category=name) for name in ("", "survey", "laboratory")
    ]
    assert [group.category for group in build_labs([entry(one) for one in contents])] == [
        "laboratory",
        "survey",
        "",
    ]


def test_the_gravest_flag_counts():
    assert state_of(("N", "H", "HH")) == "very-high"
    assert state_of(("W",)) == ""
    assert words("very-high", ("HH",)) == "critically high (HH)"
    assert words("", ("W",)) == "W"
    assert words("high", ()) == "above its range, no flag stated"
    assert words("normal", ()) == ""


def test_a_range_is_compared_only_where_that_can_be_done():
    usual = ReferenceRange(Quantity(1.0), Quantity(2.0))
    assert beside_range(Quantity(0.5, "g"), (usual,)) == "low"
    assert beside_range(Quantity(1.5, "g"), (usual,)) == "normal"
    assert beside_range(Quantity(0.5, "g", comparator="<"), (usual,)) == ""
    assert beside_range(Quantity(0.5, "g"), (usual, usual)) == ""
    assert beside_range(Quantity(0.5, "g"), (ReferenceRange(Quantity(1.0, "mg")),)) == ""
    assert beside_range("0.5", (usual,)) == ""


def test_a_flag_that_is_against_the_range_is_told(entry):
    usual = ReferenceRange(Quantity(1.0), Quantity(2.0))
    assert state_of(("LX",)) == "low"
    assert contradiction(("LX",), Quantity(1.5, "g"), (usual,)) == "but within its own range"
    assert contradiction(("N",), Quantity(0.5, "g"), (usual,)) == "but below its own range"
    assert contradiction(("L",), Quantity(2.5, "g"), (usual,)) == "but above its own range"
    assert contradiction(("L",), Quantity(0.5, "g"), (usual,)) == ""
    assert contradiction((), Quantity(0.5, "g"), (usual,)) == ""
    assert contradiction(("L",), Quantity(1.5, "g"), (usual, usual)) == ""
    one = only(entry, measured(1.5, flags=("LX",), ranges=(usual,)))
    assert "low (LX), but within its own range" in point_tip(one.points[0])
    shown = [cell.text for cell in values_table(one).rows[0].cells]
    assert "low (LX) ≠ range" in shown


def test_a_range_holds_until_another_is_stated(entry):
    first, second = (ReferenceRange(Quantity(low), Quantity(2.0)) for low in (1.0, 1.2))
    one = only(
        entry,
        measured(1.5, when="2018-01-01", ranges=(first,)),
        measured(1.5, when="2019-01-01", ranges=(first,)),
        measured(1.5, when="2020-01-01", ranges=(second,)),
        measured(1.5, when="2021-01-01"),
    )
    times = one.series[0].numbers[:, 0].tolist()
    assert usual_segments(one.series[0]) == [(times[0], times[2], 1.0, 2.0), (times[2], times[3], 1.2, 2.0)]


def test_the_scale_holds_the_values_and_a_near_range(entry):
    near = only(entry, measured(1.0, ranges=(ReferenceRange(Quantity(0.5), Quantity(1.5)),)))
    low, high = y_range(near.series[0].numbers[:, 1], usual_segments(near.series[0]))
    assert low < 0.5
    assert high > 1.5
    far = only(
        entry,
        measured(1.0),
        measured(1.1, when="2021-01-01", ranges=(ReferenceRange(None, Quantity(900.0)),)),
    )
    assert y_range(far.series[0].numbers[:, 1], usual_segments(far.series[0]))[1] < 2
