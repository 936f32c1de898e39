"""A reader that fails, or tells without end, does no harm to anything else."""

from __future__ import annotations

import logging

import pytest

from medapp.domain.record import Item, Person, Refusal, Source
from medapp.library import Library
from medapp.services import reading_items
from medapp.services.reading_items import ReaderFailedError, StoppedError, guarded
from medapp.services.records import Progress, RecordsImport, Steps, place_beside, put_source

SOURCE = Source("a.json", "fhir", "Patient/1")
IDENTITY = ("/folder/a.json", "a.json", "fhir")


def failing(error: Exception):
    yield Person("1", SOURCE)
    raise error


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ValueError("Jane Doe"), "failed"),
        (MemoryError(), "too-large"),
        (RecursionError("Jane Doe"), "malformed"),
        (KeyError("Jane Doe"), "failed"),
    ],
)
def test_a_reader_that_fails_leaves_nothing_and_is_told_without_patient_data(
    tmp_path, caplog, error: Exception, code: str
) -> None:
    done = RecordsImport()
    with caplog.at_level(logging.ERROR), Library.open(tmp_path) as library:
        put_source(library, IDENTITY, failing(error), done)
        assert library.records.persons() == ()
    ((path, _, found, reason),) = done.refused
    assert (path, found) == (IDENTITY[0], code)
    assert reason.endswith("nothing of it was kept")
    assert done.unread == {IDENTITY[0]}
    assert "Jane" not in reason + caplog.text


def test_refusals_without_end_are_counted(monkeypatch) -> None:
    monkeypatch.setattr(reading_items, "MOST_REFUSALS", 3)
    told: list[Item] = [Refusal(SOURCE, "invalid", f"row {number}") for number in range(10)]
    found = [one for one in guarded([*told, Person("1", SOURCE)], IDENTITY) if isinstance(one, Refusal)]
    assert [one.reason for one in found[:3]] == ["row 0", "row 1", "row 2"]
    assert found[3].reason == "7 further things that could not be read are not listed"
    assert len(found) == 4


def test_what_was_cancelled_is_taken_back() -> None:
    with pytest.raises(StoppedError):
        list(guarded([Person("1", SOURCE)], IDENTITY, lambda: True))


def test_an_error_holds_its_refusal() -> None:
    with pytest.raises(ReaderFailedError) as caught:
        list(guarded(failing(ValueError("x")), IDENTITY))
    assert caught.value.refusal.whole


def test_progress_goes_by_the_sizes_of_the_files() -> None:
    told: list[tuple[float, str]] = []
    steps = Steps(Progress(lambda share, what: told.append((share, what))), [("a", 25), ("b", 75)])
    steps.share_of(0)(0.0)
    steps.share_of(0)(1.0)
    steps.share_of(1)(0.5)
    steps.share_of(1)(1.0)
    assert told == [(0.0, "a, 1 of 2"), (0.25, "a, 1 of 2"), (0.625, "b, 2 of 2"), (1.0, "b, 2 of 2")]


@pytest.mark.parametrize(
    ("place", "reason", "shown"),
    [
        ("Observation/o1.status", "Observation/o1: status is missing", ""),
        ("line[4]", "It is no JSON: line 4, column 2", ""),
        ("line 4", "3 cells where the header has 4", "line 4"),
        ("", "it is broken", ""),
    ],
)
def test_a_place_is_not_told_twice(place: str, reason: str, shown: str) -> None:
    assert place_beside(place, reason) == shown
