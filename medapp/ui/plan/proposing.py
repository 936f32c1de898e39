"""What models propose for the patient in focus, and asking one. No widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.domain.recommendation import Option
    from medapp.jobs import JobHandle
    from medapp.services.recommending import KeptProposal, Recommendation
    from medapp.services.running import TaskChoice
    from medapp.ui.models.model import RunWish
    from medapp.ui.plan.desk import Desk
    from medapp.ui.plan.model import PlanModel
    from medapp.ui.shell.session import Session

_Found = tuple[tuple["KeptProposal", ...], tuple[str, ...], tuple["TaskChoice", ...]]


class ProposingModel(QObject):
    """Proposals are kept in the library until a plan is made of one of their options.

    Attributes:
        proposals: The latest first.
        unreadable: Titles of those that cannot be read.
        choices: Tasks of treatment, those that can be asked first.
        loading: Whether it is not known yet what there is.
    """

    changed = Signal()

    def __init__(self, session: Session, patient: PlanModel) -> None:
        """Ask about the patient of `patient`."""
        super().__init__(session)
        self._session, self._patient = session, patient
        self._asked = 0
        self._desk: Desk | None = None
        self._wanted = ""
        self._running: dict[tuple[str, str], str] = {}
        self.loading = False
        self.proposals: tuple[KeptProposal, ...] = ()
        self.unreadable: tuple[str, ...] = ()
        self.choices: tuple[TaskChoice, ...] = ()
        patient.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        desk = self._patient.desk
        waiting = desk is None and self._patient.loading
        if desk is self._desk and (desk is not None or waiting == self.loading):
            return
        self._desk = desk
        if desk is None:
            self._asked += 1
            self.proposals, self.unreadable, self.choices, self._wanted = (), (), (), ""
            self.loading = waiting
            self.changed.emit()
        else:
            self.reload()

    def reload(self) -> None:
        """Read anew what was proposed and what can be asked."""
        desk = self._desk
        if desk is None:
            return
        self._asked += 1
        asked, app = self._asked, self._session.app
        self.loading = True

        def work() -> _Found:
            from medapp.services.recommending import proposals_of, treatments_for

            return *proposals_of(app.library, desk.person), treatments_for(desk.known)

        def done(found: _Found) -> None:
            if asked == self._asked:
                self.loading = False
                self.proposals, self.unreadable, self.choices = found
                self.changed.emit()

        def failed(error: Exception) -> None:
            if asked == self._asked:
                self.loading = False
                self.changed.emit()
            self._session.fail(error, tr("What was proposed cannot be read."))

        self._session.background.run(work, done, failed)

    # ---- what is shown --------------------------------------------------------------------------------
    @property
    def proposal(self) -> KeptProposal | None:
        """What is shown: what was chosen, else the latest."""
        found = next((one for one in self.proposals if one.entry.id == self._wanted), None)
        return found or (self.proposals[0] if self.proposals else None)

    def choose(self, identity: str) -> None:
        """Show another proposal."""
        if identity != self._wanted:
            self._wanted = identity
            self.changed.emit()

    @property
    def options(self) -> tuple[Option, ...]:
        """Options of the proposal, the best first; those that a check forbids come last."""
        found = self.proposal
        return () if found is None else tuple(sorted(found.result.options, key=lambda one: bool(one.vetoed)))

    @property
    def is_stale(self) -> bool:
        """Whether the record has changed since the proposal was made, as far as that is known."""
        found, desk = self.proposal, self._desk
        if found is None or desk is None:
            return False
        before = found.report.get("provenance", {}).get("record_sha256", "")
        return bool(before) and before != desk.record_sha256

    @property
    def images(self) -> str:
        """Which images a model would get: those of treatment get none."""
        return ""

    @property
    def fitting(self) -> tuple[TaskChoice, ...]:
        """What can be asked."""
        return tuple(one for one in self.choices if one.check.ok)

    @property
    def others(self) -> tuple[TaskChoice, ...]:
        """What cannot, each with its reason."""
        return tuple(one for one in self.choices if not one.check.ok)

    # ---- asking ---------------------------------------------------------------------------------------
    def state(self, task: str) -> str:
        """What a task is doing with this patient; empty where nothing."""
        return self._running.get((task, self._patient.person), "")

    def run(self, wish: RunWish) -> None:
        """Ask a model; what it proposes is kept for the patient, whoever is in focus then."""
        desk, app = self._desk, self._session.app
        if desk is None or self.state(wish.task):
            return
        self._set_running(wish.task, desk.person, tr("running…"))
        patient = self._session.patient
        name = patient.name if patient is not None else ""

        def work() -> JobHandle:
            from datetime import date

            from medapp.services.recommending import Subject, start_recommendation

            subject = Subject(desk.known, desk.person, name)
            day = date.today()  # noqa: DTZ011 - the day at the workstation
            return start_recommendation(
                app, wish.task, subject, dict(wish.parameters), day, device=wish.device, seed=wish.seed
            )

        def done(found: Recommendation) -> None:
            self._set_running(wish.task, desk.person, "")
            self._keep(found)

        def failed(error: Exception) -> None:
            self._set_running(wish.task, desk.person, "")
            title = next((one.task.title for one in self.choices if one.task.id == wish.task), wish.task)
            self._session.fail(
                error,
                tr("{task} has not come to an end.", task=title),
                cancelled=tr("{task} was cancelled; it proposes nothing.", task=title),
            )

        self._session.background.run(
            work, lambda handle: self._session.jobs.watch(handle, done, failed), failed
        )

    def _keep(self, found: Recommendation) -> None:
        app = self._session.app

        def work() -> str:
            from medapp.services.recommending import keep

            return keep(app, found).id

        def done(identity: str) -> None:
            if found.patient == self._patient.person:
                self._wanted = identity
                self.reload()
            told = tr("{task} has proposed.", task=found.task.title)
            other = tr("{task} has proposed for another patient.", task=found.task.title)
            self._session.tell(told if found.patient == self._patient.person else other)

        self._session.background.run(
            work, done, lambda error: self._session.fail(error, tr("The proposal cannot be kept."))
        )

    def _set_running(self, task: str, person: str, state: str) -> None:
        if state:
            self._running[task, person] = state
        else:
            self._running.pop((task, person), None)
        self.changed.emit()
