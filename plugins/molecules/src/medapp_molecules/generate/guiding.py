"""Where to look for molecules that are wanted: near the codes of those that came close."""

from __future__ import annotations

import heapq
from itertools import count
from typing import TYPE_CHECKING, Final

import torch

from medapp_molecules.generate.network import unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

_KEPT: Final = 256
"""Codes that are remembered, those that came closest."""
_FREE: Final = 0.3
"""Share that is drawn without looking at them, so that what is found does not narrow."""
_NEAR: Final = (0.15, 1.0)
"""Of what is added to each number of a code: least and largest standard deviation."""


class Guide:
    """Codes that came close to what is wanted, and draws near them.

    An evolutionary search in the space of codes: the closest are parents, of some two are mixed, all are
    moved a little or much.
    """

    def __init__(self, anchors: Sequence[Tensor]) -> None:
        """With (1, code) of molecules that what is wanted resembles or holds."""
        self._anchors = [one[0] for one in anchors]
        self._best: list[tuple[float, int, Tensor]] = []
        self._number = count()

    def remember(self, misses: Sequence[float | None], codes: Tensor) -> None:
        """How far molecules of these codes were from what is wanted; None for those that are none."""
        for miss, code in zip(misses, codes, strict=True):
            if miss is None:
                continue
            item = (-miss, next(self._number), code)
            if len(self._best) < _KEPT:
                heapq.heappush(self._best, item)
            else:
                heapq.heappushpop(self._best, item)

    def moved(self, free: Tensor, random: torch.Generator) -> Tensor:
        """(N, code) drawn freely, of which most are exchanged for codes near those remembered."""
        known = self._anchors + [code for _, _, code in self._best]
        if not known:
            return free
        parents = torch.stack(known)
        # An anchor is as good as a share of all that is remembered, for it may be the only way there.
        weights = torch.ones(len(known))
        weights[: len(self._anchors)] = max(1.0, len(self._best) / 4)
        amount = len(free)
        first, second = (torch.multinomial(weights, amount, True, generator=random) for _ in range(2))  # noqa: FBT003 - torch's own
        share = torch.rand((amount, 1), generator=random)
        mixed = torch.where(torch.rand((amount, 1), generator=random) < 0.5, share, torch.ones(1))  # noqa: PLR2004
        middle = mixed * parents[first] + (1 - mixed) * parents[second]
        low, high = _NEAR
        width = low * (high / low) ** torch.rand((amount, 1), generator=random)
        near = unit(middle + width * torch.randn(middle.shape, generator=random))
        kept = torch.rand((amount, 1), generator=random) < _FREE
        return torch.where(kept, free, near)
