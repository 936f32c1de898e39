"""All that is known of the chosen molecule, read again from the rows of its runs. No widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medapp.ui.molecules.marks import Kind, Mark, of_alert, of_metabolite, of_sites
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.domain.molecule import Alert, Metabolite, MoleculeRow
    from medapp.ui.molecules.model import MoleculesModel
    from medapp.ui.shell.session import Session


class DetailModel(QObject):
    """Follows the choice.

    Attributes:
        row: None where nothing is chosen, or it is not read yet.
        isoform: Whose sites are marked; empty for none.
        marked: Atoms to be marked on the drawing of `drawn`.
        drawn: SMILES of what is drawn: the molecule, or one of its metabolites.
        about: What the marks say, in words.
        key: Kinds of marks, and what each says of an alert.
    """

    rowChanged = Signal()
    marksChanged = Signal()

    def __init__(self, session: Session, model: MoleculesModel) -> None:
        """Follow `model`."""
        super().__init__(model)
        self._session, self._model = session, model
        self._asked = 0
        self.row: MoleculeRow | None = None
        self.isoform = ""
        self.drawn = ""
        self.marked: tuple[Mark, ...] = ()
        self.about = ""
        self.key: tuple[tuple[Kind, str], ...] = ()
        model.chosenChanged.connect(self.refresh)

    def refresh(self) -> None:
        """Read the chosen molecule anew: a run may have said more of it."""
        places = self._model.places_of(self._model.chosen)
        self._asked += 1
        asked = self._asked
        if not places:
            self._take(None)
            return

        def work() -> MoleculeRow:
            from medapp.services.molecule_export import row_of

            return row_of(places)

        def done(row: MoleculeRow) -> None:
            if asked == self._asked:
                self._take(row)

        self._session.background.run(
            work,
            done,
            lambda error: self._session.fail(error, tr("The molecule cannot be read.")),
            priority=1,
        )

    def _take(self, row: MoleculeRow | None) -> None:
        if row == self.row:
            return
        same = row is not None and self.row is not None and row.smiles == self.row.smiles
        self.row = row
        self.rowChanged.emit()
        if not same:
            # Whoever looks at the sites of an enzyme sees those of the next molecule too.
            self.show_sites(self.isoform)

    @property
    def isoforms(self) -> tuple[str, ...]:
        """Enzymes of which sites are known."""
        return () if self.row is None else tuple(dict.fromkeys(site.enzyme for site in self.row.sites))

    @property
    def metabolite(self) -> str:
        """SMILES of the metabolite that is drawn; empty where it is the molecule itself."""
        return self.drawn if self.row is not None and self.drawn != self.row.smiles else ""

    # ---- what is marked -------------------------------------------------------------------------------
    def show_molecule(self) -> None:
        """Draw the molecule without marks."""
        self.isoform = ""
        self._draw_molecule()

    def _draw_molecule(self) -> None:
        self._mark(self.row.smiles if self.row is not None else "", (), "")

    def show_sites(self, isoform: str) -> None:
        """Mark where an enzyme changes the molecule."""
        row = self.row
        self.isoform = isoform
        if row is None or not row.sites or not isoform:
            self._draw_molecule()
            return
        marks = of_sites(row.sites, isoform)
        self._mark(
            row.smiles, marks, tr("Sites of CYP{isoform}: the stronger, the likelier", isoform=isoform)
        )

    def show_alert(self, alert: Alert) -> None:
        """Mark the atoms that drive an alert, on the molecule or the metabolite that it is said of."""
        row, self.isoform = self.row, ""
        if row is None:
            return
        smiles = alert.of or row.smiles
        if not alert.atoms:
            about = tr("{title}: no atoms are told for it", title=alert.title)
        elif alert.probability is None:
            about = tr("{title}: the atoms that match", title=alert.title)
        else:
            about = alert.title
        marks = of_alert(alert)
        words: dict[Kind, str] = {"for": tr("speaks for it"), "against": tr("speaks against it")}
        there = {mark.kind for mark in marks} if alert.probability is not None else set()
        self._mark(smiles, marks, about, tuple(one for one in words.items() if one[0] in there))

    def show_metabolite(self, metabolite: Metabolite) -> None:
        """Draw a metabolite."""
        self.isoform = ""
        self._mark(metabolite.smiles, (), tr("Metabolite by {reaction}", reaction=metabolite.reaction))

    def show_reaction(self, metabolite: Metabolite) -> None:
        """Mark on the parent what becomes the metabolite."""
        self.isoform = ""
        about = tr("Where {reaction} changes it", reaction=metabolite.reaction)
        self._mark(metabolite.parent, of_metabolite(metabolite), about)

    def _mark(
        self, smiles: str, marks: tuple[Mark, ...], about: str, key: tuple[tuple[Kind, str], ...] = ()
    ) -> None:
        if (smiles, marks, about) != (self.drawn, self.marked, self.about):
            self.drawn, self.marked, self.about, self.key = smiles, marks, about, key
            self.marksChanged.emit()
