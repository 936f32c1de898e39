"""Imports one hostile record after the other as the window does, and tells what it saw.

Started by ``python -m tests.hostile``: one JSON list of paths a line on the standard input, one JSON object a
line on the standard output, the first as soon as everything is imported. Each is imported into a library of
its own by the job that the window starts; tables are read, too, by a mapping that names a column for the
patient's number.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import tempfile
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medapp.services.app import App
from medapp.services.importing import Imported, import_paths
from medapp.services.paths import AppPaths
from medapp.services.tables import propose_table, read_tables
from tests.hostile.audit import Audit
from tests.hostile.record_verdict import SECRET
from tests.hostile.worker import cpu, forget, spent

if TYPE_CHECKING:
    from medapp.services.records import RecordsImport


def examine(paths: list[str], home: Path, audit: Audit) -> dict[str, Any]:
    """Import the paths and say what is in the library then."""
    roots = [home, *(Path(path).parent for path in paths)]
    audit.watch([*roots, Path(tempfile.gettempdir())])
    with App.open(AppPaths.under(home)) as app:
        found = import_paths(app, [Path(path) for path in paths]).wait(300)
        assert isinstance(found, Imported)
        waiting = len(found.records.waiting)
        told = _told(found)
        read = _read_tables(app, found.records)
    outside = [one for one in audit.stop() if SECRET in one or not one.startswith("open ")]
    database = home / "data" / "library" / "library.sqlite3"
    entries, people = _rows(database)
    return {
        "refused": told,
        "read_as_table": read,
        "waiting": waiting,
        "entries": entries,
        "people": people,
        "outside": outside,
        "leaked": any(SECRET.encode() in path.read_bytes() for path in database.parent.glob("library.*")),
        **spent(),
    }


def _told(found: Imported) -> list[dict[str, Any]]:
    told = [
        {"place": "", "code": one.code, "reason": one.reason, "whole": True} for one in found.images.rejected
    ]
    records = found.records
    return told + [
        {"place": place, "code": code, "reason": reason, "whole": file in records.unread}
        for file, place, code, reason in records.refused
    ]


def _read_tables(app: App, records: RecordsImport) -> int:
    """How many entries came of tables, each read as if its first column held the patients' numbers."""
    answers = []
    for file in records.waiting:
        proposal = propose_table(app.library, file) if file.kind == "table" else None
        if proposal is not None and proposal.mapping is not None:
            mapping = proposal.mapping.with_column(proposal.mapping.columns[0].header, role="subject")
            if not mapping.questions:
                answers.append(type(proposal)(file, mapping))
    done = read_tables(app.library, answers)
    failed = [reason for _, _, code, reason in done.refused if code == "failed"]
    assert not failed, failed
    return sum(done.counts.values())


def _rows(database: Path) -> tuple[int, int]:
    """Entries and people that are left of sources that no table is."""
    connection = sqlite3.connect(database)
    try:
        of = (
            "select count(*) from record_entries e join record_sources s on e.source = s.id "
            "where s.format != 'table'"
        )
        people = "select count(*) from record_subjects where format != 'table'"
        return connection.execute(of).fetchone()[0], connection.execute(people).fetchone()[0]
    finally:
        connection.close()


def _answer(line: str, audit: Audit) -> dict[str, Any]:
    try:
        with tempfile.TemporaryDirectory(prefix="medapp-hostile-") as folder:
            return examine(json.loads(line), Path(folder), audit)
    except Exception:  # noqa: BLE001 - the point is to see what escapes
        return {"escaped": traceback.format_exc(), **spent()}


def main() -> None:
    """Answer until the input ends."""
    audit = Audit()
    answers = os.fdopen(os.dup(1), "w")
    # What a library prints must not get between the answers.
    os.dup2(2, 1)
    answers.write("{}\n")
    answers.flush()
    for line in sys.stdin:
        forget()
        before = cpu()
        answer = _answer(line, audit)
        answer["cpu"] -= before
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
