"""A long import of records shows what it reads and how far it is, and can be ended from the window."""

from __future__ import annotations

import json

from tests.hostile.record_good import BUNDLE, OBSERVATION, PATIENT


def test_an_import_is_shown_and_cancelled(qtbot, window, tmp_path):
    small, large = tmp_path / "data" / "a", tmp_path / "data" / "b"
    small.mkdir(parents=True)
    large.mkdir()
    (small / "small").write_text(json.dumps(BUNDLE))
    found = [PATIENT, *({**OBSERVATION, "id": f"o{number}"} for number in range(60_000))]
    (large / "large").write_text("\n".join(map(json.dumps, found)))
    session = window.session
    session.import_paths([tmp_path / "data"])

    def reading():
        return [
            line for line in session.jobs.lines if line.message.startswith("FHIR large") and line.fraction
        ]

    qtbot.waitUntil(lambda: bool(reading()), timeout=40000)
    (line,) = reading()
    assert line.message == "FHIR large, 2 of 2"
    assert 0 < line.fraction < 1
    qtbot.waitUntil(lambda: any(one.remaining_s for one in session.jobs.lines), timeout=40000)
    assert window.jobs_bar.isVisible()
    session.jobs.cancel(line.id)
    qtbot.waitUntil(window.message_line.isVisible, timeout=40000)
    assert window.message_line.text.full_text == (
        "The import was cancelled after 1 of 2 files with records. What was read of them is kept; nothing of "
        "the others is in."
    )
    (person,) = session.app.library.records.persons()
    assert (person.name, person.entries) == ("Goodbundle, Ada", 1)
    assert not window.problems
    # The one who came is opened; what was told is not of anybody and can still be read.
    qtbot.waitUntil(lambda: session.patient is not None, timeout=20000)
    assert window.message_line.isVisible()


def test_what_was_taken_in_is_still_told_when_the_one_who_came_is_opened(qtbot, window, tmp_path):
    (tmp_path / "one").write_text(json.dumps(BUNDLE))
    window.session.import_paths([tmp_path / "one"])
    qtbot.waitUntil(lambda: window.session.patient is not None, timeout=20000)
    qtbot.wait(50)
    assert window.message_line.isVisible()
    assert window.message_line.text.full_text == "2 entries of records were taken in."


def test_an_import_that_is_cancelled_while_it_looks_for_files_changes_nothing(qtbot, window, tmp_path):
    for number in range(6000):
        (tmp_path / f"{number:04}.txt").write_text("words")
    session = window.session
    session.import_paths([tmp_path])
    qtbot.waitUntil(lambda: any("looked at" in one.message for one in session.jobs.lines), timeout=40000)
    (line,) = session.jobs.lines
    assert line.fraction is None
    session.jobs.cancel(line.id)
    qtbot.waitUntil(window.message_line.isVisible, timeout=40000)
    assert window.message_line.text.full_text == "The import was cancelled; the library is as it was."
    assert session.app.library.rejected() == ()
