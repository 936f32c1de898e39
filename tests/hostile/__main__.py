"""Feeds broken and malicious images to the program: ``python -m tests.hostile [--family PREFIX]``.

Every case is indexed and, where it indexes, loaded as for the viewer, in a process that is watched: a
crash, more than 20 s or more than 2 GB is a failure, and so is an error without a name. The archive is
looked for beside the shared data, see tests/conftest.py.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.hostile.cases import Case, cases, unpack, verdict

ROOT = Path(__file__).resolve().parent.parent.parent
TIME_LIMIT_S = 20.0
MEMORY_LIMIT = 2 * 10**9
# The first case of a process pays for its imports.
START_ALLOWANCE_S = 20.0


@dataclass
class Outcome:
    """What became of one case."""

    wrong: str
    seconds: float
    memory: int
    answer: dict[str, Any]


class Subject:
    """The watched process; a new one is started after each death."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread()

    def examine(self, case: Case) -> Outcome:
        """Hand a case over and watch time and memory until the answer is there."""
        fresh = self._process is None
        process = self._process or self._start()
        assert process.stdin is not None
        process.stdin.write(json.dumps(case.paths) + "\n")
        process.stdin.flush()
        start = time.monotonic()
        limit = TIME_LIMIT_S + (START_ALLOWANCE_S if fresh else 0)
        highest = 0
        while True:
            seconds = time.monotonic() - start
            try:
                line = self._answers.get(timeout=0.02)
            except queue.Empty:
                highest = max(highest, _memory(process.pid))
                wrong = _beyond(seconds, limit, highest)
                if wrong:
                    self.end()
                    return Outcome(wrong, seconds, highest, {})
                continue
            if not line:
                self.end()
                return Outcome(f"crashed with {process.wait()}", seconds, highest, {})
            answer = json.loads(line)
            return Outcome(verdict(case, answer), seconds, max(highest, _memory(process.pid)), answer)

    def end(self) -> None:
        """Kill the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._reader.join()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()
            self._process = None

    def _start(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.hostile.worker"]
        process = subprocess.Popen(
            command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=_errors()
        )
        answers: queue.Queue[str] = queue.Queue()

        def read() -> None:
            assert process.stdout is not None
            for line in process.stdout:
                answers.put(line)
            answers.put("")

        self._reader = threading.Thread(target=read, daemon=True)
        self._reader.start()
        self._process, self._answers = process, answers
        return process


def _errors() -> int | None:
    return None if os.environ.get("MEDAPP_HOSTILE_VERBOSE") else subprocess.DEVNULL


def _memory(pid: int) -> int:
    import psutil

    try:
        process = psutil.Process(pid)
        return sum(p.memory_info().rss for p in (process, *process.children(recursive=True)))
    except psutil.Error:
        return 0


def _beyond(seconds: float, limit: float, memory: int) -> str:
    if seconds > limit:
        return f"not done after {seconds:.0f} s"
    return f"took {memory / 1e9:.1f} GB" if memory > MEMORY_LIMIT else ""


def run(todo: list[Case], *, tell: bool = True) -> dict[str, Outcome]:
    """All outcomes by name of the case."""
    subject = Subject()
    outcomes = {}
    try:
        for case in todo:
            outcome = outcomes[case.name] = subject.examine(case)
            if tell and outcome.wrong:
                print(f"{case.name} ({case.expect}): {outcome.wrong}", flush=True)
    finally:
        subject.end()
    return outcomes


def archive() -> Path:
    """Where the archive is looked for."""
    shared = os.environ.get("MEDAPP_SHARED")
    folder = Path(shared) if shared else ROOT.parent / "shared" / "data"
    return folder / "hostile" / "hostile.tar.zst"


def main() -> int:
    """0 where every case passed; 0 too where there is no archive, which is told."""
    parser = argparse.ArgumentParser(prog="python -m tests.hostile")
    parser.add_argument("--family", default="", help="only families that start so")
    parser.add_argument("--json", type=Path, help="write all answers here")
    options = parser.parse_args()
    if not archive().is_file():
        print(f"no hostile files at {archive()}")
        return 0
    with tempfile.TemporaryDirectory(prefix="medapp-hostile-files-") as folder:
        todo = [c for c in cases(unpack(archive(), Path(folder))) if c.family.startswith(options.family)]
        outcomes = run(todo)
    wrong = collections.Counter(case.family for case in todo if outcomes[case.name].wrong)
    for family, count in sorted(collections.Counter(case.family for case in todo).items()):
        print(f"{family:40} {count - wrong[family]:4} of {count:4}")
    slowest = max((o.seconds for o in outcomes.values()), default=0.0)
    largest = max((o.memory for o in outcomes.values()), default=0)
    print(f"slowest {slowest:.1f} s, largest {largest / 1e9:.2f} GB")
    print(f"{len(todo) - wrong.total()} passed, {wrong.total()} failed")
    if options.json:
        options.json.write_text(json.dumps({name: vars(o) for name, o in outcomes.items()}, indent=1))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
