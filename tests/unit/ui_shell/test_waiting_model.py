"""What an import has to tell and to ask, without a window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from medapp.domain.patient import Patient
from medapp.formats.recognise import RecordFile
from medapp.formats.tables import Column, Mapping
from medapp.library.record import PersonEntry
from medapp.library.record.matching import Match
from medapp.library.record.pairs import Subject
from medapp.services.records import RecordsImport
from medapp.services.table_numbers import Meeting
from medapp.services.tables import TableProposal
from medapp.services.waiting import Answered, MatchQuestion
from medapp.ui.shell.waiting_model import (
    MappingForm,
    answered_words,
    by_file,
    copied,
    forms_of,
    match_sides,
    pair_sides,
    refused_title,
    summary,
    units_as,
    words_as,
    words_from,
)
from medapp.ui.shell.waiting_words import waiting_words

REFUSED = [
    ("Doe_Jane.json", "Observation/1", "invalid", "Observation/1: no date"),
    ("Doe_Jane.json", "line 4", "malformed", "3 cells where the header has 4"),
    ("other.hl7", "", "encoding", "the text is not utf-8"),
]


def test_one_line_says_what_came_of_it() -> None:
    file = RecordFile(Path("a.csv"), "table")
    assert summary(RecordsImport()) == ""
    found = RecordsImport(refused=REFUSED[:1], waiting=[file], doubtful=[("a", "b")])
    assert summary(found) == "2 wait for an answer, 1 thing in records was refused."
    found.counts["Observation"] = 3
    told = "2 wait for an answer, 1 thing in records was refused, 3 entries of records were taken in."
    assert summary(found) == told
    again = RecordsImport(by_answers=2)
    again.counts["Observation"] = 3
    assert summary(again) == "2 tables were read as answered before, 3 entries of records were taken in."


def test_files_that_no_reader_takes_are_told_beside_what_was_refused_of_records() -> None:
    found = RecordsImport(refused=REFUSED[:1], unreadable=83)
    assert summary(found) == "1 thing in records was refused, 83 files could not be read."
    assert summary(RecordsImport(unreadable=1)) == "1 file could not be read."


def test_what_is_only_to_note_is_not_called_refused() -> None:
    noted = ("a.hl7", "", "unread", "segments that are not read: IN1 (insurance) 1")
    assert summary(RecordsImport(refused=[noted])) == "1 thing is to note."
    assert summary(RecordsImport(refused=[*REFUSED, noted, noted])) == (
        "3 things in records were refused, 2 things are to note."
    )
    assert refused_title([*REFUSED, noted]) == "Not read 3, To note 1"
    assert refused_title([noted]) == "To note 1"


def test_refusals_are_grouped_and_copied_without_names_of_files() -> None:
    assert by_file(REFUSED)["Doe_Jane.json"] == [
        ("Observation/1", "no date"),
        ("line 4", "3 cells where the header has 4"),
    ]
    text = copied(REFUSED)
    assert "Doe" not in text
    assert [line.split("\t")[0] for line in text.splitlines()] == ["file 1", "file 1", "file 2"]


def test_what_is_wrong_is_not_hidden_behind_a_long_place() -> None:
    path = "component/structuredBody/component[4]/section/entry/observation/effectiveTime"
    refused = [("a.xml", path, "malformed", f"line 565, {path}: this is no date and time: 'soon'")]
    assert by_file(refused)["a.xml"] == [(f"line 565, {path}", "this is no date and time: 'soon'")]
    assert by_file([("b", "", "code", "a reason: with a mark")])["b"] == [("", "a reason: with a mark")]


def test_how_many_wait_is_said_in_words() -> None:
    assert [waiting_words(count) for count in (0, 1, 3)] == ["", "1 question waits", "3 questions wait"]


def test_every_answer_has_its_words() -> None:
    said = {"table": ("read", "left-out"), "vcf": ("called", "left-out"), "pair": ("same", "different"),
            "match": ("same", "different")}  # fmt: skip
    words = {answered_words(Answered(kind, "x", one, ("a", ""))) for kind in said for one in said[kind]}
    assert len(words) == 8
    assert all(all(pair) for pair in words)


def test_both_sides_are_told_in_the_same_words() -> None:
    one = Subject("k", "p", "Doe, Jane", "1970-01-01", "female", (("urn:x", "7"),), "/a/b.json")
    sides = pair_sides(one, replace(one, name="Roe, Jane", numbers=()))
    assert [(mine == theirs) for _, mine, theirs in sides] == [False, True, True, False, True]
    assert {title: mine for title, mine, _ in sides}["From"] == "b.json"
    person = PersonEntry("p", "Doe, Jane", "1970-01-01", "female", ("7",), 3, "7")
    patient = Patient("7", "Doe^Jane", "19700101", "F", "1.2")
    match = MatchQuestion(Match("p", "k", "conflict", (), ()), person, patient)
    sides = match_sides(match)
    assert [(mine, theirs) for _, mine, theirs in sides] == [
        ("Doe, Jane", "Doe, Jane"), ("1970-01-01", "1970-01-01"), ("female", "female"), ("7", "7 (1.2)"),
    ]  # fmt: skip
    nobody = match_sides(replace(match, patient=Patient()))
    assert [theirs for _, _, theirs in nobody] == ["", "", "", ""], "what is not stated is not compared"


def test_a_mapping_is_answered_column_by_column() -> None:
    columns = (
        Column("skip", "ignore"),
        Column("id", "subject", "number", decimal="."),
        Column("when", "start", "date", date="?"),
        Column("sex", "sex", "number", decimal="."),
        Column("x", "value", "number", decimal="?"),
    )
    mapping = Mapping(columns, "wide")
    form = MappingForm(TableProposal(RecordFile(Path("a.csv"), "table"), mapping), mapping)
    assert [one.header for one in form.columns()] == ["when", "sex", "x", "id", "skip"]
    assert len(form.questions) == 3
    form.set_form("when", "day-first")
    form.set_form("x", ",")
    form.set_words("sex", "1 = male; 2=female; nonsense")
    form.set_unit("x", " mg/dL ")
    form.set_role("skip", "comment")
    form.set_content("wide")
    form.set_shared(True)
    assert form.proposal.shared
    assert form.questions == ()
    found = {one.header: one for one in form.mapping.columns}
    assert (found["x"].decimal, found["x"].unit) == (",", "mg/dL")
    assert found["sex"].words == (("1", "male"), ("2", "female"))
    assert words_from(words_as(found["sex"])) == found["sex"].words
    assert forms_of(found["id"]) == ()


def test_a_unit_is_said_of_each_thing_that_was_measured() -> None:
    value = Column("value", "value", "number", units=(("chol", ""), ("hdl", "")))
    mapping = Mapping((Column("id", "subject"), Column("test", "name"), value), "observation")
    form = MappingForm(TableProposal(RecordFile(Path("a.csv"), "table"), mapping), mapping)
    assert units_as(value) == "chol = ; hdl = "
    assert form.mapping.without_unit == ("chol", "hdl")
    form.set_unit("value", "chol = mmol/L; hdl = unknown")
    said = form.mapping.columns[2]
    assert (said.unit, said.units) == ("", (("chol", "mmol/L"), ("hdl", "unknown")))
    assert units_as(said) == "chol = mmol/L; hdl = unknown"
    assert form.mapping.without_unit == ()
    form.set_unit("value", "chol = ; hdl = unknown")
    assert form.mapping.without_unit == ("chol",)
    form.set_unit("value", "mg/dL")
    assert units_as(form.mapping.columns[2]) == "mg/dL"


def test_shared_numbers_are_a_question_until_one_has_said() -> None:
    mapping = Mapping((Column("id", "subject"), Column("x", "value", "number")), "wide")
    meeting = Meeting(("b.csv",), 2)
    asked = TableProposal(RecordFile(Path("a.csv"), "table"), mapping, meeting=meeting, asked=True)
    for said in (True, False):
        form = MappingForm(asked, mapping)
        assert form.shares == "2 patients' numbers of a.csv stand in b.csv too: are they the same patients?"
        form.set_shared(said)
        assert form.shares == ""
        assert (form.answer.shared, form.answer.questions) == (said, ())
    # Who has said nothing has not answered: the table is not read.
    form = MappingForm(asked, mapping)
    assert form.shares
    assert not form.is_answered
    assert form.answer.asked
