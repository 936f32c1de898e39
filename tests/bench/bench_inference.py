"""Sliding-window inference on the processor against MONAI's, same network, window, overlap and weights.

Time: both in turn in one process, as in a worker that has run this network before; the first run, which
converts the network too, is told beside it. Memory: each in a process of its own, conversion included,
above what libraries, network and image take. The peer ends with its outputs, this program with labels.
"""

from __future__ import annotations

import functools
import logging
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.bench.harness import Row, Timings, against, at_most, emit, interleave, is_short, peak_memory, timed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

# As in a worker process: threads that sleep, or another program's load counts twice against torch.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

MODULE = "tests.bench.bench_inference"
PEER = "MONAI"
TIME_BAR, MEMORY_BAR, ERROR_BAR = 0.45, 0.5, 1e-3
TILE, CLASSES, OVERLAP = (96, 96, 96), 4, 0.25
SHORT_TILE = (32, 32, 32)
FILTERS = (16, 32, 64, 128, 256)
SIZES = {"UNet": 256, "DynUNet": 192}
SHORT_SIZE = 72
RUNS = 3
THREADS = os.cpu_count() or 1


def tile() -> tuple[int, int, int]:
    """Voxels of the window."""
    return SHORT_TILE if is_short() else TILE


def size(kind: str) -> int:
    """Voxels of the image along each axis."""
    return SHORT_SIZE if is_short() else SIZES[kind]


@functools.cache
def network(kind: str) -> Any:
    """The network with random weights, the same every time."""
    import torch
    from monai.networks.nets import DynUNet, UNet

    torch.set_num_threads(THREADS)
    torch.manual_seed(0)
    steps = len(FILTERS) - 1
    if kind == "UNet":
        return UNet(3, 1, CLASSES, FILTERS, (2,) * steps, num_res_units=2).eval()
    kernels = [3] * len(FILTERS)
    return DynUNet(3, 1, CLASSES, kernels, [1] + [2] * steps, [2] * steps, filters=FILTERS).eval()


@functools.cache
def image(kind: str) -> NDArray[np.float32]:
    """Noise, one channel."""
    shape = (1, size(kind), size(kind), size(kind))
    return np.random.default_rng(0).standard_normal(shape, dtype=np.float32)


@functools.cache
def context() -> Any:
    """What a worker gives a plugin."""
    from medapp.engine.context import WorkerContext

    return WorkerContext(
        device="cpu",
        precision="float32",
        threads=THREADS,
        memory_budget=8 << 30,
        seed=0,
        scratch=Path(),
        send=lambda _event: None,
        cancelled=threading.Event(),
        log=logging.getLogger("bench"),
    )


def monai(kind: str, mode: str = "constant") -> Any:
    """The peer with its defaults: one tile at a time, overlap 0.25, all voxels alike."""
    import torch
    from monai.inferers import SlidingWindowInferer

    with torch.inference_mode():
        return SlidingWindowInferer(tile(), mode=mode)(torch.from_numpy(image(kind))[None], network(kind))


def ours(kind: str, mode: str = "constant", reduce: str = "argmax") -> NDArray[np.generic]:
    """This program: labels, as plugins ask for them."""
    from medapp.engine.inference import infer

    options = {"roi": tile(), "classes": CLASSES, "overlap": OVERLAP, "mode": mode, "reduce": reduce}
    return infer(context(), network(kind), image(kind), **options)


def prepare(kind: str) -> None:
    """What does not belong to the figure: imports, the code of both engines, the network and the image."""
    import torch
    from monai.inferers import SlidingWindowInferer

    from medapp.engine.inference import infer

    least = torch.nn.Sequential(torch.nn.Conv3d(1, 2, 3, padding=1), torch.nn.InstanceNorm3d(2)).eval()
    noise = np.random.default_rng(0).standard_normal((1, 8, 8, 32), dtype=np.float32)
    infer(context(), least, noise, roi=(8, 8, 8), classes=2)
    with torch.inference_mode():
        SlidingWindowInferer((8, 8, 8))(torch.from_numpy(noise)[None], least)
    network(kind)
    image(kind)


def errors(kind: str) -> float:
    """Largest difference of an output as a share of the largest output, with the weights that plugins use."""
    expected = monai(kind, "gaussian")[0].numpy()
    found = ours(kind, "gaussian", "probabilities")
    return float(np.abs(found - expected).max() / np.abs(expected).max())


def timings(kind: str) -> tuple[Timings, float]:
    """Both in turn, and the seconds of this program's first run."""
    first = timed(functools.partial(ours, kind))
    runs = 1 if is_short() else RUNS
    return interleave(lambda: monai(kind), lambda: ours(kind), runs, warm_up=0), first


def rows() -> Iterator[Row]:
    """Time, memory and difference of each network."""
    for kind in list(SIZES)[: 1 if is_short() else None]:
        what = f"{kind} {FILTERS[0]} to {FILTERS[-1]}, {size(kind)}³, tile {tile()[0]}³"
        bars = (None, None) if is_short() else (TIME_BAR, MEMORY_BAR)
        peer_bytes, this_bytes = (
            peak_memory(f"{MODULE}:{name}", kind, prepare=f"{MODULE}:prepare") / 1e6
            for name in ("monai", "ours")
        )
        taken, first = timings(kind)
        yield against(f"{what}: labels", PEER, taken.peer, taken.this, at_most=bars[0])
        yield against(f"{what}: first run in a process", PEER, taken.peer, first)
        yield against(f"{what}: peak memory", PEER, peer_bytes, this_bytes, unit="MB", at_most=bars[1])
        yield at_most(
            f"{what}: largest difference from {PEER}", errors(kind), ERROR_BAR, "of the largest output"
        )


if __name__ == "__main__":
    emit(rows())
