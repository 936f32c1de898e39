"""The Plan workspace: checks and medicines at the left, options in the middle, the plan at the right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QStackedWidget, QTabWidget, QWidget

from medapp.ui.plan.checks_panel import ChecksPanel
from medapp.ui.plan.options_panel import OptionsPanel
from medapp.ui.plan.patient_lists import PatientLists
from medapp.ui.plan.plan_panel import PlanPanel
from medapp.ui.plan.supposing_panel import SupposingPanel
from medapp.ui.record.empty_page import EmptyPage
from medapp.ui.shell.widgets import ElidedLabel, column
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QShowEvent
    from PySide6.QtWidgets import QPushButton

    from medapp.ui.plan.making import MakingModel
    from medapp.ui.plan.model import PlanModel
    from medapp.ui.plan.outlook import OutlookModel
    from medapp.ui.plan.proposing import ProposingModel
    from medapp.ui.plan.reranking import RerankingModel
    from medapp.ui.plan.supposing import SupposingModel

_SHARES = (0.32, 0.33, 0.35)
"""Of the width: what is known, what is proposed, what is decided."""
_LEAST = 80 * tokens.GRID
_LISTS = 0.4
"""Of the height at the left."""


@dataclass(frozen=True)
class Models:
    """What the page shows, put together for one window."""

    patient: PlanModel
    proposing: ProposingModel
    making: MakingModel
    supposing: SupposingModel
    reranking: RerankingModel
    outlook: OutlookModel


class PlanWorkspace(QWidget):
    """Draws the models; asks for entries, dialogs and files by signals."""

    entryRequested = Signal(str)
    importRequested = Signal()
    resultRequested = Signal()
    """A result shall be supposed."""
    medicineRequested = Signal()
    """A medicine shall be supposed to be taken besides."""

    def __init__(self, models: Models, parent: QWidget) -> None:
        """Show `models` in `parent`, which is a part of the window already.

        The frame is made from the outside to the inside: Qt looks at every widget anew, rule by rule,
        each time that something above it gets another parent.
        """
        super().__init__(parent)
        self._models = models
        self._is_placed = False
        self.pages = QStackedWidget(self)
        outer = column(gap=0)
        outer.addWidget(self.pages, 1)
        self.setLayout(outer)
        self._lay_out()
        self.empty = EmptyPage(self.importRequested.emit)
        self.pages.addWidget(self.empty)
        self.checks = ChecksPanel(models.patient, self.left)
        self.lists = PatientLists(models.patient, self.left)
        self.options = OptionsPanel(models.proposing, models.patient, models.outlook, self.splitter)
        self.plan = PlanPanel(models.making)
        self._supposing: SupposingPanel | None = None
        self._fill()
        self._connect()
        self.refresh()

    # ---- parts ----------------------------------------------------------------------------------------
    def _lay_out(self) -> None:
        look = tokens.current()
        page = QWidget(self.pages)
        self.pages.addWidget(page)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, page)
        self.splitter.setChildrenCollapsible(False)
        self.left = QSplitter(Qt.Orientation.Vertical, self.splitter)
        self.left.setChildrenCollapsible(False)
        self.hint = ElidedLabel(
            tr("A accepts · C changes · R rejects · U takes back · N next line · P previous line"), "faint"
        )
        foot = column(gap=0)
        foot.setContentsMargins(look.gap, look.gap_tiny, look.gap, look.gap_tiny)
        foot.addWidget(self.hint)
        inner = column(gap=0)
        inner.addWidget(self.splitter, 1)
        inner.addLayout(foot)
        page.setLayout(inner)

    def _fill(self) -> None:
        self.left.addWidget(self.checks)
        self.left.addWidget(self.lists)
        self.splitter.addWidget(self.options)
        self.right = QTabWidget(self.splitter)
        self.right.addTab(self.plan, tr("Plan"))
        self._what_if = QWidget()
        self._what_if.setLayout(column(gap=0))
        self.right.addTab(self._what_if, tr("What if"))
        self.right.currentChanged.connect(lambda at: self.supposing if at else None)
        for part in (self.left, self.options, self.right):
            part.setMinimumWidth(_LEAST)

    @property
    def supposing(self) -> SupposingPanel:
        """What if; made when it is first looked at."""
        if self._supposing is None:
            models = self._models
            found = SupposingPanel(models.supposing, models.patient, models.reranking, models.outlook)
            found.entryRequested.connect(self.entryRequested)
            found.resultRequested.connect(self.resultRequested)
            found.medicineRequested.connect(self.medicineRequested)
            layout = self._what_if.layout()
            assert layout is not None  # noqa: S101 - it was given one
            layout.addWidget(found)
            self._supposing = found
        return self._supposing

    def show_supposing(self) -> None:
        """Go to what if."""
        self.right.setCurrentWidget(self._what_if)

    def showEvent(self, event: QShowEvent) -> None:
        """Share the room when it is known how much there is; from then on the user does."""
        super().showEvent(event)
        if not self._is_placed:
            self._is_placed = True
            self.splitter.setSizes([round(self.width() * share) for share in _SHARES])
            height = max(self.height(), 1)
            self.left.setSizes([round(height * (1 - _LISTS)), round(height * _LISTS)])
        # Its keys are heard where the focus is: whoever comes to the page need not click into it first.
        self.plan.area.setFocus()

    def _connect(self) -> None:
        models, plan = self._models, self.plan
        models.patient.changed.connect(self.refresh)
        for part in (self.checks, self.lists, self.options, plan):
            part.entryRequested.connect(self.entryRequested)
        keys: tuple[tuple[str, Callable[[], object]], ...] = (
            ("A", lambda: _press(plan.accept)),
            ("C", lambda: _press(plan.change)),
            ("R", lambda: _press(plan.reject)),
            ("U", lambda: _press(plan.undo)),
            ("N", lambda: models.making.choose_next(1)),
            ("P", lambda: models.making.choose_next(-1)),
        )
        for key, act in keys:
            shortcut = QShortcut(QKeySequence(key), self, act)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    # ---- showing --------------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Show the page, or why there is nothing to show on it."""
        model = self._models.patient
        if model.desk is not None and model.desk.known.record is None:
            self.empty.say(
                tr("No record of this patient"),
                tr(
                    "Medicines, problems and allergies come from the record. Import one (FHIR, HL7 v2, "
                    "C-CDA, OMOP or tables), then what is taken is checked here."
                ),
                can_import=True,
            )
            self.pages.setCurrentWidget(self.empty)
        elif model.failed and model.desk is None:
            self.empty.say(tr("Medicines and checks cannot be read"), model.failed, can_import=False)
            self.pages.setCurrentWidget(self.empty)
        else:
            self.pages.setCurrentIndex(0)


def _press(one: QPushButton) -> None:
    """A key does what its button does, where that can be pressed."""
    if one.isVisible() and one.isEnabled():
        one.click()
