"""How likely the decoder writes what was written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import torch
from torch.nn import functional

from medapp_molecules.notation.pieces import PAD, START

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from medapp_molecules.generate.network import Decoder


_TOGETHER: Final = 64


def padded(rows: Sequence[Sequence[int]]) -> Tensor:
    """(N, T) of rows of several lengths."""
    longest = max(map(len, rows))
    return torch.tensor([[*row, *[PAD] * (longest - len(row))] for row in rows])


def likelihood(decoder: Decoder, rows: Tensor, codes: Tensor) -> Tensor:
    """(N,) natural logarithms, of (N, T) pieces with the end and padding, given (N, code)."""
    lengths = (rows != PAD).sum(1)
    order = lengths.argsort()
    # Of about one length together: most are short, and few as long as the longest.
    found = []
    for some in order.split(_TOGETHER):
        longest = int(lengths[some[-1]])
        found.append(_of_some(decoder, rows[some, :longest], codes[some]))
    return torch.cat(found)[order.argsort()]


def _of_some(decoder: Decoder, rows: Tensor, codes: Tensor) -> Tensor:
    begin = torch.full((len(rows), 1), START)
    logits = decoder(torch.cat([begin, rows[:, :-1]], 1), codes)
    found = functional.cross_entropy(logits.transpose(1, 2), rows, reduction="none", ignore_index=PAD)
    return -found.sum(1)
