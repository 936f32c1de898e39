"""What the second network sees and says: it corrects what place and grey value make of a head in its pose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn import functional

from medapp_segmentation.mr_brain.labels import CLASSES, CSF
from medapp_segmentation.mr_brain.mixture import explain
from medapp_segmentation.mr_brain.network import fold, unfold

if TYPE_CHECKING:
    from medapp_segmentation.mr_brain.atlas import Atlas
    from medapp_segmentation.mr_brain.network import BrainNet

INPUTS = 8 + 8 + 2 * CLASSES
"""Channels at 4 mm: the image and its likely brain voxel by voxel, the mixture's and the atlas's classes."""

_FLOOR = 1e-3


def inputs_of(image: torch.Tensor, atlas: Atlas) -> tuple[torch.Tensor, torch.Tensor]:
    """Prepare an image in the atlas's pose.

    Args:
        image: (80, 96, 80), 0..1.
        atlas: The atlas.

    Returns:
        Channels (INPUTS, 40, 48, 40), and the logits (classes, 80, 96, 80) that the network corrects.
    """
    explained = explain(image, atlas.fine)
    brain = 1 - explained[0] - explained[CSF]
    parts = (
        fold(image[None, None]),
        fold(brain[None, None]),
        functional.avg_pool3d(explained[None], 2),
        atlas.coarse[None],
    )
    return torch.cat(parts, dim=1)[0], (explained + _FLOOR).log()


def refined(network: BrainNet, channels: torch.Tensor, logits: torch.Tensor) -> torch.Tensor:
    """Corrected logits (B, classes, D, H, W) of (B, INPUTS, D/2, H/2, W/2) and (B, classes, D, H, W)."""
    return unfold(network.core(channels)) + logits


def refine(network: BrainNet, image: torch.Tensor, atlas: Atlas, *, mirror: bool = True) -> torch.Tensor:
    """Class probabilities (classes, 80, 96, 80) of an image in the atlas's pose.

    Args:
        network: In eval mode.
        image: (80, 96, 80), 0..1, on the processor.
        atlas: The atlas.
        mirror: Average with the mirror image, left to right.
    """
    device = next(network.parameters()).device
    channels, logits = (part[None].to(device) for part in inputs_of(image, atlas))
    with torch.no_grad():
        found = torch.softmax(refined(network, channels, logits).float(), dim=1)
        if mirror:
            flipped, _ = inputs_of(image.flip(-1), atlas)
            other = refined(network, flipped[None].to(device), logits.flip(-1))
            found = (found + torch.softmax(other.float(), dim=1).flip(-1)) / 2
    return found[0].cpu()
