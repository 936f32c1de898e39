"""The tab of the genome: genes that act on medicines, the variants below, and what other sources report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QSplitter, QStackedLayout, QWidget

from medapp.ui.record.empty_page import nothing_page
from medapp.ui.record.table_page import TablePage
from medapp.ui.record.tables import Table
from medapp.ui.shell.widgets import ElidedLabel, column, row
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp.ui.record.genome import GenomeView

_SHARES = (200, 140, 120)
_LINE = 14 * tokens.GRID
_WHATEVER = 16_777_215
"""Qt's QWIDGETSIZE_MAX: no limit."""


class GenomePage(QWidget):
    """All tables; what is selected is shown beside by the workspace."""

    rowSelected = Signal(object)
    importRequested = Signal()

    def __init__(self) -> None:
        """Start without a genome."""
        super().__init__()
        self.genome: GenomeView | None = None
        self._genomes: tuple[GenomeView, ...] = ()
        self.title = ElidedLabel("", "dim")
        self.choice = QComboBox()
        self.choice.setAccessibleName(tr("Genome"))
        self.genes = TablePage(tr("Genes"), tr("No gene was called."), headed=True)
        self.variants = TablePage(
            tr("Variants"),
            tr("At the places that were looked at, nothing differs from the reference or was left uncalled."),
            headed=True,
        )
        self.reported = TablePage(tr("Reported variants"), "", headed=True)
        self._lay_out()
        for page in (self.genes, self.variants, self.reported):
            page.rowSelected.connect(self.rowSelected)
        self.choice.currentIndexChanged.connect(self._choose)

    def set_genomes(self, genomes: Sequence[GenomeView], reported: Table) -> None:
        """Show the latest of these, and what the record reports."""
        self._genomes = tuple(genomes)
        self.choice.blockSignals(True)
        self.choice.clear()
        self.choice.addItems([one.title for one in genomes])
        self.choice.blockSignals(False)
        self.choice.setVisible(len(genomes) > 1)
        self.title.setVisible(len(genomes) == 1)
        self._head.setVisible(bool(genomes) and bool(genomes[0].title))
        self.reported.set_table(reported)
        for page, shown in (
            (self.genes, bool(genomes)), (self.variants, bool(genomes)), (self.reported, bool(reported.rows)),
        ):  # fmt: skip
            page.setVisible(shown)
        self._stack.setCurrentIndex(0 if genomes or reported.rows else 1)
        self._choose(0)

    @property
    def count(self) -> int:
        """Genes, variants and what is reported, of the genome in view."""
        return sum(page.model.total for page in (self.genes, self.variants, self.reported))

    def _choose(self, at: int) -> None:
        self.genome = self._genomes[at] if 0 <= at < len(self._genomes) else None
        nothing = Table(())
        self.title.set_full_text(self.genome.title if self.genome else "")
        self.genes.set_table(self.genome.genes if self.genome else nothing)
        self.variants.set_table(self.genome.variants if self.genome else nothing)
        # What is said of no variants needs no more than its line.
        has_variants = bool(self.genome and self.genome.variants.rows)
        self.variants.setMaximumHeight(_WHATEVER if has_variants else _LINE)

    def _lay_out(self) -> None:
        look = tokens.current()
        line = row()
        line.setContentsMargins(look.gap, look.gap_tiny, look.gap, 0)
        line.addWidget(self.title, 1)
        line.addWidget(self.choice, 1)
        self._head = QWidget()
        self._head.setLayout(line)
        parts = QSplitter(Qt.Orientation.Vertical)
        for page in (self.genes, self.variants, self.reported):
            parts.addWidget(page)
        parts.setSizes(_SHARES)
        full = QWidget()
        inner = column(gap=0)
        inner.addWidget(self._head)
        inner.addWidget(parts, 1)
        full.setLayout(inner)
        told = tr(
            "No genome of this patient. Import a VCF and say whose it is; what is not called is unknown."
        )
        self._stack = QStackedLayout(self)
        self._stack.addWidget(full)
        self._stack.addWidget(nothing_page(told, self.importRequested.emit))
