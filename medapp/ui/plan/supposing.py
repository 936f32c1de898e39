"""What would be if: checked in the background, set against what holds now, and never kept. No widgets."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medapp.services.plan_checking import Difference, difference
from medapp.services.what_if import WhatIf, supposed
from medapp.ui.record.facts import number
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from medapp.domain.medicines import Checks
    from medapp.domain.record import Entry
    from medapp.services.what_if import Measured
    from medapp.ui.plan.desk import Desk
    from medapp.ui.plan.model import PlanModel
    from medapp.ui.shell.session import Session


class SupposingModel(QObject):
    """Nothing of it is kept, and it ends with the patient in focus.

    Attributes:
        wish: What is supposed.
        checks: What the checks would say; None where nothing is supposed, or it has not been computed yet.
        busy: Whether it is being computed.
    """

    changed = Signal()

    def __init__(self, session: Session, patient: PlanModel) -> None:
        """Suppose about the patient of `patient`."""
        super().__init__(session)
        self._session, self._patient = session, patient
        self._asked = self._number = 0
        self._desk: Desk | None = None
        self.wish = WhatIf()
        self.checks: Checks | None = None
        self.busy = False
        patient.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        desk = self._patient.desk
        if desk is self._desk:
            return
        if desk is None or self._desk is None or desk.person != self._desk.person:
            self.wish, self.checks = WhatIf(), None
        self._desk = desk
        self._compute()

    # ---- supposing ------------------------------------------------------------------------------------
    def drop(self, name: str) -> None:
        """Leave a medicine out."""
        if name not in self.wish.dropped:
            doses = tuple(one for one in self.wish.doses if one[0] != name)
            self._suppose(replace(self.wish, dropped=(*self.wish.dropped, name), doses=doses))

    def set_dose(self, name: str, dose: str) -> None:
        """Take a medicine in another dose."""
        rest = tuple(one for one in self.wish.doses if one[0] != name)
        dropped = tuple(one for one in self.wish.dropped if one != name)
        self._suppose(replace(self.wish, doses=(*rest, (name, dose.strip())), dropped=dropped))

    def add_medicine(self, name: str, dose: str = "") -> None:
        """Take a medicine besides; it is recognised as it is typed."""
        from medapp.knowledge.therapy.recognise import written

        if name.strip():
            drug = replace(written(name), dose=dose.strip())
            self._suppose(replace(self.wish, added=(*self.wish.added, drug)))

    def add_result(self, measured: Measured, value: float, unit: str, day: str) -> None:
        """Have measured something.

        Raises:
            ValueError: Where the day or the number is none, or the day is not over.
        """
        entry = supposed(measured.concept, value, unit, day, number=self._number)
        if day.strip() > date.today().isoformat():  # noqa: DTZ011 - the day at the workstation
            message = tr("the day has not come yet")
            raise ValueError(message)
        self._number += 1
        self._suppose(replace(self.wish, results=(*self.wish.results, entry)))

    def clear(self) -> None:
        """Suppose nothing."""
        self._suppose(WhatIf())

    @property
    def items(self) -> tuple[tuple[str, Callable[[], None]], ...]:
        """What is supposed in words, each with what takes it back."""
        wish = self.wish
        found: list[tuple[str, Callable[[], None]]] = []
        for name in wish.dropped:
            rest = tuple(one for one in wish.dropped if one != name)
            found.append((tr("Without {name}", name=name), self._to(replace(wish, dropped=rest))))
        for name, dose in wish.doses:
            kept = tuple(one for one in wish.doses if one[0] != name)
            words = tr("{name}: {dose} instead", name=name, dose=dose)
            found.append((words, self._to(replace(wish, doses=kept))))
        for drug in wish.added:
            others = tuple(one for one in wish.added if one is not drug)
            words = tr("With {name}", name=" ".join(part for part in (drug.name, drug.dose) if part))
            found.append((words, self._to(replace(wish, added=others))))
        for entry in wish.results:
            left = tuple(one for one in wish.results if one is not entry)
            found.append((_result(entry), self._to(replace(wish, results=left))))
        return tuple(found)

    def _to(self, wish: WhatIf) -> Callable[[], None]:
        return lambda: self._suppose(wish)

    # ---- what comes of it -----------------------------------------------------------------------------
    @property
    def difference(self) -> Difference:
        """What the checks would say, against what they say now."""
        now, then = self._patient.checks, self.checks
        return Difference() if now is None or then is None else difference(now.checks, then.checks)

    @property
    def unknown(self) -> tuple[str, ...]:
        """Names of added medicines that were not recognised: nothing of them was checked."""
        if self.checks is None:
            return ()
        added = {one.name for one in self.wish.added}
        return tuple(one.drug.name for one in self.checks.unmatched if one.drug.name in added)

    def _suppose(self, wish: WhatIf) -> None:
        self.wish = wish
        self._compute()

    def _compute(self) -> None:
        self._asked += 1
        asked, desk, wish = self._asked, self._desk, self.wish
        if desk is None or not wish:
            self.checks, self.busy = None, False
            self.changed.emit()
            return
        self.busy = True
        self.changed.emit()

        def done(found: Checks) -> None:
            if asked == self._asked:
                self.checks, self.busy = found, False
                self.changed.emit()

        def failed(error: Exception) -> None:
            if asked == self._asked:
                self.checks, self.busy = None, False
                self.changed.emit()
            self._session.fail(error, tr("What would be cannot be computed."))

        self._session.background.run(lambda: desk.suppose(desk.known.current, wish), done, failed)


def _result(entry: Entry) -> str:
    from medapp.domain.record import Observation, Quantity

    content = entry.content
    if not isinstance(content, Observation) or not isinstance(content.value, Quantity):
        return ""
    day = content.effective.start.text if content.effective.start else ""
    unit = content.value.unit or tr("(unit unknown)")
    return f"{content.concept.display}: {number(content.value.value)} {unit}, {day}"
