"""Which models can be asked about the patient in focus, and asking one. No widgets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medapp.ui.text import tr
from medapp.ui.wording import series_words

if TYPE_CHECKING:
    from medapp.domain.patient import Series
    from medapp.domain.volume import Volume
    from medapp.jobs import JobHandle
    from medapp.services.classifying import FindingsProposal, Target
    from medapp.services.running import TaskChoice
    from medapp.ui.findings.model import FindingsModel
    from medapp.ui.models.model import RunWish
    from medapp.ui.shell.session import Session


@dataclass(frozen=True)
class Answered:
    """An answer that has come.

    Attributes:
        result: Its id.
        patient: Key of whom it is about.
        name: Theirs, for the screen alone.
    """

    result: str
    title: str
    patient: str
    name: str


class AskingModel(QObject):
    """Questions for the patient and the series in view; answers go to the inbox."""

    changed = Signal()
    answered = Signal(object)
    """An `Answered`: an answer lies in the inbox of its patient, whoever is in focus."""

    def __init__(self, session: Session, findings: FindingsModel) -> None:
        """Listen to `session`; answers appear in `findings`."""
        super().__init__(session)
        self._session = session
        self._findings = findings
        self._asked = 0
        self._target: Target | None = None
        self.loading = False
        self.choices: tuple[TaskChoice, ...] = ()
        self._running: dict[tuple[str, str], str] = {}
        self._waiting: list[tuple[RunWish, str]] = []
        session.patientChanged.connect(lambda *_: self.refresh())
        session.activeChanged.connect(lambda _: self.refresh())
        session.libraryChanged.connect(self.refresh)
        session.when_ready(self.refresh)

    def refresh(self) -> None:
        """Ask anew what can be asked."""
        self._asked += 1
        asked, person, series = self._asked, self._session.patient_key, self._session.active
        self._target, self.choices = None, ()
        self.loading = bool(person) and self._session.is_ready
        self.changed.emit()
        if not self.loading:
            return
        app = self._session.app

        def work() -> tuple[Target, tuple[TaskChoice, ...]]:
            from medapp.services.classifying import questions_for, target_of, with_kept_labels
            from medapp.services.own_classifiers import own_questions

            target = with_kept_labels(app, target_of(app.library, person, series))
            return target, (*own_questions(app.paths.config, target), *questions_for(target))

        def done(found: tuple[Target, tuple[TaskChoice, ...]]) -> None:
            if asked == self._asked:
                self.loading = False
                self._target, self.choices = found
                self.changed.emit()
                self._start_waiting()

        def failed(error: Exception) -> None:
            if asked == self._asked:
                self.loading = False
                self.changed.emit()
                self._start_waiting()
            self._session.fail(error, tr("The plugins cannot be listed."))

        self._session.background.run(work, done, failed)

    @property
    def images(self) -> str:
        """Which images a model would be asked about: those in view; empty where none are."""
        series = None if self._target is None else self._target.series
        return "" if series is None else series_words(series)

    @property
    def fitting(self) -> tuple[TaskChoice, ...]:
        """What can be asked."""
        return tuple(choice for choice in self.choices if choice.check.ok)

    @property
    def others(self) -> tuple[TaskChoice, ...]:
        """What cannot, each with its reason."""
        return tuple(choice for choice in self.choices if not choice.check.ok)

    def state(self, task: str) -> str:
        """What a task is doing with this patient; empty where nothing."""
        return self._running.get((task, self._session.patient_key), "")

    def run(self, wish: RunWish) -> None:
        """Ask a model; its answer goes to the inbox of the patient, whoever is in focus then."""
        person = self._session.patient_key
        if self.state(wish.task) or not person:
            return
        if self._target is not None:
            self._start(wish, self._target)
        elif self.loading:
            self._waiting.append((wish, person))
            self._set_running(wish.task, person, tr("waits for what is known of the patient"))

    def _start_waiting(self) -> None:
        """Ask what was wished while it was looked at what there is; never about somebody else."""
        waiting, self._waiting = self._waiting, []
        for wish, person in waiting:
            self._set_running(wish.task, person, "")
            if self._target is not None and person == self._target.patient:
                self._start(wish, self._target)

    def _start(self, wish: RunWish, target: Target) -> None:
        person, app = target.patient, self._session.app
        loaded = self._loaded(target.series)
        self._set_running(wish.task, person, tr("running…"))

        def work() -> JobHandle:
            from medapp.services.classifying import start_classification, with_volume
            from medapp.services.own_classifiers import resolved

            task, parameters = resolved(app.paths.config, wish.task, wish.parameters)
            whole = with_volume(task, target, loaded)
            return start_classification(app, task, whole, parameters, device=wish.device, seed=wish.seed)

        def done(proposal: FindingsProposal) -> None:
            self._set_running(wish.task, person, "")
            self._keep(proposal, target.name)

        def failed(error: Exception) -> None:
            self._set_running(wish.task, person, "")
            title = next((one.task.title for one in self.choices if one.task.id == wish.task), wish.task)
            self._session.fail(
                error,
                tr("{task} has not come to an end.", task=title),
                refused=tr("{task} gives no answer:", task=title),
                cancelled=tr("{task} was cancelled; there is no answer of it.", task=title),
            )

        self._session.background.run(
            work, lambda handle: self._session.jobs.watch(handle, done, failed), failed
        )

    def _loaded(self, series: Series | None) -> Volume | None:
        """The volume in view, where all of it has been read."""
        load = None if series is None else self._session.loads.get(series.key)
        return load.volume if load is not None and load.complete else None

    def _keep(self, proposal: FindingsProposal, name: str) -> None:
        app = self._session.app

        def work() -> str:
            from medapp.services.inbox import keep

            try:
                return keep(app, proposal).id
            finally:
                proposal.release()

        def done(identity: str) -> None:
            if proposal.patient == self._session.patient_key:
                self._findings.reload()
            self.answered.emit(Answered(identity, proposal.task.title, proposal.patient, name))

        self._session.background.run(
            work, done, lambda error: self._session.fail(error, tr("The answer cannot be kept."))
        )

    def _set_running(self, task: str, person: str, state: str) -> None:
        if state:
            self._running[task, person] = state
        else:
            self._running.pop((task, person), None)
        self.changed.emit()
