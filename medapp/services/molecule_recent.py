"""What tells projects of molecules from each other that have one name: when, how many, saved as what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from medapp.services.molecule_given import as_run
from medapp.services.molecule_project import STATE, Project, recent

if TYPE_CHECKING:
    from pathlib import Path

SAVED: Final = "saved"
"""In the view of a project: the name of the file that it was last written to."""
_LARGEST: Final = 64 << 20
"""Bytes of a list of molecules that are read through only to count it."""


@dataclass(frozen=True)
class Recent:
    """A project of before.

    Attributes:
        changed: When it was last kept, in seconds since 1970.
        count: Molecules; None where it is not known.
        tasks: Titles of what was run, in its order.
        saved: Name of the file that it was written to; empty where it was to none.
    """

    project: Project
    changed: float
    count: int | None = None
    tasks: tuple[str, ...] = ()
    saved: str = ""


def recent_of(home: Path) -> tuple[Recent, ...]:
    """Projects below `home`, the latest first; what cannot be read is left out."""
    found = []
    for project in recent(home):
        try:
            changed, count = (project.folder / STATE).stat().st_mtime, _count(project)
        except OSError:
            continue
        tasks = tuple(dict.fromkeys(run.title for run in project.runs))
        found.append(Recent(project, changed, count, tasks, str(project.view.get(SAVED) or "")))
    return tuple(found)


def _count(project: Project) -> int | None:
    """Of a run over all that has ended, or of the list of what was given, as far as it was read."""
    rows = [run.facts.get("rows") for run in project.runs if run.is_whole and run.places is None]
    known = [int(one) for one in rows if isinstance(one, int)]
    if known:
        return max(known)
    listed = project.rows_path(as_run())
    if not listed.is_file() or listed.stat().st_size > _LARGEST:
        return None
    return listed.read_bytes().count(b"\n")
