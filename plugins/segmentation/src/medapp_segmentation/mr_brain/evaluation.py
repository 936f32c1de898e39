"""Dice on the held-back label maps under random contrasts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from medapp.api import EvaluateResult
from medapp_segmentation.mr_brain.inference import brain_of, probabilities
from medapp_segmentation.mr_brain.labels import CSF, STRUCTURES
from medapp_segmentation.mr_brain.maps import read_map, split_names
from medapp_segmentation.mr_brain.network import load_weights
from medapp_segmentation.mr_brain.synthesis import make_sample
from medapp_segmentation.mr_brain.task import WEIGHTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp.api import EvaluateRequest, JobContext
    from medapp_segmentation.mr_brain.network import BrainNet
    from medapp_segmentation.mr_brain.synthesis import Sample

_SHAPE = (112, 128, 112)
_CONTRASTS = 8
_SEED = 910_000


def evaluate(request: EvaluateRequest, context: JobContext) -> EvaluateResult:
    """Measure a network on maps that training never saw, each under several random contrasts.

    Raises:
        FileNotFoundError: Where `request.data` holds no label maps, or there are no weights.
    """
    torch.set_num_threads(context.threads)
    network = load_weights(request.weights or context.weights(WEIGHTS)).to(context.device)
    contrasts = int(str(request.parameters.get("contrasts", _CONTRASTS)))
    heads = [read_map(path) for path in split_names(request.data)[1]]
    rows = []
    for number, head in enumerate(heads):
        for contrast in range(contrasts):
            context.progress((number * contrasts + contrast) / (len(heads) * contrasts), head.name)
            sample = make_sample(head, _SHAPE, (_SEED, number, contrast))
            rows.append({"map": head.name, "contrast": contrast, **score(network, sample)})
    names = [item.name for item in STRUCTURES if item.value != CSF]
    means = {name: _mean(rows, name) for name in ("brain", *names)}
    structures = float(np.mean([means[name] for name in names]))
    return EvaluateResult({"structures": structures, **means}, tuple(rows))


def score(network: BrainNet, sample: Sample) -> dict[str, float]:
    """Dice of the brain mask and of every structure that the sample holds."""
    found = probabilities(network, sample.image)
    brain = (brain_of(found) > 0.5).numpy()  # noqa: PLR2004
    found = found.clone()
    found[:, CSF] = 0
    label = np.where(brain, found[0].argmax(dim=0).numpy(), 0)
    truth = np.where(sample.classes == CSF, 0, sample.classes)
    scores = {"brain": dice(brain, truth > 0)}
    for item in STRUCTURES:
        if item.value != CSF and (truth == item.value).any():
            scores[item.name] = dice(label == item.value, truth == item.value)
    return scores


def dice(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """Overlap of two masks: 1 where they agree, also where both are empty."""
    total = int(one.sum()) + int(other.sum())
    return 2 * int((one & other).sum()) / total if total else 1.0


def _mean(rows: list[dict[str, object]], name: str) -> float:
    values = [float(str(row[name])) for row in rows if name in row]
    return float(np.mean(values)) if values else float("nan")
