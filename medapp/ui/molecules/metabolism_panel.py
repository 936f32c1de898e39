"""Where enzymes change the chosen molecule, into what, and what of the patient changes that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from medapp.ui.molecules.words import metabolite_text
from medapp.ui.plan.parts import TwoLineList, TwoLines
from medapp.ui.shell.widgets import NoticeBox, column, empty, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp.domain.molecule import Metabolite
    from medapp.ui.molecules.detail import DetailModel


class MetabolismPanel(QWidget):
    """One of the tabs beside the drawing."""

    def __init__(self, detail: DetailModel) -> None:
        """Show `detail`."""
        super().__init__()
        look = tokens.current()
        self._detail = detail
        self.isoforms = QComboBox()
        self.isoforms.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.isoforms.setAccessibleName(tr("Enzyme whose sites are marked"))
        self.isoforms.activated.connect(lambda at: self.show_isoform(self.isoforms.itemData(at)))
        self.said = text_label("", "dim", wrap=True)
        self.sites = text_label("", "", wrap=True, selectable=True)
        self._notices = column(gap=look.gap_tiny)
        self.list = TwoLineList(tr("Metabolites"))
        self.list.selectionModel().currentChanged.connect(lambda *_: self._list_chosen())
        self.list.clicked.connect(lambda _: self._list_chosen())
        self.head = text_label(tr("Metabolites"), "section")
        head = row(gap=look.gap_small)
        head.addWidget(text_label(tr("Mark the sites of"), "dim"))
        head.addWidget(self.isoforms, 1)
        inner = column(gap=look.gap_small)
        inner.setContentsMargins(look.gap_small, look.gap_small, look.gap_small, 0)
        inner.addWidget(self.said)
        inner.addLayout(head)
        inner.addWidget(self.sites)
        inner.addLayout(self._notices)
        inner.addWidget(self.head)
        inner.addWidget(self.list, 1)
        self.setLayout(inner)
        detail.rowChanged.connect(self.refresh)
        detail.marksChanged.connect(self._follow_marks)
        self.refresh()

    def set_notices(self, texts: Sequence[tuple[str, str]]) -> None:
        """Say what the run told: severity and text."""
        empty(self._notices)
        for severity, text in texts:
            is_warning = severity == "warning"
            self._notices.addWidget(NoticeBox(text) if is_warning else text_label(text, "faint", wrap=True))

    def refresh(self) -> None:
        """Show the molecule as it is known now."""
        row_ = self._detail.row
        sites = () if row_ is None else row_.sites
        metabolites = () if row_ is None else row_.metabolites
        self.said.setText(
            ""
            if sites or metabolites
            else tr("Nothing is known of its metabolism yet. Run Metabolism at the left.")
        )
        self.said.setVisible(not (sites or metabolites))
        self._fill_isoforms()
        self.list.set_lines(
            [
                TwoLines(metabolite_text(one), _more(one), str(n), "warning" if one.note else "")
                for n, one in enumerate(metabolites)
            ]
        )
        count = len(metabolites)
        self.head.setText(tr("Metabolites  {count}", count=count) if count else tr("Metabolites"))

    def _fill_isoforms(self) -> None:
        known, wanted = self._detail.isoforms, self._detail.isoform
        self.isoforms.clear()
        self.isoforms.addItem(tr("no enzyme"), "")
        for isoform in known:
            self.isoforms.addItem(f"CYP{isoform}", isoform)
        self.isoforms.setEnabled(bool(known))
        self.isoforms.setCurrentIndex(max(0, self.isoforms.findData(wanted)))
        self._say_sites(wanted if wanted in known else "")

    def show_isoform(self, isoform: str) -> None:
        """Mark the sites of an enzyme on the drawing, and list them."""
        self._detail.show_sites(isoform)
        self.isoforms.setCurrentIndex(max(0, self.isoforms.findData(isoform)))
        self._say_sites(isoform)

    def _follow_marks(self) -> None:
        """Something else may be drawn now."""
        self.isoforms.setCurrentIndex(max(0, self.isoforms.findData(self._detail.isoform)))
        self._say_sites(self._detail.isoform)

    def _say_sites(self, isoform: str) -> None:
        sites = () if self._detail.row is None else self._detail.row.sites
        own = sorted((one for one in sites if one.enzyme == isoform), key=lambda one: (one.rank, one.atom))
        said = ", ".join(tr("atom {atom} ({score})", atom=one.atom, score=f"{one.score:.2f}") for one in own)
        self.sites.setText(said)
        self.sites.setVisible(bool(said))

    def choose(self, metabolite: object) -> None:
        """Draw a metabolite; the molecule itself for None."""
        row_ = self._detail.row
        known = list(row_.metabolites) if row_ is not None else []
        if metabolite in known:
            self.list.setCurrentIndex(self.list.model().index(known.index(metabolite), 0))
            self._list_chosen()
        else:
            self._detail.show_molecule()

    def _list_chosen(self) -> None:
        line, row_ = self.list.current, self._detail.row
        if line is not None and row_ is not None and int(line.key) < len(row_.metabolites):
            self._detail.show_metabolite(row_.metabolites[int(line.key)])


def _more(one: Metabolite) -> str:
    """The generation of a later one, and its structure."""
    later = tr("generation {number}", number=one.generation) if one.generation > 1 else ""
    return " · ".join(part for part in (later, one.smiles) if part)
