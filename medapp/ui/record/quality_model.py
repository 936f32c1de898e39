"""What the quality page shows: cases of the patient in focus or of the library, and the rules for them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal

from medapp.ui.record.quality_table import Choices
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from medapp.domain.record import Entry, Person
    from medapp.jobs.local import LocalContext
    from medapp.knowledge.quality import Action, Cases, Kind, Place, Rule
    from medapp.services.paths import AppPaths
    from medapp.services.quality_cases import LibraryCases
    from medapp.ui.shell.session import Session

Scope = Literal["patient", "library"]


class QualityModel(QObject):
    """Looks through records off the GUI thread; a late answer about somebody else is dropped.

    Attributes:
        scope: Whether the patient in focus or the whole library is looked at.
        cases: What was found; None before there is an answer.
        names: Of patients by key, for the library.
        is_stale: Whether the library has changed since it was looked through.
        chosen: Rules that a person has chosen, for all patients.
        problem: Why the rules that were kept cannot be used; empty where they can.
    """

    changed = Signal()
    """Other cases, or the way to them."""
    rulesChanged = Signal()
    entryFound = Signal(object)
    """An `Entry` of the patient in focus that was asked for in the whole library."""

    def __init__(self, session: Session) -> None:
        """Nothing is looked at yet, see `look`."""
        super().__init__(session)
        self._session = session
        self._writing = threading.Lock()
        self._asked = self._changes = 0
        self._looking: set[Scope] = set()
        self._persons: Sequence[Person] = ()
        self._entries: Sequence[Entry] = ()
        self._of_patient: Cases | None = None
        self._of_library: LibraryCases | None = None
        self._has_rules = self._has_failed = False
        self._wanted: Place | None = None
        self.scope: Scope = "patient"
        self.is_stale = False
        self.chosen: tuple[Rule, ...] = ()
        self._kept: tuple[Rule, ...] = ()
        self.problem = ""
        session.libraryChanged.connect(self._library_changed)

    # ---- what is looked at ----------------------------------------------------------------------------
    @property
    def cases(self) -> Cases | None:
        """Of what is in view."""
        if self.scope == "patient":
            return self._of_patient
        return self._of_library.cases if self._of_library is not None else None

    @property
    def is_looking(self) -> bool:
        """Whether there will be an answer about what is in view."""
        return self.scope in self._looking

    @property
    def names(self) -> dict[str, str]:
        """Names of patients by key; empty for one patient."""
        return self._of_library.names if self._of_library is not None else {}

    def set_record(self, persons: Sequence[Person], entries: Sequence[Entry]) -> None:
        """Another patient, or the same one anew: nothing is known of this record yet."""
        self._asked += 1
        self._persons, self._entries = persons, entries
        self._of_patient, self._has_failed = None, False
        self._looking.discard("patient")
        if self.scope == "patient":
            self.changed.emit()
        self._find()

    def leave_library(self) -> None:
        """Somebody else came into focus: what is in view is theirs, not that of all."""
        if self.scope == "library":
            self.scope = "patient"
            self.changed.emit()

    def look(self) -> None:
        """Look through what is in view, unless that has been done."""
        if self.cases is not None or self.is_looking or not self._session.is_ready:
            return
        if self.scope == "patient":
            if not self._has_failed:
                self._look_at_patient()
        else:
            self._look_at_library()

    def show(self, scope: Scope) -> None:
        """Show the patient in focus, or the whole library."""
        if scope != self.scope:
            self.scope = scope
            self.changed.emit()
        self.look()

    def look_again(self) -> None:
        """Look through the library anew."""
        self._of_library, self.is_stale = None, False
        self.changed.emit()
        self.look()

    def _look_at_patient(self) -> None:
        asked, persons, entries = self._asked, self._persons, self._entries
        paths = self._session.app.paths
        self._begin("patient")

        def work() -> tuple[Cases, tuple[Rule, ...], str]:
            from medapp.services.quality_cases import cases_of_patient

            return cases_of_patient(persons, entries), *_rules_of(paths)

        def done(found: tuple[Cases, tuple[Rule, ...], str]) -> None:
            if asked == self._asked:
                self._of_patient = found[0]
                self._end("patient", *found[1:])

        def failed(error: Exception) -> None:
            if asked == self._asked:
                self._failed("patient", error)

        self._session.background.run(work, done, failed)

    def _look_at_library(self) -> None:
        changes, app = self._changes, self._session.app
        self._begin("library")

        def work(context: LocalContext) -> object:
            from medapp.services.quality_cases import cases_of_library

            return cases_of_library(app.library, progress=context.progress), *_rules_of(app.paths)

        def done(found: tuple[LibraryCases, tuple[Rule, ...], str]) -> None:
            self._of_library, self.is_stale = found[0], changes != self._changes
            self._end("library", *found[1:])

        title = tr("Look through the library")
        self._session.jobs.watch(
            app.jobs.submit_local(title, work), done, lambda error: self._failed("library", error)
        )

    def _begin(self, scope: Scope) -> None:
        self._looking.add(scope)
        self.changed.emit()

    def _end(self, scope: Scope, chosen: tuple[Rule, ...], problem: str) -> None:
        self._looking.discard(scope)
        if not self._has_rules:
            self._has_rules, self.chosen, self._kept, self.problem = True, chosen, chosen, problem
        self.changed.emit()

    def _failed(self, scope: Scope, error: Exception) -> None:
        self._looking.discard(scope)
        if scope == "library":
            self.scope = "patient"
        else:
            self._has_failed = True  # it would fail again
        self.changed.emit()
        self._session.fail(
            error,
            tr("The records cannot be looked through."),
            cancelled=tr("Looking through the library was cancelled."),
        )

    def _library_changed(self) -> None:
        self._changes += 1
        if self._of_library is not None:
            self.is_stale = True
            self.changed.emit()

    # ---- rules ----------------------------------------------------------------------------------------
    @property
    def choices(self) -> Choices:
        """Rules for what is in view."""
        from medapp.knowledge.quality import together

        proposed = self.cases.proposed() if self.cases is not None else ()
        return Choices(proposed, self.chosen, together(proposed, self.chosen))

    def choose(self, kind: Kind, variable: str, action: Action | None) -> None:
        """Choose a rule for a kind, or for a kind of one variable; None takes the choice back."""
        from medapp.knowledge.quality import with_rule

        self._set(with_rule(self.chosen, kind, variable, action), tr("The rule was kept."))

    def accept_proposed(self) -> None:
        """Choose what is proposed, for the kinds that were found and have no rule yet."""
        from medapp.knowledge.quality import with_rule

        counts = self.cases.counts() if self.cases is not None else {}
        rules = self.chosen
        for one in self.choices.proposed:
            is_open = not any(rule.kind == one.kind and not rule.variable for rule in self.chosen)
            if counts.get(one.kind) and is_open:
                rules = with_rule(rules, one.kind, "", one.action, one.why)
        if rules != self.chosen:
            self._set(rules, tr("The proposed rules were kept."))

    @property
    def can_accept(self) -> bool:
        """Whether there is a kind that was found and has no rule yet."""
        counts = self.cases.counts() if self.cases is not None else {}
        chosen = {one.kind for one in self.chosen if not one.variable}
        return any(count and kind not in chosen for kind, count in counts.items())

    def import_rules(self, path: Path) -> None:
        """Take the rules of a file in place of those that are chosen."""

        def work() -> tuple[Rule, ...]:
            from medapp.knowledge.quality import read_rules

            return read_rules(path).rules

        def failed(error: Exception) -> None:
            advice = tr("Choose a file that was exported here, or the rules.json of a folder of features.")
            kept = tr("The rules of before hold.")
            self._session.fail(error, tr("The rules cannot be read."), kept=kept, advice=advice)

        self._session.background.run(
            work, lambda found: self._set(found, tr("The rules of the file were taken.")), failed
        )

    def export_rules(self, path: Path) -> None:
        """Write the rules that hold now, chosen or proposed, as a file."""
        rules, session = self.choices.together, self._session

        def work() -> None:
            from medapp.services.quality_rules import export_rules

            export_rules(rules, path)

        session.background.run(
            work,
            lambda _: session.tell(tr("{name} was written.", name=path.name)),
            lambda error: session.fail(error, tr("The rules cannot be written.")),
        )

    def _set(self, rules: tuple[Rule, ...], told: str) -> None:
        before = self.chosen
        self._write(rules)
        self._session.tell(told, lambda: self._write(before))

    def _write(self, rules: tuple[Rule, ...]) -> None:
        self.chosen, self.problem = rules, ""
        self.rulesChanged.emit()
        paths = self._session.app.paths

        def work() -> tuple[Rule, ...]:
            from medapp.services.quality_rules import keep_rules

            with self._writing:
                # Of several changes that wait here, each writes what holds by then: the last one wins.
                rules = self.chosen
                keep_rules(paths, rules)
                return rules

        self._session.background.run(work, self._written, self._not_written)

    def _written(self, rules: tuple[Rule, ...]) -> None:
        self._kept = rules

    def _not_written(self, error: Exception) -> None:
        self.chosen = self._kept
        self.rulesChanged.emit()
        self._session.fail(error, tr("The rules cannot be kept."), kept=tr("The rules of before hold."))

    # ---- going there ----------------------------------------------------------------------------------
    def open(self, place: Place) -> None:
        """Bring the patient of a place into focus, and the entry into view."""
        self._wanted = place
        if not self._find() and place.who:
            self._session.open_person(place.who)

    def _find(self) -> bool:
        """Tell of the entry that was asked for, as soon as the record in focus has it."""
        wanted = self._wanted.entry if self._wanted is not None else None
        if wanted is None:
            return False
        found = next(
            (one for one in self._entries if (one.id, one.source) == (wanted.id, wanted.source)), None
        )
        if found is not None:
            self._wanted = None
            self.entryFound.emit(found)
        return found is not None


def _rules_of(paths: AppPaths) -> tuple[tuple[Rule, ...], str]:
    """The rules that were kept, and why they cannot be used."""
    from medapp.knowledge.quality import RulesError
    from medapp.services.quality_rules import chosen_rules

    try:
        return chosen_rules(paths), ""
    except RulesError as error:
        return (), str(error)
    except OSError as error:
        return (), (error.strerror or str(error)).lower()
