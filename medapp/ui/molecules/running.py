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
        model.projectChanged.connect(self.changed)
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

    def state(self, task: str) -> str:
        """Why a task cannot be started now; empty where it can."""
        choice = self._choice(task)
        if self.is_busy:
            is_own = task == (self._active.run.task if self._active is not None else self._beginning[0])
            return tr("running…") if is_own else tr("waits until {task} has ended", task=self.title)
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
    def run(self, wish: RunWish) -> None:
        """Run a task; one of the same wish that was ended early is gone on with."""
        choice = self._choice(wish.task)
        if choice is None or self.state(wish.task):
            return
        need = choice.task.molecules
        makes = need == "none" or (need == "optional" and not self.has_molecules)
        is_new = self._model.project is None or self.has_molecules
        wish = replace(wish, seed=self.seed) if need != "required" else wish
        if makes and is_new and self._resumed(wish, None, "") is None:
            self._begin_made(wish, choice)
        else:
            self._start(wish, choice, makes=makes)

    def _begin_made(self, wish: RunWish, choice: TaskChoice) -> None:
        """What makes molecules begins a project of its own; the one before is kept."""
        home, name = self._session.app.paths.data / "molecules", choice.task.title

        def work() -> Project:
            from medapp.services.molecule_project import begin

            return begin(home, name)

        def done(project: Project) -> None:
            self._beginning = ("", "")
            self._model.set_project(project)
            self._start(wish, choice, makes=True)

        def failed(error: Exception) -> None:
            self._beginning = ("", "")
            self.changed.emit()
            self._session.fail(error, tr("The project cannot be kept."))

        self._beginning = (wish.task, name)
        self.changed.emit()
        self._session.background.run(work, done, failed)

    def _start(self, wish: RunWish, choice: TaskChoice, *, makes: bool) -> None:
        from medapp.services.molecule_project import subject_of

        project = self._model.project
        if project is None:
            return
        takes = {choice.task.record, choice.task.genome} != {"none"}
        person = self.patient if takes else ""
        places = None if makes or not self.shown_only else tuple(map(int, self._model.shown))
        run = self._resumed(wish, places, subject_of(person)) or _new(
            wish, choice.task.title, makes=makes, places=places, subject=subject_of(person)
        )
        self._model.put_run(run)
        lines = () if makes else self._lines(run)
        self._active = _Active(run, project, self._model.read(run))
        self.changed.emit()
        self._submit(wish, run, project, person, lines)

    def _resumed(self, wish: RunWish, places: tuple[int, ...] | None, subject: str) -> Run | None:
        last = self.last(wish.task)
        if last is None or last.is_whole:
            return None
        same = (last.parameters, last.seed, last.places, last.subject) == (
            dict(wish.parameters), wish.seed, places, subject,
        )  # fmt: skip
        return last if same else None

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
        title = self.title
        self._end()
        self._session.fail(
            error,
            tr("{task} has not come to an end.", task=title),
            kept=tr("The rows that were made are kept; running it again goes on behind them."),
            refused=tr("{task} cannot be run:", task=title),
            cancelled=tr("{task} was cancelled; its rows are kept, running it again goes on.", task=title),
        )

    def _end(self, **more: Any) -> None:  # noqa: ANN401 - fields of `Run`
        active, self._active = self._active, None
        self._poll.stop()
        if active is None:
            return
        if active.handle is not None:
            self._session.jobs.changed.disconnect(self.changed)
        active.reader.finish(self.changed.emit)
        self._keep(active.project, replace(active.run, **more) if more else active.run)
        self.changed.emit()

    def _keep(self, project: Project, run: Run) -> None:
        """Where another project is in view meanwhile, the run is kept in its own."""
        if self._model.project is not None and self._model.project.folder == project.folder:
            self._model.put_run(run)
            return

        def work() -> None:
            from medapp.services.molecule_project import read, save

            save(read(project.folder).with_run(run))

        self._session.background.run(work, lambda _: None, self._session.fail)

    def close(self) -> None:
        """Listen no more."""
        self._poll.stop()


def _new(wish: RunWish, title: str, **more: Any) -> Run:  # noqa: ANN401
    from medapp.services.molecule_project import new_run

    return new_run(wish.task, title, parameters=dict(wish.parameters), seed=wish.seed, **more)
