"""The molecules that a project was given, and those of them that are handed on to a task."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from medapp.services.molecule_project import Project


def put_molecules(project: Project, lines: Iterable[str]) -> Path:
    """Write SMILES, a line each with its name behind it, into a new file of a project, to start a task from.

    Raises:
        OSError: Where it cannot be written.
    """
    path = project.folder / f"start-{uuid.uuid4().hex[:12]}.smi"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path
