"""Which tasks there are for molecules, and the one that runs. No widgets."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.jobs import JobHandle, TaskOutcome
    from medapp.services.molecule_project import Project, Run
    from medapp.services.running import TaskChoice
    from medapp.ui.jobs.model import JobLine
    from medapp.ui.models.model import RunWish
    from medapp.ui.molecules.model import MoleculesModel
    from medapp.ui.molecules.reading import RowsReader
    from medapp.ui.shell.session import Session

_POLL_MS = 300


@dataclass
class _Active:
    """The run that is under way; its project may not be the one in view any more."""

    run: Run
    project: Project
    reader: RowsReader
    handle: JobHandle | None = None
    is_unwanted: bool = False


class RunningModel(QObject):
    """One run at a time; its rows stream into the table.

    Attributes:
        choices: Tasks of molecules, those that can be run first.
        loading: Whether it is not known yet which there are.
        shown_only: Whether a task is run on the molecules that are shown, not on all.
        seed: Of what makes molecules; the same seed makes the same.
        with_patient: Whether a task that can gets record and genome of whoever is in focus.
    """

    changed = Signal()

    def __init__(self, session: Session, model: MoleculesModel) -> None:
        """Run on what `model` holds."""
        super().__init__(model)
        self._session, self._model = session, model
        self._active: _Active | None = None
        self._beginning = ("", "")
        """Id and title of the task whose project is made just now."""
        self.choices: tuple[TaskChoice, ...] = ()
        self.loading = True
        self.shown_only = False
        self.with_patient = True
        self.seed = 0
        self._poll = QTimer(self, interval=_POLL_MS)
        self._poll.timeout.connect(self._look)
        self._had = False
        model.projectChanged.connect(self._follow)
        model.shownChanged.connect(self._follow_rows)
        session.when_ready(self.refresh)

    # ---- what there is --------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Read anew which tasks there are."""

        def work() -> tuple[TaskChoice, ...]:
            from medapp.services.molecules import choices_of_molecules

            return choices_of_molecules()

        def done(found: tuple[TaskChoice, ...]) -> None:
            self.loading, self.choices = False, found
            self.changed.emit()

        def failed(error: Exception) -> None:
            self.loading = False
            self.changed.emit()
            self._session.fail(error, tr("The plugins cannot be listed."))

        self._session.background.run(work, done, failed)

    @property
    def fitting(self) -> tuple[TaskChoice, ...]:
        """What can be run."""
        return tuple(one for one in self.choices if one.check.ok)

    @property
    def others(self) -> tuple[TaskChoice, ...]:
        """What cannot, each with its reason."""
        return tuple(one for one in self.choices if not one.check.ok)

    @property
    def has_molecules(self) -> bool:
        """Whether there is anything to run a task on."""
        project = self._model.project
        return project is not None and (bool(project.source) or len(self._model.molecules) > 0)

    @property
    def patient(self) -> str:
        """Key of whose enzymes and medicines a task would go by; empty for nobody."""
        return self._session.patient_key if self.with_patient else ""

    @property
    def is_busy(self) -> bool:
        """Whether a run is under way."""
        return self._active is not None or bool(self._beginning[0])

    @property
    def run_line(self) -> JobLine | None:
        """Progress of what runs; None where nothing does."""
        handle = self._active.handle if self._active is not None else None
        lines = self._session.jobs.lines if handle is not None else ()
        return next((line for line in lines if handle is not None and line.id == handle.id), None)

    @property
    def title(self) -> str:
        """Of what runs; empty where nothing does."""
        return self._active.run.title if self._active is not None else self._beginning[1]

    def _follow(self) -> None:
        self._had = self.has_molecules
        self.changed.emit()

    def _follow_rows(self) -> None:
        """Rows of a project are read after it was opened: from then on a task can be run on them."""
        if self._had != self.has_molecules:
            self._follow()

    @property
    def task(self) -> str:
        """Id of the task that runs; empty where none does."""
        return self._active.run.task if self._active is not None else self._beginning[0]

    def state(self, task: str) -> str:
        """Why a task cannot be started now; empty where it can."""
        choice = self._choice(task)
        if self.is_busy:
            return (
                tr("running…") if task == self.task else tr("waits until {task} has ended", task=self.title)
            )
        if choice is not None and choice.task.molecules == "required" and not self.has_molecules:
            return tr("Give molecules first.")
        return ""

    def last(self, task: str) -> Run | None:
        """The latest run of a task in the project."""
        runs = () if self._model.project is None else self._model.project.runs
        return next((run for run in reversed(runs) if run.task == task), None)

    def _choice(self, task: str) -> TaskChoice | None:
        return next((one for one in self.choices if one.task.id == task), None)

    # ---- running --------------------------------------------------------------------------------------
    def planned(self, wish: RunWish) -> Run | None:
        """The run that a wish would be now; None where its task cannot be started."""
        choice = self._choice(wish.task)
        return None if choice is None or self.state(wish.task) else self._fresh(wish, choice)

    def _fresh(self, wish: RunWish, choice: TaskChoice) -> Run:
        from medapp.services.molecule_project import new_run, subject_of

        need = choice.task.molecules
        makes = need == "none" or (need == "optional" and not self.has_molecules)
        places = None if makes or not self.shown_only else tuple(map(int, self._model.shown))
        return new_run(
            wish.task, choice.task.title, parameters=dict(wish.parameters), makes=makes, places=places,
            seed=wish.seed if need == "required" else self.seed, subject=subject_of(self._person(choice)),
        )  # fmt: skip

    def _person(self, choice: TaskChoice) -> str:
        takes = {choice.task.record, choice.task.genome} != {"none"}
        return self.patient if takes else ""

    def run(self, wish: RunWish) -> None:
        """Run a task; one of the same wish that was ended early is gone on with."""
        choice = self._choice(wish.task)
        if choice is None or self.state(wish.task):
            return
        is_new = self._model.project is None or self.has_molecules
        fresh = self._fresh(wish, choice)
        if fresh.makes and is_new and self._resumed(fresh) is None:
            self._begin_made(wish, choice)
        else:
            self._start(wish, choice)

    def _begin_made(self, wish: RunWish, choice: TaskChoice) -> None:
        """What makes molecules begins a project of its own; the one before is kept."""
        home, name = self._session.app.paths.data / "molecules", choice.task.title

        def work() -> Project:
            from medapp.services.molecule_project import begin

            return begin(home, name)

        def done(project: Project) -> None:
            self._beginning = ("", "")
            self._model.set_project(project)
            self._start(wish, choice)

        def failed(error: Exception) -> None:
            self._beginning = ("", "")
            self.changed.emit()
            self._session.fail(error, tr("The project cannot be kept."))

        self._beginning = (wish.task, name)
        self.changed.emit()
        self._session.background.run(work, done, failed)

    def _start(self, wish: RunWish, choice: TaskChoice) -> None:
        project = self._model.project
        if project is None:
            return
        fresh = self._fresh(wish, choice)
        run = self._resumed(fresh) or fresh
        lines = () if run.makes else self._lines(run)
        self._active = _Active(run, project, self._model.read(run))
        self._model.set_doing(project, run)
        self._model.put_run(run)
        self._submit(wish, run, project, self._person(choice), lines)

    def _resumed(self, fresh: Run) -> Run | None:
        last = self.last(fresh.task)
        return last if last is not None and not last.is_whole and last.wish == fresh.wish else None

    def _lines(self, run: Run) -> tuple[str, ...] | None:
        """SMILES of the molecules of a run, where its file cannot be taken as it is."""
        project, molecules = self._model.project, self._model.molecules
        if project is not None and project.source and run.places is None:
            return None
        places = range(len(molecules)) if run.places is None else run.places
        # A row that is refused stays one: so every molecule keeps its place.
        return tuple(
            f"{molecules.smiles[at] or molecules.given[at] or '?'} {molecules.names[at]}".rstrip()
            for at in places
        )

    def _submit(
        self, wish: RunWish, run: Run, project: Project, person: str, lines: tuple[str, ...] | None
    ) -> None:
        app, patient = self._session.app, self._session.patient
        name = patient.name if patient is not None and person else ""

        def work() -> JobHandle:
            from medapp.services.molecules import start_run

            return start_run(app, project, run, lines=lines, person=person, patient=name, device=wish.device)

        def started(handle: JobHandle) -> None:
            if self._active is not None and self._active.run is run:
                self._active.handle = handle
                self._poll.start()
                self._session.jobs.changed.connect(self.changed)
                self._session.jobs.watch(handle, self._done, self._failed)
                if self._active.is_unwanted:
                    self.cancel()
                self.changed.emit()

        self._session.background.run(work, started, self._failed)

    def cancel(self) -> None:
        """End what runs; its rows stay."""
        if self._active is None:
            return
        self._active.is_unwanted = True
        if self._active.handle is not None:
            self._session.jobs.cancel(self._active.handle.id)

    def _look(self) -> None:
        if self._active is not None:
            self._active.reader.more()

    def _done(self, outcome: TaskOutcome) -> None:
        facts = {name: outcome.facts.get(name) for name in ("rows", "refused", "metrics", "notices")}
        provenance = asdict(outcome.provenance)
        outcome.release()
        self._end(is_whole=True, facts=facts, provenance=provenance)

    def _failed(self, error: Exception) -> None:
        title, active = self.title, self._active
        has_rows = active is not None and active.project.wrote(active.run)
        self._end()
        kept = tr("The rows that were made are kept; running it again goes on behind them.")
        cancelled = (
            tr("{task} was cancelled; its rows are kept, running it again goes on.", task=title)
            if has_rows
            else tr("{task} was cancelled before its first row.", task=title)
        )
        self._session.fail(
            error,
            tr("{task} has not come to an end.", task=title),
            kept=kept if has_rows else "",
            refused=tr("{task} cannot be run:", task=title),
            cancelled=cancelled,
        )

    def _end(self, **more: Any) -> None:  # noqa: ANN401 - fields of `Run`
        active, self._active = self._active, None
        self._poll.stop()
        if active is None:
            return
        if active.handle is not None:
            self._session.jobs.changed.disconnect(self.changed)
        active.reader.finish(self.changed.emit)
        self._model.set_doing(None, None)
        self._keep(active.project, replace(active.run, **more) if more else active.run)
        self.changed.emit()

    def _keep(self, project: Project, run: Run) -> None:
        """Where another project is in view meanwhile, the run is kept in its own."""
        if self._model.project is not None and self._model.project.folder == project.folder:
            self._model.settle(run)
            return

        def work() -> None:
            from medapp.services.molecule_project import read, save

            save(read(project.folder).settled(run))

        self._session.background.run(work, lambda _: None, self._session.fail)

    def close(self) -> None:
        """Listen no more."""
        self._poll.stop()
