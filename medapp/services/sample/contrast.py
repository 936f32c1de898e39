"""From a drawn head to what a scanner would give: contrast, bias field, partial volume and noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from medapp.services.sample.grid import smooth_noise
from medapp.services.sample.tissue import Tissue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from medapp.services.sample.anatomy import Head

_FULL_SCALE = 900.0
_STORED_MAXIMUM = 4095


@dataclass(frozen=True)
class Contrast:
    """A pulse sequence, as relative signals from 0 to 1.

    Attributes:
        brain: Signals of fluid, grey and white matter, at the template's 75, 155 and 225.
        tissue: Signal of every other tissue.
        noise: Standard deviation of the noise in each channel.
        bias: Standard deviation of the logarithm of the coil's sensitivity.
    """

    brain: tuple[float, float, float]
    tissue: Mapping[Tissue, float]
    noise: float = 0.018
    bias: float = 0.11


T1 = Contrast(
    (0.16, 0.50, 0.74),
    {
        Tissue.FLUID: 0.14, Tissue.BONE: 0.04, Tissue.MARROW: 0.62, Tissue.FAT: 0.95, Tissue.MUSCLE: 0.40,
        Tissue.SKIN: 0.55, Tissue.VITREOUS: 0.15, Tissue.LENS: 0.42, Tissue.MUCOSA: 0.58, Tissue.NERVE: 0.66,
        Tissue.OEDEMA: 0.50, Tissue.RING: 0.98, Tissue.CORE: 0.26,
    },
)  # fmt: skip
"""A gradient echo with inversion, after contrast medium."""

T2 = Contrast(
    (0.97, 0.50, 0.34),
    {
        Tissue.FLUID: 0.98, Tissue.BONE: 0.03, Tissue.MARROW: 0.42, Tissue.FAT: 0.66, Tissue.MUSCLE: 0.20,
        Tissue.SKIN: 0.34, Tissue.VITREOUS: 0.96, Tissue.LENS: 0.12, Tissue.MUCOSA: 0.82, Tissue.NERVE: 0.36,
        Tissue.OEDEMA: 0.78, Tissue.RING: 0.46, Tissue.CORE: 0.90,
    },
    noise=0.022,
)  # fmt: skip
"""A turbo spin echo."""


def image(
    head: Head, contrast: Contrast, rng: np.random.Generator, *, thickness: int = 1
) -> NDArray[np.uint16]:
    """The image (slices, rows, columns) of a head, 12 bits in uint16.

    Args:
        head: What is imaged, at 1 mm.
        contrast: The sequence.
        rng: Source of bias field and noise.
        thickness: Slice thickness in mm; that many slices become one, what remains at the top is left out.
    """
    from scipy.ndimage import gaussian_filter

    signal = _signal(head, contrast)
    signal *= 1 + 0.035 * smooth_noise(rng, 4, signal.shape)
    signal = gaussian_filter(signal, 0.55)
    count = signal.shape[0] // thickness
    signal = signal[: count * thickness].reshape(count, thickness, *signal.shape[1:]).mean(axis=1)
    scale = (60 / thickness, 60, 60)
    signal *= np.exp(contrast.bias * _stretched_noise(rng, scale, signal.shape))
    real = signal + contrast.noise * rng.standard_normal(signal.shape, dtype=np.float32)
    imaginary = contrast.noise * rng.standard_normal(signal.shape, dtype=np.float32)
    magnitude = np.hypot(real, imaginary) * _FULL_SCALE
    stored: NDArray[np.uint16] = np.clip(np.rint(magnitude), 0, _STORED_MAXIMUM).astype(np.uint16)
    return stored


def _signal(head: Head, contrast: Contrast) -> NDArray[np.float32]:
    table = np.zeros(max(Tissue) + 1, dtype=np.float32)
    for tissue, value in contrast.tissue.items():
        table[tissue] = value
    signal = table[head.tissue]
    grey_levels = np.interp(np.arange(256), (0, 75, 155, 225, 255), _ends(contrast.brain)).astype(np.float32)
    inside = head.tissue == Tissue.BRAIN
    signal[inside] = grey_levels[np.clip(np.rint(head.brain[inside]), 0, 255).astype(np.uint8)]
    return signal


def _ends(brain: tuple[float, float, float]) -> tuple[float, ...]:
    return (brain[0], *brain, brain[2] + (brain[2] - brain[1]) * 0.2)


def _stretched_noise(
    rng: np.random.Generator, scale: tuple[float, float, float], shape: tuple[int, ...]
) -> NDArray[np.float32]:
    """Smooth noise whose scale differs in the direction of the slices."""
    slices = max(round(shape[0] * scale[1] / scale[0]), 1)
    field = smooth_noise(rng, scale[1], (slices, *shape[1:]))
    nearest: NDArray[np.float32] = field[np.linspace(0, slices - 1, shape[0]).round().astype(int)]
    return nearest
