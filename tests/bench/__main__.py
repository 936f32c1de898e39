"""Runs the benches and writes BENCHMARKS.md.

``python -m tests.bench [NAME ...] [--short] [--gpu]``: each in a process of its own. ``--short`` is
for continuous integration: less data, and nothing is written. ``--gpu`` runs only the benches named
``bench_gpu_*.py``, which are left out otherwise.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from tests.bench.harness import HEADER, OUT_VARIABLE, ROOT, RULE, SHORT_VARIABLE, Row

RESULTS = Path(__file__).resolve().parent / "results"
PAGE = ROOT / "BENCHMARKS.md"
LIMIT_S = 3000
SHORT_LIMIT_S = 300
VERSIONS = ("numpy", "pydicom", "simpleitk", "numba", "PySide6_Essentials", "torch")
INTRODUCTION = """# Benchmarks

Written by `make bench` (and `make bench-gpu`). Peer and this program run in turn in the same process or
one process after the other, on the same data; the figures are medians. Ratios carry over to other
machines, absolute times do not. "–" in the peer's place: none was measured.
"""


def benches(names: list[str], *, gpu: bool) -> list[str]:
    """Module names without the prefix, in the order of the alphabet."""
    found = sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))
    if names:
        missing = sorted(set(names) - set(found))
        if missing:
            sys.exit(f"no bench named {', '.join(missing)}; there are {', '.join(found)}")
        return names
    return [name for name in found if name.startswith("gpu_") == gpu]


def run(name: str, *, short: bool) -> tuple[list[Row], float, bool]:
    """Rows, seconds and success of one bench."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "rows.jsonl"
        environment = {**os.environ, OUT_VARIABLE: str(out)}
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
        if short:
            environment[SHORT_VARIABLE] = "1"
        command = [sys.executable, "-m", f"tests.bench.bench_{name}"]
        start = time.perf_counter()
        try:
            limit = SHORT_LIMIT_S if short else LIMIT_S
            code = subprocess.run(command, cwd=ROOT, env=environment, check=False, timeout=limit).returncode
        except subprocess.TimeoutExpired:
            print(f"{name}: not done after {limit} s")
            code = 1
        lines = out.read_text(encoding="utf-8").splitlines() if out.exists() else []
    return [Row(**json.loads(line)) for line in lines], time.perf_counter() - start, code == 0


def machine() -> str:
    """The processor, cores and memory, and the versions that matter."""
    import psutil

    model = platform.processor() or platform.machine()
    cpu = Path("/proc/cpuinfo")
    if cpu.exists():
        names = [
            line.partition(":")[2].strip() for line in cpu.read_text().splitlines() if "model name" in line
        ]
        model = names[0] if names else model
    versions = []
    for package in VERSIONS:
        try:
            versions.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            continue
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, "
        f"Python {platform.python_version()}, {', '.join(versions)}"
    )


def keep(name: str, rows: list[Row], seconds: float) -> None:
    """Store the rows of a bench as its last result."""
    RESULTS.mkdir(exist_ok=True)
    record = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "seconds": round(seconds, 1),
        "rows": [row.__dict__ for row in rows],
    }
    text = json.dumps(record, indent=1, ensure_ascii=False)
    (RESULTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def page() -> str:
    """BENCHMARKS.md from the last results of all benches."""
    parts = [INTRODUCTION]
    for path in sorted(RESULTS.glob("*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        lines = [f"## {path.stem.replace('_', ' ')}", "", f"{record['date']}, {record['machine']}.", ""]
        lines += [HEADER, RULE]
        lines += [Row(**row).line() for row in record["rows"]]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def main() -> int:
    """0 where every bench ran to its end; a bar that was not reached is told, not an error."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--gpu", action="store_true")
    options = parser.parse_args()
    failed, missed = [], []
    for name in benches(options.names, gpu=options.gpu):
        print(f"\n== {name}", flush=True)
        rows, seconds, success = run(name, short=options.short)
        if not success:
            failed.append(name)
        missed += [row.figure for row in rows if row.reached is False]
        if rows and success and not options.short:
            keep(name, rows, seconds)
    if not options.short and RESULTS.is_dir():
        PAGE.write_text(page(), encoding="utf-8")
    print(f"\nbars not reached: {'; '.join(missed) or 'none'}")
    print(f"benches that failed: {', '.join(failed) or 'none'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
