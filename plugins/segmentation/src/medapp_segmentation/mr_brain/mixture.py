"""What the grey values say about the classes: a mixture fitted to one image, whatever its contrast.

Every class has one normal distribution, the background the histogram of what it holds. Starting from the
atlas, distributions and probabilities are estimated in turn (expectation maximisation), as in Ashburner and
Friston, Unified segmentation (2005), doi:10.1016/j.neuroimage.2005.02.018, without its bias and warps: the
network sees to those.
"""

from __future__ import annotations

import math

import torch
from torch.nn import functional

_BINS = 128
_ROUNDS = 5
_EVERY = 2
_OUTLIERS = 0.05
_PRIOR_VOXELS = 30.0
_LEAST_VARIANCE = 2e-4


def explain(image: torch.Tensor, prior: torch.Tensor) -> torch.Tensor:
    """Class probabilities (classes, D, H, W) by place and grey value.

    Args:
        image: (D, H, W), 0..1.
        prior: Class probabilities (classes, D, H, W) by place alone.
    """
    sparse = image[::_EVERY, ::_EVERY, ::_EVERY].reshape(-1)
    usual = prior[:, ::_EVERY, ::_EVERY, ::_EVERY].reshape(len(prior), -1)
    found = usual
    tables = torch.empty(0)
    for _ in range(_ROUNDS):
        tables = _likelihoods(sparse, found)
        found = usual * tables[:, _bins(sparse)]
        found = found / found.sum(dim=0)
    whole = prior * tables[:, _bins(image)]
    return whole / whole.sum(dim=0)


def _bins(values: torch.Tensor) -> torch.Tensor:
    return (values * _BINS).long().clamp(0, _BINS - 1)


def _likelihoods(values: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Density of every class (classes, bins) over the grey values 0..1."""
    mass = weights.sum(dim=1) + 1e-6
    mean = (weights @ values) / mass
    variance = ((weights @ values.square()) / mass - mean.square()).clamp(min=0)
    # Few voxels say little about a spread: it is drawn to a fraction of the image's own.
    usual = 0.05 * float(values.var())
    variance = (variance * mass + usual * _PRIOR_VOXELS) / (mass + _PRIOR_VOXELS) + _LEAST_VARIANCE
    centres = (torch.arange(_BINS) + 0.5) / _BINS
    tables = torch.exp(-0.5 * (centres - mean[:, None]).square() / variance[:, None])
    tables = tables / torch.sqrt(2 * math.pi * variance[:, None])
    histogram = torch.zeros(_BINS).index_add_(0, _bins(values), weights[0]) + 1
    smooth = functional.avg_pool1d(functional.pad(histogram[None, None], (4, 4), mode="replicate"), 9, 1)
    tables[0] = smooth[0, 0] / smooth.sum() * _BINS
    return (1 - _OUTLIERS) * tables + _OUTLIERS
