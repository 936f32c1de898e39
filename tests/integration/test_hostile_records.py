"""Broken and malicious records between good ones: each is told with its place, nothing of it stays, no harm.

One process imports all of them at once, as a user would; the services that the window uses are fed one by one
(a part here, all of them by ``make hostile``).
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.hostile.audit import ROOT
from tests.hostile.cases import Case, unpack
from tests.hostile.made import broken
from tests.hostile.record_cases import archived
from tests.hostile.record_good import PEOPLE, write_good
from tests.hostile.record_verdict import SECRET, verdict
from tests.hostile.records import bait, feed

if TYPE_CHECKING:
    from collections.abc import Iterator

SLOW = ("bomb", "many_", "long_", "cut_lines")
"""Made large on purpose: only `make hostile` feeds them."""
SAMPLE = ("e1_xml/ext", "e1_xml/xinclude", "e2_fhir/cut", "e2_fhir/no_", "e3_hl7/bad_", "e4_csv/omop", "e5_")
LIMIT_S = 120.0


@pytest.fixture(scope="session")
def archive_root(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    archive = shared_data / "hostile" / "hostile.tar.zst"
    if not archive.is_file():
        pytest.skip("no archive of hostile files")
    if shutil.which("zstd") is None:
        pytest.skip("zstd is not installed")
    return unpack(archive, tmp_path_factory.mktemp("hostile-records"))


@dataclass
class Run:
    """One import by the command line.

    Attributes:
        cases: What was fed, with where each lies.
        heard: What the process opened outside, and calls of a network.
        calls: Of the server whose address stands in the files.
    """

    folder: Path
    cases: list[Case]
    status: int
    text: str
    errors: str
    heard: str
    calls: list[str]
    database: Path

    @property
    def report(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.text)
        return found

    def answer(self, case: Case) -> dict[str, Any]:
        """What the report and the database say of one case, as `verdict` takes it."""
        (path,) = case.paths
        told = [one for one in self.report["refused"] if one["file"] in {path, str(Path(path).parent)}]
        connection = sqlite3.connect(self.database)
        like = (path, str(Path(path).parent))
        entries = connection.execute(
            "select count(*) from record_entries e join record_sources s on e.source = s.id "
            "where s.path in (?, ?)",
            like,
        ).fetchone()[0]
        people = connection.execute(
            "select count(*) from record_subjects where path in (?, ?)", like
        ).fetchone()[0]
        connection.close()
        waiting = [one for one in self.report["waiting"] if one["path"] == path]
        return {"refused": told, "entries": entries, "people": people, "waiting": len(waiting),
                "outside": [], "leaked": False}  # fmt: skip


def bring(folder: Path, cases: list[Case], home: Path, calls: list[str]) -> Run:
    """Import a folder in a process that is listened to."""
    log = home.parent / "heard"
    roots = os.pathsep.join(map(str, (folder, home)))
    command = [sys.executable, "-m", "tests.hostile.audit", str(log), roots, "import", str(folder), "--json"]
    environment = {**os.environ, "MEDAPP_HOME": str(home)}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=LIMIT_S
    )
    database = home / "data" / "library" / "library.sqlite3"
    return Run(
        folder, cases, done.returncode, done.stdout, done.stderr, log.read_text("utf-8"), calls, database
    )


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Everything made here, and a good file of each kind before, between and after."""
    place = tmp_path_factory.mktemp("mixed-records")
    folder = place / "data"
    write_good(folder / "good")
    with bait(place) as (lure, calls):
        cases = []
        for name, expect, data in broken(lure):
            if any(word in name for word in SLOW):
                continue
            path = folder / name / "file"
            path.parent.mkdir(parents=True)
            path.write_bytes(data)
            cases.append(Case(name, name.partition("/")[0], expect, (str(path),)))
        yield bring(folder, cases, place / "home", calls)


def test_every_broken_file_is_told_with_its_place_and_nothing_of_it_stays(mixed: Run) -> None:
    wrong = {case.name: said for case in mixed.cases if (said := verdict(case, mixed.answer(case)))}
    assert wrong == {}
    assert len(mixed.cases) > 100


def test_the_good_files_between_them_are_all_in(mixed: Run) -> None:
    assert mixed.status == 4, "files were refused"
    connection = sqlite3.connect(mixed.database)
    names = " ".join(row[0] for row in connection.execute("select search from record_subjects"))
    assert [one for one in PEOPLE if one.casefold() not in names] == []
    good = {one["kind"] for one in mixed.report["waiting"] if "good" in one["path"]}
    assert good == {"table", "vcf"}
    assert mixed.report["cancelled"] is False
    connection.close()


def test_nothing_that_a_file_names_is_opened(mixed: Run) -> None:
    assert mixed.heard == ""
    assert mixed.calls == []
    assert SECRET not in mixed.text + mixed.errors
    assert SECRET.encode() not in mixed.database.read_bytes()


def test_reasons_hold_nothing_of_a_patient(mixed: Run) -> None:
    reasons = " ".join(one["reason"] for one in mixed.report["refused"])
    assert [word for word in (*PEOPLE, "Doe", "Ada", "99999999", "2020-02-31") if word in reasons] == []


def test_the_archive_between_good_files(archive_root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    write_good(folder / "good")
    cases = []
    for case in archived(archive_root):
        # Each in a folder by itself: in one folder the same id of a patient is the same patient.
        path = folder / case.name / Path(case.paths[0]).name
        path.parent.mkdir(parents=True)
        shutil.copyfile(case.paths[0], path)
        cases.append(Case(case.name, case.family, case.expect, (str(path),), case.note))
    found = bring(folder, cases, tmp_path / "home", [])
    assert found.status == 4, "files were refused"
    wrong = {case.name: said for case in cases if (said := verdict(case, found.answer(case)))}
    assert wrong == {}
    assert (found.heard, len(cases)) == ("", 21)
    connection = sqlite3.connect(found.database)
    names = " ".join(row[0] for row in connection.execute("select search from record_subjects"))
    assert [one for one in PEOPLE if one.casefold() not in names] == []
    connection.close()


def test_the_services_of_the_window_are_told_the_same(tmp_path: Path) -> None:
    outcomes = feed(None, tmp_path, SAMPLE, tell=False)
    assert len(outcomes) > len(SAMPLE)
    assert {name: outcome.wrong for name, outcome in outcomes.items() if outcome.wrong} == {}


REFUSED = {"place": "", "code": "malformed", "reason": "line 3: it is no JSON", "whole": True}
NOTHING: dict[str, Any] = {
    "refused": [], "entries": 0, "people": 0, "waiting": 0, "outside": [], "leaked": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("expect", "told", "passes"),
    [
        ("refused", {"refused": [REFUSED]}, True),
        ("refused", {"refused": [REFUSED], "entries": 1}, False),
        ("refused", {"refused": [REFUSED], "people": 1}, False),
        ("refused", {"refused": [{**REFUSED, "whole": False}]}, False),
        ("refused", {"refused": [{**REFUSED, "reason": "it is broken"}]}, False),
        ("refused", {"refused": [{**REFUSED, "reason": ""}]}, False),
        ("refused", {}, False),
        ("any", {}, True),
        ("any", {"refused": [{**REFUSED, "code": "failed"}]}, False),
        ("told", {"refused": [REFUSED], "entries": 1}, True),
        ("told", {"entries": 1}, False),
        ("read", {"entries": 1}, True),
        ("read", {"refused": [REFUSED], "entries": 1}, False),
        ("read", {"entries": 1, "outside": ["socket.connect"]}, False),
        ("read", {"entries": 1, "leaked": True}, False),
        ("waits", {"waiting": 1}, True),
        ("waits", {"refused": [REFUSED]}, False),
    ],
)
def test_the_judge_is_strict(expect: str, told: dict[str, Any], passes: bool) -> None:
    case = Case("a", "a", expect, ("x",))
    assert (verdict(case, {**NOTHING, **told}) == "") is passes
