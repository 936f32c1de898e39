"""What the Findings workspace shows: the inbox of the patient, what is chosen in it, decisions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from medapp.services.findings_order import ordered
from medapp.ui.findings.deciding import Deciding
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.domain.finding import Finding
    from medapp.library.findings import Verdict
    from medapp.services.findings_order import Order
    from medapp.services.inbox import Filter, Inbox, InboxItem
    from medapp.ui.shell.session import Session

FILTERS: Final[tuple[Filter, ...]] = ("all", "unread", "undecided", "uncertain", "disagreeing")
Shown = tuple[tuple["InboxItem", tuple["Finding", ...]], ...]


@dataclass(frozen=True)
class Choice:
    """What is chosen in the list: a finding, or findings under one heading, or a whole answer.

    Attributes:
        result: Id of the answer; empty where nothing is chosen.
        finding: Key of the finding; empty for more than one.
        group: The heading; empty for a whole answer.
    """

    result: str = ""
    finding: str = ""
    group: str = ""


def same(one: tuple[InboxItem, ...], other: tuple[InboxItem, ...]) -> bool:
    """Whether two readings of an inbox hold the same: answers do not change, what is said of them does."""

    def told(items: tuple[InboxItem, ...]) -> list[tuple[object, ...]]:
        return [(x.entry, dict(x.decisions), x.earlier, x.viewed, dict(x.disagreeing)) for x in items]

    return told(one) == told(other)


class FindingsModel(QObject):
    """Reads the inbox of whoever is in focus off the GUI thread; decisions are written there and undone."""

    changed = Signal()
    """Other answers, another filter, or another decision."""
    selectionChanged = Signal()
    arrived = Signal()
    """An answer that was waited for is in view now, see `wait_for`."""

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
        self.words = ""
        self.order: Order = "probability"
        self.choice = Choice()
        self._awaited = ""
        self._shown: Shown | None = None
        self._deciding = Deciding(session, self.reload)
        session.patientChanged.connect(lambda *_: self._focus())
        session.libraryChanged.connect(self.reload)
        self._focus()

    # ---- reading --------------------------------------------------------------------------------------
    def _focus(self) -> None:
        if self._session.patient_key == self._person:
            return
        self._person = self._session.patient_key
        self.unreadable, self.choice, self.words = (), Choice(), ""
        self._set_items(())
        self.selectionChanged.emit()
        self.reload()

    def reload(self) -> None:
        """Read the inbox anew; what is chosen stays chosen where it is still there."""
        if not self._session.is_ready or not self._person:
            return
        self._asked += 1
        asked, person, app, known = self._asked, self._person, self._session.app, self.items
        self.loading = True

        def work() -> Inbox:
            from medapp.services.inbox import inbox_of

            return inbox_of(app.library, person, known)

        def done(found: Inbox) -> None:
            if asked != self._asked:
                return
            self._take(found)

        def failed(error: Exception) -> None:
            if asked == self._asked:
                self.loading = False
                self.changed.emit()
            self._session.fail(error, tr("The findings cannot be read."))

        self._session.background.run(work, done, failed)

    def _take(self, found: Inbox) -> None:
        self.loading = False
        if found.unreadable == self.unreadable and same(found.items, self.items) and found.items:
            self.items = found.items
            return  # nothing has changed: what is in view needs not be made anew
        self.unreadable = found.unreadable
        arrived = any(item.entry.id == self._awaited for item in found.items)
        if arrived:
            self.choice, self._awaited = Choice(self._awaited), ""
        if not any(item.entry.id == self.choice.result for item in found.items):
            self.choice = Choice()
        self._set_items(found.items)
        self.selectionChanged.emit()
        self._opened()
        if arrived:
            self.arrived.emit()

    def wait_for(self, result: str) -> None:
        """Choose an answer as soon as it is read: its patient is being opened."""
        self._awaited = result

    def follow(self) -> None:
        """Look for what was decided elsewhere, at another window or without one."""
        if not self.loading:
            self.reload()

    def _set_items(self, items: tuple[InboxItem, ...]) -> None:
        self.items, self._shown = items, None
        self.changed.emit()

    # ---- what is shown --------------------------------------------------------------------------------
    @property
    def shown(self) -> Shown:
        """Answers with those of their findings that the filter and the words let through, in order."""
        if self._shown is None:
            found = self._let_through(self.wanted)
            self._shown = tuple((item, ordered(findings, self.order)) for item, findings in found)
        return self._shown

    def _let_through(self, wanted: Filter) -> Shown:
        from medapp.services.inbox import chosen, holds

        found = chosen(self.items, wanted)
        words = self.words.casefold().split()
        if not words:
            return found
        named = (
            (item, tuple(one for one in findings if holds(item, one, words))) for item, findings in found
        )
        return tuple((item, findings) for item, findings in named if findings)

    def count(self, wanted: Filter) -> int:
        """How many findings a filter lets through; an answer that abstained counts as one."""
        from medapp.services.inbox import chosen

        return sum(len(findings) or 1 for _, findings in chosen(self.items, wanted))

    @property
    def unread(self) -> int:
        """How many findings nobody has opened."""
        return self.count("unread")

    def set_filter(self, wanted: Filter) -> None:
        """Show only some."""
        if wanted != self.wanted:
            self.wanted, self._shown = wanted, None
            self.changed.emit()

    def set_order(self, order: Order) -> None:
        """Findings under each heading by probability, or by name."""
        if order != self.order:
            self.order, self._shown = order, None
            self.changed.emit()

    def set_words(self, words: str) -> None:
        """Show only findings in which all words stand."""
        if words != self.words:
            self.words, self._shown = words, None
            self.changed.emit()

    def show_all(self) -> None:
        """Without a filter and without words."""
        self.wanted, self.words, self._shown = "all", "", None
        self.changed.emit()

    # ---- choosing -------------------------------------------------------------------------------------
    @property
    def item(self) -> InboxItem | None:
        """The chosen answer."""
        return next((one for one in self.items if one.entry.id == self.choice.result), None)

    @property
    def finding(self) -> Finding | None:
        """The chosen finding; None where the whole answer or a group is."""
        item = self.item
        if item is None or not self.choice.finding:
            return None
        return next((one for one in item.result.findings if one.key == self.choice.finding), None)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is chosen: one, those under a heading, or all of an answer."""
        item, finding, group = self.item, self.finding, self.choice.group
        if item is None:
            return ()
        if finding is not None:
            return (finding,)
        found = (one for one in item.result.findings if not group or one.group == group)
        return ordered(found, self.order)

    def choose(self, result: str, finding: str = "", group: str = "") -> None:
        """Show an answer, a group, or a finding; the answer counts as read then."""
        choice = Choice(result, finding, group)
        if choice == self.choice:
            return
        self.choice = choice
        self._opened()
        self.selectionChanged.emit()

    def choose_next(self, step: int) -> None:
        """Go to the next or the one before of what the filter lets through."""
        places = [
            Choice(item.entry.id, key)
            for item, findings in self.shown
            for key in ([one.key for one in findings] or [""])
        ]
        if not places:
            return
        at = self._place_among(places, step)
        found = places[max(0, min(at, len(places) - 1))]
        self.choose(found.result, found.finding)

    def _place_among(self, places: list[Choice], step: int) -> int:
        """Where a step leads; from a heading it leads to the first below it, or to the last before it."""
        if self.choice in places:
            return places.index(self.choice) + step
        first = next((one.key for one in self.findings), "")
        below = Choice(self.choice.result, first)
        if below not in places:
            return 0
        return places.index(below) + (min(step, 0))

    def _opened(self) -> None:
        """What is chosen counts as read: at once in what is shown, a moment later in the library.

        Of a whole answer these are measurements and ranked diseases, which its table tells in full; other
        findings are opened one by one.
        """
        item = self.item
        if item is None:
            return
        told = {"measurement", "disease"}
        seen = self.findings if self.finding is not None else [x for x in self.findings if x.kind in told]
        keys = frozenset(one.key for one in seen) - item.viewed
        if item.entry.read and not keys:
            return
        library, identity = self._session.app.library, item.entry.id
        read = replace(item, entry=replace(item.entry, read=True), viewed=item.viewed | keys)
        self._set_items(tuple(read if one is item else one for one in self.items))

        def work() -> None:
            library.findings.mark(identity, read=True)
            library.findings.view(identity, *keys)

        def done(_: None) -> None:
            # An inbox that was read from the library a moment before knows nothing of it.
            if any(one.entry.id == identity and not keys <= one.viewed for one in self.items):
                self.reload()

        self._session.background.run(work, done, self._session.fail)

    # ---- deciding -------------------------------------------------------------------------------------
    def decide(self, verdict: Verdict, *, instead: str = "", reason: str = "") -> None:
        """Accept, correct or reject the chosen finding; can be taken back."""
        if self.item is not None and self.finding is not None:
            self._deciding.decide(self.item, self.finding, verdict, instead=instead, reason=reason)

    @property
    def open_measurements(self) -> tuple[Finding, ...]:
        """Measurements of what is chosen that nobody has decided on: these may be accepted together."""
        item = self.item
        if item is None or self.finding is not None:
            return ()
        return tuple(
            one for one in self.findings if one.kind == "measurement" and one.key not in item.decisions
        )

    def accept_measurements(self) -> None:
        """Accept all open measurements of what is chosen; can be taken back together."""
        keys = tuple(one.key for one in self.open_measurements)
        if self.item is not None and keys:
            self._deciding.accept_all(self.item, keys)

    def take_back(self) -> None:
        """Forget the decision on the chosen finding."""
        item, finding = self.item, self.finding
        if item is not None and finding is not None and finding.key in item.decisions:
            self._deciding.take_back(item, finding)
