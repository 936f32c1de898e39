"""The graph of metabolites of the chosen molecule, with what to do where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedWidget, QWidget

from medapp.ui.molecules.pathway_view import PathwayView
from medapp.ui.shell.widgets import column, icon_button, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from medapp.ui.molecules.detail import DetailModel
    from medapp.ui.molecules.drawing import DrawingModel

_STEP = 1.2


class PathwayPanel(QWidget):
    """One of the tabs in the middle; it is drawn when somebody looks."""

    def __init__(self, detail: DetailModel, drawings: DrawingModel) -> None:
        """Show `detail`."""
        super().__init__()
        look = tokens.current()
        self._detail = detail
        self.said = text_label("", "dim", wrap=True)
        self.graph = PathwayView(drawings)
        self.nothing = text_label(
            tr("Nothing is known of its metabolism yet. Run Metabolism at the left."), "dim", wrap=True
        )
        head = row(gap=look.gap_small)
        head.setContentsMargins(look.gap, look.gap_tiny, look.gap_small, look.gap_tiny)
        head.addWidget(self.said, 1)
        head.addWidget(
            icon_button("magnify-minus-outline", tr("Smaller"), lambda: self.graph.zoom(1 / _STEP))
        )
        head.addWidget(icon_button("magnify-plus-outline", tr("Larger"), lambda: self.graph.zoom(_STEP)))
        head.addWidget(icon_button("fit-to-page-outline", tr("All of it"), self.graph.fit))
        whole = QWidget()
        inner = column(gap=0)
        inner.addLayout(head)
        inner.addWidget(self.graph, 1)
        whole.setLayout(inner)
        empty = QWidget()
        inner = column(margin=look.gap_large, gap=look.gap)
        inner.addWidget(self.nothing)
        inner.addStretch(1)
        empty.setLayout(inner)
        self.pages = QStackedWidget()
        self.pages.addWidget(empty)
        self.pages.addWidget(whole)
        outer = column(gap=0)
        outer.addWidget(self.pages)
        self.setLayout(outer)
        detail.rowChanged.connect(self.refresh)

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what was chosen while nobody looked."""
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Show the molecule as it is known now."""
        if not self.isVisible():
            return
        found = self._detail.row
        metabolites = () if found is None else found.metabolites
        self.pages.setCurrentIndex(1 if metabolites else 0)
        self.graph.show_metabolites("" if found is None else found.smiles, metabolites)
        shown = max(0, len(self.graph.boxes) - 1)
        parts = [tr("Enzyme and score on each line; a click draws the structure.")]
        if shown < len(metabolites):
            parts.insert(0, tr("The {shown} likeliest of {count}.", shown=shown, count=len(metabolites)))
        if any(one.note for one in metabolites):
            parts.append(tr("What is known of the patient changes the coloured ones."))
        self.said.setText(" ".join(parts))
