"""Timing two things against each other, measuring memory, and telling what came out.

A bench is a module ``tests/bench/bench_NAME.py`` that ends with::

    if __name__ == "__main__":
        emit(rows())

and is run by ``python -m tests.bench NAME``. Its rows are printed and, by the runner, written to
BENCHMARKS.md.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ROOT = Path(__file__).resolve().parent.parent.parent
OUT_VARIABLE = "MEDAPP_BENCH_OUT"
SHORT_VARIABLE = "MEDAPP_BENCH_SHORT"
PEERS_VARIABLE = "MEDAPP_PEERS"
HEADER = "| figure | peer | this | ratio | bar | reached |"
RULE = "|---" * (HEADER.count("|") - 1) + "|"


def is_short() -> bool:
    """Whether the run shall be over in seconds: less data, fewer repetitions, no bar to reach."""
    return bool(os.environ.get(SHORT_VARIABLE))


def peer_python(*modules: str) -> Path | None:
    """The interpreter of the peers' environment (``make peers``, or the one that MEDAPP_PEERS names).

    None where there is none or where it lacks one of `modules`.
    """
    named = os.environ.get(PEERS_VARIABLE)
    below = "Scripts/python.exe" if os.name == "nt" else "bin/python"
    python = Path(named) if named else ROOT / ".venv-peers" / below
    if not python.exists():
        return None
    look = "import importlib.util, sys; sys.exit(not all(map(importlib.util.find_spec, sys.argv[1:])))"
    return python if subprocess.run([python, "-c", look, *modules], check=False).returncode == 0 else None


@dataclass(frozen=True)
class Row:
    """One figure.

    Attributes:
        peer: What the peer needs in `unit`; None where it is not installed or there is none.
        this: What this program needs.
        bar: The goal in words, empty where the figure is told for information.
        reached: None where there is no bar or it could not be judged.
    """

    figure: str
    this: float
    unit: str = "s"
    peer: float | None = None
    peer_name: str = ""
    bar: str = ""
    reached: bool | None = None

    @property
    def ratio(self) -> float | None:
        """This over the peer."""
        return self.this / self.peer if self.peer else None

    def line(self) -> str:
        """The row of a table."""
        peer = (
            f"{self.peer_name} {_number(self.peer)} {self.unit}" if self.peer is not None else self.peer_name
        )
        ratio = "" if self.ratio is None else f"{self.ratio:.3g}"
        reached = {True: "yes", False: "**no**", None: ""}[self.reached]
        cells = (
            self.figure,
            peer.strip() or "–",
            f"{_number(self.this)} {self.unit}",
            ratio,
            self.bar,
            reached,
        )
        return "| " + " | ".join(cells) + " |"


def at_most(figure: str, this: float, limit: float, unit: str = "s") -> Row:
    """A figure with an absolute upper bar."""
    return Row(figure, this, unit, bar=f"at most {limit:g} {unit}", reached=this <= limit)


def at_least(figure: str, this: float, limit: float, unit: str) -> Row:
    """A figure with an absolute lower bar."""
    return Row(figure, this, unit, bar=f"at least {limit:g} {unit}", reached=this >= limit)


def against(
    figure: str,
    peer_name: str,
    peer: float | None,
    this: float,
    *,
    unit: str = "s",
    at_most: float | None = None,
    at_least: float | None = None,
) -> Row:
    """A figure measured against a peer in the same run; the bars are ratios of this over the peer."""
    bars = []
    reached: bool | None = None
    ratio = this / peer if peer else None
    for word, limit, holds in (
        ("at most", at_most, ratio is not None and at_most is not None and ratio <= at_most),
        ("at least", at_least, ratio is not None and at_least is not None and ratio >= at_least),
    ):
        if limit is not None:
            bars.append(f"{word} {limit:g} of {peer_name}")
            reached = None if ratio is None else (reached is not False and holds)
    name = peer_name if peer is not None else f"{peer_name} not at hand"
    return Row(figure, this, unit, peer, name, " and ".join(bars), reached)


@dataclass(frozen=True)
class Timings:
    """Seconds of every run of both."""

    peer_runs: tuple[float, ...]
    this_runs: tuple[float, ...]

    @property
    def peer(self) -> float:
        """Median of the peer."""
        return statistics.median(self.peer_runs)

    @property
    def this(self) -> float:
        """Median of this program."""
        return statistics.median(self.this_runs)


def interleave(
    peer: Callable[[], object], this: Callable[[], object], runs: int = 5, *, warm_up: int = 1
) -> Timings:
    """Run both in turn, so that what else the machine does meets both alike."""
    for _ in range(warm_up):
        peer()
        this()
    times: tuple[list[float], list[float]] = ([], [])
    for run in range(runs):
        pair = ((peer, times[0]), (this, times[1]))
        for function, kept in pair if run % 2 == 0 else pair[::-1]:
            kept.append(timed(function))
    return Timings(tuple(times[0]), tuple(times[1]))


def timed(function: Callable[[], object]) -> float:
    """Seconds of one call, its result released after the clock has stopped."""
    gc.collect()
    start = time.perf_counter()
    result = function()
    seconds = time.perf_counter() - start
    del result
    return seconds


def median(function: Callable[[], object], runs: int = 5, *, warm_up: int = 1) -> float:
    """Median seconds of a call."""
    for _ in range(warm_up):
        function()
    return statistics.median(timed(function) for _ in range(runs))


def peak_memory(target: str, *args: object, prepare: str | None = None) -> int:
    """Bytes by which a call raises the resident memory of a fresh process at its peak.

    Args:
        target: ``module:function``; it is called with `args` in the child.
        args: What JSON can carry.
        prepare: ``module:function`` called with the same `args` before the measurement, for imports and
            compilation that are not part of the figure. The module of `target` is imported before too.

    Raises:
        subprocess.CalledProcessError: Where the child fails; its error output is printed.
    """
    call = json.dumps({"target": target, "args": args, "prepare": prepare})
    command = [sys.executable, "-m", "tests.bench.harness", call]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return int(done.stdout.strip().splitlines()[-1])


def emit(rows: Iterable[Row]) -> None:
    """Print the rows as they come, and keep them for the runner."""
    print(HEADER, flush=True)
    print(RULE, flush=True)
    out = os.environ.get(OUT_VARIABLE)
    for row in rows:
        print(row.line(), flush=True)
        if out:
            with Path(out).open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


class _Peak:
    """The highest resident memory while it is held, by the kernel's mark or by looking every millisecond."""

    def __init__(self) -> None:
        import psutil

        self._process = psutil.Process()
        self.base = self._process.memory_info().rss
        self.highest = self.base
        self._kernel = self._reset_mark()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        if not self._kernel:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._kernel:
            status = Path("/proc/self/status").read_text(encoding="ascii")
            self.highest = int(status.split("VmHWM:")[1].split()[0]) * 1024
        else:
            self._stop.set()
            self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(0.001):
            self.highest = max(self.highest, self._process.memory_info().rss)

    @staticmethod
    def _reset_mark() -> bool:
        try:
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        except OSError:
            return False
        return True


def _resolve(name: str) -> Callable[..., object]:
    module, _, function = name.partition(":")
    found: Any = getattr(importlib.import_module(module), function)
    return found  # type: ignore[no-any-return]


def _child(call: str) -> None:
    order = json.loads(call)
    function = _resolve(order["target"])
    if order["prepare"]:
        _resolve(order["prepare"])(*order["args"])
    gc.collect()
    with _Peak() as peak:
        kept = function(*order["args"])
    del kept
    print(peak.highest - peak.base)


if __name__ == "__main__":
    _child(sys.argv[1])
