"""A record on a terminal keeps its columns at every width; in a pipe an entry is a line."""

from __future__ import annotations

import re

import pytest
from rich.cells import cell_len

from medapp.cli.record_print import in_columns, print_lines, wrap
from medapp.services.record_lines import Line

LINES = [
    Line("2020-01-02T10:30:15Z", "Observation", "Creatinine [Mass/volume] in Serum or Plasma", "1.7 mg/dL H",
         "final", "a.json", "Observation/77ab"),
    Line("", "FamilyMemberHistory", "Father", "condition Myocardial infarction", "completed",
         "Transfer_Summary.ccda.gz", "component/structuredBody/component[5]/section/entry/organizer"),
    Line("1999", "Note", "x" * 180, "\u5c71\u7530 " * 30, "entered-in-error", "a.json", "Note/1"),
    Line("2001-05", "Other", "", "", "", "a.json", ""),
]  # fmt: skip


@pytest.mark.parametrize("width", [60, 80, 110, 200])
@pytest.mark.parametrize("places", [False, True])
def test_no_line_is_wider_than_the_terminal_and_columns_stand_below_each_other(width: int, places: bool):
    rows = in_columns(LINES, width, places=places)
    assert max(map(cell_len, rows)) <= width
    start = rows[0].index("kind")
    first = [row for row in rows[2:] if re.match(r"\d{4}|no date", row)]
    assert [row[start - 2 : start + 4] for row in first] == ["  Obse", "  Fami", "  Note", "  Othe"]
    assert any("2020-01-02" in row and "[1]" in row for row in rows)
    assert [row for row in rows if row.startswith("[")] == ["[1] a.json", "[2] Transfer_Summary.ccda.gz"]
    assert any("organizer" in row for row in rows) is places


def test_an_entry_without_a_name_does_not_say_its_kind_twice():
    row = next(row for row in in_columns(LINES, 110) if row.startswith("2001-05"))
    assert row.split() == ["2001-05", "Other", "\u2013", "[1]"]


def test_nothing_at_all_is_a_header():
    assert len(in_columns([], 80)) == 2


def test_words_are_broken_only_where_they_are_longer_than_a_line():
    assert wrap("one two three", 7) == ["one two", "three"]
    assert wrap("abcdefghij xy", 4) == ["abcd", "efgh", "ij", "xy"] or wrap("abcdefghij xy", 4)[0] == "abcd"
    assert wrap("", 5) == [""]
    assert max(map(cell_len, wrap("\u5c71\u7530\u5c71\u7530 a", 4))) <= 4


def test_in_a_pipe_an_entry_is_one_line(capsys):
    print_lines([*LINES, Line("2020", "Note", "a\nb\tc", "", "final", "f", "p")])
    rows = [row.split("\t") for row in capsys.readouterr().out.splitlines()]
    assert rows[0] == ["date", "kind", "what", "value", "status", "file", "place"]
    assert all(len(row) == 7 for row in rows)
    assert rows[1][2:4] == ["Creatinine [Mass/volume] in Serum or Plasma", "1.7 mg/dL H"]
    assert rows[-1][2] == "a b c"


def test_what_times_are_counted_from_is_told_once():
    rows = [
        Line(f"day {day} from the index date", "Observation", "hdl", "75 mg/dL", "", "a.csv", "line 2")
        for day in (-459, 3)
    ]
    printed = in_columns(rows, 110)
    assert [row.split("  ")[0] for row in printed[2:4]] == ["day -459", "day 3"]
    assert printed[-2:] == ["times without a date are counted from the index date", "[1] a.csv"]
