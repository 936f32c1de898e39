"""The molecules that a project was given: as a list, and those of them that are handed on to a task."""

from __future__ import annotations

import uuid
from itertools import islice
from typing import TYPE_CHECKING, Final, Protocol

from medapp.services.molecule_project import Run
from medapp.services.structures import Draughtsman, StructureError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from medapp.api.molecule_file import Given
    from medapp.services.molecule_project import Project

GIVEN: Final = "given"
_TOGETHER: Final = 200


class Progress(Protocol):
    """The job that reads."""

    def progress(self, fraction: float | None, message: str = "") -> None:
        """Tell how far it is, and end where the user has cancelled."""
        ...


def as_run() -> Run:
    """Stands for the list of what was given where rows of runs are read; no run of the project."""
    return Run(GIVEN, "", "", f"{GIVEN}.jsonl")


def list_given(source: Path, rows: Path, job: Progress) -> int:
    """Write a row for each of the file's, with the number that every task gives it; return how many.

    Nothing has looked at them: a SMILES stands as it was given, that of a molfile as rdkit writes it. One
    that was ended is gone on with.

    Raises:
        OSError: Where a file cannot be read or written.
        TaskRefused: Where the file holds no molecules.
    """
    from medapp.api.molecule_file import Place, read
    from medapp.api.wire_molecules import RowWriter
    from medapp.domain.molecule import MoleculeRow

    place = Place()
    with RowWriter(rows) as writer, Draughtsman() as draughtsman:
        given = read(source, first=writer.done, place=place)
        while batch := list(islice(given, _TOGETHER)):
            for one, text in zip(batch, _texts(batch, draughtsman), strict=True):
                smiles = "" if one.refused else text
                row = MoleculeRow(one.number, text, one.name, smiles, one.refused, others=one.others)
                writer.write(row)
            writer.flush()
            job.progress(place.share, f"{writer.done} molecules")
        return writer.done


def _texts(batch: Sequence[Given], draughtsman: Draughtsman) -> list[str]:
    """SMILES of each row; empty where a molfile is none."""
    molfiles = [one.text for one in batch if one.kind == "molfile" and not one.refused]
    try:
        found = iter(draughtsman.smiles(molfiles) if molfiles else ())
    except StructureError:
        found = iter([""] * len(molfiles))
    return [one.text if one.kind == "smiles" else "" if one.refused else next(found) for one in batch]


def put_molecules(project: Project, lines: Iterable[str]) -> Path:
    """Write SMILES, a line each with its name behind it, into a new file of a project, to start a task from.

    Raises:
        OSError: Where it cannot be written.
    """
    path = project.folder / f"start-{uuid.uuid4().hex[:12]}.smi"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path
