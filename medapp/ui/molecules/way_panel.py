"""The way to the chosen molecule: its steps as a list, and buttons that go back and forward on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from medapp.ui.plan.parts import TwoLineList, TwoLines
from medapp.ui.shell.widgets import column, icon_button, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.ui.molecules.way import WayModel

_MOST = 3
"""Steps that are in view at once."""


class WayPanel(QWidget):
    """Hidden where there is no way; a click or the arrow keys look at a step."""

    def __init__(self, way: WayModel) -> None:
        """Show `way`."""
        super().__init__()
        look = tokens.current()
        self.way = way
        self.said = text_label("", "faint")
        self.back = icon_button("chevron-left", tr("Back on the way (B)"), lambda: way.walk(-1))
        self.forward = icon_button("chevron-right", tr("Forward on the way (F)"), lambda: way.walk(1))
        self.list = TwoLineList(tr("The way to it"))
        self.list.setToolTip(tr("A click or the arrow keys look at a step"))
        self.list.selectionModel().currentChanged.connect(lambda index, _: self._choose(index.row()))
        head = row(gap=look.gap_small)
        head.addWidget(text_label(tr("The way to it"), "section"))
        head.addWidget(self.said, 1)
        head.addWidget(self.back)
        head.addWidget(self.forward)
        inner = column(gap=look.gap_tiny)
        inner.addLayout(head)
        inner.addWidget(self.list)
        self.setLayout(inner)
        way.changed.connect(self.refresh)
        self.refresh()

    def _choose(self, step: int) -> None:
        if step >= 0:
            self.way.choose(step)

    def refresh(self) -> None:
        """Show the way, and mark the step that is looked at."""
        way = self.way
        self.setVisible(bool(way.steps))
        self.said.setText(way.said)
        self.back.setEnabled(way.can_walk(-1))
        self.forward.setEnabled(way.can_walk(1))
        self._fill()

    def _fill(self) -> None:
        way, view = self.way, self.list
        view.set_lines([TwoLines(*way.text(step), str(at)) for step, at in enumerate(way.steps)])
        if not way.steps:
            return
        view.setFixedHeight(min(len(way.steps), _MOST) * view.sizeHintForRow(0) + tokens.current().gap_tiny)
        if view.currentIndex().row() != way.at:
            view.setCurrentIndex(view.model().index(way.at, 0))
