"""The map of molecules: which lie where, in which colour, before which known set. No widgets."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PySide6.QtCore import QObject, Signal

from medapp.services.molecule_known import (
    ACROSS,
    CLUSTER,
    CLUSTER_SIZE,
    IN_CLUSTER,
    UP,
    Known,
    read_known,
)
from medapp.ui.molecules.choosing import Range
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from medapp.services.molecule_project import Run
    from medapp.ui.molecules.model import MoleculesModel
    from medapp.ui.shell.session import Session

TASK: Final = "molecules.space"
GROUPS: Final = 7
"""Clusters that have a colour of their own: as many as can be told apart."""
LEAST: Final = 3
_LOOK: Final = "map color"
_ENDS: Final = (2.0, 98.0)
"""Percentiles at which the colours end: a single odd value would take all of them."""


@dataclass(frozen=True)
class Points:
    """Those that are shown and have a place on the map; arrays are by point.

    Attributes:
        places: Of the molecules.
        group: 0 to `GROUPS` - 1 for those of a cluster that has a colour; else -1.
        share: From 0 to 1 along the colours where they stand for values; else not-a-number.
        heads: Which stand for their cluster, of those that hold several molecules.
        low, high: Values at the ends of the colours.
    """

    places: NDArray[np.int64]
    across: NDArray[np.float32]
    up: NDArray[np.float32]
    group: NDArray[np.int64]
    share: NDArray[np.float64]
    heads: NDArray[np.bool_]
    low: float = float("nan")
    high: float = float("nan")

    def __len__(self) -> int:
        """How many there are."""
        return len(self.places)


@dataclass(frozen=True)
class _About:
    """What the run has told of the whole."""

    metrics: Mapping[str, float] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)

    def count(self, name: str) -> int:
        return int(self.metrics.get(name, 0))


class SpaceModel(QObject):
    """Follows the project.

    Attributes:
        run: The run that the map is of; None where there is none.
        known: What lies behind the molecules.
        color: What colours stand for: a column, or empty for nothing.
    """

    changed = Signal()

    def __init__(self, session: Session, model: MoleculesModel) -> None:
        """Follow `model`."""
        super().__init__(model)
        self._session, self._model = session, model
        self.run: Run | None = None
        self.known = Known()
        self._about = _About()
        self._folder: Path | None = None
        model.projectChanged.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Read the known set anew where another run has told of one."""
        project = self._model.project
        found = () if project is None else project.told
        run = next((one for one in found if one.task == TASK), None)
        folder = None if project is None else project.folder
        if (run, folder) == (self.run, self._folder):
            return
        self.run, self._folder, self._about = run, folder, _about(run)
        self.known = Known()
        self.changed.emit()
        if project is None or run is None:
            return
        path = project.known_path(run)

        def done(known: Known) -> None:
            if self.run is run:
                self.known = known
                self.changed.emit()

        self._session.background.run(
            lambda: read_known(path),
            done,
            lambda error: self._session.fail(error, tr("The known set of the map cannot be read.")),
        )

    # ---- colours --------------------------------------------------------------------------------------
    @property
    def color(self) -> str:
        """A column that colours stand for; empty for none."""
        kept = self._model.look(_LOOK)
        return kept if isinstance(kept, str) else CLUSTER

    def set_color(self, column: str) -> None:
        """Let colours stand for a column, or for nothing."""
        if column != self.color:
            self._model.keep_look(_LOOK, column)
            self.changed.emit()

    @property
    def columns(self) -> tuple[str, ...]:
        """What colours may stand for."""
        return tuple(one for one in self._model.molecules.columns if one not in {ACROSS, UP, IN_CLUSTER})

    # ---- one of each cluster --------------------------------------------------------------------------
    @property
    def heads_only(self) -> bool:
        """Whether the representatives of the clusters alone are shown."""
        return any(one == _HEADS for one in self._model.choice.ranges)

    def set_heads_only(self, on: bool) -> None:
        """Show the representatives alone, in the table too, or all again."""
        others = tuple(one for one in self._model.choice.ranges if one.column != IN_CLUSTER)
        ranges = (*others, _HEADS) if on else others
        self._model.set_choice(replace(self._model.choice, ranges=ranges))

    # ---- points ---------------------------------------------------------------------------------------
    def points(self) -> Points:
        """Those that are shown, as they lie."""
        molecules, shown = self._model.molecules, self._model.shown
        across, up = molecules.values(ACROSS)[shown], molecules.values(UP)[shown]
        there = np.isfinite(across) & np.isfinite(up)
        places = shown[there]
        size = molecules.values(CLUSTER_SIZE)[places]
        heads = (molecules.values(IN_CLUSTER)[places] == 1) & (size > 1)
        group, share = np.full(len(places), -1, np.int64), np.full(len(places), np.nan)
        low = high = float("nan")
        if self.color == CLUSTER:
            number = molecules.values(CLUSTER)[places]
            own = (number <= GROUPS) & (size > 1)
            group[own] = number[own].astype(np.int64) - 1
        elif self.color:
            share, low, high = _shares(molecules.values(self.color)[places].astype(np.float64))
        return Points(places, across[there], up[there], group, share, heads, low, high)

    def name_of(self, smiles: str) -> str:
        """Of a known molecule; empty where it has none."""
        return self.known.name_of.get(smiles, "")

    # ---- words ----------------------------------------------------------------------------------------
    @property
    def nothing(self) -> str:
        """Why there is no map; empty where there is one."""
        molecules = self._model.molecules
        count = len(molecules) - int(molecules.is_refused.sum())
        if len(molecules) and count < LEAST:
            return tr("A map needs at least three molecules that can be read; here {count} can.", count=count)
        if self.run is None:
            return tr("There is no map yet. Run Map and clusters at the left.")
        return ""

    @property
    def clusters(self) -> str:
        """How many there are, and by what."""
        about = self._about
        if not about.count("clusters"):
            return ""
        return tr(
            "{count} clusters, {alone} of them of one molecule. {how}",
            count=about.count("clusters"), alone=about.count("singletons"),
            how=about.words.get("clusters", ""),
        )  # fmt: skip

    @property
    def legend(self) -> str:
        """What the axes are and how much they tell, and what lies behind."""
        if self.run is None:
            return ""
        shares = [round(100 * self._about.metrics.get(f"variance {one}", 0)) for one in ("across", "up")]
        axes = tr(
            "Principal components of 14 descriptors, fitted once to the medicines that ship: across {across} "
            "% of their variance, up {up} %.",
            across=shares[0], up=shares[1],
        )  # fmt: skip
        return f"{axes} {self._behind}"

    @property
    def _behind(self) -> str:
        about, drawn = self._about, len(self.known.smiles)
        count = about.count("known")
        if about.count("known ships"):
            return tr("Grey behind: the {count} medicines that ship.", count=count)
        name = Path(str(self.run.parameters.get("known", ""))).name if self.run is not None else ""
        if drawn and drawn < count:
            return tr(
                "Grey behind: {drawn} of the {count} molecules of {file}.",
                drawn=drawn,
                count=count,
                file=name,
            )
        return tr("Grey behind: the {count} molecules of {file}.", count=count, file=name)

    def axis(self, name: str) -> str:
        """What grows along ``across`` or ``up``."""
        return self._about.words.get(name, "")

    @property
    def warnings(self) -> tuple[str, ...]:
        """What of the known set was left out."""
        kept = ("known-refused", "known-more")
        return tuple(text for name, text in self._about.words.items() if name in kept)


_HEADS: Final = Range(IN_CLUSTER, 1.0, 1.0)


def _about(run: Run | None) -> _About:
    facts: Mapping[str, Any] = {} if run is None else run.facts
    told = facts.get("notices") or ()
    words = {str(one["code"]): str(one["message"]) for one in told}
    return _About(dict(facts.get("metrics") or {}), words)


def _shares(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], float, float]:
    """Where values lie between the ends of the colours, and these."""
    known = values[np.isfinite(values)]
    if not len(known):
        return values, float("nan"), float("nan")
    low, high = (float(one) for one in np.percentile(known, _ENDS))
    if not high > low:
        return np.where(np.isfinite(values), 0.5, np.nan), low, high
    return np.clip((values - low) / (high - low), 0.0, 1.0), low, high
