"""What may come, by a survival model, for the patient as they are and as is supposed. No widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from medapp.domain.finding import Chart
    from medapp.jobs import JobHandle
    from medapp.services.classifying import FindingsProposal
    from medapp.services.medicines import PatientMedicines
    from medapp.services.outlook import Outlook
    from medapp.ui.plan.desk import Desk
    from medapp.ui.plan.model import PlanModel
    from medapp.ui.plan.supposing import SupposingModel
    from medapp.ui.shell.session import Session

_PAUSE_MS = 400


class OutlookModel(QObject):
    """Asked for by a button; from then on also for what is supposed, a moment after that has changed.

    Attributes:
        now, then: None before they have been computed.
        charts: Of the answer as it is: the course of the risk, and how well such risks have come true.
        busy: Whether one is being computed.
        failed: Why there is none, in words.
    """

    changed = Signal()

    def __init__(self, session: Session, patient: PlanModel, supposing: SupposingModel) -> None:
        """Follow `patient` and `supposing`."""
        super().__init__(session)
        self._session, self._patient, self._supposing = session, patient, supposing
        self._asked = 0
        self._job = ""
        self._desk: Desk | None = None
        self._wish: object = None
        self.now: Outlook | None = None
        self.then: Outlook | None = None
        self.charts: tuple[Chart, ...] = ()
        self.busy = False
        self.failed = ""
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._ask_then)
        patient.changed.connect(self._follow)
        supposing.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        desk, wish = self._patient.desk, self._supposing.wish
        if desk is self._desk and wish is self._wish:
            return
        another = desk is None or self._desk is None or desk.person != self._desk.person
        again = self.now is not None and not another and desk is not self._desk
        if another or again:
            self._drop()
            self.now, self.charts = None, ()
        if wish is not self._wish:
            self._drop()
        self._desk, self._wish, self.then = desk, wish, None
        if again:
            self.ask()
        elif wish and self.now is not None and self.now.estimates:
            self.busy = True
            self._pause.start()
        self.changed.emit()

    def _drop(self) -> None:
        """What is under way is too old."""
        self._asked += 1
        self._pause.stop()
        self.busy = False
        if self._job:
            self._session.jobs.cancel(self._job)
            self._job = ""

    def ask(self) -> None:
        """Estimate for the patient as they are."""
        desk = self._desk
        if desk is not None and not self.busy:
            self._start(desk.known, self._set_now)

    def _ask_then(self) -> None:
        desk, wish = self._desk, self._supposing.wish
        if desk is not None and wish:
            self._start(desk.supposed(desk.known.current, wish), self._set_then)

    def _set_now(self, found: Outlook, charts: tuple[Chart, ...]) -> None:
        self.now, self.charts = found, charts
        if self._supposing.wish and found.estimates:
            self.busy = True
            self._pause.start()

    def _set_then(self, found: Outlook, _: tuple[Chart, ...]) -> None:
        self.then = found

    def _start(self, known: PatientMedicines, put: Callable[[Outlook, tuple[Chart, ...]], None]) -> None:
        self._asked += 1
        asked, app = self._asked, self._session.app
        self.busy, self.failed = True, ""
        self.changed.emit()

        def work() -> JobHandle:
            from medapp.services.outlook import start_outlook
            from medapp.services.recommending import Subject

            # Without a key: it is shown here and put into no inbox.
            return start_outlook(app, Subject(known, name=tr("what may come")))

        def done(found: FindingsProposal) -> None:
            from medapp.services.outlook import outlook_of

            try:
                outlook, charts = outlook_of(found), _charts(found)
            finally:
                found.release()
            if asked == self._asked:
                self._job, self.busy = "", False
                put(outlook, charts)
                self.changed.emit()

        def failed(error: Exception) -> None:
            if asked == self._asked:
                self._job, self.busy = "", False
                said = str(error).strip("'\"") or type(error).__name__
                self.failed = str(getattr(error, "reason", "") or said)
                self.changed.emit()

        def started(handle: JobHandle) -> None:
            if asked == self._asked:
                self._job = handle.id
                self._session.jobs.watch(handle, done, failed)
            else:
                handle.cancel()

        self._session.background.run(work, started, failed)


def _charts(found: FindingsProposal) -> tuple[Chart, ...]:
    """Charts of the risks that were estimated."""
    keys = {one.key for one in found.result.findings if one.kind == "risk"}
    return tuple(one for one in found.result.charts if one.about in keys)
