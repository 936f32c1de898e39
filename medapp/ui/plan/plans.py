"""Plans of a patient: listed, opened, begun and written. No widgets."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medapp.domain.plan import signed_against, unsigned_because
from medapp.domain.recommendation import Change, Option
from medapp.services.plan_checking import Difference, VetoedError, Wish, difference
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from medapp.domain.plan import Plan
    from medapp.domain.recommendation import Check
    from medapp.ui.plan.desk import Desk
    from medapp.ui.plan.model import PlanModel
    from medapp.ui.shell.session import Session

OWN = "own"
REVIEW = "review"
"""Keys of options that a person begins without a model."""


@dataclass(frozen=True)
class Refused:
    """A decision that was not kept, as checks speak against it; it is taken with a reason."""

    wish: Wish
    checks: tuple[Check, ...]


class PlansModel(QObject):
    """Plans of whoever is in focus; everything is read and written off the GUI thread.

    Attributes:
        plans: The latest first.
        line: Place of the line in focus in the plan that is open.
        busy: Whether something is being checked or written.
    """

    changed = Signal()
    lineChanged = Signal()
    refused = Signal(object)
    """A `Refused`: ask for a reason."""

    def __init__(self, session: Session, patient: PlanModel) -> None:
        """Make plans for the patient of `patient`."""
        super().__init__(session)
        self._session, self._patient = session, patient
        self._asked = 0
        self._person = ""
        self._queue: list[tuple[str, Callable[[], object]]] = []
        self._wanted = ""
        self.plans: tuple[Plan, ...] = ()
        self.loaded = False
        self.busy = False
        self.line = 0
        patient.changed.connect(self._follow)
        session.libraryChanged.connect(self.reload)
        self._follow()

    # ---- reading --------------------------------------------------------------------------------------
    def _follow(self) -> None:
        if self._patient.person != self._person:
            self._person = self._patient.person
            self.plans, self._wanted, self.line, self.loaded = (), "", 0, False
            self._queue.clear()
            self.changed.emit()
        if self._patient.desk is not None and not self.loaded:
            self.reload()

    def reload(self) -> None:
        """Read the plans anew; the one that is open stays open where it is still there."""
        if self._patient.desk is None:
            return
        self._asked += 1
        asked, app, person = self._asked, self._session.app, self._person

        def work() -> tuple[Plan, ...]:
            from medapp.services.plans import plans_of

            return plans_of(app.library, person)

        def done(found: tuple[Plan, ...]) -> None:
            if asked == self._asked:
                self.plans, self.loaded = found, True
                self._keep_line()
                self.changed.emit()

        self._session.background.run(
            work, done, lambda error: self._session.fail(error, tr("The plans cannot be read."))
        )

    # ---- what is open ---------------------------------------------------------------------------------
    @property
    def plan(self) -> Plan | None:
        """The plan that is open: the one that was chosen, else the latest."""
        found = next((one for one in self.plans if one.id == self._wanted), None)
        return found or (self.plans[0] if self.plans else None)

    def open(self, identity: str) -> None:
        """Open another plan."""
        if self.plan is None or identity != self.plan.id:
            self._wanted, self.line = identity, 0
            self.changed.emit()

    @property
    def is_open(self) -> bool:
        """Whether there is a plan that can be changed."""
        return self.plan is not None and self.plan.signature is None

    @property
    def missing(self) -> tuple[str, ...]:
        """What has to be done before the plan can be signed."""
        plan = self.plan
        if plan is None or plan.signature is not None:
            return ()
        return unsigned_because(plan) if plan.lines else (tr("the plan has no line"),)

    @property
    def against(self) -> tuple[str, ...]:
        """What whoever signs should have seen."""
        return signed_against(self.plan) if self.plan is not None else ()

    @property
    def difference(self) -> Difference:
        """What the checks say of the list that results, against those of what is taken now."""
        plan, now = self.plan, self._patient.checks
        if plan is None or now is None or not plan.decisions:
            return Difference()
        return difference(now.checks, plan.checks)

    def choose_line(self, line: int) -> None:
        """Put a line in focus."""
        if line != self.line:
            self.line = line
            self._keep_line()
            self.lineChanged.emit()

    def choose_next(self, step: int) -> None:
        """Go to the next line or the one before."""
        self.choose_line(self.line + step)

    def _keep_line(self) -> None:
        count = len(self.plan.lines) if self.plan is not None else 0
        self.line = max(0, min(self.line, count - 1))

    # ---- beginning ------------------------------------------------------------------------------------
    def begin(self, option: Option) -> None:
        """Begin a plan from an option, with nothing decided."""
        self._begin(option)

    def begin_own(self) -> None:
        """Begin a plan without lines."""
        self._begin(Option(OWN, tr("Own plan"), ()))

    def begin_review(self) -> None:
        """Begin a plan with one line for each current medicine: to go on as it is, or not."""
        checks = self._patient.checks
        if checks is not None:
            lines = tuple(Change("continue", one.drug, one.drug.dose) for one in checks.medicines)
            self._begin(Option(REVIEW, tr("Review of the current medicines"), lines))

    def _begin(self, option: Option) -> None:
        desk, checks = self._patient.desk, self._patient.checks
        if desk is None or checks is None:
            return
        app, focus = self._session.app, self._patient.focus

        def work() -> Plan:
            from medapp.services.plan_checking import rechecked
            from medapp.services.plans import Basis, make_plan

            current = tuple(one.drug for one in checks.medicines)
            models = tuple(
                dict.fromkeys(one.citation for one in option.statements if one.citation.kind == "model")
            )
            basis = Basis(current, focus, models, desk.record_sha256)
            return rechecked(app.library, make_plan(app.library, desk.person, option, basis), desk.check)

        self._write(work, tr("A plan was begun."))

    def anew(self) -> None:
        """A new plan with the lines and decisions of this one: how a signed plan is changed."""
        from medapp.services.plans import anew

        plan = self.plan
        if plan is not None:
            self._write(
                lambda: anew(self._session.app.library, plan), tr("A new plan was made from this one.")
            )

    # ---- writing --------------------------------------------------------------------------------------
    def _ready(self, again: Callable[[], object]) -> tuple[Plan, Desk] | None:
        """The plan that may be changed; while another change is written, `again` is called after that one."""
        plan, desk = self.plan, self._patient.desk
        if plan is None or desk is None or not self.is_open:
            return None
        if self.busy:
            self._queue.append((plan.id, again))
            return None
        return plan, desk

    def _next(self) -> None:
        """What was asked for meanwhile, in its order; not where another plan has been opened."""
        while self._queue and not self.busy:
            identity, again = self._queue.pop(0)
            if self.plan is not None and self.plan.id == identity:
                again()

    def _write(
        self, work: Callable[[], Plan], told: str, *, before: Plan | None = None, wish: Wish | None = None
    ) -> None:
        person = self._person
        self.busy = True
        self.changed.emit()

        def done(plan: Plan) -> None:
            self.busy = False
            if person != self._person:
                return
            self._put(plan)
            if told:
                self._session.tell(told, None if before is None else lambda: self._restore(before))
            self._next()

        def failed(error: Exception) -> None:
            self.busy = False
            self.changed.emit()
            if isinstance(error, VetoedError) and wish is not None:
                self.refused.emit(Refused(wish, error.checks))
            else:
                self._session.fail(error, tr("The plan cannot be kept."))
            self._next()

        self._session.background.run(work, done, failed)

    def _restore(self, plan: Plan) -> None:
        """The plan as it was before; one that was signed meanwhile stays."""
        if self.busy:
            self._queue.append((plan.id, partial(self._restore, plan)))
            return
        library = self._session.app.library

        def work() -> Plan:
            library.plans.put(plan)
            return plan

        self._write(work, "")

    def _put(self, plan: Plan) -> None:
        """Show a plan that has been written; an answer that was asked for before is too old then."""
        self._asked += 1
        before = self.plan
        added = before is not None and before.id == plan.id and len(plan.lines) > len(before.lines)
        if added and plan.decision(len(plan.lines) - 1) is None:
            self.line = len(plan.lines) - 1  # what was added is what one wants to decide on
        rest = [one for one in self.plans if one.id != plan.id]
        self.plans = tuple(sorted([*rest, plan], key=lambda one: one.created, reverse=True))
        self._wanted, self.loaded = plan.id, True
        self._keep_line()
        self.changed.emit()
