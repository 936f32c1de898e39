"""How a head lies: the affine that brings class probabilities and the atlas together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch.nn import functional

from medapp_segmentation.mr_brain.labels import CSF

if TYPE_CHECKING:
    from medapp_segmentation.mr_brain.atlas import Atlas

_POINTS = 4000
_STEPS = 45
_FLOOR = 1e-3
_STRETCH = 0.15
"""Usual share by which heads differ in size: more than that must be paid for."""


@dataclass(frozen=True, eq=False)
class Fit:
    """Where a head lies in the atlas.

    Attributes:
        matrix: 4 x 4 float64, grid index to atlas index.
        surprise: Mean cross-entropy between both, in nats; about 1 for a head.
    """

    matrix: torch.Tensor
    surprise: float


def fit_pose(found: torch.Tensor, atlas: Atlas, *, near: bool = False) -> Fit:
    """Search the affine under which the atlas explains `found` best.

    Args:
        found: Class probabilities (classes, D, H, W) at 2 mm, in the atlas's axes; some of it must be brain.
        atlas: What it is brought to.
        near: Whether it lies close to the atlas already, so that nothing coarse has to be tried.
    """
    places, probabilities, middle = _points(found)
    brain = atlas.brain
    index = torch.nonzero(brain > 0.5).float()  # noqa: PLR2004
    target = index.mean(dim=0)
    blurred = [_blur(atlas.coarse, width) for width in (7, 3)]
    moves = _Moves(places - middle, probabilities, target)
    if not near:
        moves.search(blurred[0], shape=False)
        moves.search(blurred[0], shape=True)
    moves.search(blurred[1], shape=True)
    surprise = moves.search(atlas.coarse, shape=True)
    with torch.no_grad():
        linear, shift = moves.matrix().double(), moves.shift.double() * _UNIT
        matrix = torch.eye(4, dtype=torch.float64)
        matrix[:3, :3] = linear
        matrix[:3, 3] = target + shift - linear @ middle.double()
    return Fit(matrix, surprise)


def _points(found: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Random places in the brain and around it, with their probabilities; and the middle of the brain."""
    brain = 1 - found[0] - found[CSF]
    around = functional.max_pool3d(brain[None, None], 13, 1, 6)[0, 0] > 0.5  # noqa: PLR2004
    inside = torch.nonzero(brain > 0.5)  # noqa: PLR2004
    outside = torch.nonzero(around & (brain <= 0.5))  # noqa: PLR2004
    generator = torch.Generator().manual_seed(0)
    picked = torch.cat(
        [part[torch.randint(len(part), (_POINTS // 2,), generator=generator)] for part in (inside, outside)]
    )
    return picked.float(), found[:, picked[:, 0], picked[:, 1], picked[:, 2]], inside.float().mean(dim=0)


_UNIT = 5.0
"""Voxels by which one unit of shift moves: steps of all parameters are then of like effect."""


class _Moves:
    """Shift, turn and shape, and the steps that better them."""

    def __init__(self, places: torch.Tensor, probabilities: torch.Tensor, target: torch.Tensor) -> None:
        self._places, self._probabilities, self._target = places, probabilities, target
        self.shift = torch.zeros(3, requires_grad=True)
        self._turn = torch.zeros(3, requires_grad=True)
        self._shape = torch.zeros(6, requires_grad=True)

    def matrix(self) -> torch.Tensor:
        """Rotation after a symmetric stretch, 3 x 3."""
        a, b, c = self._turn
        zero = torch.zeros(())
        skew = torch.stack([zero, -c, b, c, zero, -a, -b, a, zero]).reshape(3, 3)
        s = self._shape
        stretch = torch.stack([s[0], s[3], s[4], s[3], s[1], s[5], s[4], s[5], s[2]]).reshape(3, 3)
        return torch.matrix_exp(skew) @ torch.matrix_exp(stretch)

    def search(self, prior: torch.Tensor, *, shape: bool) -> float:
        """Take some steps; the cross-entropy of the last is returned."""
        free = [self.shift, self._turn, *([self._shape] if shape else [])]
        optimizer = torch.optim.Adam(free)
        entropy = torch.zeros(())
        for step in range(_STEPS):
            for group in optimizer.param_groups:
                group["lr"] = 0.03 * (1 - step / _STEPS) + 0.002
            optimizer.zero_grad()
            points = self._places @ self.matrix().T + self._target + self.shift * _UNIT
            entropy = _entropy(self._probabilities, prior, points)
            (entropy + 0.05 * (self._shape / _STRETCH).square().sum()).backward()
            optimizer.step()
        return float(entropy.detach())


def _entropy(probabilities: torch.Tensor, prior: torch.Tensor, points: torch.Tensor) -> torch.Tensor:
    """Mean cross-entropy at atlas indices (n, 3)."""
    sizes = 2 * torch.tensor(prior.shape[1:], dtype=torch.float32)
    unit = ((2 * points + 1) / sizes - 1).flip(-1)
    found = functional.grid_sample(
        prior[None], unit[None, None, None], align_corners=False, padding_mode="border"
    )[0, :, 0, 0]
    return -(probabilities * found.clamp(min=_FLOOR).log()).sum(dim=0).mean()


def _blur(prior: torch.Tensor, width: int) -> torch.Tensor:
    padded = functional.pad(prior[None], (width // 2,) * 6, mode="replicate")
    return functional.avg_pool3d(padded, width, 1)[0]
