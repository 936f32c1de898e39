"""What the Molecules page shows: a project, its molecules, which are shown, which is chosen. No widgets."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from medapp.services.molecule_best import SCORE, SEARCHES
from medapp.services.molecule_given import GIVEN, as_run
from medapp.services.molecule_project import subject_of
from medapp.services.molecule_told import told_of
from medapp.ui.molecules.choosing import Choice, shown
from medapp.ui.molecules.columns import Molecules
from medapp.ui.molecules.reading import RowsReader
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from medapp.services.molecule_export import Place
    from medapp.services.molecule_project import Project, Run
    from medapp.services.molecule_rows import Batch
    from medapp.services.molecule_told import Told
    from medapp.ui.shell.session import Session

_SAVE_MS = 600
_SHOW_MS = 250


class MoleculesModel(QObject):
    """One project at a time; it is kept at every step.

    Attributes:
        project: None where nothing was given yet.
        molecules: What is known of it.
        choice: What is shown of them.
        shown: Their places, in their order.
        chosen: The place of the molecule that is looked at; -1 for none.
    """

    projectChanged = Signal()
    """Another project, or a run more."""
    shownChanged = Signal()
    """Other molecules, another order, or more is known of them."""
    chosenChanged = Signal()
    choiceChanged = Signal()

    def __init__(self, session: Session) -> None:
        """Nothing is given yet."""
        super().__init__(session)
        self._session = session
        self.project: Project | None = None
        self.molecules = Molecules()
        self.choice = Choice()
        self.shown: NDArray[np.int64] = np.zeros(0, np.int64)
        self.chosen = -1
        self._wanted = -1
        self._doing: tuple[Path | None, Run | None] = (None, None)
        self._readers: list[RowsReader] = []
        self._saving, self._dirty = False, False
        self._later = QTimer(self, singleShot=True, interval=_SAVE_MS)
        self._later.timeout.connect(self._save)
        # Rows arrive faster than anybody looks: they are shown together.
        self._soon = QTimer(self, singleShot=True, interval=_SHOW_MS)
        self._soon.timeout.connect(self._arrange)
        session.patientChanged.connect(lambda *_: self._follow_patient())

    # ---- the project ----------------------------------------------------------------------------------
    def set_project(self, project: Project) -> None:
        """Show a project and read what its runs have written."""
        self._save_now()
        for reader in self._readers:
            reader.close()
        self._readers = []
        self.project, self.molecules = project, Molecules()
        self.choice = Choice.from_json(project.view.get("choice", {}))
        self.shown, self.chosen = np.zeros(0, np.int64), -1
        wanted = project.view.get("chosen", -1)
        self._wanted = wanted if isinstance(wanted, int) else -1
        for run in project.told:
            self.read(run).more()
        self.projectChanged.emit()
        self.choiceChanged.emit()
        self.shownChanged.emit()
        self.chosenChanged.emit()

    def read(self, run: Run) -> RowsReader:
        """What reads the rows of a run of the project into the columns."""
        assert self.project is not None  # noqa: S101 - runs are those of a project
        reader = RowsReader(self._session.background, run, self.project.rows_path(run), self)
        reader.arrived.connect(self._take)
        reader.failed.connect(
            lambda error: self._session.fail(error, tr("What was said of the molecules cannot be read."))
        )
        self._readers.append(reader)
        return reader

    def put_run(self, run: Run) -> None:
        """Keep a run of the project, or how it stands now."""
        if self.project is not None:
            self.project = self.project.with_run(run)
            self._keep()
            self.projectChanged.emit()
            if run.task in SEARCHES and run.makes and self.look("choice") is None:
                self.set_choice(Choice(by=SCORE, falling=True))

    def _take(self, run: Run, line: int, batch: Batch) -> None:
        self.molecules.take(run, line, batch)
        if not self._soon.isActive():
            self._soon.start()

    def look(self, name: str) -> Any:  # noqa: ANN401 - JSON
        """How something of the page was left in this project; None where it was not."""
        return None if self.project is None else self.project.view.get(name)

    def keep_look(self, name: str, value: Any) -> None:  # noqa: ANN401
        """Keep how something of the page is left."""
        if self.project is not None and self.project.view.get(name) != value:
            self.project = replace(self.project, view={**self.project.view, name: value})
            self._keep()

    # ---- what is shown --------------------------------------------------------------------------------
    def set_choice(self, choice: Choice) -> None:
        """Show others, or in another order."""
        if choice == self.choice:
            return
        self.choice = choice
        self.keep_look("choice", choice.to_json())
        self._arrange()
        self.choiceChanged.emit()

    def choose(self, at: int) -> None:
        """Look at the molecule of a place; -1 for none."""
        if at != self.chosen and -1 <= at < len(self.molecules):
            self.chosen = self._wanted = at
            self.keep_look("chosen", at)
            self.chosenChanged.emit()

    def choose_next(self, step: int) -> None:
        """Look at the next of those that are shown, or at the one before."""
        if not len(self.shown):
            return
        lines = np.flatnonzero(self.shown == self.chosen)
        line = int(lines[0]) + step if len(lines) else 0
        self.choose(int(self.shown[min(max(line, 0), len(self.shown) - 1)]))

    def _arrange(self) -> None:
        self.shown = shown(self.molecules, self.choice)
        if self.chosen < 0 and 0 <= self._wanted < len(self.molecules):
            self.chosen = self._wanted
        elif (self.chosen < 0 or (self.choice.by and self._wanted < 0)) and len(self.shown):
            # In an order of its own the first changes while rows come, as long as nobody has chosen.
            self.chosen = int(self.shown[0])
        self.shownChanged.emit()
        if self.chosen >= 0:
            self.chosenChanged.emit()

    # ---- the patient ----------------------------------------------------------------------------------
    def is_of_patient(self, subject: str) -> bool:
        """Whether a subject is whoever is in focus."""
        return bool(subject) and subject == subject_of(self._session.patient_key)

    def is_about_patient(self, run: Run) -> bool:
        """Whether what a run says of a patient's enzymes is about whoever is in focus."""
        return self.is_of_patient(run.subject)

    def notices(self, task: str) -> tuple[tuple[str, str], ...]:
        """Severity and text of what the latest run of a task told; what is of another patient is left out."""
        runs = () if self.project is None else self.project.runs
        run = next((one for one in reversed(runs) if one.task == task), None)
        return () if run is None else self._told(run).remarks

    @property
    def told(self) -> tuple[Told, ...]:
        """What the latest run of each task told, the latest first; of what runs just now nothing yet."""
        runs = () if self.project is None else self.project.runs
        latest = {run.task: run for run in runs}
        doing = self.doing
        order = sorted(latest.values(), key=runs.index, reverse=True)
        return tuple(self._told(run) for run in order if doing is None or run.id != doing.id)

    def _told(self, run: Run) -> Told:
        return told_of(run, with_patient=not run.subject or self.is_about_patient(run))

    # ---- what runs ------------------------------------------------------------------------------------
    @property
    def doing(self) -> Run | None:
        """The run that is under way on the molecules in view."""
        project, (folder, run) = self.project, self._doing
        return run if project is not None and project.folder == folder else None

    def set_doing(self, project: Project | None, run: Run | None) -> None:
        """Tell what is under way on which project, or that nothing is; a run is put or settled then."""
        self._doing = (None if project is None else project.folder), run

    def settle(self, run: Run) -> None:
        """Keep a run that has ended; what came to nothing, and what it has done anew, is dropped."""
        if self.project is not None:
            self.project = self.project.settled(run)
            self._keep()
            self.projectChanged.emit()

    @property
    def others_runs(self) -> tuple[Run, ...]:
        """Runs that went by another patient than the one in focus."""
        runs = () if self.project is None else self.project.runs
        return tuple(run for run in runs if run.subject and not self.is_about_patient(run))

    def _follow_patient(self) -> None:
        self.projectChanged.emit()
        self.chosenChanged.emit()

    # ---- for other parts ------------------------------------------------------------------------------
    def places_of(self, at: int) -> tuple[Place, ...]:
        """Where all that is known of a molecule lies, in the order of the runs."""
        return self.placing()(at)

    def placing(self) -> Callable[[int], tuple[Place, ...]]:
        """The same as a function of the project and the patient of now, for another thread."""
        from medapp.services.molecule_export import Place

        project, molecules = self.project, self.molecules
        runs = () if project is None else project.runs
        paths = {run.id: project.rows_path(run) for run in runs} if project is not None else {}
        about = {run.id: self.is_about_patient(run) for run in runs}
        listed = None if project is None else project.rows_path(as_run())

        def place(at: int) -> tuple[Place, ...]:
            if not 0 <= at < len(molecules):
                return ()
            offsets = molecules.offsets_of(at)
            found = tuple(Place(paths[one], offsets[one], about[one]) for one in paths if one in offsets)
            if not found and listed is not None and GIVEN in offsets:
                # Nothing has looked at it: it stands as it was given.
                return (Place(listed, offsets[GIVEN]),)
            return found

        return place

    def entry_of(self, at: int) -> str:
        """Entry of the record that a molecule was taken from; empty where it is of nobody in focus."""
        project = self.project
        if project is None or not 0 <= at < len(self.molecules) or not self.is_of_patient(project.subject):
            return ""
        entries = project.view.get("entries") or {}
        return str(entries.get(self.molecules.names[at], ""))

    # ---- keeping --------------------------------------------------------------------------------------
    def _keep(self) -> None:
        self._dirty = True
        self._later.start()

    def _save(self) -> None:
        project = self.project
        if project is None or not self._dirty:
            return
        if self._saving:
            self._later.start()
            return
        self._saving, self._dirty = True, False

        def work() -> None:
            from medapp.services.molecule_project import save

            save(project)

        self._session.background.run(work, lambda _: self._saved(), self._not_saved)

    def _saved(self) -> None:
        self._saving = False

    def _not_saved(self, error: Exception) -> None:
        self._saving = False
        self._session.fail(error, tr("The project cannot be kept."))

    def _save_now(self) -> None:
        """What is not kept yet is kept before something else comes; a small file."""
        if self._dirty and self.project is not None:
            from medapp.services.molecule_project import save

            self._later.stop()
            self._dirty = False
            try:
                save(self.project)
            except OSError as error:
                self._session.fail(error, tr("The project cannot be kept."))

    def close(self) -> None:
        """Keep everything; the page goes."""
        self._soon.stop()
        for reader in self._readers:
            reader.close()
        self._save_now()
