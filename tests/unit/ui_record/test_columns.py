"""How wide columns are, which are left out, and how numbers stand in them."""

from __future__ import annotations

import pytest

from medapp.domain.record import (
    Code,
    Component,
    Concept,
    Medication,
    Note,
    Observation,
    Period,
    Problem,
    Quantity,
    ReferenceRange,
    Report,
    When,
)
from medapp.domain.record.coding import LOINC, SNOMED
from medapp.ui.record import facts, lists
from medapp.ui.record.column_widths import squeezed, widths
from medapp.ui.record.flags import short_words
from medapp.ui.record.lab_rows import values_table
from medapp.ui.record.labs import build_labs
from medapp.ui.record.lanes import label_of
from medapp.ui.record.note_text import by_id, note_text
from medapp.ui.record.tables import Cell, Column, Row, text, unstated
from medapp.ui.record.ticks import tick_texts


def measure(words: str) -> int:
    return 10 * len(words)


def test_a_column_is_as_wide_as_its_words_but_not_wider_than_it_may() -> None:
    columns = (Column("Name", 0), Column("Status", 12), Column("Why", 8), Column("A long title", 4))
    rows = [Row(tuple(map(text, ("x" * 50, word, "y" * 30, "z")))) for word in ("on", "active")]
    assert widths(columns, rows, measure, measure)[0] == [0, 60, 80, 120]
    assert widths(columns, [], measure, measure)[0] == [0, 120, 80, 120]


def test_the_widest_columns_give_way_first_and_none_below_its_title() -> None:
    assert squeezed([100, 50, 30], 200, [20] * 3) == [100, 50, 30]
    assert squeezed([100, 50, 0, 30], 150, [20] * 4) == [70, 50, 0, 30]
    assert squeezed([100, 90, 30], 120, [20] * 3) == [45, 45, 30]
    assert squeezed([100, 90, 30], 120, [60, 20, 20]) == [60, 30, 30]
    assert squeezed([100, 90, 30], 30, [20] * 3) == [20, 20, 20]
    assert squeezed([], 10, []) == []


def test_numbers_and_dates_are_never_cut() -> None:
    columns = (Column("Name", 0), Column("On", 12), Column("No", 8), Column("A long title", 4))
    cells = (text("x" * 50), Cell("2020-01-01", 1.5), Cell("1.25", 1.25), text("z" * 9))
    assert widths(columns, [Row(cells)], measure, measure)[1] == [40, 100, 40, 120]
    assert widths(columns, [], measure, measure)[1] == [40, 20, 20, 120]


def test_only_optional_columns_without_any_word_are_left_out(entry) -> None:
    taken = Period(When("2020-01-01"))
    table = lists.medicines([entry(Medication(Concept(text="A"), "request", "active", taken=taken))])
    titles = [table.columns[at].title for at in unstated(table.columns, table.rows)]
    assert titles == ["Route", "Frequency", "Written down"], "start, stop and dose are always shown"
    told = entry(Medication(Concept(text="A"), "request", "active", taken=taken, route="oral"))
    table = lists.medicines([told])
    assert "Route" not in [table.columns[at].title for at in unstated(table.columns, table.rows)]
    assert unstated(table.columns, ()) == ()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (24.075623, "24.08"),
        (0.482314, "0.4823"),
        (0.00123456, "0.001235"),
        (214000.0, "214000"),
        (102.083, "102.1"),
    ],
)
def test_a_list_shows_four_figures_and_all_before_the_point(value: float, shown: str) -> None:
    assert facts.bare(Quantity(value, "mg/dL")) == shown


def test_points_stand_below_each_other_without_noughts_that_were_not_measured(entry) -> None:
    when = [Period(When(f"202{n}-01-01")) for n in range(3)]
    values = (Quantity(5.0, "g"), Quantity(4.25, "g"), Quantity(10.5, "g", "", "<"))
    contents = [
        Observation(Concept(text="x"), effective=at, value=value)
        for at, value in zip(when, values, strict=True)
    ]
    (group,) = build_labs([entry(one) for one in contents])
    shown = [row.cells[1].text for row in values_table(group.analytes[0]).rows]
    assert [one.strip("\u2007\u2008") for one in shown] == ["<10.5", "4.25", "5"]
    assert len({len(one) - (one.find(".") if "." in one else one.find("\u2008")) for one in shown}) == 1
    assert facts.aligned(["5", "7"]) == ["5", "7"]
    assert facts.aligned([]) == []


def test_a_blood_pressure_is_read_systolic_first_whichever_is_written_first(entry) -> None:
    parts = [
        Component(Concept((Code(LOINC, code),)), Quantity(value, "mm[Hg]"))
        for code, value in (("8462-4", 81.0), ("8480-6", 128.4))
    ]
    assert facts.components_text(tuple(parts)) == "128.4 / 81 mm[Hg]"
    other = Component(Concept((Code(LOINC, "8462-4"),)), Quantity(10.8, "kPa"))
    assert facts.components_text((other, parts[1])) == "10.8 kPa, 128.4 mm[Hg]"
    assert facts.components_text((parts[1],)) == "128.4 mm[Hg]"


def test_the_time_line_leaves_out_what_sort_of_thing_a_name_of_snomed_is() -> None:
    snomed = Concept((Code(SNOMED, "271737000", "Anemia (disorder)"),))
    assert label_of(Problem(snomed)) == "Anemia"
    assert label_of(Problem(Concept(text="Anemia (disorder)"))) == "Anemia (disorder)"
    assert label_of(Problem(Concept((Code(SNOMED, "1", "Stroke (left)"),)))) == "Stroke (left)"


def test_a_range_in_a_text_has_a_unit_once_and_only_where_it_is_that_of_its_value() -> None:
    same = (ReferenceRange(Quantity(70.0, "mg/dL"), Quantity(99.0)),)
    other = (ReferenceRange(Quantity(3.9, "mmol/L"), None),)
    assert facts.usual_text(same, "mg/dL") == "70 \u2013 99 mg/dL"
    assert facts.usual_text(other, "mg/dL") == "\u2265 3.9 mmol/L"
    assert facts.usual_text((ReferenceRange(text="negative"),), "mg/dL") == "negative"
    assert facts.usual_text((), "mg/dL") == ""


def test_a_flag_of_the_range_alone_is_told_from_one_of_the_source() -> None:
    assert short_words("high", ()) == "above range"
    assert short_words("low", ()) == "below range"
    assert short_words("high", ("H",)) == "high (H)"
    assert short_words("normal", ()) == ""


def test_numbers_of_an_axis_have_the_same_places() -> None:
    assert tick_texts([0.46, 0.48, 0.5, 0.52]) == ["0.46", "0.48", "0.50", "0.52"]
    assert tick_texts([-10.0, 0.0, 10.0]) == ["\u221210", "0", "10"]
    assert tick_texts([]) == []


def test_a_report_without_words_tells_its_results(entry) -> None:
    usual = (ReferenceRange(Quantity(70.0, "mg/dL"), Quantity(99.0, "mg/dL")),)
    glucose = entry(Observation(Concept(text="Glucose"), value=Quantity(123.456, "mg/dL"), ranges=usual))
    report = entry(Report(Concept(text="Panel"), results=(glucose.id, "elsewhere"), conclusion="See below."))
    told = note_text(report, by_id([glucose, report]))
    assert told.splitlines() == [
        "See below.",
        "",
        "Glucose: 123.5 mg/dL \u00b7 above range \u00b7 usual 70 \u2013 99 mg/dL",
        "1 result that it names is not in the record.",
    ]
    assert note_text(entry(Report(Concept(text="r"))), {}) == "No text."
    assert note_text(entry(Note(Concept(text="n"), link="http://example.org")), {}).endswith("where it lies.")
