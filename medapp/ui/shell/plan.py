"""The Plan page: the workspace with its models, its dialogs, cards of models, and exports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from medapp.ui.plan import words
from medapp.ui.plan.compare_dialog import CompareDialog
from medapp.ui.plan.dialogs import AddLineDialog, DecideDialog, ResultDialog, SignDialog
from medapp.ui.plan.exporting import PlanExport
from medapp.ui.plan.making import MakingModel
from medapp.ui.plan.model import PlanModel
from medapp.ui.plan.outlook import OutlookModel
from medapp.ui.plan.proposing import ProposingModel
from medapp.ui.plan.reranking import RerankingModel
from medapp.ui.plan.supposing import SupposingModel
from medapp.ui.plan.workspace import Models, PlanWorkspace
from medapp.ui.shell.card_dialog import show_card
from medapp.ui.shell.widgets import column
from medapp.ui.text import tr

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent
    from PySide6.QtWidgets import QDialog

    from medapp.domain.recommendation import Check, Option
    from medapp.ui.plan.plans import Refused
    from medapp.ui.shell.session import Session

_PAINT_MS = 20


class PlanPage(QWidget):
    """Puts the parts together for the patient in focus."""

    entryRequested = Signal(str)
    importRequested = Signal()
    settingsRequested = Signal()

    def __init__(self, session: Session, parent: QWidget) -> None:
        """Show whom `session` has in focus, in `parent`."""
        super().__init__(parent)
        self._session = session
        self.patient = PlanModel(session)
        self.proposing = ProposingModel(session, self.patient)
        self.making = MakingModel(session, self.patient)
        self.supposing = SupposingModel(session, self.patient)
        self.reranking = RerankingModel(session, self.patient, self.proposing, self.supposing)
        self.outlook = OutlookModel(session, self.patient, self.supposing)
        self.exporting = PlanExport(session, self.making)
        self.dialog: QDialog | None = None
        models = Models(
            self.patient, self.proposing, self.making, self.supposing, self.reranking, self.outlook
        )
        self.workspace = PlanWorkspace(models, self)
        inner = column(gap=0)
        inner.addWidget(self.workspace)
        self.setLayout(inner)
        self._connect()

    def _connect(self) -> None:
        workspace, plan = self.workspace, self.workspace.plan
        workspace.entryRequested.connect(self._show_entry)
        workspace.importRequested.connect(self.importRequested)
        workspace.checks.tablesRequested.connect(self.settingsRequested)
        workspace.options.planRequested.connect(self._begin)
        workspace.options.cardRequested.connect(lambda name: show_card(self._session, name, self.window()))
        workspace.resultRequested.connect(self.ask_result)
        workspace.medicineRequested.connect(self.ask_medicine)
        self.making.refused.connect(self._ask_against)
        plan.decisionRequested.connect(self.ask_decision)
        plan.lineRequested.connect(self.ask_line)
        plan.compareRequested.connect(self.compare)
        plan.exportRequested.connect(self.ask_folder)
        plan.signRequested.connect(self.ask_name)

    def showEvent(self, event: QShowEvent) -> None:
        """Read what is known as soon as somebody looks, after the first paint: both want the interpreter."""
        super().showEvent(event)
        QTimer.singleShot(_PAINT_MS, self, self.patient.want)

    def _show_entry(self, entry: str) -> None:
        """What is supposed is in no record."""
        from medapp.services.what_if import SUPPOSED

        if entry.startswith(SUPPOSED):
            self._session.tell(tr("This is supposed; it is not in the record."))
        else:
            self.entryRequested.emit(entry)

    def _begin(self, option: Option) -> None:
        self.workspace.right.setCurrentWidget(self.workspace.plan)
        self.making.begin(option)

    # ---- asking ---------------------------------------------------------------------------------------
    def ask_decision(self, verdict: str) -> None:
        """Ask why, and for a change what holds instead."""
        plan = self.making.plan
        if plan is not None and self.making.line < len(plan.lines):
            self._ask_why(verdict, self.making.line)

    def _ask_against(self, refused: Refused) -> None:
        """A check forbids what was wanted: it is kept with a reason, or not."""
        self._ask_why(refused.wish.verdict, refused.wish.line, refused.checks)

    def _ask_why(self, verdict: str, line: int, against: tuple[Check, ...] = ()) -> None:
        plan = self.making.plan
        if plan is None:
            return
        identity = plan.id
        dialog = DecideDialog(plan.lines[line], verdict, self, against)

        def decided(dose: str, reason: str) -> None:
            now = self.making.plan
            if now is not None and now.id == identity:
                self.making.decide(verdict, dose=dose, reason=reason, line=line)  # type: ignore[arg-type]

        def stopped(reason: str) -> None:
            now = self.making.plan
            if now is not None and now.id == identity:
                self.making.stop(line, reason)

        dialog.decided.connect(decided)
        dialog.stopped.connect(stopped)
        self._open(dialog)

    def ask_line(self) -> None:
        """Ask for a line of one's own."""
        dialog = AddLineDialog(self)
        dialog.added.connect(self.making.add)
        self._look_up(dialog)
        self._open(dialog)

    def ask_medicine(self) -> None:
        """Ask for a medicine that is supposed to be taken besides."""
        dialog = AddLineDialog(self, actions=("start",))
        dialog.reason.hide()
        dialog.added.connect(lambda _action, name, dose, _why: self.supposing.add_medicine(name, dose))
        self._look_up(dialog)
        self._open(dialog)

    def _look_up(self, dialog: AddLineDialog) -> None:
        """Say what a medicine is recognised as while it is typed; looked up off the GUI thread."""
        desk, background = self.patient.desk, self._session.background
        if desk is None:
            return

        def look(name: str) -> None:
            background.run(lambda: desk.look_up(name), lambda found: show(name, found))

        def show(name: str, found: tuple[bool, tuple[str, ...], tuple[str, ...]]) -> None:
            if self.dialog is dialog:
                is_known, ingredients, near = found
                dialog.show_known(name, words.looked_up(ingredients, near), is_known=is_known)

        dialog.lookedFor.connect(look)

    def ask_result(self) -> None:
        """Ask for a result that is supposed."""
        desk = self.patient.desk
        if desk is not None:
            self._open(ResultDialog(desk.measured, self.supposing.add_result, self))

    def ask_name(self) -> None:
        """Ask who answers for the plan, or say what has to be done first."""
        dialog = SignDialog(self.making.missing, self.making.against, self)
        dialog.signed.connect(self.making.sign)
        self._open(dialog)

    def compare(self) -> None:
        """Show two plans side by side."""
        plan = self.making.plan
        if plan is not None and len(self.making.plans) > 1:
            dialog = CompareDialog(self.making.plans, plan, self)
            dialog.checks.entryRequested.connect(self._show_entry)
            dialog.checks.entryRequested.connect(lambda _: dialog.close())
            self._open(dialog)

    def ask_folder(self) -> None:
        """Ask for a folder and write the plan into it."""
        name = QFileDialog.getExistingDirectory(self.window(), tr("Export the plan into a folder"))
        if name:
            self.exporting.write(Path(name))

    def _open(self, dialog: QDialog) -> None:
        self.dialog = dialog
        dialog.finished.connect(self._closed)
        dialog.open()

    def _closed(self, _: int) -> None:
        self.dialog = None
