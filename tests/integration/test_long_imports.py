"""Long imports show what they read and how far they are, and end soon: each source is whole or absent."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from medapp.services.app import App
from medapp.services.importing import Imported, import_paths, progress_of
from medapp.services.paths import AppPaths
from medapp.services.records import RecordsImport
from medapp.services.tables import propose_table, read_tables
from tests.hostile.record_good import BUNDLE, CDA, HL7, OBSERVATION, OMOP, PACKET, PATIENT, SECTION

if TYPE_CHECKING:
    from medapp.jobs import JobHandle, JobUpdate

MOST_CPU_S = 3.0
"""Between the wish and the end. On a machine that is busy with other work the clock runs ahead."""
SCALE = 20_000


def _bundle(place: Path) -> None:
    found = [PATIENT, *({**OBSERVATION, "id": f"o{number}"} for number in range(3 * SCALE))]
    entries = [{"resource": one} for one in found]
    (place / "file").write_text(json.dumps({"resourceType": "Bundle", "entry": entries}))


def _lines(place: Path) -> None:
    found = [PATIENT, *({**OBSERVATION, "id": f"o{number}"} for number in range(3 * SCALE))]
    (place / "file").write_text("\n".join(map(json.dumps, found)))


def _messages(place: Path) -> None:
    (place / "file").write_text("".join(HL7.replace("77^", f"{number}^") for number in range(SCALE)))


def _document(place: Path) -> None:
    (place / "file").write_text(CDA.format(sections=SECTION * SCALE))


def _packets(place: Path) -> None:
    features = PACKET["phenotypicFeatures"] * 20  # type: ignore[operator]
    found = ({**PACKET, "id": f"k{number}", "phenotypicFeatures": features} for number in range(SCALE // 4))
    (place / "file").write_text("\n".join(map(json.dumps, found)))


def _tables(place: Path) -> None:
    for name, text in OMOP.items():
        head, row = text.strip().split("\n")
        rest = row.partition(",")[2]
        (place / name).write_text(head + "\n" + "".join(f"{n},{rest}\n" for n in range(4 * SCALE)))


KINDS: dict[str, tuple[str, Callable[[Path], None]]] = {
    "bundle": ("FHIR", _bundle),
    "lines": ("FHIR", _lines),
    "messages": ("HL7 v2", _messages),
    "document": ("C-CDA", _document),
    "packets": ("Phenopackets", _packets),
    "tables": ("OMOP", _tables),
}


def cancel_at(handle: JobHandle, app: App, share: float) -> list[JobUpdate]:
    """Cancel once a job says that so much is done; all that it has said till then."""
    heard: list[JobUpdate] = []
    app.jobs.listen(heard.append)
    while not handle.update.finished:
        if any((one.fraction or 0) > share and one.message for one in list(heard)):
            break
        time.sleep(0.02)
    begin = time.process_time()
    handle.cancel()
    handle.wait(120)
    assert time.process_time() - begin < MOST_CPU_S
    return heard


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_shows_its_progress_and_ends_whole_or_absent(tmp_path: Path, kind: str) -> None:
    title, write = KINDS[kind]
    first, large = tmp_path / "data" / "a", tmp_path / "data" / "b"
    first.mkdir(parents=True)
    large.mkdir()
    (first / "small").write_text(json.dumps(BUNDLE))
    write(large)
    with App.open(AppPaths.under(tmp_path / "home")) as app:
        handle = import_paths(app, [tmp_path / "data"])
        heard = cancel_at(handle, app, 0.02)
        found = handle.wait(0)
        assert isinstance(found, Imported)
        assert found.records.cancelled
        assert found.records.files == 1
        shares = [one.fraction for one in heard if one.fraction is not None and not one.finished]
        assert shares == sorted(shares)
        assert any(one.message.startswith(title) and ", 2 of 2" in one.message for one in heard)
        # What was read before is there, and nothing of what was being read.
        (person,) = app.library.records.persons()
        assert (person.name, person.entries) == ("Goodbundle, Ada", 1)
        again = import_paths(app, [first]).wait(120)
        assert isinstance(again, Imported)
        assert not again.records.cancelled


def test_a_table_that_is_being_read_is_left_out(tmp_path: Path) -> None:
    rows = "".join(f"{number % 900},2020-01-05,1.{number % 9}\n" for number in range(10 * SCALE))
    path = tmp_path / "labs.csv"
    path.write_text(f"patient_id,date,creatinine\n{rows}")
    with App.open(AppPaths.under(tmp_path / "home")) as app:
        found = import_paths(app, [path]).wait(120)
        assert isinstance(found, Imported)
        proposal = propose_table(app.library, found.records.waiting[0])
        handle = app.jobs.submit_local(
            "Read", lambda context: read_tables(app.library, [proposal], progress_of(context))
        )
        heard = cancel_at(handle, app, 0.02)
        done = handle.wait(0)
        assert isinstance(done, RecordsImport)
        assert (done.cancelled, done.files) == (True, 0)
        assert app.library.records.persons() == ()
        assert any(one.message == "labs.csv" for one in heard)


def test_a_source_that_is_read_again_and_cancelled_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "data" / "file"
    path.parent.mkdir()
    path.write_text(json.dumps(BUNDLE))
    with App.open(AppPaths.under(tmp_path / "home")) as app:
        import_paths(app, [path]).wait(120)
        before = app.library.records.persons()
        _lines(path.parent)
        handle = import_paths(app, [path])
        cancel_at(handle, app, 0.02)
        assert app.library.records.persons() == before


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent in another way there")
def test_ctrl_c_ends_the_command_and_keeps_what_is_whole(tmp_path: Path) -> None:
    small, large = tmp_path / "data" / "a", tmp_path / "data" / "b"
    small.mkdir(parents=True)
    large.mkdir()
    (small / "small").write_text(json.dumps(BUNDLE))
    _messages(large)
    home = tmp_path / "home"
    command = [sys.executable, "-m", "medapp", "import", str(tmp_path / "data"), "--json"]
    with subprocess.Popen(
        command,
        env={**os.environ, "MEDAPP_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        # Once the small file is in, the large one is being read.
        database = home / "data" / "library" / "library.sqlite3"
        while not _sources(database) and process.poll() is None:
            time.sleep(0.05)
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "what was read whole before is kept" in errors
    report = json.loads(out)
    assert report["cancelled"] is True
    assert report["counts"] == {"Observation": 1, "Person": 1}
    assert _sources(database) == [str(small / "small")]


def _sources(database: Path) -> list[str]:
    import sqlite3

    if not database.is_file():
        return []
    connection = sqlite3.connect(database)
    try:
        return [row[0] for row in connection.execute("select path from record_sources")]
    except sqlite3.OperationalError:
        return []
    finally:
        connection.close()
