"""Find the brain and how it lies, and look again in the pose of the atlas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from scipy.linalg import fractional_matrix_power

from medapp_segmentation.mr_brain import grid as grids
from medapp_segmentation.mr_brain.atlas import SHAPE
from medapp_segmentation.mr_brain.labels import CSF
from medapp_segmentation.mr_brain.network import MULTIPLE
from medapp_segmentation.mr_brain.pose import fit_pose
from medapp_segmentation.mr_brain.refinement import refine
from medapp_segmentation.mr_brain.synthesis import normalise

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from medapp.domain.volume import Volume
    from medapp_segmentation.mr_brain.atlas import Atlas
    from medapp_segmentation.mr_brain.grid import BrainGrid
    from medapp_segmentation.mr_brain.network import BrainNet

_SMALLEST_ML = 200.0
_STRANGE, _STRETCHED = 0.62, 1.28
"""Real heads at hand reach 0.58 and 1.10, held-back ones 0.60 and 1.20; other parts begin at 0.65, 1.35."""
_STRIDES = (2.0, 1.5, 1.0)
"""How far to follow each better pose: what is seen leans towards where the atlas lay, and falls short."""


@dataclass(frozen=True, eq=False)
class Model:
    """Both networks in eval mode, and the atlas."""

    finder: BrainNet
    refiner: BrainNet
    atlas: Atlas


def probabilities(network: BrainNet, image: NDArray[np.float32], *, mirror: bool = True) -> torch.Tensor:
    """Class probabilities (1, classes, D, H, W) of an image on the network's grid, sizes multiples of 16.

    Args:
        network: In eval mode.
        image: (superior, posterior, left) at 2 mm, any scale.
        mirror: Average with the mirror image, left to right.
    """
    device = next(network.parameters()).device
    tensor = torch.from_numpy(normalise(image))[None, None].to(device)
    if any(size % MULTIPLE for size in tensor.shape[2:]):
        message = f"sizes {tuple(tensor.shape[2:])} are not multiples of {MULTIPLE}"
        raise ValueError(message)
    with torch.no_grad():
        found = torch.softmax(network(tensor).float(), dim=1)
        if mirror:
            found += torch.softmax(network(tensor.flip(-1)).float(), dim=1).flip(-1)
            found /= 2
    return found.cpu()


def brain_of(found: torch.Tensor) -> torch.Tensor:
    """Probability of brain (D, H, W): all classes but the background and the fluid around the brain."""
    return found[0, 1:].sum(dim=0) - found[0, CSF]


@dataclass(frozen=True, eq=False)
class Found:
    """What was seen in the pose of the atlas.

    Attributes:
        grid: Where the atlas lies in the patient.
        probabilities: (1, classes, 80, 96, 80) on that grid.
        surprise: Nats by which what was seen differs from the atlas; about 0.55 for a head.
    """

    grid: BrainGrid
    probabilities: torch.Tensor
    surprise: float

    @property
    def stretch(self) -> float:
        """How much more the atlas had to be stretched in one direction than in another; 1 for not at all."""
        sizes = np.linalg.svd(self.grid.affine[:3, :3], compute_uv=False)
        return float(sizes[0] / sizes[-1])

    @property
    def is_strange(self) -> bool:
        """Whether it is shaped as no brain is and looks unlike one: so it is on breasts and legs."""
        return self.surprise > _STRANGE and self.stretch > _STRETCHED


def find_brain(
    model: Model, image: torch.Tensor, volume: Volume, report: Callable[[float, str], None]
) -> Found | None:
    """Look at the whole series, find how the head lies, and look at the brain in the pose of the atlas.

    Returns:
        None where no brain was found.
    """
    if float(image.min()) == float(image.max()):
        return None
    grid = grids.whole(volume)
    report(0.05, "looking for the brain")
    rough = probabilities(model.finder, grids.sample(image, volume, grid), mirror=False)
    mask = largest_part((brain_of(rough) > 0.5).numpy())  # noqa: PLR2004
    if mask.sum() * grids.SPACING_MM**3 / 1000 < _SMALLEST_ML:
        return None
    rough[0, 1:] *= torch.from_numpy(largest_part(mask, grow=True))
    rough[0, 0] = 1 - rough[0, 1:].sum(dim=0)
    report(0.12, "finding how the head lies")
    fit = fit_pose(rough[0], model.atlas)
    near = grid.placed(fit.matrix.numpy(), SHAPE)
    for number, stride in enumerate(_STRIDES):
        report(0.25 + 0.1 * number, "finding more exactly how the head lies")
        fit = fit_pose(_look(model, image, volume, near, mirror=False), model.atlas, near=True)
        near = near.placed(fractional_matrix_power(fit.matrix.numpy(), stride).real, SHAPE)
    report(0.55, "telling its structures apart")
    return Found(near, _look(model, image, volume, near, mirror=True)[None], fit.surprise)


def _look(
    model: Model, image: torch.Tensor, volume: Volume, grid: BrainGrid, *, mirror: bool
) -> torch.Tensor:
    seen = torch.from_numpy(normalise(grids.sample(image, volume, grid)))
    return refine(model.refiner, seen, model.atlas, mirror=mirror)


def largest_part(mask: NDArray[np.bool_], *, grow: bool = False) -> NDArray[np.bool_]:
    """The largest connected part; `grow` adds two voxels around it, so that its border stays soft."""
    from scipy import ndimage

    parts, count = ndimage.label(mask)
    if count == 0:
        return mask
    sizes = np.bincount(parts.ravel())
    sizes[0] = 0
    largest = parts == sizes.argmax()
    return np.asarray(ndimage.binary_dilation(largest, iterations=2) if grow else largest)
