"""Test files of the VCF specification told right, and lines a second, against cyvcf2 and pysam."""

from __future__ import annotations

import gzip
import os
import statistics
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from medapp.formats.vcf import check, open_vcf
from tests.bench.harness import ROOT, Row, against, at_least, emit, is_short, peak_memory, peer_python

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSIONS = ("4.1", "4.2", "4.3", "4.4", "4.5")
# Reads every line with its alleles and genotypes; the exit and the messages tell what it refuses.
PEERS = {
    "cyvcf2": """
import sys, time, warnings
from cyvcf2 import VCF
def read(path):
    return sum(1 for one in VCF(path) if (one.POS, one.REF, one.ALT, one.genotypes if one.FORMAT else None))
""",
    "pysam": """
import sys, time
from pysam import VariantFile
def read(path):
    n = 0
    for one in VariantFile(path):
        n += 1
        one.pos, one.alleles, [sample.get("GT") for sample in one.samples.values()], dict(one.info)
    return n
""",
}
TIMED = """
start = time.perf_counter()
lines = sum(read(path) for path in sys.argv[1:])
print(lines, time.perf_counter() - start)
"""
JUDGED = """
read(sys.argv[1])
"""


def rows() -> Iterator[Row]:
    """Files of the specification by version, then speed and memory on whole-genome calls."""
    named = os.environ.get("MEDAPP_SHARED")
    shared = (Path(named) if named else ROOT.parent / "shared" / "data") / "ehr"
    folder = shared / "vcf_conformance"
    if folder.is_dir():
        yield from told_right(folder)
    calls = sorted((shared / "getrm_1000g_30x").glob("*.vcf.gz"))
    if calls:
        yield from speed(calls[:2] if is_short() else calls)


def told_right(folder: Path) -> Iterator[Row]:
    """Accepted of passed/, refused of failed/."""
    peers = {name: peer_python(name) for name in PEERS}
    totals: Counter[str] = Counter()
    for version in VERSIONS:
        for kind in ("passed", "failed"):
            paths = sorted((folder / version / kind).glob("*.vcf"))
            if not paths:
                continue
            right = sum(is_refused(path) == (kind == "failed") for path in paths)
            totals[kind] += len(paths)
            word = "refused with line and reason" if kind == "failed" else "accepted"
            bar = len(paths) * (0.95 if kind == "failed" else 1.0)
            yield at_least(f"VCF {version}, {kind}/: {word} of {len(paths)}", right, bar, "files")
            totals[f"{kind} right"] += right
            for name, python in peers.items():
                if python and not is_short():
                    same = sum(peer_refuses(python, name, path) == (kind == "failed") for path in paths)
                    totals[f"{kind} {name}"] += same
    for kind in ("passed", "failed"):
        for name, python in peers.items():
            peer = float(totals[f"{kind} {name}"]) if python and not is_short() else None
            figure = f"all versions, {kind}/: told right of {totals[kind]}"
            yield against(figure, name, peer, totals[f"{kind} right"], unit="files")


def is_refused(path: Path) -> bool:
    """Whether this program finds an error."""
    return any(problem.is_error for problem in check(path))


def peer_refuses(python: Path, name: str, path: Path) -> bool:
    """Whether the peer ends with an error, or writes one."""
    command = [python, "-c", PEERS[name] + JUDGED, path]
    done = subprocess.run(command, check=False, capture_output=True, text=True, errors="replace")
    return done.returncode != 0 or "[E::" in done.stderr


def speed(paths: list[Path]) -> Iterator[Row]:
    """Reading with every rule checked, against reading alone."""
    size = sum(len(gzip.decompress(path.read_bytes())) for path in paths)
    runs, own, peers = 1 if is_short() else 3, [], {name: peer_python(name) for name in PEERS}
    times: dict[str, list[float]] = {name: [] for name in PEERS}
    lines = 0
    for _ in range(runs):
        start = time.perf_counter()
        lines = sum(sum(1 for _ in open_vcf(path, path.name)) for path in paths)
        own.append(time.perf_counter() - start)
        for name, python in peers.items():
            if python:
                times[name].append(peer_seconds(python, name, paths, lines))
    seconds = statistics.median(own)
    yield Row(f"{lines} lines of 2 samples, read and checked", size / seconds / 1e6, "MB/s")
    for name in PEERS:
        peer = lines / statistics.median(times[name]) if times[name] else None
        yield against("lines read (here: and checked)", name, peer, lines / seconds, unit="lines/s")
    peak = peak_memory("tests.bench.bench_vcf:read_all", str(paths[0]))
    yield Row("memory of reading one of them", peak / 1e6, "MB")


def peer_seconds(python: Path, name: str, paths: list[Path], lines: int) -> float:
    """Seconds of the peer in a process of its own, its start and imports left out."""
    command = [python, "-c", PEERS[name] + TIMED, *paths]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found, seconds = done.stdout.split()
    if int(found) != lines:
        message = f"{name} reads {found} lines where this program reads {lines}"
        raise RuntimeError(message)
    return float(seconds)


def read_all(path: str) -> int:
    """Variants of one file, none of them kept."""
    return sum(1 for _ in open_vcf(Path(path), path))


if __name__ == "__main__":
    emit(rows())
