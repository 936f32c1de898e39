"""Brings molecules: files, pasted text, the patient's medicines, projects. No widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from medapp.services.molecule_names import Named
    from medapp.services.molecule_project import Project
    from medapp.services.molecule_recent import Recent
    from medapp.ui.molecules.model import MoleculesModel
    from medapp.ui.shell.session import Session

SUFFIXES: Final = (".smi", ".smiles", ".csv", ".tsv", ".txt", ".sdf", ".sd", ".mol")
PROJECT: Final = ".medmol"


def is_taken(path: Path) -> bool:
    """Whether the page takes a file that is dropped on it."""
    name = path.name.casefold().removesuffix(".gz")
    return name.endswith((*SUFFIXES, PROJECT))


def as_lines(text: str) -> str:
    """Pasted SMILES, one a line, each with its name behind it; empty where there is nothing."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "".join(f"{line}\n" for line in lines if line)


class GivingModel(QObject):
    """Every way to begin; what was there before is kept and can be opened again."""

    busyChanged = Signal()
    recentChanged = Signal()

    def __init__(self, session: Session, model: MoleculesModel) -> None:
        """Begin projects in `model`."""
        super().__init__(model)
        self._session, self._model = session, model
        self.busy = ""
        self.recent: tuple[Project, ...] = ()
        self._described: dict[Path, Recent] = {}
        self._seen = model.molecules
        model.projectChanged.connect(self._follow)
        session.when_ready(self.look_for_recent)

    @property
    def home(self) -> Path:
        """Where projects lie."""
        return self._session.app.paths.data / "molecules"

    # ---- ways to begin --------------------------------------------------------------------------------
    def open_files(self, paths: Sequence[Path]) -> None:
        """Begin with a file, or open a project; of several the first is taken, and that is said."""
        taken = [path for path in paths if is_taken(path)]
        if not taken:
            names = ", ".join((*SUFFIXES, PROJECT))
            self._session.refuse(
                tr("This is no file of molecules."), tr("Give one of these: {names}.", names=names)
            )
            return
        first = taken[0]
        if len(paths) > 1:
            self._session.tell(tr("{file} was opened; one file at a time is taken.", file=first.name))
        if first.name.casefold().endswith(PROJECT):
            self._open_project(first)
        else:
            home = self.home

            def work() -> Project:
                from medapp.services.molecule_project import begin

                return begin(home, first.name, first)

            self._begin(work, tr("Reading {file}…", file=first.name), first.name)

    def paste(self, text: str) -> None:
        """Begin with SMILES, one a line."""
        lines, home = as_lines(text), self.home
        if not lines:
            self._session.refuse(tr("There is no SMILES in this text."))
            return
        count = lines.count("\n")
        name = tr("1 pasted molecule") if count == 1 else tr("{count} pasted molecules", count=count)

        def work() -> Project:
            from medapp.services.molecule_project import begin

            return begin(home, name, text=lines)

        self._begin(work, tr("Taking what was pasted…"))

    def take_medicines(self) -> None:
        """Begin with what the patient in focus takes now, as far as its structures are known."""
        person, app, home = self._session.patient_key, self._session.app, self.home
        if not person:
            self._session.refuse(tr("Nobody is in focus."), tr("Open a patient in the library first."))
            return

        def work() -> Project:
            from medapp.services.molecule_names import medicines_as_structures

            named = medicines_as_structures(app.library, person, app.paths.data)
            if not (named.found or named.unknown):
                message = "the record names no medicine that is taken now"
                raise ValueError(message)
            return _of_medicines(home, name, named, person)

        name = tr("Medicines of the patient")
        self._begin(
            work, tr("Looking for structures of the medicines…"), refused=tr("There are no medicines:")
        )

    def _open_project(self, path: Path) -> None:
        home = self.home

        def work() -> Project:
            from dataclasses import replace

            from medapp.services.molecule_project import save, unpack
            from medapp.services.molecule_recent import SAVED

            found = unpack(path, home)
            project = replace(found, view={**found.view, SAVED: path.name})
            save(project)
            return project

        said = tr("{file} cannot be opened:", file=path.name)
        self._begin(work, tr("Opening {file}…", file=path.name), path.name, refused=said)

    def open_recent(self, project: Project) -> None:
        """Go on with a project of before."""

        def work() -> Project:
            from medapp.services.molecule_project import read

            return read(project.folder)

        self._begin(work, tr("Opening {file}…", file=project.name), refused=tr("It cannot be opened:"))

    def _begin(self, work: Callable[[], Project], saying: str, where: str = "", *, refused: str = "") -> None:
        if self.busy:
            return
        self._set_busy(saying)

        def done(project: Project) -> None:
            self._set_busy("")
            self._model.set_project(project)

        def failed(error: Exception) -> None:
            self._set_busy("")
            self._session.fail(error, tr("The molecules cannot be opened."), where=where, refused=refused)

        self._session.background.run(work, done, failed)

    def _set_busy(self, saying: str) -> None:
        self.busy = saying
        self.busyChanged.emit()

    # ---- projects of before, and project files --------------------------------------------------------
    def look_for_recent(self) -> None:
        """Read which projects there are."""
        home = self.home

        def work() -> tuple[Recent, ...]:
            from medapp.services.molecule_recent import recent_of

            return recent_of(home)

        self._session.background.run(work, self._set_recent, self._session.fail)

    def _set_recent(self, found: tuple[Recent, ...]) -> None:
        self.recent = tuple(one.project for one in found)
        self._described = {one.project.folder: one for one in found}
        self.recentChanged.emit()

    def describe(self, project: Project) -> str:
        """A project of before with what tells it from others of its name."""
        from medapp.ui.molecules.recent import recent_text

        known = self._described.get(project.folder)
        return project.name if known is None else recent_text(known)

    def _follow(self) -> None:
        """A project more, whoever has begun it."""
        if self._model.molecules is not self._seen:
            self._seen = self._model.molecules
            self.look_for_recent()

    def save_as(self, path: Path) -> None:
        """Write a project file."""
        project = self._model.project
        if project is None:
            return
        out = path if path.name.casefold().endswith(PROJECT) else path.with_name(f"{path.name}{PROJECT}")

        def work() -> None:
            from medapp.services.molecule_project import pack, save

            save(project)
            pack(project, out)

        def done(_: None) -> None:
            from medapp.services.molecule_recent import SAVED

            if self._model.project is not None and self._model.project.folder == project.folder:
                self._model.keep_look(SAVED, out.name)
            self._session.tell(tr("The project was written to {file}.", file=out))

        self._session.background.run(
            work, done, lambda error: self._session.fail(error, tr("The project cannot be written."))
        )


def _of_medicines(home: Path, name: str, named: Named, person: str) -> Project:
    from dataclasses import replace

    from medapp.services.molecule_names import as_smiles
    from medapp.services.molecule_project import begin, save, subject_of

    begun = begin(home, name, text=as_smiles(named.found))
    view = {"entries": dict(named.entries)}
    project = replace(begun, unknown=named.unknown, subject=subject_of(person), view=view)
    save(project)
    return project
