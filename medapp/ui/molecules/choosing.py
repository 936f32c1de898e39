"""Which molecules are shown, in which order, and which of them no other is better than. No widgets."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.services.molecule_rows import PATTERNS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from medapp.ui.molecules.columns import Molecules

NAME: Final = "name"
SMILES: Final = "smiles"
NUMBER: Final = "number"
TEXTS: Final = (NUMBER, NAME, SMILES)


@dataclass(frozen=True)
class Range:
    """What a value has to be; None for no bound. What has no value is left out."""

    column: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Choice:
    """What is shown.

    Attributes:
        words: Parts of name or SMILES, all of which have to be there.
        ranges: All of which have to hold.
        without_patterns: Only those that were screened and in which no pattern hit.
        without_refused: Leave refused ones out.
        by: Column of the order; empty for that of the file.
        falling: Whether the largest come first.
    """

    words: str = ""
    ranges: tuple[Range, ...] = ()
    without_patterns: bool = False
    without_refused: bool = False
    by: str = ""
    falling: bool = False

    def to_json(self) -> dict[str, Any]:
        """For a project."""
        return asdict(self)

    @classmethod
    def from_json(cls, state: Mapping[str, Any]) -> Choice:
        """Of a project; what is not understood is left out."""
        try:
            ranges = tuple(Range(str(one["column"]), one["low"], one["high"]) for one in state["ranges"])
            return cls(
                str(state["words"]), ranges, bool(state["without_patterns"]), bool(state["without_refused"]),
                str(state["by"]), bool(state["falling"]),
            )  # fmt: skip
        except (KeyError, TypeError):
            return cls()


def shown(molecules: Molecules, choice: Choice) -> NDArray[np.int64]:
    """Places of the molecules that are shown, in their order."""
    kept = np.ones(len(molecules), bool)
    if choice.without_refused:
        kept &= ~molecules.is_refused
    if choice.without_patterns:
        kept &= molecules.values(PATTERNS) == 0
    for one in choice.ranges:
        kept &= _within(molecules.values(one.column), one)
    for word in choice.words.casefold().split():
        kept &= _says(molecules, word)
    found = np.flatnonzero(kept)
    return _ordered(molecules, found, choice) if choice.by else found


def _within(values: NDArray[np.float32], wanted: Range) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = np.isfinite(values)
    if wanted.low is not None:
        found &= values >= wanted.low
    if wanted.high is not None:
        found &= values <= wanted.high
    return found


def _says(molecules: Molecules, word: str) -> NDArray[np.bool_]:
    return np.fromiter((word in text for text in molecules.words), bool, len(molecules))


def _ordered(molecules: Molecules, places: NDArray[np.int64], choice: Choice) -> NDArray[np.int64]:
    """By a column; what has no value comes last, whichever way."""
    if choice.by == NUMBER:
        return places[::-1] if choice.falling else places
    if choice.by in TEXTS:
        text = molecules.names.__getitem__ if choice.by == NAME else molecules.structure
        words = np.array([text(at).casefold() for at in places.tolist()], dtype=object)
        missing = np.array([not word for word in words], bool)
        order = np.argsort(words, kind="stable")
        order = order[::-1] if choice.falling else order
        return _taken(places, np.concatenate([order[~missing[order]], order[missing[order]]]))
    values = molecules.values(choice.by)[places].astype(np.float64)
    order = np.argsort(-values if choice.falling else values, kind="stable")
    return _taken(places, order)


def _taken(places: NDArray[np.int64], order: NDArray[np.int64]) -> NDArray[np.int64]:
    found: NDArray[np.int64] = places[order]
    return found


def pareto(
    x: NDArray[np.float32], y: NDArray[np.float32], *, x_high: bool, y_high: bool
) -> NDArray[np.bool_]:
    """Which points no other is better than in one value and at least as good in the other.

    `x_high` and `y_high` say whether more is better; a molecule without either value is never among them.
    """
    first = np.where(x_high, -x.astype(np.float64), x)
    second = np.where(y_high, -y.astype(np.float64), y)
    known = np.flatnonzero(np.isfinite(first) & np.isfinite(second))
    order = known[np.lexsort((second[known], first[known]))]
    found = np.zeros(len(x), bool)
    best, at_best = np.inf, np.nan
    for at in order.tolist():
        if second[at] < best or (second[at] == best and first[at] == at_best):
            found[at] = True
            best, at_best = second[at], first[at]
    return found
