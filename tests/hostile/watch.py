"""The process that reads hostile files, watched for time and memory."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from tests.hostile.cases import BASELINE
from tests.hostile.verdict import became, verdict

if TYPE_CHECKING:
    from tests.hostile.cases import Case

ROOT = Path(__file__).resolve().parent.parent.parent
TIME_LIMIT_S = 20.0
MEMORY_LIMIT = 2 * 10**9
# On a machine that is busy with other work the clock runs ahead of the processor; what takes no
# processor time either hangs.
CLOCK_LIMIT_S = 3 * TIME_LIMIT_S
_START_LIMIT_S = 120.0


@dataclass
class Outcome:
    """What became of one case.

    Attributes:
        wrong: Empty where it is what the manifest asks for.
        state: ``refused``, ``flagged``, ``accepted``, or ``died``.
        seconds: On the clock.
        cpu: Seconds of the processor, of all processes that took part.
        memory: Most bytes that were resident, of all processes that took part.
    """

    wrong: str
    state: str
    seconds: float
    cpu: float
    memory: int
    answer: dict[str, Any]


Judge = Callable[["Case", dict[str, Any], frozenset[str]], tuple[str, str]]
"""What is wrong with an answer, and what became of the case."""


def of_images(case: Case, answer: dict[str, Any], usual: frozenset[str]) -> tuple[str, str]:
    """Judge images; see `Judge`."""
    return verdict(case, answer, usual), "died" if "escaped" in answer else became(answer, usual)


class Subject:
    """The watched process; a new one is started after each death."""

    def __init__(
        self,
        module: str = "tests.hostile.worker",
        judge: Judge = of_images,
        clock_limit_s: float = CLOCK_LIMIT_S,
    ) -> None:
        """Of a module that answers as that of images does."""
        self._module, self._judge, self._clock_limit_s = module, judge, clock_limit_s
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread()

    def examine(self, case: Case, usual: frozenset[str] = frozenset()) -> Outcome:
        """Hand a case over and watch time and memory until the answer is there."""
        process = self._process or self._start()
        assert process.stdin is not None
        before = _cpu(process.pid)
        process.stdin.write(json.dumps(case.paths) + "\n")
        process.stdin.flush()
        start, highest, cpu = time.monotonic(), 0, 0.0
        while True:
            seconds = time.monotonic() - start
            try:
                line = self._answers.get(timeout=0.02)
            except queue.Empty:
                highest = max(highest, _memory(process.pid))
                cpu = _cpu(process.pid) - before
                wrong = _beyond(seconds, cpu, highest, self._clock_limit_s)
                if wrong:
                    self.end()
                    return Outcome(wrong, "died", seconds, cpu, highest, {})
                continue
            if not line:
                self.end()
                return Outcome(f"crashed with {process.wait()}", "died", seconds, cpu, highest, {})
            answer = json.loads(line)
            highest = max(highest, int(answer["peak"]))
            wrong, state = self._judge(case, answer, usual)
            wrong = wrong or _beyond(seconds, answer["cpu"], highest, self._clock_limit_s)
            return Outcome(wrong, state, seconds, answer["cpu"], highest, answer)

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
        command = [sys.executable, "-m", self._module]
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
        answers.get(timeout=_START_LIMIT_S)
        return process


def _errors() -> int | None:
    return None if os.environ.get("MEDAPP_HOSTILE_VERBOSE") else subprocess.DEVNULL


def _family(pid: int) -> list[psutil.Process]:
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def _memory(pid: int) -> int:
    try:
        return sum(one.memory_info().rss for one in _family(pid))
    except psutil.Error:
        return 0


def _cpu(pid: int) -> float:
    """Seconds of the processor; children that ended are in the times of those that waited for them."""
    try:
        return float(sum(sum(one.cpu_times()[:4]) for one in _family(pid)))
    except psutil.Error:
        return 0.0


def _beyond(seconds: float, cpu: float, memory: int, clock_limit_s: float) -> str:
    if cpu > TIME_LIMIT_S:
        return f"took {cpu:.0f} s of the processor"
    if seconds > clock_limit_s:
        return f"not done after {seconds:.0f} s"
    return f"took {memory / 1e9:.1f} GB" if memory > MEMORY_LIMIT else ""


def run(todo: list[Case], *, tell: bool = True, subject: Subject | None = None) -> dict[str, Outcome]:
    """All outcomes by name of the case, of images where no other subject is given."""
    subject = subject or Subject()
    outcomes: dict[str, Outcome] = {}
    usual: frozenset[str] = frozenset()
    try:
        for case in todo:
            collected = case.family.startswith("cat")
            outcome = subject.examine(case, usual if collected else frozenset())
            outcomes[case.name] = outcome
            if case.family == BASELINE:
                usual = frozenset(code for item in outcome.answer["series"] for code in item["notices"])
            if tell and outcome.wrong:
                print(f"{case.name} ({case.expect}): {outcome.wrong}", flush=True)
    finally:
        subject.end()
    return outcomes
