"""Sliding-window inference on a CUDA GPU against MONAI's defaults there; without a GPU it says so.

The peer has image and network on the GPU and computes in torch's own float32. This program takes the image
from the processor's memory and gives labels back there.
"""

from __future__ import annotations

import dataclasses
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.bench.bench_inference import CLASSES, FILTERS, OVERLAP, PEER, SIZES, TILE, context, image, network
from tests.bench.harness import Row, against, at_most, emit, interleave, is_short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

TIME_BAR, CHANGED_BAR = 0.35, 0.01
DEVICE = "cuda:0"
RUNS = 5


def monai(kind: str) -> Any:
    """The peer's outputs, on the GPU and finished."""
    import torch
    from monai.inferers import SlidingWindowInferer

    with torch.inference_mode():
        inputs = torch.from_numpy(image(kind))[None].to(DEVICE)
        outputs = SlidingWindowInferer(TILE, mode="constant")(inputs, network(kind).to(DEVICE))
        torch.cuda.synchronize()
    return outputs


def ours(kind: str) -> NDArray[np.generic]:
    """This program: labels."""
    import torch

    from medapp.engine.inference import infer

    budget = int(torch.cuda.mem_get_info(DEVICE)[0] * 0.9)
    job = dataclasses.replace(context(), device=DEVICE, memory_budget=budget)
    options = {"roi": TILE, "classes": CLASSES, "overlap": OVERLAP, "mode": "constant"}
    return infer(job, network(kind), image(kind), **options)


def rows() -> Iterator[Row]:
    """Time, and labels that are not the peer's, of each network."""
    for kind, side in SIZES.items():
        what = f"{kind} {FILTERS[0]} to {FILTERS[-1]}, {side}³, tile {TILE[0]}³ on a GPU"
        taken = interleave(
            lambda kind=kind: monai(kind), lambda kind=kind: ours(kind), 1 if is_short() else RUNS
        )
        yield against(f"{what}: labels", PEER, taken.peer, taken.this, at_most=TIME_BAR)
        expected = monai(kind)[0].argmax(0).cpu().numpy()
        changed = float((ours(kind) != expected).mean())
        yield at_most(f"{what}: labels that are not the peer's", changed, CHANGED_BAR, "of the voxels")


if __name__ == "__main__":
    import torch

    if not torch.cuda.is_available():
        sys.exit(print("there is no CUDA GPU here: nothing was measured"))
    emit(rows())
