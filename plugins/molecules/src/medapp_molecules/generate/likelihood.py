"""How likely the decoder writes what was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn import functional

from medapp_molecules.notation.pieces import PAD, START

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from medapp_molecules.generate.network import Decoder


def padded(rows: Sequence[Sequence[int]]) -> Tensor:
    """(N, T) of rows of several lengths."""
    longest = max(map(len, rows))
    return torch.tensor([[*row, *[PAD] * (longest - len(row))] for row in rows])


def likelihood(decoder: Decoder, rows: Tensor, codes: Tensor) -> Tensor:
    """(N,) natural logarithms, of (N, T) pieces with the end and padding, given (N, code)."""
    begin = torch.full((len(rows), 1), START)
    logits = decoder(torch.cat([begin, rows[:, :-1]], 1), codes)
    found = functional.cross_entropy(logits.transpose(1, 2), rows, reduction="none", ignore_index=PAD)
    return -found.sum(1)
