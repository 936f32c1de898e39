from __future__ import annotations

import json

import pytest

from medapp.domain.notice import Notice
from medapp.domain.patient import Patient, Series, Study
from medapp.ui import wording
from medapp.ui.results.details import moment
from medapp.ui.shell.problem import Problem, from_error, without_patient
from medapp.ui.shell.session import natural
from tests.ui.reading.phantoms import make_series


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("Doe^Jane^Mary^Dr^MD", "Doe, Dr Jane Mary MD"),
        ("Doe", "Doe"),
        ("", "No name"),
        ("^^", "No name"),
        ("=山田^太郎", "山田, 太郎"),
        ("Yamada^Tarou=山田^太郎", "Yamada, Tarou"),
    ],
)
def test_person_names(raw, read):
    assert wording.person_name(raw) == read


def test_what_could_not_be_read_is_no_name():
    assert wording.person_name("\ufffd") == "No name"
    assert wording.person_name("\ufffd^Jane") == "Jane"


@pytest.mark.parametrize(
    ("birth", "at", "age"),
    [
        ("19610409", "20240408", "62 y"),
        ("19610409", "20240409", "63 y"),
        ("20240101", "20240120", "19 d"),
        ("20240101", "20250601", "17 mo"),
        ("20240101", "20230101", ""),
        ("", "20230101", ""),
        ("19611301", "20230101", ""),
    ],
)
def test_ages(birth, at, age):
    assert wording.age(birth, at) == age


def test_days_and_sex_are_unknown_when_they_are_not_stated():
    assert wording.day("20240531") == "2024-05-31"
    assert wording.day("2024.05.31") == "2024-05-31"
    assert wording.day("") == "unknown"
    assert wording.day("May") == "not valid: “May”"
    assert wording.day("64a6a8cd-c69c-38") == "not valid: “64a6a8cd-c69c-38”"
    assert wording.day("20240532") == "not valid: “20240532”"
    assert [wording.day(one) for one in ("1937", "1937-02", "1937-02-13")] == [
        "1937",
        "1937-02",
        "1937-02-13",
    ]
    assert wording.sex("x" * 40) == "not valid: “xxxxxxxxxxxxxxxx…”"
    assert wording.sex("") == "unknown"
    assert wording.sex("F") == "female"
    assert wording.birth_and_age(Patient(birth_date="19610409"), "20240409") == "1961-04-09 (63 y)"


def test_numbers_have_units_and_unknown_is_never_nought():
    assert wording.millilitres(None) == "unknown"
    assert wording.millilitres(0.5) == "0.500 ml"
    assert wording.millilitres(1234.56) == "1\u2009234.6 ml"
    assert wording.mean_value(None, "HU") == "unknown"
    assert wording.mean_value(-701.94, "HU") == "−701.9 HU"
    assert wording.mean_value(12.0, None) == "12.0 raw"
    assert wording.amount(512) == "512 B"
    assert wording.amount(5 << 30) == "5.0 GB"


def test_times():
    assert wording.duration(0.4) == "0:00"
    assert wording.duration(725) == "12:05"
    assert wording.duration(3723) == "1:02:03"
    assert wording.span(0.1) == "1 s"
    assert wording.span(600) == "10 min"
    assert wording.span(4200) == "1 h 10 min"
    assert moment("2026-01-31T10:15:30+00:00") == "2026-01-31 10:15"
    assert moment("yesterday") == "yesterday"


def test_lines_about_series_and_studies():
    assert wording.series_line(make_series()) == "CT · series 3 · 0 images"
    assert wording.series_size(make_series(kind="segmentation")) == "labels"
    assert wording.series_size(make_series(kind="structures")) == "structures"
    assert wording.series_size(make_series(kind="document")) == "no images"
    assert wording.study_line(Study("1", Patient())) == "unknown · Study"


def test_what_may_be_copied_holds_nothing_of_the_patient():
    text = "Doe 4711 in /data/doe/x.dcm or 'C:\\Users\\doe\\y' has 1.2.826.0.1.3680043.8 and 20240131"
    shown = without_patient(text, ("Doe", "4711", "x"))
    assert "oe" not in shown.replace("does", "")
    assert "4711" not in shown
    assert "1.2.826" not in shown
    assert "20240131" not in shown
    assert "<patient>" in shown
    assert "<path>" in shown


def test_a_problem_keeps_the_place_out_of_the_report():
    try:
        try:
            raise FileNotFoundError(2, "No such file", "/data/doe/x.dcm")
        except OSError as cause:
            message = "Doe cannot be read"
            raise ValueError(message) from cause
    except ValueError as error:
        found = from_error(error, "The images cannot be read.", where="Doe", secrets=("Doe",))
    assert found.what == "The images cannot be read. Doe cannot be read"
    assert "Doe" not in found.details
    assert "Doe" not in found.report()
    assert "FileNotFoundError" in found.details
    assert "test_wording" in found.details
    assert "Doe" in Problem("a", where="Doe").where
    assert "Doe" not in Problem("a", where="Doe", details="b").report()


def test_a_tile_says_first_what_tells_phases_apart():
    first, second = (
        Series("k", "1", Study("1", Patient()), "MR", "volume", (), number=2, description="DCE", split=split)
        for split in ("phase 1 of 3, content time 102551", "phase 2 of 3, content time 103238")
    )
    assert wording.tile_lines(first) == ("2 · phase 1 of 3", "DCE")
    assert wording.tile_lines(second) == ("2 · phase 2 of 3", "DCE")
    assert "content time 102551" in wording.series_whole(first)


def kept(description, extra, kind="segmentation", number=1002):
    return Series("k", "1", Study("1", Patient()), "SEG", kind, (), None, number, description, extra=extra)


def test_a_tile_tells_a_correction_from_what_it_was_made_from():
    when = (("ContentDate", "20261125"), ("ContentTime", "231045.25"))
    accepted, corrected = (
        (("ImageComments", json.dumps({"medapp-segmentation": 1, "edited_by_hand": edited})), *when)
        for edited in (False, True)
    )
    made = kept("CT structures - not for diagnostic use", accepted)
    assert wording.tile_lines(made) == ("CT structures", "2026-11-25 23:10")
    made = kept("CT structures, corrected - not for diagnostic use", corrected)
    assert wording.tile_lines(made) == ("corrected · CT structures", "2026-11-25 23:10")


def test_a_tile_of_another_program_has_its_number_and_description():
    assert wording.tile_lines(kept("Lesion", (("ContentDate", "20261125"),))) == ("1002 · labels", "Lesion")
    assert wording.tile_lines(kept("Plan", (), "structures", 4)) == ("4 · structures", "Plan")


@pytest.mark.parametrize(("files", "start"), [(1, "1 file carries the"), (2, "2 files carry the")])
def test_one_file_is_not_many(files, start):
    message = f"{files} files carry the identifier of another file, but are not the same."
    assert wording.notice_text(Notice("duplicate-uids", message, values={"files": files})).startswith(start)
    assert wording.patient_count(files) == f"{files} patient{'s' if files > 1 else ''}"


def test_phases_are_sorted_by_their_number():
    names = ["phase 10 of 12", "phase 2 of 12", ""]
    assert sorted(names, key=natural) == ["", "phase 2 of 12", "phase 10 of 12"]
