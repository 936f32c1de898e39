"""The chosen molecule: its drawing, and below what is known of it in three tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QSplitter, QTabWidget, QWidget

from medapp.ui.molecules.harm_panel import HarmPanel
from medapp.ui.molecules.marks_key import MarksKey
from medapp.ui.molecules.metabolism_panel import MetabolismPanel
from medapp.ui.molecules.nearest_view import NearestView
from medapp.ui.molecules.property_panel import PropertyPanel
from medapp.ui.molecules.structure_view import StructureView
from medapp.ui.molecules.words import metabolite_text
from medapp.ui.shell.widgets import CopyLabel, ElidedLabel, column, icon_button, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.domain.molecule import MoleculeRow
    from medapp.ui.molecules.comparing import ComparingModel
    from medapp.ui.molecules.detail import DetailModel
    from medapp.ui.molecules.drawing import DrawingModel
    from medapp.ui.molecules.model import MoleculesModel

_SHARES = (0.46, 0.54)


class DetailPanel(QFrame):
    """At the right of the page."""

    entryRequested = Signal(str)
    """The medicine in the record that the molecule was taken from shall be shown."""

    def __init__(
        self, detail: DetailModel, model: MoleculesModel, drawings: DrawingModel, comparing: ComparingModel
    ) -> None:
        """Show `detail`, beside what it is compared with."""
        super().__init__()
        look = tokens.current()
        self.setObjectName("surface")
        self._detail, self._model, self._comparing = detail, model, comparing
        self.name = ElidedLabel("", "heading")
        self.smiles = CopyLabel("", "dim")
        self.entry = icon_button("pill", tr("Show the medicine in the record"), self._ask_entry)
        self.remark = text_label("", "faint", wrap=True)
        self.structure = StructureView(drawings)
        self.nearest = NearestView(comparing, drawings)
        self.about = ElidedLabel("", "dim")
        self.key = MarksKey()
        self.back = icon_button("arrow-left", tr("Show the molecule itself (M)"), detail.show_molecule)
        self.properties = PropertyPanel(detail, model)
        self.metabolism = MetabolismPanel(detail)
        self.harm = HarmPanel(detail)
        self.tabs = QTabWidget()
        self.tabs.addTab(self.properties, tr("Properties"))
        self.tabs.addTab(self.metabolism, tr("Metabolism"))
        self.tabs.addTab(self.harm, tr("Harm"))
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self._top())
        self.splitter.addWidget(self.tabs)
        outer = column(gap=0)
        outer.setContentsMargins(look.gap_small, look.gap_small, 0, 0)
        outer.addWidget(self.splitter)
        self.setLayout(outer)
        detail.rowChanged.connect(self.refresh)
        model.projectChanged.connect(self.refresh)
        detail.marksChanged.connect(self.refresh)
        comparing.changed.connect(self.refresh)
        self.refresh()

    def _top(self) -> QWidget:
        look = tokens.current()
        head = row(gap=look.gap_small)
        head.addWidget(self.smiles, 1)
        head.addWidget(self.entry)
        head.addWidget(self.nearest.switch)
        head.addWidget(icon_button("content-copy", tr("Copy the SMILES"), self.copy))
        caption = row(gap=look.gap_small)
        caption.addWidget(self.about, 1)
        caption.addWidget(self.back)
        inner = column(gap=look.gap_tiny)
        inner.setContentsMargins(0, 0, look.gap_small, look.gap_tiny)
        inner.addWidget(self.name)
        inner.addLayout(head)
        inner.addWidget(self.remark)
        drawn = row(gap=look.gap_small)
        drawn.addWidget(self.structure, 1)
        drawn.addWidget(self.nearest, 1)
        inner.addLayout(drawn, 1)
        inner.addWidget(self.nearest.caption)
        inner.addLayout(caption)
        inner.addWidget(self.key)
        found = QWidget()
        found.setLayout(inner)
        return found

    def share_room(self) -> None:
        """Give the drawing what it needs, once it is known how much room there is."""
        self.splitter.setSizes([round(self.height() * share) for share in _SHARES])

    def copy(self) -> None:
        """Put the SMILES of what is drawn on the clipboard."""
        QGuiApplication.clipboard().setText(self._detail.drawn)

    def _ask_entry(self) -> None:
        entry = self._model.entry_of(self._model.chosen)
        if entry:
            self.entryRequested.emit(entry)

    def refresh(self) -> None:
        """Show the molecule as it is known now."""
        self._show_words()
        self._show_drawing()

    def _show_words(self) -> None:
        found = self._detail.row
        if found is None:
            self.name.set_full_text(tr("No molecule is chosen"))
            self.smiles.set_full_text("")
            self.remark.setText("")
        elif self._detail.metabolite:
            self._show_metabolite(found)
        else:
            self.name.set_full_text(self._name(found))
            self.smiles.set_full_text(found.smiles or found.given)
            said = [tr("Refused: {reason}", reason=found.refused)] if found.refused else []
            said += [f"{note[:1].upper()}{note[1:]}." for note in found.notes]
            if found.nearest is not None and not self._comparing.is_on:
                near, like = found.nearest
                said.append(
                    tr("Nearest known: {smiles}, similarity {value}", smiles=near, value=f"{like:.2f}")
                )
            self.remark.setText(" ".join(said))
        self.remark.setVisible(bool(self.remark.text()))
        self.entry.setVisible(bool(self._model.entry_of(self._model.chosen)))

    def _name(self, row_: MoleculeRow) -> str:
        return row_.name or tr("Molecule {number}", number=self._model.chosen + 1)

    def _show_metabolite(self, row_: MoleculeRow) -> None:
        """What stands over a metabolite is its own."""
        smiles = self._detail.metabolite
        self.name.set_full_text(tr("A metabolite of {name}", name=self._name(row_)))
        self.smiles.set_full_text(smiles)
        known = next((one for one in row_.metabolites if one.smiles == smiles), None)
        self.remark.setText("" if known is None else metabolite_text(known))

    def _show_drawing(self) -> None:
        detail = self._detail
        is_molecule = not detail.about and detail.row is not None and detail.drawn == detail.row.smiles
        marked = self._comparing.own_marked if is_molecule else detail.marked
        # In half of the room numbers of atoms are too small to be read.
        self.structure.show_structure(detail.drawn, marked, numbers=not self._comparing.nearest)
        self.about.set_full_text(detail.about)
        self.key.show_parts(detail.key)
        self.back.setVisible(bool(detail.about))
