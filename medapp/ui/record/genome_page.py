"""The tab of the genome: genes that act on medicines, and the variants below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QWidget

from medapp.ui.record.table_page import TablePage
from medapp.ui.shell.widgets import column
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.ui.record.tables import Row, Table

_SHARES = (220, 140)


class GenomePage(QWidget):
    """Both tables; what is selected is shown beside by the workspace."""

    rowSelected = Signal(object)

    def __init__(self) -> None:
        """Start without a genome."""
        super().__init__()
        self.genes = TablePage(
            tr("Genes"), tr("No gene calls. Import a VCF of this patient; what is not called is unknown.")
        )
        self.variants = TablePage(tr("Variants"), tr("No variants were kept for this patient."))
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.addWidget(self.genes)
        parts.addWidget(self.variants)
        parts.setSizes(_SHARES)
        outer = column(gap=0)
        outer.addWidget(parts)
        self.setLayout(outer)
        self.genes.rowSelected.connect(self._chosen)
        self.variants.rowSelected.connect(self._chosen)

    def set_tables(self, genes: Table, variants: Table) -> None:
        """Show these."""
        self.genes.set_table(genes)
        self.variants.set_table(variants)

    def _chosen(self, found: Row) -> None:
        self.rowSelected.emit(found)
