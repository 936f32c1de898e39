"""molecules.space: clusters of the molecules of a file, their places on a plane, the nearest known one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from medapp.api import Estimate, InputCheck, MoleculesRequest, MoleculesResult, TaskRefused
from medapp.api.wire_molecules import RowWriter, known_path
from medapp.domain.molecule import MoleculeRow, Property
from medapp.domain.notice import Notice
from medapp_molecules.space import known as known_set
from medapp_molecules.space.axes import WEIGHTS, numbers_of, read
from medapp_molecules.space.bits import bits_of, nearest
from medapp_molecules.space.clusters import clustered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from medapp.api import JobContext, TaskRequest
    from medapp_molecules.space.axes import Axes
    from medapp_molecules.space.clusters import Clusters
    from medapp_molecules.space.known import Known

_MEMORY: Final = 700_000_000
LEAST: Final = 3
MOST: Final = 50_000
"""Rows: clusters of more take hours, and nobody sees so many points."""
DRAWN: Final = 20_000
"""Of the known set that are kept for the map; of more every so many."""
_TOGETHER: Final = 64
_SHARES: Final = {"reading": (0.0, 0.5), "known": (0.5, 0.7), "nearest": (0.7, 0.85), "clusters": (0.85, 1.0)}
"""Of the progress."""


@dataclass(frozen=True)
class _Read:
    """The file: a row for each of its rows, and what was computed of those that are not refused."""

    rows: list[MoleculeRow]
    bits: NDArray[np.uint8]
    places: NDArray[np.float64]


def check_input(request: TaskRequest) -> InputCheck:
    """A file of molecules, and a known set that is there."""
    if not isinstance(request, MoleculesRequest) or request.source is None:
        return InputCheck(ok=False, reason="needs a file of molecules: SMILES, CSV or SDF")
    path = _known_path(request)
    if path is not None and not path.is_file():
        return InputCheck(ok=False, reason=f"there is no known set {path}")
    return InputCheck(ok=True)


def estimate(request: TaskRequest) -> Estimate:  # noqa: ARG001 - the same for all
    """Bits of a known set at its longest, and blocks of pairs."""
    return Estimate(_MEMORY)


def study(request: MoleculesRequest, context: JobContext) -> MoleculesResult:
    """Write a row for each molecule, when all are known; the known set lies beside (`known_path`).

    Raises:
        TaskRefused: Where fewer than three molecules or more than `MOST` rows are in the file, or the known
            set cannot be read.
        FileNotFoundError: Where the weights are not installed.
        JobCancelled: Where the user has cancelled; there are no rows then.
    """
    from rdkit import rdBase

    check = check_input(request)
    if not check.ok or request.source is None:
        raise TaskRefused(check.reason)
    axes, reference = read(context.weights(WEIGHTS))
    threshold = float(str(request.parameters.get("similarity", 0.35)))
    with rdBase.BlockLogs():
        found = _read(request.source, axes, context)
        path = _known_path(request)
        known = (
            known_set.of_reference(reference, axes)
            if path is None
            else known_set.of_file(path, axes, _telling(context, "known", "known set"))
        )
    near, alike = nearest(found.bits, known.bits, _telling(context, "nearest", "nearest known"))
    clusters = clustered(found.bits, threshold, _telling(context, "clusters", "clusters"))
    _write_known(known, near, request.out)
    _write(found, known, near, alike, clusters, request.out)
    refused = sum(bool(row.refused) for row in found.rows)
    metrics = _metrics(axes, known, clusters, threshold, ships=path is None)
    return MoleculesResult(
        len(found.rows), refused, metrics, _notices(axes, known, clusters, threshold, path)
    )


def _known_path(request: MoleculesRequest) -> Path | None:
    text = str(request.parameters.get("known") or "").strip()
    return Path(text).expanduser() if text else None


def _telling(context: JobContext, part: str, words: str) -> Callable[[float], None]:
    first, last = _SHARES[part]
    return lambda share: context.progress(first + (last - first) * min(1.0, share), words)


# ---- the file -----------------------------------------------------------------------------------------
def _read(source: Path, axes: Axes, context: JobContext) -> _Read:
    rows: list[MoleculeRow] = []
    bits: list[NDArray[np.uint8]] = []
    numbers: list[NDArray[np.float64]] = []
    for row in _rows(source, context):
        rows.append(_looked(row, bits, numbers))
        if len(rows) > MOST:
            message = f"holds more than {MOST} molecules; filter them and run it on those that are shown"
            raise TaskRefused(message)
    if len(bits) < LEAST:
        said = {0: "none", 1: "one", 2: "two"}[len(bits)]
        message = f"a map needs at least three molecules that can be read; of {len(rows)} rows {said} can"
        raise TaskRefused(message)
    return _Read(rows, np.array(bits, np.uint8), axes.place(np.array(numbers)))


def _rows(source: Path, context: JobContext) -> Iterator[MoleculeRow]:
    """All rows, standardised as every task does it."""
    from medapp_molecules.notation.apart import Apart
    from medapp_molecules.notation.following import rows_of
    from medapp_molecules.notation.reading import Place
    from medapp_molecules.notation.reading import read as read_file

    place, tell = Place(), _telling(context, "reading", "reading")
    with Apart() as apart:
        rows = read_file(source, place=place)
        while batch := list(islice(rows, _TOGETHER)):
            yield from rows_of(batch, apart.standardise(batch))
            tell(place.share)


def _looked(
    row: MoleculeRow, bits: list[NDArray[np.uint8]], numbers: list[NDArray[np.float64]]
) -> MoleculeRow:
    from rdkit import Chem

    if row.refused:
        return row
    try:
        mol = Chem.MolFromSmiles(row.smiles)
        found = bits_of(mol), numbers_of(mol)
    except known_set.ODD as error:
        return replace(row, refused=f"It cannot be placed: {type(error).__name__}.")
    bits.append(found[0])
    numbers.append(found[1])
    return row


# ---- what came of it ----------------------------------------------------------------------------------
def _write(
    found: _Read,
    known: Known,
    near: NDArray[np.int64],
    alike: NDArray[np.float32],
    clusters: Clusters,
    out: Path,
) -> None:
    """All rows at once; those of a run that was ended while they were written are kept."""
    at = 0
    with RowWriter(out) as writer:
        done = writer.done
        for number, row in enumerate(found.rows):
            said = row
            if not row.refused:
                said = replace(
                    row,
                    properties=(
                        Property("cluster", float(clusters.number[at])),
                        Property("cluster size", float(clusters.size[at])),
                        Property("place in cluster", float(clusters.place[at])),
                        *_places(found.places[at]),
                        Property("similarity to known", round(float(alike[at]), 4)),
                    ),
                    nearest=(known.smiles[near[at]], round(float(alike[at]), 4)),
                )
                at += 1
            if number >= done:
                writer.write(said)


def _write_known(known: Known, near: NDArray[np.int64], out: Path) -> None:
    path = known_path(out)
    path.unlink(missing_ok=True)
    with RowWriter(path) as writer:
        for at in known_set.sample(known, np.unique(near), DRAWN).tolist():
            properties = _places(known.places[at])
            writer.write(MoleculeRow(at + 1, "", known.names[at], known.smiles[at], properties=properties))


def _places(place: NDArray[np.float64]) -> tuple[Property, Property]:
    across, up = (round(float(one), 4) for one in place)
    return Property("map across", across), Property("map up", up)


def _metrics(
    axes: Axes, known: Known, clusters: Clusters, threshold: float, *, ships: bool
) -> dict[str, float]:
    return {
        "clusters": float(clusters.count),
        "singletons": float(clusters.singletons),
        "threshold": threshold,
        "by leaders": float(clusters.by_leaders),
        "variance across": axes.shares[0],
        "variance up": axes.shares[1],
        "known": float(len(known)),
        "known refused": float(known.refused),
        "known ships": float(ships),
    }


def _notices(
    axes: Axes, known: Known, clusters: Clusters, threshold: float, path: Path | None
) -> tuple[Notice, ...]:
    way = "leaders picked in the order of the file (sphere exclusion)" if clusters.by_leaders else "Butina"
    found = [
        Notice(
            "clusters", f"Clusters by {way}: Morgan environments, Tanimoto {threshold:g} and above.", "info"
        ),
        Notice("across", axes.words(0), "info"),
        Notice("up", axes.words(1), "info"),
    ]
    if path is not None and known.refused:
        message = f"{known.refused} rows of the known set {path.name} could not be read and were left out."
        found.append(Notice("known-refused", message, "warning"))
    if path is not None and known.more:
        message = f"Of the known set {path.name} the first {len(known)} molecules were taken."
        found.append(Notice("known-more", message, "warning"))
    return tuple(found)
