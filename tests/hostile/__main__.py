"""Feeds broken and malicious files to the program: ``python -m tests.hostile [--family PREFIX]``.

Every image is indexed, reported as JSON and, where it indexes, loaded as for the viewer, in a process that
is watched. A crash, more than 20 s of the processor or more than 2 GB is a miss, and so is an error without
a name, a number that the file does not state, a file of which nothing is said, and whatever is not what the
manifest asks for. Records (families that begin with ``e``) are imported as the window does, each into a
library by itself, see `tests.hostile.records`; those that are made here need no archive. The archive is
looked for beside the shared data, see tests/conftest.py.
"""

from __future__ import annotations

import argparse
import collections
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.hostile.cases import BASELINE, absent, cases, unpack
from tests.hostile.records import feed
from tests.hostile.watch import ROOT, TIME_LIMIT_S, run

if TYPE_CHECKING:
    from tests.hostile.cases import Case
    from tests.hostile.records import feed
from tests.hostile.watch import Outcome

RECORDS = "e"
STATES = ("refused", "flagged", "accepted", "died")


def archive() -> Path:
    """Where the archive is looked for."""
    shared = os.environ.get("MEDAPP_SHARED")
    folder = Path(shared) if shared else ROOT.parent / "shared" / "data"
    return folder / "hostile" / "hostile.tar.zst"


def summary(todo: list[Case], outcomes: dict[str, Outcome]) -> list[str]:
    """The lines of the table: families, files, what became of the cases, and how many were missed."""
    counts: dict[str, collections.Counter[str]] = {}
    for case in todo:
        outcome = outcomes[case.name]
        for name in (case.family, "all"):
            count = counts.setdefault(name, collections.Counter())
            count.update(
                {"files": len(case.paths), "cases": 1, outcome.state: 1, "missed": bool(outcome.wrong)}
            )
    columns = ("files", "cases", *STATES, "missed")
    lines = [f"{'family':36}" + "".join(f"{name:>10}" for name in columns)]
    order = [*sorted(counts.keys() - {"all"}), "all"]
    lines += [f"{name:36}" + "".join(f"{counts[name][one]:10}" for one in columns) for name in order]
    return [*lines, *_asked(todo, outcomes), *_spent(outcomes)]


def _asked(todo: list[Case], outcomes: dict[str, Outcome]) -> list[str]:
    asked = collections.Counter(case.expect for case in todo)
    met = collections.Counter(case.expect for case in todo if not outcomes[case.name].wrong)
    series = [item for outcome in outcomes.values() for item in outcome.answer.get("series", ())]
    compared = sum(bool(item.get("compared")) for item in series)
    return [
        "asked and met: "
        + ", ".join(f"{name} {met[name]} of {count}" for name, count in sorted(asked.items())),
        f"{len(series)} series listed, {compared} of them compared with what pydicom reads in the file",
    ]


def _spent(outcomes: dict[str, Outcome]) -> list[str]:
    slowest = max(outcomes.items(), key=lambda pair: pair[1].cpu)
    largest = max(outcomes.items(), key=lambda pair: pair[1].memory)
    late = sum(outcome.seconds > TIME_LIMIT_S for outcome in outcomes.values())
    return [
        f"slowest {slowest[1].cpu:.1f} s of the processor ({slowest[0]})",
        f"largest {largest[1].memory / 1e9:.2f} GB ({largest[0]})",
        f"longer than {TIME_LIMIT_S:.0f} s on the clock: {late}",
    ]


def main() -> int:
    """0 where every case passed; 0 too where there is no archive, which is told; 1 where one was missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.hostile")
    parser.add_argument("--family", default="", help="only families that start so")
    parser.add_argument("--json", type=Path, help="write all answers here")
    options = parser.parse_args()
    outcomes: dict[str, Outcome] = {}
    with tempfile.TemporaryDirectory(prefix="medapp-hostile-files-") as folder:
        root = unpack(archive(), Path(folder)) if archive().is_file() else None
        if root is None:
            print(f"no hostile files at {archive()}")
        if root is not None and not options.family.startswith(RECORDS):
            outcomes |= _images(root, options.family)
        if not options.family or options.family.startswith(RECORDS):
            outcomes |= _records(root, Path(folder), options.family)
    wrong = sum(bool(outcome.wrong) for outcome in outcomes.values())
    print(f"{len(outcomes) - wrong} passed, {wrong} missed")
    if options.json:
        options.json.write_text(json.dumps({name: vars(o) for name, o in outcomes.items()}, indent=1))
    return 1 if wrong else 0


def _images(root: Path, family: str) -> dict[str, Outcome]:
    todo = [case for case in cases(root) if case.family.startswith((family, BASELINE))]
    missing = absent(root)
    outcomes = run(todo)
    for line in summary(todo, outcomes):
        print(line)
    if missing:
        print(f"named in a manifest, not in the archive: {len(missing)}")
    return outcomes


def _records(root: Path | None, folder: Path, family: str) -> dict[str, Outcome]:
    outcomes = feed(root, folder, (family,))
    states = collections.Counter(outcome.state for outcome in outcomes.values())
    print(
        f"records: {len(outcomes)} cases, " + ", ".join(f"{count} {state}" for state, count in states.items())
    )
    for line in _spent(outcomes):
        print(line)
    return outcomes


if __name__ == "__main__":
    sys.exit(main())
