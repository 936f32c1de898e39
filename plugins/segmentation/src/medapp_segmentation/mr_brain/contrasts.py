"""Random intensities for every tissue of a head."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from medapp_segmentation.mr_brain.labels import EXTRA_CEREBRAL, STRUCTURES

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Contrast:
    """Mean and standard deviation, 0 to 255, by index into the values of a map."""

    means: NDArray[np.float32]
    deviations: NDArray[np.float32]


# Grey levels, 0 to 255, of white matter, cortex, deep grey matter, fluid, thalamus, and of pallidum with
# ventral diencephalon.
_WEIGHTINGS = (
    (200, 130, 140, 35, 165, 185),  # T1
    (90, 135, 125, 240, 115, 85),  # T2
    (150, 190, 180, 200, 170, 150),  # proton density
    (125, 170, 160, 30, 150, 130),  # FLAIR
    (120, 150, 145, 70, 135, 110),  # gradient echo
    (170, 205, 200, 230, 190, 175),  # proton density, bright fluid
)
_TISSUE_OF_CLASS = (0, 1, 3, 3, 0, 1, 4, 2, 2, 5, 3, 3, 5, 1, 1, 2, 5, 3)
"""Tissue column of every structure, in order of `STRUCTURES`."""

_REALISTIC = 0.5
_DARK_BACKGROUND = 0.75
_FAINT_TEXTURE = 0.4


def draw_contrast(values: tuple[int, ...], rng: Generator) -> Contrast:
    """Draw intensities: half of the time near a real weighting, else free, some tissues then alike."""
    means = rng.uniform(0, 255, len(values)).astype(np.float32)
    tissues = _realistic(rng) if rng.random() < _REALISTIC else _free(rng)
    for item, mean in zip(STRUCTURES, tissues, strict=True):
        for place, source in enumerate(item.sources):
            # The first two are left and right of the structure; lesions and vessels keep their own contrast.
            if place < 2:  # noqa: PLR2004
                means[values.index(source)] = mean
    background = 0.0 if rng.random() < _DARK_BACKGROUND else float(rng.uniform(0, 255))
    means[0] = background
    deviations = rng.uniform(0, 22, len(values)).astype(np.float32)
    if rng.random() < _FAINT_TEXTURE:
        deviations *= 0.3
    deviations[0] = 0 if background == 0 else deviations[0]
    _outside(means, values, rng)
    return Contrast(np.clip(means, 0, 255), deviations)


def _realistic(rng: Generator) -> NDArray[np.float32]:
    levels = np.array(_WEIGHTINGS[int(rng.integers(len(_WEIGHTINGS)))], dtype=np.float32)
    tissues = levels + rng.normal(0, 12, levels.shape)
    means = tissues[list(_TISSUE_OF_CLASS)] + rng.normal(0, 6, len(_TISSUE_OF_CLASS))
    return np.clip(means, 0, 255).astype(np.float32)


def _free(rng: Generator) -> NDArray[np.float32]:
    means = rng.uniform(0, 255, len(STRUCTURES))
    tissue = np.array(_TISSUE_OF_CLASS)
    for kind in range(int(tissue.max()) + 1):
        if rng.random() < 0.5:  # noqa: PLR2004 - tissues of a kind look alike in half of the samples
            alike = tissue == kind
            means[alike] = means[alike][0] + rng.normal(0, 8, int(alike.sum()))
    return np.clip(means, 0, 255).astype(np.float32)


def _outside(means: NDArray[np.float32], values: tuple[int, ...], rng: Generator) -> None:
    """Bone and air are dark in most real images, the skin's fat is bright in many."""
    if rng.random() < 0.5:  # noqa: PLR2004
        means[values.index(515)] = rng.uniform(0, 60)
    if rng.random() < 0.5:  # noqa: PLR2004
        means[values.index(511)] = rng.uniform(0, 40)
    chiasm = values.index(EXTRA_CEREBRAL[0])
    if rng.random() < 0.5:  # noqa: PLR2004
        means[chiasm] = means[values.index(2)]
