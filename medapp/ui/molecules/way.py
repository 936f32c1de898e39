"""The way on which a search came to a molecule, walked step by step without losing its end. No widgets."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.ui.molecules.model import MoleculesModel


class WayModel(QObject):
    """Follows the chosen molecule, unless it was chosen here.

    Attributes:
        steps: Places of the molecules of the way, the start first; empty where there is none.
    """

    changed = Signal()

    def __init__(self, model: MoleculesModel) -> None:
        """Follow `model`."""
        super().__init__(model)
        self._model = model
        self._end = self._seen = -1
        self._is_walking = False
        self.steps: tuple[int, ...] = ()
        model.chosenChanged.connect(self._follow)
        model.shownChanged.connect(self.refresh)

    @property
    def at(self) -> int:
        """Which step is looked at, from 0; -1 for none."""
        chosen = self._model.chosen
        return self.steps.index(chosen) if chosen in self.steps else -1

    def choose(self, step: int) -> None:
        """Look at the molecule of a step; the way stays."""
        if 0 <= step < len(self.steps):
            self._is_walking = True
            self._model.choose(self.steps[step])
            self._is_walking = False

    def walk(self, more: int) -> None:
        """Look at the next step, or at the one before."""
        if self.can_walk(more):
            self.choose(self.at + more)

    def can_walk(self, more: int) -> bool:
        """Whether there is such a step."""
        return self.at >= 0 and 0 <= self.at + more < len(self.steps)

    def _follow(self) -> None:
        chosen = self._model.chosen
        if chosen != self._seen and not self._is_walking:
            self._end = chosen
        self._seen = chosen
        self.refresh()

    def refresh(self) -> None:
        """Find the way anew: more may be known of it."""
        molecules = self._model.molecules
        way = molecules.way_to(self._end) if 0 <= self._end < len(molecules) else ()
        self.steps = way if len(way) > 1 else ()
        self.changed.emit()

    # ---- words ----------------------------------------------------------------------------------------
    @property
    def said(self) -> str:
        """Which step of how many is looked at."""
        if not self.steps or self.at < 0:
            return ""
        if not self.at:
            return tr("start, {count} steps", count=len(self.steps) - 1)
        return tr("step {number} of {count}", number=self.at, count=len(self.steps) - 1)

    def text(self, step: int) -> tuple[str, str]:
        """SMILES of a step, and what is said of it; the first by its name where it was given."""
        molecules, at = self._model.molecules, self.steps[step]
        score = molecules.value("score", at)
        first = tr("step {number}", number=step) if step else molecules.names[at] or tr("start")
        said = tr("score {value}", value=f"{score:.3g}") if math.isfinite(score) else ""
        return molecules.structure(at), " · ".join(part for part in (first, said) if part)
