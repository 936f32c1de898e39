"""How a model would rank, and what it would expect, if what is supposed were so. No widgets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.domain.recommendation import Estimate, Option
    from medapp.jobs import JobHandle
    from medapp.services.recommending import Recommendation
    from medapp.ui.plan.model import PlanModel
    from medapp.ui.plan.proposing import ProposingModel
    from medapp.ui.plan.supposing import SupposingModel
    from medapp.ui.shell.session import Session

_PAUSE_MS = 400


@dataclass(frozen=True)
class Ranked:
    """An option now, and as it would be; a place is counted from 1, None where it is not proposed.

    Attributes:
        forbidden: Whether a check would forbid it.
    """

    title: str
    now: int | None
    then: int | None
    forbidden: bool = False
    expected_now: tuple[Estimate, ...] = ()
    expected_then: tuple[Estimate, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether anything of it changes."""
        return self.now != self.then or self.expected_now != self.expected_then


def ranked(now: tuple[Option, ...], then: tuple[Option, ...]) -> tuple[Ranked, ...]:
    """Options of two proposals by their title, in the order of what would be; what is gone comes last."""
    before = {one.title: (place, one) for place, one in enumerate(now, 1)}
    after = {one.title: (place, one) for place, one in enumerate(then, 1)}
    rows = []
    for title in dict.fromkeys((*after, *before)):
        old, new = before.get(title), after.get(title)
        rows.append(
            Ranked(
                title,
                old[0] if old else None,
                new[0] if new else None,
                bool(new and new[1].vetoed),
                old[1].estimates if old else (),
                new[1].estimates if new else (),
            )
        )
    return tuple(rows)


class RerankingModel(QObject):
    """Asks the model of the proposal in view again, a moment after what is supposed has changed.

    Attributes:
        rows: Empty where nothing is supposed or proposed.
        abstained: Why the model would propose nothing.
        busy: Whether it is being computed.
        failed: Why it cannot be, in words.
    """

    changed = Signal()

    def __init__(
        self, session: Session, patient: PlanModel, proposing: ProposingModel, supposing: SupposingModel
    ) -> None:
        """Follow `supposing`."""
        super().__init__(session)
        self._session, self._patient = session, patient
        self._proposing, self._supposing = proposing, supposing
        self._asked = 0
        self._job = ""
        self._seen: tuple[object, ...] = ()
        self.rows: tuple[Ranked, ...] = ()
        self.abstained = self.failed = ""
        self.busy = False
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        supposing.changed.connect(self._follow)
        proposing.changed.connect(self._follow)

    def _follow(self) -> None:
        proposal = self._proposing.proposal
        identity = proposal.entry.id if proposal is not None else ""
        seen = (self._supposing.wish, identity, self._patient.desk)
        if seen == self._seen:
            return
        self._seen = seen
        self._asked += 1
        if self._job:
            self._session.jobs.cancel(self._job)
            self._job = ""
        self.rows, self.abstained, self.failed = (), "", ""
        self.busy = bool(self._supposing.wish) and proposal is not None and self._patient.desk is not None
        self.changed.emit()
        if self.busy:
            self._pause.start()
        else:
            self._pause.stop()

    def _ask(self) -> None:
        desk, proposal = self._patient.desk, self._proposing.proposal
        if desk is None or proposal is None:
            return
        asked, now = self._asked, self._proposing.options
        task, wish = proposal.entry.task, self._supposing.wish
        parameters = dict(proposal.report.get("provenance", {}).get("parameters", {}))
        app = self._session.app

        def work() -> JobHandle:
            from datetime import date

            from medapp.services.recommending import Subject, start_recommendation

            subject = Subject(desk.supposed(desk.known.current, wish), name=tr("what if"))
            return start_recommendation(app, task, subject, parameters, date.today())  # noqa: DTZ011

        def done(found: Recommendation) -> None:
            if asked == self._asked:
                self._end(rows=ranked(now, found.result.options), abstained=found.result.abstained)

        def failed(error: Exception) -> None:
            if asked == self._asked:
                self._end(failed=getattr(error, "reason", "") or str(error) or type(error).__name__)

        def started(handle: JobHandle) -> None:
            if asked == self._asked:
                self._job = handle.id
                self._session.jobs.watch(handle, done, failed)
            else:
                handle.cancel()

        self._session.background.run(work, started, failed)

    def _end(self, *, rows: tuple[Ranked, ...] = (), abstained: str = "", failed: str = "") -> None:
        self._job, self.busy = "", False
        self.rows, self.abstained, self.failed = rows, abstained, failed
        self.changed.emit()
