"""Sliding-window inference: tiles through a network, weighted, added up, reduced.

The result is that of MONAI's `sliding_window_inference` with the same window, overlap and weights, in less
than half the time and memory.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Unpack

import numpy as np
import torch

from medapp.engine.backend import evaluating
from medapp.engine.feeding import batches, fed
from medapp.engine.ladder import describe, is_out_of_memory, next_rung
from medapp.engine.planning import backend_for, first_plan, fit
from medapp.engine.stitching import NotFiniteError, Reduce, Stitcher
from medapp.engine.tiling import Grid, Mode, Size, importance, three

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import ArrayLike, NDArray
    from torch import nn

    from medapp.api.context import InferOptions, JobContext
    from medapp.engine.backend import Batch
    from medapp.engine.ladder import Plan

_DIMENSIONS = 4
_LEAST_CLASSES = 2


@dataclass(frozen=True)
class _Options:
    """`medapp.api.InferOptions` with its defaults."""

    roi: Sequence[int]
    classes: int
    overlap: float | Sequence[float] = 0.25
    mode: Mode = "gaussian"
    reduce: Reduce = "argmax"
    least_roi: Sequence[int] | None = None
    span: tuple[float, float] = (0.0, 1.0)

    def __post_init__(self) -> None:
        if self.reduce not in {"argmax", "probabilities"}:
            message = f"results are reduced by argmax or as probabilities, not by {self.reduce!r}"
            raise ValueError(message)
        if self.classes < (_LEAST_CLASSES if self.reduce == "argmax" else 1):
            message = f"{self.reduce} of {self.classes} classes; with one, ask for probabilities"
            raise ValueError(message)


@dataclass(frozen=True, eq=False)
class _Work:
    context: JobContext
    network: nn.Module
    image: NDArray[np.generic]
    options: _Options

    def grid(self, roi: Size) -> Grid:
        return Grid.over(self.image.shape[1:], roi, self.options.overlap)


def infer(
    context: JobContext, network: nn.Module, image: ArrayLike, **options: Unpack[InferOptions]
) -> NDArray[np.generic]:
    """Run `network` over `image`; what `medapp.api.JobContext.infer` says.

    Raises:
        ValueError: Where the options, the image or the network's output are not as they have to be.
        NotFiniteError: Where the network gives values that are not numbers.
        MemoryError: Where memory runs out on the last rung of the ladder.
    """
    work = _Work(context, network, _array(image), _Options(**options))
    torch.set_num_threads(max(1, context.threads))
    with evaluating(network):
        return _down_the_ladder(work)


def _array(image: ArrayLike) -> NDArray[np.generic]:
    tensor = image.detach().cpu() if isinstance(image, torch.Tensor) else None
    if tensor is not None and tensor.dtype == torch.bfloat16:
        tensor = tensor.float()
    array = np.asarray(image if tensor is None else tensor.numpy())
    if array.ndim != _DIMENSIONS or not array.size:
        message = f"an image is (channels, slices, rows, columns), not {array.shape}"
        raise ValueError(message)
    return array


def _down_the_ladder(work: _Work) -> NDArray[np.generic]:
    roi, least = three(work.options.roi), work.options.least_roi
    least_roi = None if least is None else three(least)
    top = plan = first_plan(work.context, roi)
    measured = False
    while True:
        try:
            if not measured:
                plan = _fitted(work, plan, least_roi)
                top, measured = replace(plan, stitch=top.stitch, roi=roi), True
            work.context.record("rung", describe(top, plan))
            with _on(plan.device):
                return _run(work, plan)
        except NotFiniteError:
            if plan.precision == "float32":
                raise
            work.context.log.warning("%s overflows; float32 is used", plan.precision)
            plan = replace(plan, precision="float32")
            continue
        except (RuntimeError, MemoryError) as error:
            below = next_rung(plan, least_roi) if is_out_of_memory(error) else None
            if below is None:
                raise
            work.context.log.warning("memory ran out (%s); next: %s", error, describe(top, below))
            plan, measured = below, True
        # Outside the handler, where the failed attempt's tensors are no longer held by its traceback.
        if torch.cuda.is_available():
            torch.cuda.empty_cache()


def _fitted(work: _Work, plan: Plan, least_roi: Size | None) -> Plan:
    with _on(plan.device):
        return fit(
            plan,
            work.grid(plan.roi),
            work.network,
            work.image,
            context=work.context,
            classes=work.options.classes,
            reduce=work.options.reduce,
            least_roi=least_roi,
        )


def _on(device: str) -> contextlib.AbstractContextManager[object]:
    return torch.cuda.device(device) if device.startswith("cuda") else contextlib.nullcontext()


def _run(work: _Work, plan: Plan) -> NDArray[np.generic]:
    context, grid = work.context, work.grid(plan.roi)
    weights = importance(plan.roi, work.options.mode)
    context.progress(work.options.span[0], "preparing the network")
    backend = backend_for(plan, work.network, work.image, context=context, tiles=grid.count)
    stitcher = Stitcher(grid, weights, work.options.classes, work.options.reduce, device=plan.stitch)
    done = 0
    inputs = fed(work.image, batches(grid.tiles(), plan.batch), plan)
    # Closed at once where anything fails, so that no tile is still on its way when the network is used again.
    with contextlib.closing(backend.run(_watched(inputs, context))) as finished:
        for tiles, outputs in finished:
            _require_classes(outputs, work.options.classes)
            for tile, output in zip(tiles, outputs.to(plan.stitch), strict=True):
                stitcher.add(tile, output)
            done += len(tiles)
            start, end = work.options.span
            context.progress(start + (end - start) * done / grid.count, f"tile {done} of {grid.count}")
    return stitcher.result


def _require_classes(outputs: torch.Tensor, classes: int) -> None:
    if outputs.shape[1] != classes:
        message = f"the network gives {outputs.shape[1]} classes, {classes} are expected"
        raise ValueError(message)


def _watched(inputs: Iterator[Batch], context: JobContext) -> Iterator[Batch]:
    for batch in inputs:
        context.check_cancelled()
        yield batch
