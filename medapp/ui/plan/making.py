"""Decisions on lines of the plan that is open: checked before they are kept, and taken back. No widgets."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from medapp.domain.recommendation import Change
from medapp.services.plan_checking import Wish
from medapp.ui.plan.plans import PlansModel
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.domain.plan import Plan
    from medapp.domain.recommendation import Action, Verdict


class MakingModel(PlansModel):
    """The plan that is open, while it may be changed."""

    # ---- deciding -------------------------------------------------------------------------------------
    def decide(self, verdict: Verdict, *, dose: str = "", reason: str = "", line: int | None = None) -> None:
        """Accept, change or reject a line, the one in focus where none is named; can be taken back."""
        from medapp.services.plan_checking import decide_checked

        at = self.line if line is None else line
        found = self._ready(partial(self.decide, verdict, dose=dose, reason=reason, line=at))
        if found is None or at >= len(found[0].lines):
            return
        plan, desk = found
        wish = Wish(at, verdict, dose, reason)
        name = plan.lines[at].drug.name
        words = {
            "accepted": tr("{name} was accepted.", name=name),
            "changed": tr("{name} was changed.", name=name),
            "rejected": tr("{name} was rejected.", name=name),
        }
        library = self._session.app.library
        work = partial(decide_checked, library, plan, wish, desk.check)
        self._write(work, words[verdict], before=plan, wish=wish)

    def stop(self, line: int, reason: str) -> None:
        """Reject that a medicine goes on, and add a line that stops it: rejected alone it would stay."""
        from medapp.services.plan_checking import stopped

        found = self._ready(partial(self.stop, line, reason))
        if found is None or line >= len(found[0].lines):
            return
        plan, desk = found
        work = partial(stopped, self._session.app.library, plan, line, reason, desk.check)
        told = tr("{name} does not go on.", name=plan.lines[line].drug.name)
        self._write(work, told, before=plan)

    def take_back(self, line: int | None = None) -> None:
        """Forget what was decided on a line, the one in focus where none is named."""
        from medapp.services.plan_checking import rechecked
        from medapp.services.plans import take_back

        at = self.line if line is None else line
        found = self._ready(partial(self.take_back, at))
        if found is None or found[0].decision(at) is None:
            return
        plan, desk = found
        library = self._session.app.library
        told = tr("{name} is a proposal again.", name=plan.lines[at].drug.name)
        self._write(lambda: rechecked(library, take_back(library, plan, at), desk.check), told, before=plan)

    def add(self, action: Action, name: str, dose: str, reason: str) -> None:
        """Add a line of one's own; the medicine is recognised as it is typed."""
        found = self._ready(partial(self.add, action, name, dose, reason)) if name.strip() else None
        if found is None:
            return
        plan, desk = found
        library = self._session.app.library

        def work() -> Plan:
            from medapp.services.plan_checking import rechecked
            from medapp.services.plans import add_line

            drug = desk.recognised(name, dose)
            added = add_line(library, plan, Change(action, drug, dose.strip(), reason.strip()))
            return rechecked(library, added, desk.check)

        self._write(work, tr("{name} was added to the plan.", name=name.strip()), before=plan)

    def drop(self, line: int) -> None:
        """Take out a line that a person added."""
        from medapp.services.plan_checking import rechecked
        from medapp.services.plans import drop_line

        found = self._ready(partial(self.drop, line))
        if found is None:
            return
        plan, desk = found
        library = self._session.app.library
        told = tr("{name} was taken out of the plan.", name=plan.lines[line].drug.name)
        self._write(lambda: rechecked(library, drop_line(library, plan, line), desk.check), told, before=plan)

    def is_own(self, line: int) -> bool:
        """Whether a person added a line; such a one can be taken out."""
        return self.is_open and self.plan is not None and line >= len(self.plan.option.changes)

    def sign(self, name: str) -> None:
        """Sign the plan; it does not change from then on."""
        from medapp.services.plans import sign

        found = self._ready(partial(self.sign, name))
        if found is None:
            return
        plan, library = found[0], self._session.app.library
        self._write(lambda: sign(library, plan, name), tr("The plan was signed."))
