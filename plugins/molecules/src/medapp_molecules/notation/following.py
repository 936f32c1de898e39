"""Go through a file row by row: standardise, ask a model, write; where a run was ended, go on behind it."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from medapp.api import MoleculesResult, TaskRefused
from medapp.api.wire_molecules import RowWriter, read_rows
from medapp.domain.molecule import MoleculeRow
from medapp_molecules.notation.apart import Apart, ahead
from medapp_molecules.notation.reading import Place, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from medapp.api import JobContext, MoleculesRequest
    from medapp.domain.notice import Notice
    from medapp_molecules.notation.reading import Given
    from medapp_molecules.notation.standard import Standard

_GIVEN: Final = 500
"""Characters of a row that are told again."""
_ODD: Final = (RuntimeError, ValueError, KeyError, IndexError, ZeroDivisionError, OverflowError)


def follow(
    request: MoleculesRequest,
    context: JobContext,
    look: Callable[[Sequence[MoleculeRow]], Sequence[MoleculeRow]],
    *,
    together: int = 64,
    notices: tuple[Notice, ...] = (),
) -> MoleculesResult:
    """Write a row for each of the file's.

    Args:
        request: Its file is read, its rows are written.
        context: Of the job.
        look: What is said of molecules, in their order; a molecule that it fails on is refused.
        together: How many it is handed at once.
        notices: For the reader of the result.

    Raises:
        TaskRefused: Where there is no file, or it holds nothing.
    """
    if request.source is None:
        message = "needs a file of molecules"
        raise TaskRefused(message)
    place = Place()
    with RowWriter(request.out) as writer, Apart() as apart:
        refused = sum(1 for row in read_rows(request.out) if row.refused)
        rows = read(request.source, first=writer.done, place=place)
        batches = iter(lambda: list(islice(rows, together)), [])
        for batch, standards in ahead(batches, apart.standardise):
            for row in _looked(rows_of(batch, standards), look):
                writer.write(row)
                refused += bool(row.refused)
            writer.flush()
            context.progress(place.share, f"{writer.done} molecules")
        done = writer.done
    if not done:
        message = "the file holds no row"
        raise TaskRefused(message)
    return MoleculesResult(done, refused, {}, notices)


def rows_of(batch: Sequence[Given], standards: Sequence[Standard]) -> Iterator[MoleculeRow]:
    """Rows of which nothing is said yet, refused ones with the reason."""
    for given, standard in zip(batch, standards, strict=True):
        text = given.text if given.kind == "smiles" else ""
        yield MoleculeRow(
            given.number,
            text[:_GIVEN],
            given.name[:_GIVEN],
            standard.smiles,
            standard.refused,
            standard.notes,
            others=given.others,
        )


def _looked(
    rows: Iterator[MoleculeRow], look: Callable[[Sequence[MoleculeRow]], Sequence[MoleculeRow]]
) -> list[MoleculeRow]:
    everything = list(rows)
    kept = [row for row in everything if not row.refused]
    try:
        said = list(look(kept)) if kept else []
    except _ODD:
        said = [_alone(row, look) for row in kept]
    answers = iter(said)
    return [row if row.refused else next(answers) for row in everything]


def _alone(row: MoleculeRow, look: Callable[[Sequence[MoleculeRow]], Sequence[MoleculeRow]]) -> MoleculeRow:
    try:
        return next(iter(look([row])))
    except _ODD as error:
        reason = (str(error).strip().splitlines() or [""])[0]
        return replace(row, refused=f"It cannot be worked with: {type(error).__name__} {reason}".strip())
