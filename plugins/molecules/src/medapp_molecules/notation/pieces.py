"""SMILES in pieces: atoms and bonds, and the pairs of pieces that stand together most often.

Pairs are merged one after the other, the most frequent first (byte pair encoding: Sennrich, Haddow and Birch
2016; of SMILES: Li and Fourches 2021). A drug-like molecule has about 35 atoms and bonds and about 9 pieces,
so a recurrent network takes a quarter of the steps.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SMALLEST: Final = re.compile(r"\[[^\]]+\]|Br|Cl|%\d\d|.")
PAD: Final = 0
START: Final = 1
END: Final = 2
_SPECIAL: Final = ("", "<", ">")


class UnknownPieceError(ValueError):
    """A molecule is written with an atom or bond that no molecule of the training data has."""


@dataclass(frozen=True)
class Pieces:
    """A vocabulary.

    Attributes:
        smallest: Atoms and bonds that occur, in order.
        merges: Pairs that are merged, in the order that they are.
    """

    smallest: tuple[str, ...]
    merges: tuple[tuple[str, str], ...]

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Text of each number; the first three are padding, start and end."""
        return (*_SPECIAL, *self.smallest, *(first + second for first, second in self.merges))

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {text: number for number, text in enumerate(self.texts) if number > END}

    @cached_property
    def _ranks(self) -> dict[tuple[str, str], int]:
        return {pair: rank for rank, pair in enumerate(self.merges)}

    def __len__(self) -> int:
        return len(self.texts)

    def encode(self, smiles: str) -> list[int]:
        """Numbers of the pieces, without start and end.

        Raises:
            UnknownPieceError: Where an atom or bond is not known.
        """
        parts = _SMALLEST.findall(smiles)
        known = self._numbers
        strange = next((part for part in parts if part not in known), None)
        if strange is not None:
            message = f"no molecule of the training data has {strange!r}"
            raise UnknownPieceError(message)
        return [known[part] for part in self._merged(parts)]

    def decode(self, numbers: Iterable[int]) -> str:
        """The SMILES up to the end."""
        found = []
        for number in numbers:
            if number == END:
                break
            if number > END:
                found.append(self.texts[number])
        return "".join(found)

    def _merged(self, parts: list[str]) -> list[str]:
        ranks, none = self._ranks, len(self.merges)
        while len(parts) > 1:
            best = min(pairwise(parts), key=lambda pair: ranks.get(pair, none))
            if best not in ranks:
                break
            parts = _merge(parts, best)
        return parts

    def text(self) -> str:
        """As JSON."""
        return json.dumps({"smallest": self.smallest, "merges": self.merges})

    @classmethod
    def from_text(cls, text: str) -> Pieces:
        """From what `text` gave."""
        facts = json.loads(text)
        merges = tuple((str(first), str(second)) for first, second in facts["merges"])
        return cls(tuple(facts["smallest"]), merges)


def learn(smiles: Sequence[str], *, merges: int, sample: Sequence[str]) -> Pieces:
    """Learn a vocabulary.

    Args:
        smiles: All molecules: of these every atom and bond is kept.
        merges: How many pairs.
        sample: Molecules of which the pairs are counted; a few ten thousand are enough.
    """
    smallest = tuple(sorted({part for one in smiles for part in _SMALLEST.findall(one)}))
    rows = [_SMALLEST.findall(one) for one in sample]
    found: list[tuple[str, str]] = []
    for _ in range(merges):
        counted: Counter[tuple[str, str]] = Counter()
        for row in rows:
            counted.update(pairwise(row))
        if not counted:
            break
        # Of pairs that are as frequent the first by name, so that the vocabulary does not hang on the order.
        best = min(counted, key=lambda pair: (-counted[pair], pair))
        found.append(best)
        rows = [_merge(row, best) if best[0] in row else row for row in rows]
    return Pieces(smallest, tuple(found))


def _merge(parts: list[str], pair: tuple[str, str]) -> list[str]:
    found, place, last = [], 0, len(parts) - 1
    while place <= last:
        if place < last and parts[place] == pair[0] and parts[place + 1] == pair[1]:
            found.append(pair[0] + pair[1])
            place += 2
        else:
            found.append(parts[place])
            place += 1
    return found
