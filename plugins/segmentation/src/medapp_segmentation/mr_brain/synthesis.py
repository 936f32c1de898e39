"""Images with random contrast from label maps: a head that no scanner made, with its true labels.

Every sample draws its own pose, shape, intensities, slice thickness, bias field, noise and field of view,
so that a network trained on them cannot rely on any contrast. The idea is that of Billot et al., SynthSeg
(2023), doi:10.1016/j.media.2023.102789; the generator is this project's own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional

from medapp_segmentation.mr_brain.contrasts import draw_contrast
from medapp_segmentation.mr_brain.labels import CSF, class_lookup

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from medapp_segmentation.mr_brain.maps import LabelMap

SPACING_MM = 2.0

_SOFT_TISSUE = 507
_OFFSETS_MM = ((0.45, 0.45, 0.45), (0.45, -0.45, -0.45), (-0.45, 0.45, -0.45), (-0.45, -0.45, 0.45))


@dataclass(frozen=True)
class Recipe:
    """How wide the random choices reach; the defaults are those of training."""

    rotation_deg: float = 25.0
    scale: float = 0.15
    shear: float = 0.08
    shift_mm: float = 24.0
    warp_mm: float = 5.0
    thickness_mm: float = 8.0
    bias: float = 0.45
    noise: float = 0.08
    cut: float = 0.35

    def times(self, share: float) -> Recipe:
        """Keep a share of the differences in pose and shape."""
        return replace(
            self,
            rotation_deg=self.rotation_deg * share,
            scale=self.scale * share,
            shear=self.shear * share,
            shift_mm=self.shift_mm * share,
        )


USUAL = Recipe(rotation_deg=12.0, scale=0.0, shear=0.0, shift_mm=10.0, warp_mm=0.0, thickness_mm=6.0, cut=0.0)
"""A head as it is, lying as heads lie in a scanner, all of it in view: what the network is measured on."""

POSED = Recipe(rotation_deg=4.0, scale=0.04, shear=0.02, shift_mm=4.0, warp_mm=2.5)
"""What is left of pose and shape once a head has been brought to the atlas."""


@dataclass(frozen=True, eq=False)
class Sample:
    """One synthetic head, axes (superior, posterior, left).

    Attributes:
        image: float32 in 0..1, as `normalise` leaves it.
        classes: uint8, class indices.
    """

    image: NDArray[np.float32]
    classes: NDArray[np.uint8]


def make_sample(
    head: LabelMap,
    shape: tuple[int, int, int],
    seed: tuple[int, ...],
    recipe: Recipe | None = None,
    *,
    spacing_mm: float = SPACING_MM,
) -> Sample:
    """Draw one sample of a head in any pose; the same arguments give the same sample."""
    recipe = recipe or Recipe()
    rng = np.random.default_rng(seed)
    points = _points(head, shape, rng, recipe, spacing_mm)
    if rng.random() < 0.5:  # noqa: PLR2004 - left and right are equally likely
        points[2] = 2 * head.centre[2] - points[2]
    return _sample(head, points, rng, recipe, spacing_mm)


def make_posed_sample(
    head: LabelMap, pose: NDArray[np.float64], places_mm: NDArray[np.float32], seed: tuple[int, ...]
) -> Sample:
    """Draw one sample that lies about as the atlas does: as well as a pose is found before it is refined.

    Args:
        head: The map.
        pose: 3 x 4, maps places in mm from the middle of the atlas to voxels of the map.
        places_mm: (3, D, H, W), where the atlas's voxels of 2 mm lie.
        seed: The same seed gives the same sample.
    """
    rng = np.random.default_rng(seed)
    recipe = POSED.times(float(rng.uniform(0.1, 1.0)))
    places = places_mm * np.array([[[[1]]], [[[1]]], [[[1 if rng.random() < 0.5 else -1]]]], np.float32)  # noqa: PLR2004
    slip = _random_affine(rng, recipe)
    matrix = (pose[:, :3] @ slip).astype(np.float32)
    shift = pose[:, 3] + rng.uniform(-recipe.shift_mm, recipe.shift_mm, 3)
    points = np.tensordot(matrix, places, axes=1) + shift.astype(np.float32)[:, None, None, None]
    warp = smooth_field(places.shape[1:], int(rng.integers(3, 9)), rng, channels=3)
    points += warp * np.float32(rng.uniform(0.0, recipe.warp_mm))
    return _sample(head, points, rng, recipe)


def _sample(
    head: LabelMap,
    points: NDArray[np.float32],
    rng: Generator,
    recipe: Recipe,
    spacing_mm: float = SPACING_MM,
) -> Sample:
    indices = nearest(head, points)
    classes = class_lookup()[indices]
    image = _intensities(head, points, indices, rng)
    return Sample(_acquire(image, classes, rng, recipe, spacing_mm), classes)


def normalise(image: NDArray[np.float32], low: float = 0.5, high: float = 99.5) -> NDArray[np.float32]:
    """Scale robustly to 0..1: the given percentiles become 0 and 1, what lies beyond is cut."""
    sparse = image[::2, ::2, ::2]
    bottom, top = np.percentile(sparse, (low, high))
    scaled = (image - bottom) / max(float(top - bottom), 1e-6)
    return np.asarray(np.clip(scaled, 0.0, 1.0), dtype=np.float32)


def smooth_field(
    shape: tuple[int, int, int], nodes: int, rng: Generator, channels: int = 1
) -> NDArray[np.float32]:
    """Normal values on a coarse grid of `nodes` per axis, enlarged to (channels, *shape)."""
    coarse = torch.from_numpy(rng.standard_normal((1, channels, nodes, nodes, nodes), dtype=np.float32))
    field = functional.interpolate(coarse, size=shape, mode="trilinear", align_corners=True)
    return np.asarray(field[0].numpy(), dtype=np.float32)


def _points(
    head: LabelMap, shape: tuple[int, int, int], rng: Generator, recipe: Recipe, spacing_mm: float
) -> NDArray[np.float32]:
    """Positions in the map (3, D, H, W), in voxels of 1 mm, of the sample's voxels."""
    matrix = _random_affine(rng, recipe) * spacing_mm
    shift = rng.uniform(-recipe.shift_mm, recipe.shift_mm, 3)
    axes = [np.arange(size, dtype=np.float32) - (size - 1) / 2 for size in shape]
    grids = (axes[0][:, None, None], axes[1][None, :, None], axes[2][None, None, :])
    warp = smooth_field(shape, int(rng.integers(3, 9)), rng, channels=3)
    warp *= np.float32(rng.uniform(0.0, recipe.warp_mm))
    for row in range(3):
        origin = head.centre[row] + shift[row]
        for column in range(3):
            warp[row] += np.float32(matrix[row, column]) * grids[column]
        warp[row] += np.float32(origin)
    return warp


def _random_affine(rng: Generator, recipe: Recipe) -> NDArray[np.float64]:
    angles = np.deg2rad(rng.uniform(-recipe.rotation_deg, recipe.rotation_deg, 3))
    matrix = np.diag(rng.uniform(1 - recipe.scale, 1 + recipe.scale, 3))
    shear = np.eye(3) + np.triu(rng.uniform(-recipe.shear, recipe.shear, (3, 3)), 1)
    matrix = matrix @ shear
    for axis, angle in enumerate(angles):
        a, b = [other for other in range(3) if other != axis]
        turn = np.eye(3)
        turn[a, a] = turn[b, b] = np.cos(angle)
        turn[a, b], turn[b, a] = -np.sin(angle), np.sin(angle)
        matrix = matrix @ turn
    return np.asarray(matrix)


def nearest(
    head: LabelMap, points: NDArray[np.float32], offset: tuple[float, float, float] = (0.0, 0.0, 0.0)
) -> NDArray[np.uint8]:
    """Indices into the map's values at positions (3, D, H, W) in its voxels; 0 outside."""
    sizes = head.array.shape
    flat = np.zeros(points.shape[1:], dtype=np.int32)
    inside = np.ones(points.shape[1:], dtype=bool)
    for axis, size in enumerate(sizes):
        index = (points[axis] + np.float32(offset[axis] + 0.5)).astype(np.int32)
        inside &= (index >= 0) & (index < size)
        flat *= size
        flat += index
    flat[~inside] = 0
    found = head.array.reshape(-1)[flat]
    found[~inside] = 0
    return found


def _intensities(
    head: LabelMap, points: NDArray[np.float32], indices: NDArray[np.uint8], rng: Generator
) -> NDArray[np.float32]:
    """Mean and texture of every tissue, mixed where a voxel holds several."""
    contrast = draw_contrast(head.values, rng)
    image = np.zeros(indices.shape, dtype=np.float32)
    for offset in _OFFSETS_MM:
        image += contrast.means[nearest(head, points, offset)]
    image /= len(_OFFSETS_MM)
    # Soft tissue is one label in the maps, but fat and muscle in a head: patches of their own contrast.
    soft = indices == head.values.index(_SOFT_TISSUE)
    patches = smooth_field(indices.shape, int(rng.integers(6, 16)), rng)[0]
    image = np.where(soft & (patches > 0.4), np.float32(rng.uniform(0, 255)), image)  # noqa: PLR2004
    image = np.where(soft & (patches < -0.6), np.float32(rng.uniform(0, 255)), image)  # noqa: PLR2004
    texture = rng.standard_normal(indices.shape, dtype=np.float32)
    image += contrast.deviations[indices] * texture
    if rng.random() < 0.2:  # noqa: PLR2004 - one head in five has lesions
        _add_lesions(image, class_lookup()[indices], rng)
    return np.asarray(image, dtype=np.float32)


def _add_lesions(image: NDArray[np.float32], classes: NDArray[np.uint8], rng: Generator) -> None:
    blobs = smooth_field(image.shape, int(rng.integers(6, 14)), rng)[0] > rng.uniform(1.2, 2.2)
    image[blobs & (classes > 0) & (classes != CSF)] = rng.uniform(0, 255)


def _acquire(
    image: NDArray[np.float32], classes: NDArray[np.uint8], rng: Generator, recipe: Recipe, spacing_mm: float
) -> NDArray[np.float32]:
    """Do what the scanner and its reconstruction do: stripping, bias, resolution, noise, view, scaling."""
    if rng.random() < 0.12:  # noqa: PLR2004 - some series come without skull
        keep_fluid = rng.random() < 0.5  # noqa: PLR2004
        image = np.where((classes > 0) & (keep_fluid | (classes != CSF)), image, np.float32(0))
    bias = smooth_field(image.shape, int(rng.integers(2, 5)), rng)[0]
    image = np.clip(image, 0, None) * np.exp(np.float32(rng.uniform(0, recipe.bias)) * bias)
    image = _blur(image, rng, recipe, spacing_mm)
    level = np.float32(rng.uniform(0, recipe.noise) * rng.random() * max(float(image.max()), 1e-3))
    noise = rng.standard_normal((2, *image.shape), dtype=np.float32) * level
    image = np.sqrt((image + noise[0]) ** 2 + noise[1] ** 2)
    image = normalise(image, float(rng.uniform(0, 1.5)), float(rng.uniform(98.5, 100)))
    image = image ** np.float32(np.exp(rng.normal(0, 0.35)))
    if rng.random() < 0.1:  # noqa: PLR2004 - inverted scales exist
        image = 1 - image
    return _cut_view(image, rng, recipe)


def _blur(
    image: NDArray[np.float32], rng: Generator, recipe: Recipe, spacing_mm: float
) -> NDArray[np.float32]:
    volume = torch.from_numpy(image)[None, None]
    kind = rng.random()
    if kind < 0.45:  # noqa: PLR2004 - thick slices along one axis
        axis = int(rng.choice(3, p=(0.5, 0.25, 0.25)))
        spacing = [spacing_mm] * 3
        spacing[axis] = rng.uniform(3.0, recipe.thickness_mm)
        sizes = [max(round(n * spacing_mm / s), 4) for n, s in zip(image.shape, spacing, strict=True)]
        thick = functional.interpolate(volume, size=sizes, mode="area")
        volume = functional.interpolate(thick, size=image.shape, mode="trilinear", align_corners=False)
    elif kind < 0.75:  # noqa: PLR2004 - a scan of lower resolution
        weight = float(rng.uniform(0.0, 0.28))
        kernel = torch.tensor([weight, 1 - 2 * weight, weight])
        for axis in range(3):
            shape = [1, 1, 1, 1, 1]
            shape[2 + axis] = 3
            padding = [int(axis == other) for other in range(3)]
            volume = functional.conv3d(volume, kernel.reshape(shape), padding=padding)
    return np.asarray(volume[0, 0].numpy())


def _cut_view(image: NDArray[np.float32], rng: Generator, recipe: Recipe) -> NDArray[np.float32]:
    """Leave out what lies beyond a smaller field of view, on some sides."""
    if rng.random() >= recipe.cut:
        return image
    for axis in range(3):
        view = np.moveaxis(image, axis, 0)
        if rng.random() < 0.35:  # noqa: PLR2004
            view[: int(rng.uniform(0, 0.25) * len(view))] = 0
        if rng.random() < 0.35:  # noqa: PLR2004
            view[len(view) - int(rng.uniform(0, 0.25) * len(view)) :] = 0
    return image
