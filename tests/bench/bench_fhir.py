"""Import of FHIR bundles (unpack, parse, check, map) against validation by fhir.resources (R4B) alone.

Both run on one core, in seconds of the processor; the peer without unpacking and parsing.
"""

from __future__ import annotations

import gzip
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from medapp.domain.record import Person, Refusal
from medapp.formats.fhir import read
from tests.bench.harness import ROOT, Row, against, at_most, emit, is_short, peak_memory

if TYPE_CHECKING:
    from collections.abc import Iterator

FEW, MANY = 50, 381
SAMPLE = 40
FLAT_MB = 5


def bundles() -> list[Path]:
    """The Synthea patients beside the repository; empty where they are absent."""
    named = os.environ.get("MEDAPP_SHARED")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    return sorted((folder / "ehr" / "synthea_fhir_r4" / "bundles").glob("*.json.gz"))


def rows() -> Iterator[Row]:
    """All figures, patient by patient in turn, so that what else the machine does meets both alike."""
    paths = bundles()
    if not paths:
        print("no Synthea bundles beside the repository")
        return
    sample = paths[:SAMPLE] if is_short() else paths
    by_peer(resources(paths[0]))
    this = peer = 0.0
    checked = came = 0
    for path in sample:
        start = time.process_time()
        came += by_this(path)
        this += time.process_time() - start
        held = resources(path)
        start = time.process_time()
        by_peer(held)
        peer += time.process_time() - start
        checked += len(held)
    yield Row("resources that did not come out", checked - came, "", bar="none", reached=checked == came)
    yield against(
        f"import of {len(sample)} patients",
        "fhir.resources",
        checked / peer,
        checked / this,
        unit="resources/s",
        at_least=3,
    )
    yield from memory(len(paths))


def memory(count: int) -> Iterator[Row]:
    """Peaks of a process that imports few patients and many, with the largest, as a file is held whole."""
    many = min(MANY, count)
    sizes = [unpacked_size(path) for path in bundles()[:many]]
    largest = sizes.index(max(sizes))
    peaks = {
        number: peak_memory(
            "tests.bench.bench_fhir:import_first", number, largest, prepare="tests.bench.bench_fhir:warm"
        )
        for number in (FEW, many)
    }
    yield Row(f"memory of importing {FEW} patients", peaks[FEW] / 1e6, "MB")
    yield Row(f"memory of importing {many} patients", peaks[many] / 1e6, "MB")
    more = (peaks[many] - peaks[FEW]) / 1e6
    yield at_most(f"memory that {many - FEW} more patients take", more, FLAT_MB, "MB")


def unpacked_size(path: Path) -> int:
    """What gzip says at the end of a file."""
    return int.from_bytes(path.read_bytes()[-4:], "little")


def resources(path: Path) -> list[dict[str, Any]]:
    """Parsed, for the peer."""
    return [one["resource"] for one in orjson.loads(gzip.decompress(path.read_bytes()))["entry"]]


def by_peer(held: list[dict[str, Any]]) -> int:
    """The peer: each resource by its model."""
    from fhir.resources.R4B import get_fhir_model_class

    for one in held:
        get_fhir_model_class(one["resourceType"]).model_validate(one)
    return len(held)


def by_this(path: Path) -> int:
    """This program: items of the record."""
    return sum(not isinstance(item, Refusal) for item in read(path, path.name))


def import_first(number: int, *more: int) -> int:
    """Import the first patients, and further ones by their place, as they come."""
    paths = bundles()
    persons = 0
    for path in [*paths[:number], *(paths[at] for at in more)]:
        persons += sum(isinstance(item, Person) for item in read(path, path.name))
    return persons


def warm(*_: int) -> int:
    """Tables and modules, which are not part of the figure."""
    return by_this(bundles()[0])


if __name__ == "__main__":
    emit(rows())
