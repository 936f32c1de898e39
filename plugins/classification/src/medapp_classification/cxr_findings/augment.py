"""Chest X-rays as they might have been taken: a little moved, turned, brighter, noisier; never mirrored."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

_TURN = math.radians(7)
_SHIFT, _SCALE = 0.06, 0.08
_GAMMA = 0.3
_NOISE = 0.03
_SOFT = 0.3
_COARSE = 64


def augmented(images: Tensor, random: torch.Generator) -> Tensor:
    """Change images (B, 1, n, n) in 0..1, each by itself.

    Args:
        images: A batch.
        random: Where chance comes from.
    """
    moved = _moved(images, random)
    moved = _softened(moved, random)
    gamma = torch.exp(_between(len(images), _GAMMA, random)).view(-1, 1, 1, 1)
    bright = moved.clamp(0, 1) ** gamma
    noise = torch.randn(bright.shape, generator=random) * torch.rand(len(images), 1, 1, 1, generator=random)
    return (bright + _NOISE * noise).clamp(0, 1).contiguous(memory_format=torch.channels_last)


def _moved(images: Tensor, random: torch.Generator) -> Tensor:
    count = len(images)
    turn = _between(count, _TURN, random)
    size = torch.exp(_between(count, _SCALE, random))
    cos, sin = torch.cos(turn) * size, torch.sin(turn) * size
    right, down = (2 * _between(count, _SHIFT, random) for _ in range(2))
    matrix = torch.stack([torch.stack([cos, -sin, right], 1), torch.stack([sin, cos, down], 1)], 1)
    grid = functional.affine_grid(matrix, list(images.shape), align_corners=False)
    return functional.grid_sample(images, grid, padding_mode="border", align_corners=False)


def _softened(images: Tensor, random: torch.Generator) -> Tensor:
    """Some as coarse as the smallest training pictures, so that sharpness tells nothing of the source."""
    if images.shape[-1] <= _COARSE:
        return images
    coarse = functional.interpolate(images, size=(_COARSE, _COARSE), mode="area")
    coarse = functional.interpolate(coarse, size=images.shape[2:], mode="bilinear", align_corners=False)
    chosen = torch.rand(len(images), 1, 1, 1, generator=random) < _SOFT
    return torch.where(chosen, coarse, images)


def _between(count: int, most: float, random: torch.Generator) -> Tensor:
    return (2 * torch.rand(count, generator=random) - 1) * most
