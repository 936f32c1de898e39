"""What is said of files, and of parts of them, that were not read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.cli.import_report import tell
from medapp.library import ImportReport
from medapp.services.records import RecordsImport, refusals_first, told_of

if TYPE_CHECKING:
    import pytest

NOTED = ("a.json", "line 1", "replaced", "Halves of characters were replaced.")
PART = ("a.json", "Patient/1", "malformed", "Patient/1: the birth date is none.")
WHOLE = ("b.json", "line 3", "malformed", "it is no JSON: line 3")


def test_what_was_read_is_not_called_unread() -> None:
    assert told_of(NOTED) == "noted of a.json: line 1: Halves of characters were replaced."
    assert told_of(PART) == "left out of a.json: Patient/1: the birth date is none."
    assert told_of(WHOLE, {"b.json"}) == "not read: b.json: it is no JSON: line 3"


def test_files_that_were_not_read_stand_above_what_is_only_noted() -> None:
    many = [("a.json", f"Patient/{number}", "malformed", "no date") for number in range(30)]
    found = refusals_first([NOTED, *many, WHOLE], {"b.json"})
    assert (found[0], found[1], found[-1]) == (WHOLE, many[0], NOTED)


def test_every_file_that_was_not_read_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    files = [(f"{number}.json", "", "malformed", "it is no JSON") for number in range(63)]
    noted = [("a.json", f"line {number}", "incomplete", f"reason {number}") for number in range(50)]
    records = RecordsImport(refused=[*noted, *files], unread={file for file, *_ in files})
    tell(ImportReport((), 64, ()), records)
    told = capsys.readouterr().err.splitlines()
    assert sum(line.startswith("not read: ") for line in told) == 63
    assert sum(line.startswith("noted of a.json") for line in told) == 20
    assert "and 30 more; --json tells all" in told
