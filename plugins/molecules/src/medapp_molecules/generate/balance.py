"""Close what is opened: branches and rings, while a molecule is written.

A piece that closes a branch which is not open is never drawn, and no end before all are closed. That is of
the notation, not of chemistry: whether atoms bear their bonds is left to the network.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import torch

from medapp_molecules.notation.pieces import END, PAD, START

if TYPE_CHECKING:
    from torch import Tensor

    from medapp_molecules.notation.pieces import Pieces

_MARKS: Final = re.compile(r"\[[^\]]+\]|%\d\d|\d|[()]")


class Balance:
    """What is open in each of several molecules that are written at once."""

    def __init__(
        self, pieces: Pieces, count: int, device: torch.device | str = "cpu", *, rings: bool = True
    ) -> None:
        """Nothing is open at first; without `rings` those may stay open, for `mending` to take out."""
        self._lowest, self._change, self._rings = (one.to(device) for one in _effects(pieces))
        self._never = torch.zeros(len(pieces), dtype=torch.bool, device=device)
        self._never[[PAD, START]] = True
        self._closing = rings
        self._depth = torch.zeros(count, dtype=torch.int64, device=device)
        self._open = torch.zeros(count, dtype=torch.int64, device=device)

    def forbidden(self) -> Tensor:
        """(N, pieces): what must not follow."""
        found = (self._depth[:, None] + self._lowest) < 0
        found |= self._never
        found[:, END] = self._depth > 0
        if self._closing:
            found[:, END] |= self._open != 0
        return found

    def take(self, drawn: Tensor) -> None:
        """(N,) pieces are written."""
        self._depth += self._change[drawn]
        self._open ^= self._rings[drawn]

    def keep(self, left: Tensor) -> None:
        """Only these places go on."""
        self._depth, self._open = self._depth[left], self._open[left]


@lru_cache(maxsize=4)
def _effects(pieces: Pieces) -> tuple[Tensor, Tensor, Tensor]:
    """Of each piece: how far it falls below where it begins, where it ends, and the rings it switches."""
    labels: dict[str, int] = {}
    lowest, change, rings = [], [], []
    for number, text in enumerate(pieces.texts):
        depth = low = switched = 0
        for mark in _MARKS.findall(text) if number > END else ():
            if mark in "()":
                depth += 1 if mark == "(" else -1
                low = min(low, depth)
            elif not mark.startswith("["):
                switched ^= 1 << labels.setdefault(mark.lstrip("%"), len(labels))
        lowest.append(low)
        change.append(depth)
        rings.append(switched)
    return torch.tensor(lowest), torch.tensor(change), torch.tensor(rings)
