"""Where every class usually lies: the label maps brought to one pose and averaged.

The atlas has axes (superior, posterior, left) with its middle between the voxels in the middle, is the
same on both sides, and is as large as the average head. "Atlas index" is an index into its 2 mm grid.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional

from medapp_segmentation.mr_brain.labels import CLASSES, CSF, STRUCTURES, class_lookup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from medapp_segmentation.mr_brain.maps import LabelMap

SHAPE = (80, 96, 80)
"""Voxels of 2 mm: room for the brain and two centimetres around it."""

SPACING_MM = 2.0
_COARSE = 2
_ROUNDS = 3
_FEWEST = 5


@dataclass(frozen=True, eq=False)
class Atlas:
    """Class probabilities (classes, 40, 48, 40) at 4 mm, float32, adding up to 1 in every voxel."""

    coarse: torch.Tensor

    @cached_property
    def fine(self) -> torch.Tensor:
        """Class probabilities (classes, 80, 96, 80) at 2 mm."""
        fine: torch.Tensor = functional.interpolate(
            self.coarse[None], scale_factor=_COARSE, mode="trilinear", align_corners=False
        )[0]
        return fine

    @cached_property
    def brain(self) -> torch.Tensor:
        """Probability of brain (80, 96, 80)."""
        return 1 - self.fine[0] - self.fine[CSF]

    def packed(self) -> torch.Tensor:
        """The left half as uint8, as it is stored: the right half mirrors it."""
        half = self.coarse.shape[-1] // 2
        return (self.coarse[..., :half] * 255).round().to(torch.uint8)

    @classmethod
    def from_packed(cls, packed: torch.Tensor) -> Atlas:
        """Undo `packed`."""
        half = packed.float()
        whole = torch.cat([half, half.flip(-1)], dim=-1) + 1e-3
        return cls(whole / whole.sum(dim=0))


Pose = np.ndarray[tuple[int, int], np.dtype[np.float64]]
"""3 x 4: maps a place in mm from the middle of the atlas to voxels of a label map."""


def build(heads: Sequence[LabelMap]) -> tuple[Atlas, list[Pose]]:
    """Average the heads; also say where each lies in the average.

    Raises:
        ValueError: Where a head lacks most of the structures.
    """
    found = [landmarks(head) for head in heads]
    average = _average(found)
    poses = [_affine(average, one) for one in found]
    sums = torch.zeros((CLASSES, *SHAPE))
    lookup = class_lookup()
    for head, pose in zip(heads, poses, strict=True):
        classes = torch.from_numpy(lookup[_nearest(head, pose)]).long()
        sums += functional.one_hot(classes, CLASSES).movedim(-1, 0)
    sums = sums + sums.flip(-1)
    coarse = functional.avg_pool3d(sums[None], _COARSE)[0] + 1e-3
    return Atlas.from_packed(Atlas(coarse / coarse.sum(dim=0)).packed()), poses


def landmarks(head: LabelMap) -> NDArray[np.float64]:
    """Middle of every structure, left and right apart, in voxels of the map; nan where one is missing."""
    sparse = head.array[::2, ::2, ::2]
    places = np.full((len(_SIDES), 3), np.nan)
    for row, (value, _) in enumerate(_SIDES):
        index = np.argwhere(sparse == head.values.index(value))
        if len(index) > _FEWEST:
            places[row] = 2 * index.mean(axis=0)
    return places


def _sides() -> list[tuple[int, int]]:
    """FreeSurfer value of every landmark, and the row of its mirror image."""
    rows: list[tuple[int, int]] = []
    for item in STRUCTURES:
        if item.value == CSF:
            continue
        first = len(rows)
        sides = item.sources[:2]
        rows += [(value, first + len(sides) - 1 - place) for place, value in enumerate(sides)]
    return rows


_SIDES = _sides()


def _average(found: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Mean landmarks in mm from their middle: of average size, the same on both sides."""
    average = np.nanmean([one - np.nanmean(one, axis=0) for one in found], axis=0)
    mirror = [row for _, row in _SIDES]
    for _ in range(_ROUNDS):
        poses = [_affine(average, one) for one in found]
        size = np.mean([np.diag(pose[:, :3]) for pose in poses], axis=0)
        aligned = [
            (one - pose[:, 3]) @ np.linalg.inv(pose[:, :3]).T for one, pose in zip(found, poses, strict=True)
        ]
        average = np.nanmean(aligned, axis=0)
        average = (average - average.mean(axis=0)) * size
        average = (average + average[mirror] * (1, 1, -1)) / 2
    return np.asarray(average)


def _affine(source: NDArray[np.float64], target: NDArray[np.float64]) -> Pose:
    """3 x 4 that maps `source` closest to `target`."""
    known = ~np.isnan(source).any(axis=1) & ~np.isnan(target).any(axis=1)
    if known.sum() < len(_SIDES) // 2:
        message = "a label map lacks most of the structures"
        raise ValueError(message)
    rows = np.hstack([source[known], np.ones((int(known.sum()), 1))])
    return np.asarray(np.linalg.lstsq(rows, target[known], rcond=None)[0].T)


def places_mm() -> NDArray[np.float32]:
    """Distance from the middle (3, 80, 96, 80) of every voxel of the 2 mm grid."""
    axes = [(np.arange(size, dtype=np.float32) - (size - 1) / 2) * SPACING_MM for size in SHAPE]
    return np.stack(np.meshgrid(*axes, indexing="ij"))


def _nearest(head: LabelMap, pose: Pose) -> NDArray[np.uint8]:
    from medapp_segmentation.mr_brain.synthesis import nearest

    points = np.tensordot(pose[:, :3], places_mm(), axes=1) + pose[:, 3][:, None, None, None]
    return nearest(head, points.astype(np.float32))
