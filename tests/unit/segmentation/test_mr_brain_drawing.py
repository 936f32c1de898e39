"""What the voxels of a series add to what was seen at 2 mm."""

from __future__ import annotations

import numpy as np
import torch

from medapp.domain.geometry import Geometry
from medapp.domain.volume import Volume
from medapp_segmentation.mr_brain import grid as grids
from medapp_segmentation.mr_brain.drawing import draw
from medapp_segmentation.mr_brain.evaluation import dice
from medapp_segmentation.mr_brain.inference import Found
from medapp_segmentation.mr_brain.labels import CLASSES, CSF

WHITE, CORTEX = 1, 2
SIZE = 64


def test_voxels_decide_where_the_grid_is_in_doubt() -> None:
    truth, image = folded_head()
    volume, found = seen(truth, image)
    label, _ = draw(found, grids.real_values(volume), volume, nobody)
    flat = np.full_like(image, image.mean())
    blind, _ = draw(found, torch.from_numpy(flat)[None, None], volume, nobody)
    assert dice(label == WHITE, truth == WHITE) > dice(blind == WHITE, truth == WHITE) + 0.03
    assert dice(label > 0, truth > 0) > 0.97


def test_voxels_as_coarse_as_the_grid_change_nothing() -> None:
    truth, image = folded_head()
    volume, found = seen(truth, image, step=2.0)
    label, certain = draw(found, grids.real_values(volume), volume, nobody)
    again, _ = draw(found, torch.zeros_like(grids.real_values(volume)), volume, nobody)
    assert dice(label == WHITE, again == WHITE) > 0.99
    assert 0.5 < certain[WHITE] <= 1


def test_no_fluid_and_no_far_part_is_drawn_inside_the_brain() -> None:
    truth, image = folded_head()
    volume, found = seen(truth, image)
    found.probabilities[0, WHITE, :3, :3, :3] = 1
    found.probabilities[0, 0, :3, :3, :3] = 0
    label, _ = draw(found, grids.real_values(volume), volume, nobody)
    assert not label[:5, :5, :5].any()
    assert not (label == CSF).any()


def folded_head() -> tuple[np.ndarray, np.ndarray]:
    """A ball of cortex with a core of white matter that reaches into it in sheets of 3 mm."""
    place = np.stack(np.meshgrid(*[np.arange(SIZE) - SIZE / 2] * 3, indexing="ij"))
    radius = np.sqrt((place**2).sum(axis=0))
    truth = np.where(radius < 24, CORTEX, 0)
    truth[(radius < 12) | ((radius < 21) & (place[0] % 7 < 3))] = WHITE
    image = np.choose(truth, [0.0, 800.0, 400.0]).astype(np.float32)
    return truth.astype(np.uint8), image


def seen(truth: np.ndarray, image: np.ndarray, step: float = 1.0) -> tuple[Volume, Found]:
    """The series, and the truth as it is seen at twice its voxels."""
    geometry = Geometry.from_parts(truth.shape[::-1], (0.0, 0.0, 0.0), (step, step, step))
    volume = Volume(image, geometry, "MR")
    grid = grids.whole(volume)
    parts = [(truth == one).astype(np.float32)[None, None] for one in (WHITE, CORTEX)]
    coarse = [torch.from_numpy(grids.sample(torch.from_numpy(part), volume, grid)) for part in parts]
    probabilities = torch.zeros((1, CLASSES, *grid.shape))
    probabilities[0, WHITE], probabilities[0, CORTEX] = coarse
    probabilities[0, 0] = 1 - probabilities[0, 1:].sum(dim=0)
    return volume, Found(grid, probabilities, 0.5)


def nobody(_fraction: float, _message: str) -> None:
    """Progress is of no interest."""
