"""Dice on the held-back label maps under random contrasts: from a series of 1 mm voxels to its labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from medapp.api import EvaluateResult
from medapp.domain.geometry import Geometry
from medapp.domain.volume import Volume
from medapp_segmentation.mr_brain import grid as grids
from medapp_segmentation.mr_brain.drawing import draw
from medapp_segmentation.mr_brain.inference import find_brain
from medapp_segmentation.mr_brain.labels import CSF, STRUCTURES
from medapp_segmentation.mr_brain.maps import read_map, split_names
from medapp_segmentation.mr_brain.synthesis import USUAL, Recipe, make_sample
from medapp_segmentation.mr_brain.task import FINDER, WEIGHTS, model_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp.api import EvaluateRequest, JobContext
    from medapp_segmentation.mr_brain.inference import Model
    from medapp_segmentation.mr_brain.synthesis import Sample

RECIPES = {"usual": USUAL, "hard": Recipe()}
"""Heads as they lie in a scanner, and heads as wide apart as the first network's training draws them."""

_SHAPE = (224, 240, 208)
_CONTRASTS = 4
_SEED = 910_000


def evaluate(request: EvaluateRequest, context: JobContext) -> EvaluateResult:
    """Measure on maps that training never saw, each under several random contrasts.

    Raises:
        FileNotFoundError: Where `request.data` holds no label maps, or there are no weights.
    """
    torch.set_num_threads(context.threads)
    refiner = request.weights or context.weights(WEIGHTS)
    model = model_of(context.weights(FINDER), refiner, context.device)
    contrasts = int(str(request.parameters.get("contrasts", _CONTRASTS)))
    recipe = RECIPES[str(request.parameters.get("heads", "usual"))]
    heads = [read_map(path) for path in split_names(request.data)[1]]
    rows = []
    for number, head in enumerate(heads):
        for contrast in range(contrasts):
            context.check_cancelled()
            context.progress((number * contrasts + contrast) / (len(heads) * contrasts), head.name)
            sample = make_sample(head, _SHAPE, (_SEED, number, contrast), recipe, spacing_mm=1.0)
            rows.append({"map": head.name, "contrast": contrast, **score(model, sample)})
    names = [item.name for item in STRUCTURES if item.value != CSF]
    means = {name: _mean(rows, name) for name in ("brain", *names)}
    structures = float(np.mean([means[name] for name in names]))
    return EvaluateResult({"structures": structures, **means}, tuple(rows))


def score(model: Model, sample: Sample) -> dict[str, float]:
    """Dice of the brain mask and of every structure that the sample, of 1 mm voxels, holds."""
    geometry = Geometry.from_parts(_SHAPE, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    volume = Volume(sample.image * 1000, geometry, "MR")
    image = grids.real_values(volume)
    found = find_brain(model, image, volume, _nobody)
    label = np.zeros(_SHAPE, np.uint8)
    if found is not None:
        label, _ = draw(found, image, volume, _nobody)
    label, truth = (np.where(one == CSF, 0, one) for one in (label, sample.classes))
    scores = {"brain": dice(label > 0, truth > 0)}
    for item in STRUCTURES:
        if item.value != CSF and (truth == item.value).any():
            scores[item.name] = dice(label == item.value, truth == item.value)
    return scores


def dice(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """Overlap of two masks: 1 where they agree, also where both are empty."""
    total = int(one.sum()) + int(other.sum())
    return 2 * int((one & other).sum()) / total if total else 1.0


def _nobody(_fraction: float, _message: str) -> None:
    """Progress within one head is of no interest."""


def _mean(rows: list[dict[str, object]], name: str) -> float:
    values = [float(str(row[name])) for row in rows if name in row]
    return float(np.mean(values)) if values else float("nan")
