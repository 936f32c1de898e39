"""Neighbours of the best in the space of codes of the autoencoder, as the decoder writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import torch

from medapp_molecules.generate.network import unit
from medapp_molecules.notation.pieces import UnknownPieceError
from medapp_molecules.optimise.search import child_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from medapp_molecules.generate.sampling import Writer
    from medapp_molecules.optimise.search import Child, Scored

_OF: Final = 30
"""Best molecules whose codes are moved."""
_NEAR: Final = (0.2, 0.8)


class Neighbours:
    """An evolutionary step in the codes: the best are moved and mixed, the decoder writes what is there."""

    def __init__(self, writer: Writer, check: Callable[[], None], count: int = 48) -> None:
        """With what writes; `count` molecules for each generation."""
        self._writer, self._check, self._count = writer, check, count
        self._codes: dict[str, torch.Tensor | None] = {}

    def __call__(self, ranked: Sequence[Scored], random: Random) -> list[Child]:
        """Of scored molecules, the best first."""
        known = [(one, code) for one in ranked[:_OF] if (code := self._code(one)) is not None]
        if not known:
            return []
        stream = torch.Generator().manual_seed(random.getrandbits(48))
        pairs = [(random.choice(known), random.choice(known)) for _ in range(self._count)]
        shares = [random.choice((1.0, random.random())) for _ in pairs]
        middle = torch.cat(
            [share * one[1] + (1 - share) * two[1] for (one, two), share in zip(pairs, shares, strict=True)]
        )
        width = torch.tensor([[random.uniform(*_NEAR)] for _ in pairs])
        codes = unit(middle + width * torch.randn(middle.shape, generator=stream))
        found = []
        texts = self._writer.write(codes, stream, self._check)
        for text, (one, two), share in zip(texts, pairs, shares, strict=True):
            alone = share == 1 or one is two
            parents = (one[0].number,) if alone else (one[0].number, two[0].number)
            child = child_of(text, parents, "codes moved" if alone else "codes mixed and moved")
            if child is not None:
                found.append(child)
        return found

    def _code(self, one: Scored) -> torch.Tensor | None:
        smiles = one.child.smiles
        if smiles not in self._codes:
            try:
                self._codes[smiles] = self._writer.code_of(smiles)
            except UnknownPieceError:
                self._codes[smiles] = None
        return self._codes[smiles]
