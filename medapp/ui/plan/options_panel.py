"""What models propose: the options by rank, a simple model beside them, or why there is nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QSizePolicy, QWidget

from medapp.ui.findings.ask_panel import AskPanel
from medapp.ui.findings.charts import Charts
from medapp.ui.plan.option_card import OptionCard
from medapp.ui.plan.outlook_view import OutlookView
from medapp.ui.plan.parts import scrolling
from medapp.ui.plan.proposal_words import familiarity, made_by
from medapp.ui.shell.widgets import NoticeBox, Section, button, column, empty, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr
from medapp.ui.wording import notice_text

if TYPE_CHECKING:
    from PySide6.QtWidgets import QVBoxLayout

    from medapp.domain.notice import Notice
    from medapp.services.recommending import KeptProposal
    from medapp.ui.plan.model import PlanModel
    from medapp.ui.plan.outlook import OutlookModel
    from medapp.ui.plan.proposing import ProposingModel


class OptionsPanel(QFrame):
    """The middle of the page."""

    entryRequested = Signal(str)
    planRequested = Signal(object)
    cardRequested = Signal(str)

    def __init__(
        self, model: ProposingModel, patient: PlanModel, outlook: OutlookModel, parent: QWidget
    ) -> None:
        """Show `model`'s proposals."""
        super().__init__(parent)
        look = tokens.current()
        self._model, self._patient = model, patient
        self._shown: KeptProposal | None = None
        self._filling = False
        self.cards: list[OptionCard] = []
        self.baseline: OptionCard | None = None
        self.chooser = QComboBox()
        self.chooser.setAccessibleName(tr("Proposal"))
        self.chooser.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.chooser.activated.connect(lambda at: model.choose(self.chooser.itemData(at)))
        self.card = button(tr("Model card"), self._ask_card, name="card-text-outline")
        head = row()
        head.addWidget(text_label(tr("Options"), "heading"))
        head.addWidget(self.chooser, 1)
        head.addWidget(self.card)
        self.said = text_label("", "dim", wrap=True)
        self._list = column(gap=look.gap_small)
        self.charts = Charts()
        self.ask = AskPanel(model)
        body = QWidget()
        inner = column(gap=look.gap_small)
        inner.addWidget(self.said)
        self.outlook = OutlookView(outlook)
        inner.addWidget(self.outlook)
        inner.addLayout(self._list)
        inner.addWidget(self.charts)
        body.setLayout(inner)
        outer = column(gap=look.gap_small)
        outer.setContentsMargins(look.gap_small, look.gap_small, look.gap_small, 0)
        outer.addLayout(head)
        outer.addWidget(scrolling(body), 3)
        outer.addWidget(self.ask, 2)
        self.setLayout(outer)
        self.ask.folded.connect(self._fold_ask)
        model.changed.connect(self.refresh)
        self.refresh()

    def _fold_ask(self, folded: bool) -> None:
        self.ask.setMaximumHeight(self.ask.folded_height if folded else _UNBOUND)

    def _ask_card(self) -> None:
        found = self._model.proposal
        if found is not None:
            self.cardRequested.emit(str(found.report.get("card", "")))

    # ---- showing --------------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Show the proposal as it is now; cards stay where it is the same."""
        model = self._model
        found = model.proposal
        self._show_chooser()
        self.card.setVisible(found is not None)
        if found is None:
            self._say_nothing()
            return
        stale = tr("The record has changed since.") if model.is_stale else ""
        parts = (made_by(found), familiarity(found.result.familiarity), stale)
        self.said.setText(" ".join(part for part in parts if part))
        if found is not self._shown:
            if self._shown is None:
                self.ask.section.fold()
            self._shown = found
            self._fill(found)

    def _show_chooser(self) -> None:
        model = self._model
        self.chooser.clear()
        for one in model.proposals:
            when = one.entry.created[:16].replace("T", " ")
            self.chooser.addItem(f"{when} · {one.entry.title}", one.entry.id)
        if model.proposal is not None:
            self.chooser.setCurrentIndex(max(0, self.chooser.findData(model.proposal.entry.id)))
        self.chooser.setVisible(bool(model.proposals))

    def _say_nothing(self) -> None:
        model = self._model
        self._shown, self.cards, self.baseline = None, [], None
        empty(self._list)
        self.charts.set_charts(())
        if model.loading or self._patient.desk is None:
            said = tr("Reading what was proposed…")
        elif not model.choices:
            said = tr(
                "No plugin of treatment is installed, so that nothing is proposed. The checks work without "
                "one, and a plan of your own can be made at the right."
            )
        elif model.fitting:
            said = tr("Nothing was proposed yet. Ask a model below; what it proposes appears here.")
        else:
            said = tr("No model can be asked about this patient; the reasons stand below.")
        self.said.setText(said)

    def _fill(self, found: KeptProposal) -> None:
        empty(self._list)
        self.cards, self.baseline = [], None
        result = found.result
        for title in self._model.unreadable:
            text = tr("What {title} proposed cannot be read.", title=title)
            self._list.addWidget(NoticeBox(text, "error"))
        self._show_notices(result.notices)
        if result.abstained:
            self._list.addWidget(NoticeBox(tr("No proposal: {reason}", reason=result.abstained), "warning"))
            advice = tr(
                "Where something is missing in the record, add it and ask again, or try it under “What if”. "
                "A plan of your own can be made at the right."
            )
            self._list.addWidget(text_label(advice, "dim", wrap=True))
        for place, option in enumerate(self._model.options, 1):
            self.cards.append(OptionCard(option, f"{place}. {option.title}", unfolded=place == 1))
        if result.baseline is not None:
            title = tr("For comparison, a simple model: {title}", title=result.baseline.title)
            self.baseline = OptionCard(result.baseline, title, is_baseline=True)
        self._place(self._list)
        self.charts.set_charts(result.charts)

    def _show_notices(self, notices: tuple[Notice, ...]) -> None:
        """Warnings in view; what is only to be known below a heading that unfolds."""
        for one in notices:
            if one.severity != "info":
                self._list.addWidget(NoticeBox(notice_text(one), one.severity))
        remarks = [notice_text(one) for one in notices if one.severity == "info"]
        if remarks:
            body = text_label("\n".join(remarks), "dim", wrap=True, selectable=True)
            section = Section(tr("Remarks of the model"), body, open_=False)
            section.set_count(len(remarks))
            self._list.addWidget(section)

    def _place(self, inner: QVBoxLayout) -> None:
        """The simple model stands beside the first option: it is the honest measure of it."""
        shown = [*self.cards[:1], *([self.baseline] if self.baseline else []), *self.cards[1:]]
        for card in shown:
            card.entryRequested.connect(self.entryRequested)
            card.planRequested.connect(self.planRequested)
            inner.addWidget(card)


_UNBOUND = (1 << 24) - 1
"""Qt's own for a widget without a largest size."""
