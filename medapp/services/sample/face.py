"""Eyes, nose and the air spaces of the sample head."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from medapp.services.sample.grid import Axes, smooth_minimum, smooth_noise
from medapp.services.sample.tissue import Tissue

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Field = NDArray[np.float32]
    Labels = NDArray[np.uint8]


def draw_face(tissue: Labels, axes: Axes, outside: Field, rng: np.random.Generator) -> None:
    """Eyes, air spaces and the bone around them; `outside` is the distance from the inside of the skull."""
    free = outside > 1
    body = tissue != Tissue.AIR
    for side in (-1, 1):
        orbit = smooth_minimum(
            axes.ellipsoid((31 * side, -58, -37), (17, 17, 16)),
            axes.ellipsoid((22 * side, -38, -35), (9, 20, 9)),
            10,
        )
        _shell(tissue, orbit, free & body & (axes.p > -70), Tissue.FAT)
        nerve = np.hypot(axes.l - side * (31 + 0.45 * (axes.p + 48) * -1), axes.s + 36)
        tissue[(nerve < 2.2) & (axes.p > -48) & (axes.p < -22) & free] = Tissue.NERVE
        eye = axes.ellipsoid((31 * side, -62, -37), (12, 12, 12))
        tissue[eye < 1] = Tissue.MUSCLE
        tissue[eye < 0] = Tissue.VITREOUS
        tissue[axes.ellipsoid((31 * side, -71, -37), (4.5, 2, 4.5)) < 0] = Tissue.LENS
        maxillary = axes.ellipsoid((29 * side, -52, -72), (13, 17, 15))
        _shell(tissue, maxillary + 1.2 * _noise(rng, 8, axes), free & body, Tissue.AIR)
        mastoid = axes.ellipsoid((55 * side, 24, -48), (9, 13, 14))
        tissue[(mastoid < 0) & free & body] = Tissue.BONE
        tissue[(mastoid < -1) & free & body & (_noise(rng, 3, axes) > -0.2)] = Tissue.AIR
    _shell(tissue, axes.ellipsoid((0, -14, -42), (14, 11, 9)), free & body, Tissue.AIR)
    frontal = axes.ellipsoid((3, -80, -8), (17, 9, 13)) + 1.5 * _noise(rng, 7, axes)
    tissue[(frontal < 0) & (tissue == Tissue.MARROW)] = Tissue.AIR
    _nose(tissue, axes, free & body, rng)


def _nose(tissue: Labels, axes: Axes, where: NDArray[np.bool_], rng: np.random.Generator) -> None:
    cavity = axes.ellipsoid((0, -62, -62), (13, 36, 24))
    _shell(tissue, cavity, where & (axes.p > -100), Tissue.AIR)
    folds = _noise(rng, 6, axes) > 0.4
    inside = (cavity < 0) & where
    tissue[inside & (folds | (np.abs(axes.l) < 1.2))] = Tissue.MUCOSA
    throat = axes.ellipsoid((0, -12, -88), (12, 9, 26))
    tissue[(throat < 2) & where] = Tissue.MUCOSA
    tissue[(throat < 0) & where] = Tissue.AIR


def _shell(tissue: Labels, distance: Field, where: NDArray[np.bool_], filling: Tissue) -> None:
    """A hollow in the skull: 1.6 mm of dense bone around `filling`."""
    tissue[(distance < 1.6) & where] = Tissue.BONE
    tissue[(distance < 0) & where] = filling


def _noise(rng: np.random.Generator, scale: float, axes: Axes) -> Field:
    return smooth_noise(rng, scale, (axes.s.size, axes.p.size, axes.l.size))
