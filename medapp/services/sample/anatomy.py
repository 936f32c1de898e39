"""A whole head drawn around the brain of the MNI152 template.

The template is skull-stripped. Fluid, the three layers of the skull, scalp, face and neck are drawn by
their distance to the brain and to a few simple shapes, with thicknesses that vary smoothly; a lesion
with a ring is put into the white matter. Nothing of it is a real person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from medapp.services.sample.face import draw_face
from medapp.services.sample.grid import ORIGIN, SHAPE, Axes, enlarge, smooth_minimum, smooth_noise
from medapp.services.sample.tissue import Tissue

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Field = NDArray[np.float32]
    Labels = NDArray[np.uint8]

_COARSE = 2
_CLOSING_MM = 10.0
_BRAIN_FLOOR = 20
_WHITE_FLOOR = 195
_FACE_SLICES = 100
_LESION = (-27.0, -24.0, 30.0)
"""Left, posterior, superior: right frontal white matter."""


@dataclass(frozen=True, eq=False)
class Head:
    """A drawn head.

    Attributes:
        tissue: `Tissue` of every voxel.
        brain: The template's T1 intensity (0 to 255) where the tissue is brain or oedema.
    """

    tissue: Labels
    brain: Field


def draw_head(template: NDArray[np.uint8], rng: np.random.Generator) -> Head:
    """Draw a head around `template`, which lies on the grid (see `medapp.services.sample.grid`)."""
    axes = Axes.of_grid()
    brain = _deform(template, rng)
    hull = _distance_to_hull(brain > _BRAIN_FLOOR)
    tissue = np.full(SHAPE, Tissue.AIR, dtype=np.uint8)
    fluid = np.clip(1.9 + 0.9 * smooth_noise(rng, 30), 0.9, 5)
    inner, outer = _skull(tissue, hull, fluid, rng)
    soft = _soft_tissue(axes, hull - outer, rng)
    soft[tissue != Tissue.AIR] = tissue[tissue != Tissue.AIR]
    tissue = soft
    low = slice(0, _FACE_SLICES)
    draw_face(tissue[low], Axes.of_grid(_FACE_SLICES), (hull - inner)[low], rng)
    tissue[hull <= inner] = Tissue.FLUID
    _neck(tissue[low], Axes.of_grid(_FACE_SLICES), brain[low])
    tissue[brain > _BRAIN_FLOOR] = Tissue.BRAIN
    _lesion(tissue, axes, brain, rng)
    return Head(tissue, brain)


def _deform(template: NDArray[np.uint8], rng: np.random.Generator) -> Field:
    """Make one person of the average: a smooth displacement of a few mm."""
    from scipy.ndimage import map_coordinates

    box = tuple(slice(max(int(where.min()) - 8, 0), int(where.max()) + 9) for where in np.nonzero(template))
    part = template[box].astype(np.float32)
    indices = np.indices(part.shape, dtype=np.float32)
    for axis in range(3):
        indices[axis] += 1.6 * smooth_noise(rng, 32, part.shape)
    brain = np.zeros(SHAPE, dtype=np.float32)
    brain[box] = map_coordinates(part, indices, order=1, mode="nearest", output=np.float32)
    return brain


def _distance_to_hull(brain: NDArray[np.bool_]) -> Field:
    """Distance in mm to the brain with its furrows closed, negative inside."""
    from scipy.ndimage import distance_transform_edt, gaussian_filter

    coarse = tuple(size // _COARSE for size in SHAPE)
    blocks = brain.reshape(coarse[0], _COARSE, coarse[1], _COARSE, coarse[2], _COARSE)
    mask = blocks.mean(axis=(1, 3, 5)) >= 0.5
    grown = distance_transform_edt(~mask) * _COARSE <= _CLOSING_MM
    closed = distance_transform_edt(grown) * _COARSE > _CLOSING_MM
    distance = (distance_transform_edt(~closed) - distance_transform_edt(closed)) * _COARSE
    return enlarge(gaussian_filter(distance, 1).astype(np.float32), _COARSE, SHAPE)


def _skull(tissue: Labels, hull: Field, fluid: Field, rng: np.random.Generator) -> tuple[Field, Field]:
    """Paint two dark tables with marrow between; return its inner and outer surface in mm."""
    marrow = np.clip(2.8 + 1.3 * smooth_noise(rng, 22), 0.4, 6.5)
    inner_table = fluid + 1.7
    outer_table = inner_table + marrow
    outer = outer_table + 1.9
    tissue[(hull > fluid) & (hull <= outer)] = Tissue.BONE
    tissue[(hull > inner_table) & (hull <= outer_table)] = Tissue.MARROW
    return fluid, outer


def _soft_tissue(axes: Axes, from_skull: Field, rng: np.random.Generator) -> Labels:
    """Skin, fat under it and muscle, of scalp, face and neck together."""
    scalp = np.clip(5.2 + 1.0 * smooth_noise(rng, 40), 3.2, 9)
    surface = smooth_minimum(from_skull - scalp, _lower_head(axes), 14)
    surface = smooth_minimum(surface, axes.ellipsoid((0, -100, -60), (12, 17, 24)), 8)
    depth = -surface
    fat = np.clip(3.6 + 1.3 * smooth_noise(rng, 18) + 0.03 * np.clip(-axes.s, 0, None), 1.5, 9)
    streaks = np.abs(smooth_noise(rng, 11)) < 0.06
    tissue = np.full(SHAPE, Tissue.AIR, dtype=np.uint8)
    tissue[depth > 0] = Tissue.SKIN
    tissue[depth > 1.8] = Tissue.FAT
    tissue[(depth > 1.8 + fat) & ~streaks] = Tissue.MUSCLE
    return tissue


def _lower_head(axes: Axes) -> Field:
    """Face and upper neck: an oval that narrows downwards and fades out above the ears."""
    down = np.clip(-axes.s - 30, 0, None) / 58
    front = -92.0 - 4 * down
    back = 96 - 26 * down
    half_width = 71 - 4 * down
    middle, half_depth = (front + back) / 2, (back - front) / 2
    radius = np.sqrt(np.abs(axes.l / half_width) ** 2.3 + np.abs((axes.p - middle) / half_depth) ** 2.3)
    rise = np.clip(axes.s + 22, 0, None)
    distance: Field = ((radius - 1) * half_width + 0.5 * rise + 0.02 * rise**2).astype(np.float32)
    return distance


def _neck(tissue: Labels, axes: Axes, brain: Field) -> None:
    """The cord below the brain stem, its fluid, and the uppermost vertebrae around it."""
    lowest = int(np.nonzero((brain > _BRAIN_FLOOR).any(axis=(1, 2)))[0][0]) + 1
    rows, columns = np.nonzero(brain[lowest] > _BRAIN_FLOOR)
    p = rows.mean() + ORIGIN[1] + 0.12 * (ORIGIN[0] + lowest - axes.s)
    left = columns.mean() + ORIGIN[2]
    below = axes.s <= ORIGIN[0] + lowest + 6
    around = np.hypot((axes.l - left) / 1.1, axes.p - p)
    tissue[below & (around < 16)] = Tissue.MARROW
    tissue[below & (around < 13)] = Tissue.BONE
    dens = np.hypot(axes.l - left, axes.p - p + 17)
    tissue[below & (dens < 8)] = Tissue.BONE
    tissue[below & (dens < 6.5)] = Tissue.MARROW
    tissue[below & (around < 11)] = Tissue.FLUID
    tissue[below & (around < 6)] = Tissue.NERVE


def _lesion(tissue: Labels, axes: Axes, brain: Field, rng: np.random.Generator) -> None:
    """A dark core, a bright ring, and swelling that follows the white matter."""
    bumps = smooth_noise(rng, 9)
    distance = axes.ellipsoid(_LESION, (10, 12, 9)) + 1.3 * bumps
    inside = tissue == Tissue.BRAIN
    tissue[inside & (brain > _WHITE_FLOOR) & (distance < 9 + 3 * bumps)] = Tissue.OEDEMA
    tissue[inside & (distance < 0)] = Tissue.RING
    tissue[inside & (distance < -2.6)] = Tissue.CORE
