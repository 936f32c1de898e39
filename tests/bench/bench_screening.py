"""Screening beside admet-ai: molecules a second, and how alike they rank.

Real molecules that neither was shown by this program: of ZINC250k and of the sample of ChEMBL as many each,
drawn by a seed among those that are kept from the teacher, without those of the tables of properties. What
admet-ai itself was trained on is not known molecule by molecule. Its predictions are taken as they come out.
"""

from __future__ import annotations

import csv
import gzip
import random
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np

from medapp.api.wire_molecules import read_rows
from medapp.resources import resource
from medapp.services.app import App
from medapp.services.molecules import Order, start_molecules
from medapp.services.paths import AppPaths
from medapp_molecules.finalists.endpoints import SHARED
from medapp_molecules.notation.standard import standardise
from medapp_molecules.screen import features, model
from medapp_molecules.screen.teacher import is_kept_out
from tests.bench.bench_molecules import data
from tests.bench.harness import Row, against, at_least, emit, interleave, is_short, peer_python

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PEER = "admet-ai 2.0.1"
TIMED = 200
"""Molecules of a timed run, as in the figure that the goal was set by: 200 in 13.6 s."""
COMPARED = 400
SEED = 5
RUNS = 3
FILES = ("zinc250k/zinc250k_dev.smi.gz", "chembl/chembl_10k.txt.gz")
RATE = 10.0
ALIKE = 0.8


def molecules() -> list[str]:
    """In standard form, those of both files in turn."""
    known = [features.Known(one.bits) for one in model.read(resource("models", model.WEIGHTS))]
    found = [_drawn(data() / name, COMPARED // len(FILES), known) for name in FILES]
    return [one for both in zip(*found, strict=True) for one in both]


def _drawn(path: Path, count: int, known: Sequence[features.Known]) -> list[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        given = [line.split()[0] for line in file if line.strip()]
    random.Random(SEED).shuffle(given)
    found: dict[str, None] = {}
    for text in given:
        smiles = standardise(text).smiles
        if smiles and is_kept_out(smiles) and not _is_known(smiles, known):
            found[smiles] = None
        if len(found) == count:
            break
    return list(found)


def _is_known(smiles: str, known: Sequence[features.Known]) -> bool:
    bits = np.packbits(features.numbers_of(smiles).bits)
    return any(one.nearest(bits) == 1.0 for one in known)


class Peer:
    """Its process. Use as a context manager."""

    def __init__(self, python: Path) -> None:
        """Start it and wait until its models are read."""
        script = Path(__file__).with_name("peer_admet.py")
        self._process = subprocess.Popen(
            [python, script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._answer() == "ready"

    def predict(self, source: Path, out: Path | None = None) -> float:
        """Seconds of its own call."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{source}\t{out or ''}\n")
        self._process.stdin.flush()
        return float(self._answer())

    def _answer(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            message = "admet-ai has ended"
            raise RuntimeError(message)
        return line.strip()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._process.communicate(timeout=60)


class Screening:
    """The program without a window, as `medapp screen` uses it: its worker process stays."""

    def __init__(self, app: App, folder: Path) -> None:
        self._app = app
        self._folder = folder
        self._count = 0

    def screen(self, source: Path) -> Path:
        """Where the rows lie when all of them are there."""
        self._count += 1
        rows = self._folder / f"{self._count}.rows"
        start_molecules(self._app, "molecules.screen", Order(rows, source), device="cpu").wait(3000)
        return rows


def rows() -> Iterator[Row]:
    """Speed and ranks; where the molecules or the peer are not there, what can be told."""
    if not data().is_dir():
        return
    smiles = molecules()[: 20 if is_short() else COMPARED]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        every, timed = folder / "all.smi", folder / "timed.smi"
        every.write_text("".join(f"{one}\n" for one in smiles), encoding="utf-8")
        timed.write_text("".join(f"{one}\n" for one in smiles[:TIMED]), encoding="utf-8")
        with App.open(AppPaths.under(folder / "home").create()) as app:
            ours = Screening(app, folder)
            python = peer_python("admet_ai")
            if python is None or is_short():
                yield from _alone(ours, timed)
                return
            with Peer(python) as peer:
                yield from _speed(ours, peer, timed, min(TIMED, len(smiles)))
                peer.predict(every, folder / "theirs.csv")
            yield from _ranks(ours.screen(every), folder / "theirs.csv", len(smiles))


def _alone(ours: Screening, timed: Path) -> Iterator[Row]:
    ours.screen(timed)
    start = time.perf_counter()
    count = len(list(read_rows(ours.screen(timed))))
    rate = count / (time.perf_counter() - start)
    yield against("molecules a second, two cores", PEER, None, rate, unit="1/s", at_least=RATE)


def _speed(ours: Screening, peer: Peer, timed: Path, count: int) -> Iterator[Row]:
    told = interleave(lambda: peer.predict(timed), lambda: ours.screen(timed), RUNS)
    title = f"screening {count} molecules, each with its worker and models ready: molecules a second"
    yield against(title, PEER, count / told.peer, count / told.this, unit="1/s", at_least=RATE)


def _ranks(rows_path: Path, theirs: Path, count: int) -> Iterator[Row]:
    from scipy.stats import spearmanr

    values = [{one.name: one.value for one in row.properties} for row in read_rows(rows_path)]
    with theirs.open(encoding="utf-8", newline="") as file:
        said = list(csv.DictReader(file))
    found = []
    for endpoint in SHARED:
        own = [row.get(endpoint.name) for row in values]
        alike = spearmanr(own, [float(row[endpoint.column]) for row in said]).statistic
        found.append(float(alike))
        title = f"{endpoint.name}, {count} molecules: rank correlation with {PEER} ({endpoint.column})"
        yield at_least(title, found[-1], ALIKE, "")
    title = f"median of {len(found)} properties: rank correlation with {PEER}"
    yield at_least(title, statistics.median(found), ALIKE, "")


if __name__ == "__main__":
    emit(rows())
