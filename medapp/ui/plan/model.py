"""What the Plan page shows of a patient: problems, medicines, checks, options. No widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medapp.domain.plan import Focus
from medapp.ui.plan.checks import CheckFilter, shown
from medapp.ui.plan.desk import open_desk
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.domain.medicines import Checks
    from medapp.domain.recommendation import Check
    from medapp.ui.plan.desk import Desk
    from medapp.ui.shell.session import Session


class PlanModel(QObject):
    """Reads what is known of whoever is in focus off the GUI thread, and checks what they take.

    Attributes:
        person: Key of the patient in focus; empty where there is none.
        desk: None until it has been read, and where it cannot be.
        checks: Of what the patient takes now; None until they have been made.
        failed: Why there is nothing, in words; empty where nothing went wrong.
        own: Problems in a person's own words.
    """

    changed = Signal()
    """Another patient, other medicines or checks."""
    filterChanged = Signal()
    focusChanged = Signal()

    def __init__(self, session: Session) -> None:
        """Show whom `session` has in focus already, and all that come."""
        super().__init__(session)
        self._session = session
        self._asked = 0
        self._is_wanted = False
        self.person = ""
        self.loading = False
        self.failed = ""
        self.desk: Desk | None = None
        self.checks: Checks | None = None
        self.filter = CheckFilter()
        self.own: tuple[Focus, ...] = ()
        self._chosen: set[Focus] = set()
        session.patientChanged.connect(lambda *_: self._focus())
        session.libraryChanged.connect(self.reload)
        self._focus()

    # ---- reading --------------------------------------------------------------------------------------
    def want(self) -> None:
        """The page is looked at: from now on it is read; before, nobody waits for it."""
        if not self._is_wanted:
            self._is_wanted = True
            self.reload()

    def _focus(self) -> None:
        if self._session.patient_key == self.person:
            return
        self.person = self._session.patient_key
        self.desk, self.checks, self.failed = None, None, ""
        self.own, self._chosen, self.filter = (), set(), CheckFilter()
        self.loading = False
        self.changed.emit()
        self.focusChanged.emit()
        self.reload()

    def reload(self) -> None:
        """Read everything anew; what is shown stays until it has been read."""
        if not self._session.is_ready or not self.person or not self._is_wanted:
            return
        self._asked += 1
        asked, person, app = self._asked, self.person, self._session.app
        self.loading = True
        self.changed.emit()

        def work() -> tuple[Desk, Checks]:
            desk = open_desk(app.library, person, app.paths.data)
            return desk, desk.check(desk.known.current)

        def done(found: tuple[Desk, Checks]) -> None:
            if asked != self._asked:
                return
            self.loading, self.failed = False, ""
            self.desk, self.checks = found
            self.changed.emit()
            self.focusChanged.emit()

        def failed(error: Exception) -> None:
            if asked != self._asked:
                return
            self.loading = False
            self.failed = getattr(error, "reason", "") or str(error) or type(error).__name__
            self.changed.emit()
            self._session.fail(error, tr("Medicines and checks cannot be read."))

        self._session.background.run(work, done, failed)

    # ---- checks ---------------------------------------------------------------------------------------
    @property
    def shown(self) -> tuple[Check, ...]:
        """Checks that the filter lets through, worst first."""
        return () if self.checks is None else shown(self.checks.checks, self.filter)

    def set_filter(self, wanted: CheckFilter) -> None:
        """Show only some checks."""
        if wanted != self.filter:
            self.filter = wanted
            self.filterChanged.emit()

    # ---- problems -------------------------------------------------------------------------------------
    @property
    def problems(self) -> tuple[Focus, ...]:
        """Of the record, then in a person's own words."""
        return (*(self.desk.problems if self.desk else ()), *self.own)

    @property
    def focus(self) -> tuple[Focus, ...]:
        """Problems that a plan is made for: those that a person has ticked or named."""
        return tuple(one for one in self.problems if one in self._chosen)

    def is_in_focus(self, problem: Focus) -> bool:
        """Whether a plan is made for it."""
        return problem in self._chosen

    def set_in_focus(self, problem: Focus, *, wanted: bool) -> None:
        """Make plans for a problem, or not."""
        if wanted == self.is_in_focus(problem):
            return
        if wanted:
            self._chosen.add(problem)
        else:
            self._chosen.discard(problem)
        self.focusChanged.emit()

    def add_problem(self, text: str) -> bool:
        """Add a problem in a person's own words; False where it says nothing or is there already."""
        text = " ".join(text.split())
        if not text or any(one.text.casefold() == text.casefold() for one in self.problems):
            return False
        self.own = (*self.own, Focus(text))
        self._chosen.add(self.own[-1])
        self.focusChanged.emit()
        return True
