"""The plan that is being made: its lines, decisions on them, and what the checks say of what results."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QMenu, QSizePolicy, QWidget

from medapp.services.plan_checking import checks_of_lines
from medapp.ui.findings.flow import Flow
from medapp.ui.plan import words
from medapp.ui.plan.check_list import CheckList
from medapp.ui.plan.checks import marked, ordered
from medapp.ui.plan.line_row import LineRow
from medapp.ui.plan.parts import scrolling
from medapp.ui.shell.banner import not_for_diagnosis
from medapp.ui.shell.widgets import ElidedLabel, NoticeBox, Section, button, column, empty, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QPushButton, QVBoxLayout

    from medapp.domain.plan import Plan
    from medapp.domain.recommendation import Change, Check, LineDecision, Verdict
    from medapp.ui.plan.making import MakingModel


class PlanPanel(QFrame):
    """The right side of the page; asks for dialogs by signals."""

    entryRequested = Signal(str)
    decisionRequested = Signal(str)
    """``changed`` or ``rejected``: it is asked for a reason first."""
    lineRequested = Signal()
    compareRequested = Signal()
    exportRequested = Signal()
    signRequested = Signal()

    def __init__(self, model: MakingModel) -> None:
        """Show the plan that is open in `model`."""
        super().__init__()
        look = tokens.current()
        self._model = model
        self._shown: tuple[object, ...] = ()
        self.rows: list[LineRow] = []
        self._made: list[_Line] = []
        self.chooser = QComboBox()
        self.chooser.setAccessibleName(tr("Plan"))
        self.chooser.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.chooser.activated.connect(lambda at: model.open(self.chooser.itemData(at)))
        self.status = text_label("", "dim", wrap=True)
        self.focus = ElidedLabel("", "dim")
        self._notices = column(gap=look.gap_small)
        self._lines = column(gap=0)
        self.changes = CheckList()
        self.changes.entryRequested.connect(self.entryRequested)
        self.changed_section = Section(tr("What the checks say differently then"), self.changes)
        outer = column(gap=look.gap_small)
        outer.setContentsMargins(look.gap_small, look.gap_small, look.gap_small, 0)
        outer.addLayout(self._head())
        outer.addWidget(self.tools)
        outer.addWidget(self.status)
        outer.addWidget(self.focus)
        outer.addLayout(self._notices)
        self.area = scrolling(self._body())
        outer.addWidget(self.area, 1)
        outer.addWidget(self._foot())
        outer.addWidget(text_label(not_for_diagnosis(), "faint"))
        self.setLayout(outer)
        model.changed.connect(self.refresh)
        model.lineChanged.connect(self.show_line)
        self.refresh()

    # ---- parts ----------------------------------------------------------------------------------------
    def _head(self) -> QVBoxLayout:
        model = self._model
        self.begin = button(tr("New…"), self._offer, name="clipboard-plus-outline")
        self.anew = button(tr("Make a new one from this"), model.anew, name="content-copy")
        self.compare = button(tr("Compare…"), self.compareRequested.emit, name="compare-horizontal")
        self.export = button(tr("Export…"), self.exportRequested.emit, name="export-variant")
        self.export.setToolTip(tr("PDF and FHIR into a folder; the FHIR file can be imported again"))
        self.sign = button(tr("Sign…"), self.signRequested.emit, name="draw-pen")
        self.tools = Flow(self.begin, self.compare, self.export, self.sign, self.anew)
        line = row()
        line.addWidget(text_label(tr("Plan"), "heading"))
        line.addWidget(self.chooser, 1)
        head = column()
        head.addLayout(line)
        return head

    def _offer(self) -> None:
        """What a plan can be begun from without a model."""
        menu = QMenu(self)
        menu.addAction(tr("Review the current medicines"), self._model.begin_review)
        menu.addAction(tr("Without lines"), self._model.begin_own)
        menu.popup(self.begin.mapToGlobal(QPoint(0, self.begin.height())))

    def _body(self) -> QWidget:
        body = QWidget()
        inner = column(gap=tokens.current().gap_small)
        self.nothing = text_label("", "dim", wrap=True)
        inner.addWidget(self.nothing)
        self.review = button(tr("Review the current medicines"), self._model.begin_review)
        self.blank = button(tr("Begin without lines"), self._model.begin_own)
        self.ways = Flow(self.review, self.blank)
        inner.addWidget(self.ways)
        inner.addLayout(self._lines)
        self.add = button(tr("Add a line…"), self.lineRequested.emit, name="plus")
        self.drop = button(tr("Take out"), lambda: self._model.drop(self._model.line), name="minus")
        line = row()
        line.addWidget(self.add)
        line.addWidget(self.drop)
        line.addStretch()
        inner.addLayout(line)
        inner.addWidget(self.changed_section)
        body.setLayout(inner)
        return body

    def _foot(self) -> QWidget:
        model = self._model
        self.accept = button(tr("Accept"), partial(self._decide, "accepted"), name="check", primary=True)
        self.change = button(tr("Change…"), partial(self._decide, "changed"), name="pencil-outline")
        self.reject = button(tr("Reject…"), partial(self._decide, "rejected"), name="close")
        self.undo = button(tr("Take back"), model.take_back, name="undo")
        keys = ((self.accept, "A"), (self.change, "C"), (self.reject, "R"), (self.undo, "U"))
        for one, key in keys:
            one.setToolTip(tr("{title} (key {key})", title=one.accessibleName(), key=key))
        self.deciding = Flow(self.accept, self.change, self.reject, self.undo)
        return self.deciding

    def _decide(self, verdict: Verdict) -> None:
        if verdict == "accepted":
            self._model.decide("accepted")
        else:
            self.decisionRequested.emit(verdict)

    # ---- showing --------------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Show the plan as it is now."""
        model, plan = self._model, self._model.plan
        self._show_chooser(plan)
        self.status.setText(words.plan_status(plan) if plan is not None else "")
        self.status.setVisible(plan is not None)
        said = "; ".join(one.text for one in plan.focus) if plan is not None else ""
        self.focus.set_full_text(tr("For: {problems}", problems=said) if said else "")
        self.focus.setVisible(bool(said))
        self._show_buttons(plan)
        self._show_missing(plan)
        self.nothing.setText(self._nothing(plan))
        self.nothing.setVisible(bool(self.nothing.text()))
        seen = (plan, model.loaded)
        if seen != self._shown:
            self._shown = seen
            self._show_lines(plan)
        changes = marked(model.difference)
        self.changes.set_checks(changes)
        self.changed_section.setVisible(bool(changes))
        self.changed_section.set_count(len(changes))

    def _show_chooser(self, plan: Plan | None) -> None:
        self.chooser.clear()
        for one in self._model.plans:
            self.chooser.addItem(words.plan_title(one), one.id)
        if plan is not None:
            self.chooser.setCurrentIndex(max(0, self.chooser.findData(plan.id)))
        self.chooser.setVisible(plan is not None)

    def _show_buttons(self, plan: Plan | None) -> None:
        model = self._model
        is_open, signed = model.is_open, plan is not None and plan.signature is not None
        self.ways.setVisible(plan is None and model.loaded)
        shown: tuple[tuple[QPushButton, bool], ...] = (
            (self.begin, plan is not None),
            (self.anew, signed),
            (self.compare, len(model.plans) > 1),
            (self.export, plan is not None),
            (self.sign, plan is not None),
            (self.add, is_open),
        )
        for one, visible in shown:
            one.setVisible(visible)
        self.sign.setEnabled(is_open)  # it keeps its place: no other button comes under the pointer
        self.tools.setVisible(plan is not None)
        self.deciding.setVisible(is_open and bool(plan and plan.lines))
        self.show_line()

    def _show_missing(self, plan: Plan | None) -> None:
        empty(self._notices)
        decided = plan is not None and plan.lines and len(plan.decisions) == len(plan.lines)
        if decided and self._model.missing:
            text = tr("Before it can be signed: {what}.", what="; ".join(self._model.missing))
            self._notices.addWidget(NoticeBox(text, "info"))

    def _show_lines(self, plan: Plan | None) -> None:
        """Rows are made anew only where something of them has changed."""
        wanted = _lines_of(plan) if plan is not None else []
        if len(wanted) != len(self._made):
            empty(self._lines)
            self.rows, self._made = [], []
        for line, seen in enumerate(wanted):
            if line < len(self._made) and self._made[line] == seen:
                continue
            assert plan is not None  # noqa: S101 - it has lines
            self._place(line, LineRow(plan, line, seen[2]))
        self._made = wanted
        self.show_line()

    def _place(self, line: int, found: LineRow) -> None:
        found.chosen.connect(self._choose)
        if line < len(self.rows):
            self._lines.replaceWidget(self.rows[line], found)
            self.rows[line].hide()
            self.rows[line].deleteLater()
            self.rows[line] = found
        else:
            self.rows.append(found)
            self._lines.addWidget(found)

    def _choose(self, line: int) -> None:
        self.area.setFocus()
        self._model.choose_line(line)

    def _nothing(self, plan: Plan | None) -> str:
        if plan is None:
            return (
                tr(
                    "No plan yet. Make one of an option, review what is taken now line by line, or begin "
                    "without lines and add your own."
                )
                if self._model.loaded
                else ""
            )
        if not plan.lines:
            return tr("No line yet. Add a medicine to start, change, continue or stop.")
        return tr("Checking and keeping…") if self._model.busy else ""

    def show_line(self) -> None:
        """Mark the line in focus and bring it into view."""
        model, plan = self._model, self._model.plan
        for one in self.rows:
            one.set_chosen(one.line == model.line)
        decided = plan is not None and plan.decision(model.line) is not None
        self.undo.setEnabled(decided and model.is_open)
        lines = plan.lines if plan is not None else ()
        stops = model.line < len(lines) and lines[model.line].action == "stop"
        self.change.setEnabled(not stops)  # what is stopped has no dose
        self.drop.setVisible(model.is_own(model.line) and bool(self.rows))
        if 0 <= model.line < len(self.rows) and self.isVisible():
            self.area.ensureWidgetVisible(self.rows[model.line], 0, tokens.current().gap_huge)


_Line = tuple["Change", "LineDecision | None", "tuple[Check, ...]", bool]
"""All that a row shows: the line, the decision, the checks, and whether a person added it."""


def _lines_of(plan: Plan) -> list[_Line]:
    checks = checks_of_lines(plan, plan.all_checks)
    own = len(plan.option.changes)
    return [
        (change, plan.decision(line), ordered(checks[line]), line >= own)
        for line, change in enumerate(plan.lines)
    ]
