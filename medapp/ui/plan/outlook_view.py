"""Predicted shares with their intervals: of an option, of the patient as they are, and as is supposed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from medapp.domain.finding import Finding
from medapp.ui.findings.charts import Charts
from medapp.ui.findings.probability import ProbabilityBar
from medapp.ui.findings.words import percent
from medapp.ui.plan import words
from medapp.ui.shell.widgets import Section, button, column, empty, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QVBoxLayout

    from medapp.domain.recommendation import Estimate
    from medapp.ui.plan.outlook import OutlookModel


def add_estimate(inner: QVBoxLayout, one: Estimate) -> None:
    """In words, drawn, and with the model that says so."""
    inner.addWidget(text_label(words.estimate(one), wrap=True, selectable=True))
    bar = ProbabilityBar()
    bar.set_finding(
        Finding(one.outcome, one.outcome, "risk", probability=one.probability, low=one.low, high=one.high)
    )
    inner.addWidget(bar)
    inner.addWidget(text_label(words.source(one.citation), "faint", wrap=True, selectable=True))


def compared(now: Estimate, then: Estimate) -> str:
    """One share as it is and as it would be."""
    return tr(
        "{outcome}: now {now} ({low} to {high}), then {then} ({low2} to {high2})",
        outcome=words.outcome(then),
        now=percent(now.probability),
        low=percent(now.low),
        high=percent(now.high),
        then=percent(then.probability),
        low2=percent(then.low),
        high2=percent(then.high),
    )


class OutlookView(QWidget):
    """What may come for the patient as they are."""

    def __init__(self, model: OutlookModel) -> None:
        """Show `model`."""
        super().__init__()
        self._model = model
        self._body = QWidget()
        self._inner = column(gap=tokens.current().gap_tiny)
        self.charts = Charts()
        around = column(gap=tokens.current().gap_small)
        around.addLayout(self._inner)
        around.addWidget(self.charts)
        self._body.setLayout(around)
        self.section = Section(tr("What may come"), self._body, open_=False)
        outer = column(gap=0)
        outer.addWidget(self.section)
        self.setLayout(outer)
        model.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show what is known now."""
        model, inner = self._model, self._inner
        empty(inner)
        self.charts.set_charts(model.charts)
        if model.now is not None:
            for one in model.now.estimates:
                add_estimate(inner, one)
            said = [tr("No estimate: {reason}", reason=model.now.abstained)] if model.now.abstained else []
            for text in (*said, *model.now.remarks):
                inner.addWidget(text_label(text, "dim", wrap=True, selectable=True))
            return
        if model.busy:
            inner.addWidget(text_label(tr("Estimating…"), "dim"))
            return
        explained = tr(
            "A survival model estimates the risk of death of the patient as the record shows them."
        )
        inner.addWidget(text_label(model.failed or explained, "dim", wrap=True))
        self.ask = button(tr("Estimate"), model.ask, name="chart-bell-curve")
        inner.addWidget(self.ask)
