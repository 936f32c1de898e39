"""A piece of work on molecules: what was given, what was run on it, and how it was looked at.

A project is a folder below the program's data, written at every step, so that nothing is lost when the
program ends; as a file (``.medmol``, a zip of the folder) it goes elsewhere and comes back with everything.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import uuid
import zipfile
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from medapp.api.wire_molecules import known_path
from medapp.services.result_file import WARNING, write_report

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

SUFFIX: Final = ".medmol"
VERSION: Final = 1
STATE: Final = "project.json"
KEPT: Final = 8
"""Projects that are kept; older ones are removed when another is begun."""
TOGETHER: Final = frozenset({"molecules.space"})
"""Tasks whose rows are of each other (the number of a cluster): a run takes the place of those before it."""
_PRIVATE: Final = 0o700
_LARGEST: Final = 8 << 30
"""Bytes that a project file may hold; more is no project."""


class ProjectError(ValueError):
    """A file that is no project; the message says why."""


@dataclass(frozen=True)
class Run:
    """One task on the molecules of a project, or one that made them.

    Attributes:
        makes: Whether the molecules are its own.
        rows: Name of the file of rows in the project's folder.
        places: For which molecules (from 0) it was run; None for all.
        subject: Digest of the key of the patient whose enzymes and medicines it went by; empty for nobody.
        is_whole: Whether it came to its end; a run that did not is gone on with.
        facts: What the task told of the whole: ``notices``, ``metrics``.
        provenance: How it came to be.
    """

    id: str
    task: str
    title: str
    rows: str
    makes: bool = False
    parameters: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    places: tuple[int, ...] | None = None
    subject: str = ""
    is_whole: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)
    provenance: Mapping[str, Any] = field(default_factory=dict)

    @property
    def wish(self) -> tuple[object, ...]:
        """What was asked for: two runs with the same say the same."""
        return (self.task, dict(self.parameters), self.seed, self.places, self.subject, self.makes)


@dataclass(frozen=True)
class Project:
    """All of it.

    Attributes:
        folder: Where it lies.
        source: Name of the file of molecules in the folder; empty where a run makes them.
        unknown: Name and reason of medicines without a known structure.
        subject: Of the patient whose medicines they are, see `Run.subject`; empty where they are nobody's.
        view: How it was looked at: filters, order, what was chosen.
    """

    folder: Path
    name: str
    source: str = ""
    unknown: tuple[tuple[str, str], ...] = ()
    subject: str = ""
    runs: tuple[Run, ...] = ()
    view: Mapping[str, Any] = field(default_factory=dict)

    @property
    def source_path(self) -> Path | None:
        """The file of molecules; None where a run makes them."""
        return self.folder / self.source if self.source else None

    def rows_path(self, run: Run) -> Path:
        """The file of a run's rows."""
        return self.folder / run.rows

    def known_path(self, run: Run) -> Path:
        """The known set that a run has compared with; not there where it has with none."""
        return known_path(self.rows_path(run))

    def with_run(self, run: Run) -> Project:
        """The same with a run more, or with one as it is now; one that is whole may take others' place."""
        if all(one.id != run.id for one in self.runs):
            runs = (*self.runs, run)
        else:
            runs = tuple(run if one.id == run.id else one for one in self.runs)
        if run.is_whole and run.task in TOGETHER:
            runs = tuple(one for one in runs if one.task != run.task or one.id == run.id)
        return replace(self, runs=runs)

    def settled(self, run: Run) -> Project:
        """The same with a run that has ended.

        One that was ended before it wrote a row is dropped; so are those before it that found nothing, of
        its own task or where it makes molecules, and those that did the very same.
        """
        if not run.is_whole and not self.wrote(run):
            return replace(self, runs=tuple(one for one in self.runs if one.id != run.id))
        whole = self.with_run(run)
        kept = (one for one in whole.runs if one.id == run.id or not self._outdone(one, run))
        return replace(whole, runs=tuple(kept))

    def wrote(self, run: Run) -> bool:
        """Whether there are rows of a run."""
        rows = self.rows_path(run)
        return rows.is_file() and rows.stat().st_size > 0

    def _outdone(self, run: Run, by: Run) -> bool:
        if not self.wrote(run):
            return run.task == by.task or (run.makes and by.makes and self.wrote(by))
        return by.is_whole and not by.makes and run.wish == by.wish

    @property
    def told(self) -> tuple[Run, ...]:
        """Runs whose rows count: of a task of `TOGETHER` the latest that is whole, or none."""
        latest = {run.task: run.id for run in self.runs if run.task in TOGETHER and run.is_whole}
        return tuple(run for run in self.runs if run.task not in TOGETHER or latest.get(run.task) == run.id)


def subject_of(patient_key: str) -> str:
    """What stands for a patient in a project that may leave the house; empty for nobody."""
    return hashlib.sha256(patient_key.encode()).hexdigest()[:16] if patient_key else ""


def new_run(task: str, title: str, **more: Any) -> Run:  # noqa: ANN401 - fields of `Run`
    """A run with an id and a file of its own."""
    identity = uuid.uuid4().hex[:12]
    return Run(identity, task, title, f"rows-{identity}.jsonl", **more)


# ---- in the program's folder --------------------------------------------------------------------------
def begin(home: Path, name: str, source: Path | None = None, text: str = "") -> Project:
    """A new project below `home`: of a file, which is copied, of SMILES in `text`, or of nothing.

    Raises:
        OSError: Where it cannot be made.
    """
    folder = _new_folder(home)
    kept = ""
    if source is not None:
        kept = f"molecules{''.join(source.suffixes[-2:])}"
        shutil.copyfile(source, folder / kept)
    elif text:
        kept = "molecules.smi"
        (folder / kept).write_text(text, encoding="utf-8")
    project = Project(folder, name, kept)
    save(project)
    for old in recent(home)[KEPT:]:
        shutil.rmtree(old.folder, ignore_errors=True)
    return project


def _new_folder(home: Path) -> Path:
    folder = home / uuid.uuid4().hex
    folder.mkdir(mode=_PRIVATE, parents=True)
    return folder


def save(project: Project) -> None:
    """Write how it stands; the file appears whole or not at all.

    Raises:
        OSError: Where it cannot be written.
    """
    state = asdict(project)
    state.pop("folder")
    write_report(project.folder / STATE, {"version": VERSION, "warning": WARNING, **state})


def read(folder: Path) -> Project:
    """The project of a folder.

    Raises:
        ProjectError: Where there is none.
        OSError: Where it cannot be read.
    """
    try:
        state = json.loads((folder / STATE).read_bytes())
        if state["version"] != VERSION:
            message = f"it is of version {state['version']}, which this program does not know"
            raise ProjectError(message)
        runs = tuple(_run(one) for one in state["runs"])
        unknown = tuple((str(name), str(reason)) for name, reason in state["unknown"])
        name, source, subject = (str(state[key]) for key in ("name", "source", "subject"))
        project = Project(folder, name, source, unknown, subject, runs, dict(state["view"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, ProjectError):
            raise
        message = "it is no project of molecules"
        raise ProjectError(message) from error
    if any("/" in name or "\\" in name or name.startswith(".") for name in _files(project)):
        message = "it names files outside of itself"
        raise ProjectError(message)
    return project


def _run(state: dict[str, Any]) -> Run:
    places = state["places"]
    return Run(**(state | {"places": None if places is None else tuple(int(one) for one in places)}))


def _files(project: Project) -> list[str]:
    return [name for name in (project.source, *(run.rows for run in project.runs)) if name]


def recent(home: Path) -> list[Project]:
    """Projects below `home`, the latest first; what cannot be read is left out."""
    found: list[tuple[float, Project]] = []
    for state in home.glob(f"*/{STATE}"):
        try:
            found.append((state.stat().st_mtime, read(state.parent)))
        except (OSError, ProjectError):
            continue
    return [project for _, project in sorted(found, key=lambda one: -one[0])]


# ---- as a file ----------------------------------------------------------------------------------------
def pack(project: Project, out: Path) -> None:
    """Write a project file; it appears whole or not at all.

    Raises:
        OSError: Where it cannot be written.
    """
    part = out.with_name(f".{out.name}.part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as file:
            known = (project.known_path(run).name for run in project.runs)
            for name in (STATE, *_files(project), *known):
                if (project.folder / name).is_file():
                    file.write(project.folder / name, name)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


def unpack(path: Path, home: Path) -> Project:
    """Bring a project file below `home`.

    Raises:
        ProjectError: Where it is none.
        OSError: Where it cannot be read or written.
    """
    folder = _new_folder(home)
    try:
        with zipfile.ZipFile(path) as file:
            _refuse_odd(file.infolist())
            file.extractall(folder)
        project = read(folder)
        _refuse_torn(project)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        message = "it is no project of molecules, or it is torn"
        raise ProjectError(message) from error
    except (ProjectError, OSError):
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return project


def _refuse_torn(project: Project) -> None:
    needed = [project.source, *(run.rows for run in project.runs if run.is_whole)]
    missing = [name for name in needed if name and not (project.folder / name).is_file()]
    if missing:
        message = f"it lacks {', '.join(missing)}"
        raise ProjectError(message)


def _refuse_odd(entries: Iterable[zipfile.ZipInfo]) -> None:
    listed = list(entries)
    if STATE not in {one.filename for one in listed}:
        message = "it is no project of molecules"
        raise ProjectError(message)
    odd = any("/" in one.filename or "\\" in one.filename or one.filename.startswith(".") for one in listed)
    if odd or sum(one.file_size for one in listed) > _LARGEST:
        message = "it holds what no project of molecules holds"
        raise ProjectError(message)
