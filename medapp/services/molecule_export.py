"""Molecules out of a project: SMILES, CSV and SDF of many, a sheet of paper for one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Protocol

from medapp.api.wire_molecules import RowWriter
from medapp.services.molecule_columns import WARNED, of_harm, of_property, renamed
from medapp.services.molecule_files import write_csv
from medapp.services.molecule_merging import merged, without_patient
from medapp.services.molecule_rows import read_row
from medapp.services.result_file import WARNING
from medapp.services.structures import Draughtsman, StructureError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from medapp.domain.molecule import MoleculeRow

Format = Literal["smiles", "csv", "sdf"]
_NO_ATOMS: Final = "  0  0  0  0  0  0  0  0  0  0999 V2000\nM  END\n"
_OF_METABOLITES: Final = (
    "METABOLITES", "METABOLITE PARENT", "METABOLITE PROBABILITY", "METABOLITE ENZYME", "METABOLITE REACTION",
    "METABOLITE GENERATION", "METABOLITE NOTE",
)  # fmt: skip
SUFFIXES: Final[dict[Format, str]] = {"smiles": ".smi", "csv": ".csv", "sdf": ".sdf"}


class Progress(Protocol):
    """The job that an export runs in."""

    def progress(self, fraction: float | None, message: str = "") -> None:
        """Tell how far it is, and end where the user has cancelled."""
        ...


@dataclass(frozen=True)
class Place:
    """Where a row of a run lies, and whether what it says of a patient may be told."""

    path: Path
    offset: int
    with_patient: bool = True


def row_of(places: Sequence[Place]) -> MoleculeRow:
    """All that runs say of a molecule.

    Raises:
        OSError: Where a file cannot be read.
        ValueError: Where there is no row.
    """
    rows = ((place, read_row(place.path, place.offset)) for place in places)
    return merged([row if place.with_patient else without_patient(row) for place, row in rows])


def write_molecules(
    molecules: Sequence[Sequence[Place]], out: Path, kind: Format, job: Progress, scratch: Path
) -> int:
    """Write molecules in their order; return how many. The file appears whole or not at all.

    Refused rows stand in CSV with their reason and are left out of the others.

    Raises:
        OSError: Where a file cannot be read or written.
        ValueError: Where a row is none.
    """
    rows = _followed(molecules, job)
    return _csv(rows, out, scratch) if kind == "csv" else write_rows(rows, out, kind)


def write_rows(rows: Iterable[MoleculeRow], out: Path, kind: Literal["smiles", "sdf"]) -> int:
    """Write rows one by one, refused ones left out; return how many. The file appears whole or not at all.

    Raises:
        OSError: Where a file cannot be read or written.
        ValueError: Where a row is none.
    """
    part = out.with_name(f".{out.name}.part")
    try:
        with part.open("w", encoding="utf-8") as file, Draughtsman() as draughtsman:
            count = 0
            for row in rows:
                if row.smiles and not row.refused:
                    file.write(_smiles(row) if kind == "smiles" else _record(row, draughtsman))
                    count += 1
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return count


def _followed(molecules: Sequence[Sequence[Place]], job: Progress) -> Iterator[MoleculeRow]:
    for at, places in enumerate(molecules):
        job.progress(at / len(molecules), f"{at} molecules")
        yield row_of(places)


def _csv(rows: Iterator[MoleculeRow], out: Path, scratch: Path) -> int:
    kept = scratch / f".{out.name}.rows"
    try:
        with RowWriter(kept) as writer:
            for row in rows:
                writer.write(row)
        return write_csv(kept, out)
    finally:
        kept.unlink(missing_ok=True)


def _smiles(row: MoleculeRow) -> str:
    return f"{row.smiles} {_one_line(row.name)}".rstrip() + "\n"


def _record(row: MoleculeRow, draughtsman: Draughtsman) -> str:
    """A record of an SDF: the molfile, and all numbers as data fields."""
    try:
        molfile = draughtsman.molfile(row.smiles, _one_line(row.name) or str(row.number))
    except StructureError as error:
        molfile = f"{_one_line(row.name)}\n  medapp\n{_one_line(str(error))}\n{_NO_ATOMS}"
    data = "".join(f"> <{_name(name)}>\n{_lines(text)}\n\n" for name, text in _fields(row).items() if text)
    return f"{molfile}{data}$$$$\n"


def _fields(row: MoleculeRow) -> dict[str, str]:
    """Data fields of a record; those of the user's table behind ours that say who it is."""
    own: dict[str, object] = {}
    for one in row.properties:
        own |= of_property(one)
    own |= of_harm(row.alerts)
    own |= {
        f"{one.name}: {one.title}": WARNED for one in row.alerts if one.probability is None and not one.of
    }
    own |= _metabolites(row)
    first = {"SMILES": row.smiles, "NOTES": "; ".join(row.notes)}
    last = {"WARNING": WARNING}
    names = renamed([name for name, _ in row.others], (*first, *own, *last, *_OF_METABOLITES))
    others = {names[name]: text for name, text in row.others}
    return first | others | {name: str(text) for name, text in own.items()} | last


def _metabolites(row: MoleculeRow) -> dict[str, str]:
    """A field for each thing that is said, a line in it for each metabolite, in one order."""
    said = [
        (one.smiles, one.parent, f"{one.score:.4g}", one.enzyme, one.reaction, str(one.generation), one.note)
        for one in row.metabolites
    ]
    found = dict(zip(_OF_METABOLITES, zip(*said, strict=True), strict=True)) if said else {}
    # A line without a word would end the field.
    return {
        name: "\n".join(_one_line(text) or "-" for text in texts)
        for name, texts in found.items()
        if any(texts)
    }


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _lines(text: str) -> str:
    """A text as the lines of a data field: an empty one or one of dollars would end it."""
    lines = [line for line in text.splitlines() if line.strip()]
    return "\n".join(f" {line}" if line.startswith(("$$$$", ">")) else line for line in lines)


def _name(text: str) -> str:
    """The name of a data field holds no angle brackets."""
    return _one_line(text.replace("<", "").replace(">", ""))
