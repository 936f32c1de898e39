"""Takes plans out of the program and back into it. No widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medapp.ui.text import tr

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.ui.plan.plans import PlansModel
    from medapp.ui.shell.session import Session


class PlanExport(QObject):
    """Writes the plan that is open off the GUI thread, and tells where it lies."""

    exported = Signal(object)
    """Folder of what was written."""

    def __init__(self, session: Session, plans: PlansModel) -> None:
        """Take out what is open in `plans`."""
        super().__init__(plans)
        self._session, self._plans = session, plans

    def write(self, folder: Path) -> None:
        """Write the plan as FHIR and PDF into a folder of its own below `folder`."""
        plan, app = self._plans.plan, self._session.app
        if plan is None:
            return
        place = folder / f"plan-{plan.created[:10]}-{plan.id[:8]}"

        def work() -> Path:
            from medapp.services.plans import export_plan

            export_plan(app.library, plan, place)
            return place

        def done(written: Path) -> None:
            self._session.tell(tr("The plan was written to {folder} as PDF and FHIR.", folder=written))
            self.exported.emit(written)

        self._session.background.run(
            work, done, lambda error: self._session.fail(error, tr("The plan cannot be exported."))
        )
