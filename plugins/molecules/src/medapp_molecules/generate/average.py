"""The average of a network over the steps of its training, which writes better than the last step alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.optim.swa_utils import AveragedModel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor, nn


def averaged(network: nn.Module, decay: float) -> AveragedModel:
    """An exponential average; in the first steps a shorter one, so that the beginning is soon forgotten."""
    return AveragedModel(network, multi_avg_fn=_exponential(decay))


def _exponential(
    decay: float,
) -> Callable[[Sequence[Tensor], Sequence[Tensor], Tensor | int], None]:
    @torch.no_grad()
    def move(kept: Sequence[Tensor], now: Sequence[Tensor], count: Tensor | int) -> None:
        steps = float(count)
        share = 1 - min(decay, (1 + steps) / (10 + steps))
        torch._foreach_lerp_(list(kept), list(now), share)

    return move
