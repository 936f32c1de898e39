"""All molecules of a project as columns, filled while runs write their rows. No widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from medapp.services.molecule_given import GIVEN
from medapp.services.molecule_project import TOGETHER
from medapp.services.molecule_rows import LOOKS_FOR_PATTERNS, PATTERNS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp.services.molecule_project import Run
    from medapp.services.molecule_rows import Batch

_FIRST = 256
N = TypeVar("N", np.float32, np.int64)


class Molecules:
    """What the table shows; a molecule is its place, from 0.

    Attributes:
        smiles, names, given, refused: Texts by place; `smiles` is empty where nothing is known of a molecule.
        words: Name, SMILES and what was given, in small letters, to look for words in.
        units, titles: Of columns, where they have one.
    """

    def __init__(self) -> None:
        """None yet."""
        self.smiles: list[str] = []
        self.names: list[str] = []
        self.given: list[str] = []
        self.refused: list[str] = []
        self.words: list[str] = []
        self.units: dict[str, str] = {}
        self.titles: dict[str, str] = {}
        self._values: dict[str, NDArray[np.float32]] = {}
        self._offsets: dict[str, NDArray[np.int64]] = {}
        self._latest: dict[str, str] = {}
        """Of tasks whose rows are of each other, the run that was taken last."""

    def __len__(self) -> int:
        """How many there are."""
        return len(self.smiles)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of columns of numbers, in the order in which they came."""
        return tuple(self._values)

    def values(self, column: str) -> NDArray[np.float32]:
        """A column: not-a-number where a molecule has no such value. Not to be written to."""
        if column not in self._values:
            return np.full(len(self), np.nan, np.float32)
        return self._values[column][: len(self)]

    def value(self, column: str, at: int) -> float:
        """One value."""
        found = self._values.get(column)
        return float("nan") if found is None else float(found[at])

    @property
    def is_refused(self) -> NDArray[np.bool_]:
        """Which are refused by all that looked at them."""
        return np.fromiter((bool(reason) for reason in self.refused), bool, len(self))

    def structure(self, at: int) -> str:
        """SMILES of a molecule; as it was given where nothing has looked at it, empty where it is refused."""
        return self.smiles[at] or ("" if self.refused[at] else self.given[at])

    def way_to(self, at: int) -> tuple[int, ...]:
        """Places of a molecule's ancestors, the first of all first, and its own; it alone where it has none.

        Of a search that crosses and mutates: the column ``parent`` holds the number of the row, from 1.
        """
        way = [at]
        while np.isfinite(parent := self.value("parent", way[0])):
            place = int(parent) - 1
            if not 0 <= place < len(self) or place in way:
                break
            way.insert(0, place)
        return tuple(way)

    def offsets_of(self, at: int) -> dict[str, int]:
        """Where the rows of a molecule begin, by the id of the run."""
        found = {run: int(offsets[at]) for run, offsets in self._offsets.items()}
        return {run: offset for run, offset in found.items() if offset >= 0}

    def take(self, run: Run, line: int, batch: Batch) -> None:
        """Take rows of a run, the first of which is its row number `line` from 0."""
        count = len(batch)
        if not count:
            return
        if run.task in TOGETHER:
            self._forget_before(run, batch)
        places = self._places(run, line, count)
        self._grow(int(places.max()) + 1)
        for n, at in enumerate(places.tolist()):
            # In the list of what was given no SMILES is one that anything has looked at.
            if batch.smiles[n] and run.id != GIVEN:
                self.smiles[at], self.refused[at] = batch.smiles[n], ""
            elif batch.refused[n] and not self.smiles[at]:
                self.refused[at] = batch.refused[n]
            self.names[at] = self.names[at] or batch.names[n]
            self.given[at] = self.given[at] or batch.given[n]
            self.words[at] = f"{self.names[at]}\n{self.smiles[at]}\n{self.given[at]}".casefold()
        for name, values in batch.values.items():
            known = np.isfinite(values)
            if name == PATTERNS and run.task not in LOOKS_FOR_PATTERNS:
                known &= values > 0
                if not known.any():
                    continue
            column = self._values.setdefault(name, np.full(self._room, np.nan, np.float32))
            column[places[known]] = values[known]
            self.units[name] = batch.units[name] or self.units.get(name, "")
            self.titles[name] = batch.titles[name] or self.titles.get(name, "")
        self._offsets.setdefault(run.id, np.full(self._room, -1, np.int64))[places] = batch.offsets

    def _forget_before(self, run: Run, batch: Batch) -> None:
        """What an earlier run of the task has said goes: its numbers are not those of this one."""
        before = self._latest.get(run.task, run.id)
        self._latest[run.task] = run.id
        if before != run.id:
            self._offsets.pop(before, None)
            for name in batch.values:
                if name in self._values:
                    self._values[name].fill(np.nan)

    @staticmethod
    def _places(run: Run, line: int, count: int) -> NDArray[np.int64]:
        if run.places is None:
            return np.arange(line, line + count)
        return np.array(run.places[line : line + count], np.int64)

    @property
    def _room(self) -> int:
        return max([len(self), _FIRST, *(len(one) for one in self._values.values())])

    def _grow(self, count: int) -> None:
        more = count - len(self)
        if more <= 0:
            return
        for texts in (self.smiles, self.names, self.given, self.refused, self.words):
            texts.extend([""] * more)
        if count <= min((len(one) for one in self._values.values()), default=0):
            return
        room = max(_FIRST, 2 * count)
        self._values = {name: _longer(one, room, np.nan) for name, one in self._values.items()}
        self._offsets = {name: _longer(one, room, -1) for name, one in self._offsets.items()}


def _longer(values: NDArray[N], room: int, rest: float) -> NDArray[N]:
    found = np.full(room, rest, values.dtype)
    found[: len(values)] = values[:room]
    return found
