"""Choose device, precision, batch and tile from the memory that is free, and the backend that runs them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import torch

from medapp.engine.backend import TOLERANCE, Backend, BackendError, TorchBackend, compare, middle
from medapp.engine.backend_openvino import Wanted, compiled_for
from medapp.engine.ladder import Plan, halve
from medapp.engine.stitching import Reduce, result_type, stitching_bytes

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import nn

    from medapp.api.context import JobContext
    from medapp.engine.tiling import Grid, Size

_MOST_TILES = 8
_WORTH_COMPILING = 3
_HELD_OUTPUTS = 4
_SUM_BYTES = 4
_TRIED = 32
_AS_EXACT = 2.0


def first_plan(context: JobContext, roi: Size) -> Plan:
    """The top of the ladder: what the job asks for, its batch not yet measured."""
    device = context.device
    precision = context.precision
    if device.startswith("cuda") and precision == "float32":
        # Ten bits of fraction, as the TF32 that torch computes float32 convolutions in; checked before use.
        precision = "float16"
    return Plan(device=device, stitch=device, precision=precision, roi=roi)


def fit(
    plan: Plan,
    grid: Grid,
    network: nn.Module,
    image: NDArray[np.generic],
    *,
    context: JobContext,
    classes: int,
    reduce: Reduce,
    least_roi: Size | None,
) -> Plan:
    """Adapt a plan to the memory that the job may take, before anything runs.

    Raises:
        MemoryError: Where the result alone does not fit into the processor's memory.
    """
    budget, sums = context.memory_budget, stitching_bytes(grid, classes, reduce)
    if plan.is_cuda:
        return _fit_gpu(plan, network, image, budget=budget, sums=sums)
    voxels = int(np.prod(grid.size))
    result = voxels * (classes if reduce == "probabilities" else 1) * result_type(classes, reduce).itemsize
    if result + sums > budget:
        needed, free = ((number / 2**30) for number in (result + sums, budget))
        message = f"out of memory: the result takes {needed:.1f} GiB and {free:.1f} GiB are free"
        raise MemoryError(message)
    per_voxel = held_bytes_per_voxel(network, image, plan.roi)
    roi = plan.roi
    while per_voxel * np.prod(roi) > budget - result - sums:
        halved = halve(roi, least_roi)
        if halved is None:
            break
        roi = halved
    held = per_voxel * float(np.prod(roi))
    # Sums of the whole image and a tile in torch, which takes about twice as much: stay below half of that.
    plain = _SUM_BYTES * (classes + 1) * voxels + 2 * held
    room = min(plain / 2, budget) - result - sums
    most = min(context.threads, grid.count)
    streams = 1 if held == 0 else max(1, min(most, int(room / held)))
    return replace(plan, roi=roi, streams=streams)


def held_bytes_per_voxel(network: nn.Module, image: NDArray[np.generic], roi: Size) -> float:
    """About what a tile takes while it is worked on: a few times the largest output of any layer.

    0 where the network does not take a small tile.
    """
    sizes = [0]

    def note(_module: object, _inputs: object, output: object) -> None:
        if isinstance(output, torch.Tensor):
            sizes.append(output.nbytes)

    d, h, w = (min(n, _TRIED) for n in roi)
    hooks = [module.register_forward_hook(note) for module in network.modules()]
    try:
        TorchBackend(network, "cpu")(middle(image, (d, h, w)))
    except (RuntimeError, ValueError, TypeError):
        return 0.0
    finally:
        for hook in hooks:
            hook.remove()
    return _HELD_OUTPUTS * max(sizes) / (d * h * w)


def _fit_gpu(plan: Plan, network: nn.Module, image: NDArray[np.generic], *, budget: int, sums: int) -> Plan:
    """Run one tile and count what it took."""
    backend = TorchBackend(network, plan.device, plan.precision)
    held = torch.cuda.memory_allocated(plan.device)
    torch.cuda.reset_peak_memory_stats(plan.device)
    backend(middle(image, plan.roi))
    tile = max(torch.cuda.max_memory_allocated(plan.device) - held, 1)
    fits = sums + 2 * tile <= budget
    left = budget - (sums if fits else 0)
    batch = max(1, min(_MOST_TILES, left // (2 * tile)))
    return replace(plan, batch=batch, stitch=plan.device if fits else "cpu")


def backend_for(
    plan: Plan, network: nn.Module, image: NDArray[np.generic], *, context: JobContext, tiles: int
) -> Backend:
    """The fastest backend whose outputs may be used; says in the provenance which and how exact it is."""
    if plan.is_cuda:
        return _on_gpu(plan, network, image, context)
    if tiles >= _WORTH_COMPILING or plan.precision != "float32":
        wanted = Wanted(plan.roi, image.shape[0], context.threads, plan.precision, plan.streams)
        try:
            backend = compiled_for(network, wanted, image)
        except BackendError as error:
            context.log.info("torch runs the network: %s", error)
        else:
            _record(context, backend.name, plan.precision, str(backend.difference))
            return backend
    _record(context, "torch", plan.precision)
    return TorchBackend(network, "cpu", plan.precision)


def _on_gpu(plan: Plan, network: nn.Module, image: NDArray[np.generic], context: JobContext) -> Backend:
    """Under autocast; but float16 only where it is about as exact as TF32, torch's own float32."""
    backend = TorchBackend(network, plan.device, plan.precision)
    full = TorchBackend(network, plan.device)
    if plan.precision == "float32":
        _record(context, "torch", "float32")
        return full
    piece = middle(image, plan.roi)
    with torch.backends.cudnn.flags(enabled=True, allow_tf32=False):
        exact = full(piece)
    difference, usual = compare(backend(piece), exact), compare(full(piece), exact)
    if plan.precision == "float16" and difference.relative > max(TOLERANCE, _AS_EXACT * usual.relative):
        context.log.info("float32 is used: under float16 %s, under TF32 %s", difference, usual)
        _record(context, "torch", "float32", str(usual))
        return full
    _record(context, "torch", plan.precision, str(difference))
    return backend


def _record(context: JobContext, backend: str, precision: str, detail: str = "") -> None:
    context.record("backend", backend)
    context.record("precision", f"{precision} ({detail})" if detail else precision)
