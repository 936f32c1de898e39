"""The chosen molecule beside the nearest that is known, and what they differ in. No widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from medapp.ui.molecules.marks import Mark, of_differences
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.services.structures import Differences
    from medapp.ui.molecules.detail import DetailModel
    from medapp.ui.molecules.drawing import DrawingModel
    from medapp.ui.molecules.model import MoleculesModel
    from medapp.ui.molecules.space import SpaceModel

_LOOK: Final = "compare"
_SAME: Final = 0.9999


class ComparingModel(QObject):
    """Follows the chosen molecule.

    Attributes:
        nearest: SMILES of the nearest known one; empty where it is not known, or not asked for.
        similarity: To it, 0 to 1.
        marked: Atoms of the nearest that the molecule has not.
        own_marked: The reverse.
    """

    changed = Signal()

    def __init__(
        self, detail: DetailModel, model: MoleculesModel, space: SpaceModel, drawings: DrawingModel
    ) -> None:
        """Follow `detail`."""
        super().__init__(detail)
        self._detail, self._model, self._space, self._drawings = detail, model, space, drawings
        self.nearest, self.similarity = "", 0.0
        self.marked: tuple[Mark, ...] = ()
        self.own_marked: tuple[Mark, ...] = ()
        self._said = ""
        self._pair = ("", "")
        detail.rowChanged.connect(self.refresh)
        model.projectChanged.connect(self.refresh)
        space.changed.connect(self.changed)
        self.refresh()

    # ---- whether --------------------------------------------------------------------------------------
    @property
    def is_known(self) -> bool:
        """Whether the nearest known one of the chosen molecule was looked for."""
        row = self._detail.row
        return row is not None and row.nearest is not None and not row.refused

    @property
    def is_on(self) -> bool:
        """Whether the two are shown beside each other, where that can be."""
        return self._model.look(_LOOK) is not False

    def set_on(self, on: bool) -> None:
        """Show them beside each other, or the molecule alone."""
        if on != self.is_on:
            self._model.keep_look(_LOOK, on)
            self.refresh()

    # ---- what -----------------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Compare what is chosen now."""
        row = self._detail.row
        near, like = ("", 0.0) if row is None or row.nearest is None or row.refused else row.nearest
        if not self.is_on:
            near = ""
        pair = (row.smiles if row is not None and near else "", near)
        if pair == self._pair and like == self.similarity:
            return
        self._pair, self.nearest, self.similarity = pair, near, like
        self.marked, self.own_marked, self._said = (), (), ""
        if near and pair[0] != near:
            self._said = tr("comparing…")
            self._drawings.compare(*pair, lambda found: self._take(pair, found), lambda: self._pair == pair)
        self.changed.emit()

    def _take(self, pair: tuple[str, str], found: Differences) -> None:
        if pair != self._pair:
            return
        self.own_marked, self.marked = of_differences(found.own), of_differences(found.other)
        self._said = _words(found)
        self.changed.emit()

    # ---- words ----------------------------------------------------------------------------------------
    @property
    def title(self) -> str:
        """Name of the nearest, or its SMILES."""
        return self._space.name_of(self.nearest) or self.nearest

    @property
    def said(self) -> str:
        """How like it is, and what the marks are."""
        if not self.nearest:
            return ""
        same = self._pair[0] == self.nearest
        alike = tr("the same molecule") if same else tr("similarity {value}", value=f"{self.similarity:.2f}")
        if not same and self.similarity > _SAME:
            alike = tr("similarity {value}: by environments of atoms the same", value="1.00")
        return " · ".join(part for part in (alike, self._said) if part)


def _words(found: Differences) -> str:
    if not found.in_time:
        return tr("what differs is not marked: finding it took too long")
    if not found.common:
        return tr("no common part to speak of")
    if not found.own and not found.other:
        return tr("of the same atoms and bonds")
    return tr("marked is what the other has not; {count} atoms in common", count=found.common)
