"""Harm that the chosen molecule and its metabolites may do; a click marks the atoms that drive it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QPushButton, QSizePolicy, QWidget

from medapp.ui.molecules.words import alert_text, is_strange, unlearned
from medapp.ui.plan.parts import TwoLineList, TwoLines
from medapp.ui.shell.widgets import NoticeBox, column, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.domain.molecule import Alert
    from medapp.ui.molecules.detail import DetailModel


def ordered(alerts: tuple[Alert, ...], group: str, *, unusual_first: bool = True) -> list[Alert]:
    """Alerts of a group, the likeliest first; before them, where wanted, those above what is usual.

    Those are the ones whose atoms are told; what is hardly better than chance is not among them.
    """
    found = [one for one in alerts if one.probability is not None and (not group or group_of(one) == group)]
    return sorted(
        found,
        key=lambda one: (unusual_first and (not one.atoms or bool(one.note)), -(one.probability or 0.0)),
    )


def group_of(alert: Alert) -> str:
    """What the title begins with: Adverse reactions, Assay, hERG ..."""
    return alert.title.partition(":")[0].strip()


class HarmPanel(QWidget):
    """One of the tabs beside the drawing."""

    def __init__(self, detail: DetailModel) -> None:
        """Show `detail`."""
        super().__init__()
        look = tokens.current()
        self._detail = detail
        self._alerts: list[Alert] = []
        self.said = text_label("", "dim", wrap=True)
        self.unlearned = NoticeBox(unlearned(), "warning")
        self.near = text_label(
            tr("Probability; nearest: similarity to the closest molecule learned; below 0.3 unlike."),
            "faint", wrap=True,
        )  # fmt: skip
        self.groups = QComboBox()
        self.groups.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.groups.setAccessibleName(tr("Kind of harm"))
        self.groups.activated.connect(lambda _: self._fill())
        self.unusual = QPushButton(tr("Above usual first"))
        self.unusual.setObjectName("chip")
        self.unusual.setCheckable(True)
        self.unusual.setChecked(True)
        self.unusual.setToolTip(tr("Else the likeliest first, whether or not that is usual for a medicine"))
        self.unusual.toggled.connect(lambda _: self._fill())
        self.list = TwoLineList(tr("Harm"))
        self.list.selectionModel().currentChanged.connect(lambda *_: self._chosen())
        self.list.clicked.connect(lambda _: self._chosen())
        inner = column(gap=look.gap_small)
        inner.setContentsMargins(look.gap_small, look.gap_small, look.gap_small, 0)
        for part in (self.said, self.unlearned, self.near):
            inner.addWidget(part)
        line = row(gap=look.gap_small)
        line.addWidget(self.groups, 1)
        line.addWidget(self.unusual)
        inner.addLayout(line)
        inner.addWidget(self.list, 1)
        self.setLayout(inner)
        detail.rowChanged.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the molecule as it is known now."""
        found = self._detail.row
        alerts = () if found is None else found.alerts
        groups = list(dict.fromkeys(group_of(one) for one in alerts if one.probability is not None))
        has = bool(groups)
        self.said.setText("" if has else tr("Nothing is known of its harm yet. Run Harm at the left."))
        self.said.setVisible(not has)
        self.unlearned.setVisible(has)
        self.near.setVisible(has)
        self.groups.setVisible(has)
        self.unusual.setVisible(has)
        wanted = self.groups.currentData()
        self.groups.clear()
        self.groups.addItem(tr("All"), "")
        for group in groups:
            self.groups.addItem(group, group)
        self.groups.setCurrentIndex(max(0, self.groups.findData(wanted)))
        self._fill()

    def _fill(self) -> None:
        found = self._detail.row
        self._alerts = ordered(
            () if found is None else found.alerts,
            self.groups.currentData() or "",
            unusual_first=self.unusual.isChecked(),
        )
        self.list.set_lines([self._line(n, one) for n, one in enumerate(self._alerts)])

    @staticmethod
    def _line(number: int, alert: Alert) -> TwoLines:
        title = tr("{title}, of a metabolite", title=alert.title) if alert.of else alert.title
        # What is no better than chance is a reason to look at nothing, however high it is.
        look = "dim" if alert.note or is_strange(alert.nearest) else "warning" if alert.atoms else ""
        return TwoLines(title, alert_text(alert), str(number), look)

    def _chosen(self) -> None:
        line = self.list.current
        if line is not None and int(line.key) < len(self._alerts):
            self._detail.show_alert(self._alerts[int(line.key)])
