"""What the Findings workspace shows: the inbox of the patient, what is chosen in it, decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from medapp.services.inbox import chosen
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.domain.finding import Finding
    from medapp.library.findings import Decision, Verdict
    from medapp.services.inbox import Filter, Inbox, InboxItem
    from medapp.ui.shell.session import Session

FILTERS: Final[tuple[Filter, ...]] = ("all", "unread", "undecided", "uncertain", "disagreeing")


class FindingsModel(QObject):
    """Reads the inbox of whoever is in focus off the GUI thread; decisions are written there and undone."""

    changed = Signal()
    """Other answers, another filter, or another decision."""
    selectionChanged = Signal()

    def __init__(self, session: Session) -> None:
        """Show whom `session` has in focus already, and all that come."""
        super().__init__(session)
        self._session = session
        self._asked = 0
        self._person = ""
        self.loading = False
        self.items: tuple[InboxItem, ...] = ()
        self.unreadable: tuple[tuple[str, str], ...] = ()
        self.wanted: Filter = "all"
        self._chosen: tuple[str, str] = ("", "")
        session.patientChanged.connect(lambda *_: self._focus())
        session.libraryChanged.connect(self.reload)
        self._focus()

    # ---- reading --------------------------------------------------------------------------------------
    def _focus(self) -> None:
        if self._session.patient_key == self._person:
            return
        self._person = self._session.patient_key
        self.items, self.unreadable, self._chosen = (), (), ("", "")
        self.changed.emit()
        self.selectionChanged.emit()
        self.reload()

    def reload(self) -> None:
        """Read the inbox anew; what is chosen stays chosen where it is still there."""
        if not self._session.is_ready or not self._person:
            return
        self._asked += 1
        asked, person, app = self._asked, self._person, self._session.app
        self.loading = True

        def work() -> Inbox:
            from medapp.services.inbox import inbox_of

            return inbox_of(app.library, person)

        def done(found: Inbox) -> None:
            if asked != self._asked:
                return
            self.loading = False
            self.items, self.unreadable = found.items, found.unreadable
            if self.item is None:
                self._chosen = ("", "")
            self.changed.emit()
            self.selectionChanged.emit()

        def failed(error: Exception) -> None:
            if asked == self._asked:
                self.loading = False
                self.changed.emit()
            self._session.fail(error, tr("The findings cannot be read."))

        self._session.background.run(work, done, failed)

    # ---- what is shown --------------------------------------------------------------------------------
    @property
    def shown(self) -> tuple[tuple[InboxItem, tuple[Finding, ...]], ...]:
        """Answers with those of their findings that the filter lets through."""
        return chosen(self.items, self.wanted)

    def count(self, wanted: Filter) -> int:
        """How many findings a filter lets through; an answer that abstained counts as one."""
        return sum(len(findings) or 1 for _, findings in chosen(self.items, wanted))

    @property
    def unread(self) -> int:
        """How many answers nobody has opened."""
        return sum(not item.entry.read for item in self.items)

    def set_filter(self, wanted: Filter) -> None:
        """Show only some."""
        if wanted != self.wanted:
            self.wanted = wanted
            self.changed.emit()

    # ---- choosing -------------------------------------------------------------------------------------
    @property
    def item(self) -> InboxItem | None:
        """The chosen answer."""
        return next((one for one in self.items if one.entry.id == self._chosen[0]), None)

    @property
    def finding(self) -> Finding | None:
        """The chosen finding; None where the whole answer is."""
        item = self.item
        if item is None:
            return None
        return next((one for one in item.result.findings if one.key == self._chosen[1]), None)

    def choose(self, result: str, finding: str = "") -> None:
        """Show an answer or one of its findings; it counts as read then."""
        if (result, finding) == self._chosen:
            return
        self._chosen = (result, finding)
        self.selectionChanged.emit()
        item = self.item
        if item is not None and not item.entry.read:
            self._mark_read(result)

    def choose_next(self, step: int) -> None:
        """Go to the next or the one before of what the filter lets through."""
        places = [
            (item.entry.id, key)
            for item, findings in self.shown
            for key in ([one.key for one in findings] or [""])
        ]
        if not places:
            return
        at = places.index(self._chosen) + step if self._chosen in places else 0
        self.choose(*places[max(0, min(at, len(places) - 1))])

    def _mark_read(self, result: str) -> None:
        library = self._session.app.library
        self._session.background.run(
            lambda: library.findings.mark(result, read=True), lambda _: self.reload(), self._session.fail
        )

    # ---- deciding -------------------------------------------------------------------------------------
    def decide(self, verdict: Verdict, *, instead: str = "", reason: str = "") -> None:
        """Accept, correct or reject the chosen finding; can be taken back."""
        item, finding = self.item, self.finding
        if item is None or finding is None:
            return
        before, library = item.decisions.get(finding.key), self._session.app.library

        def work() -> Decision:
            from medapp.services.inbox import decide

            return decide(library, item, finding.key, verdict, instead=instead, reason=reason)

        def done(_: Decision) -> None:
            self.reload()
            words = {
                "accepted": tr("{title} was accepted.", title=finding.title),
                "corrected": tr("{title} was corrected.", title=finding.title),
                "rejected": tr("{title} was rejected.", title=finding.title),
            }
            self._session.tell(words[verdict], lambda: self._restore(item, finding, before))

        self._session.background.run(work, done, self._cannot_keep)

    def take_back(self) -> None:
        """Forget the decision on the chosen finding."""
        item, finding = self.item, self.finding
        if item is None or finding is None or finding.key not in item.decisions:
            return
        before = item.decisions[finding.key]
        self._restore(item, finding, None)
        self._session.tell(
            tr("{title} is a proposal again.", title=finding.title),
            lambda: self._restore(item, finding, before),
        )

    def _restore(self, item: InboxItem, finding: Finding, decision: Decision | None) -> None:
        findings = self._session.app.library.findings

        def work() -> None:
            if decision is None:
                findings.take_back(item.entry.id, finding.key)
            else:
                findings.decide(decision)

        self._session.background.run(work, lambda _: self.reload(), self._cannot_keep)

    def _cannot_keep(self, error: Exception) -> None:
        self._session.fail(error, tr("The decision cannot be kept."))
