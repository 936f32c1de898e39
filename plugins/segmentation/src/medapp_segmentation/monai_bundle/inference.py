"""Run the bundle's inferer over a volume: progress, cancelling, and a ladder down where memory ends."""

from __future__ import annotations

import math
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    import torch

    from medapp.api import JobContext

_FAST_OVERLAP = 0.125
_DEFAULT_OVERLAP = 0.25
_FIRST, _LAST = 0.2, 0.8


def choose_inferer(built: Any, patch: Sequence[int], *, fast: bool) -> Any:  # noqa: ANN401 - MONAI's Inferer
    """The bundle's own inferer, or windows of the size its metadata tells, or the whole image at once."""
    from monai.inferers.inferer import SimpleInferer, SlidingWindowInferer

    inferer = built
    if inferer is None:
        inferer = SlidingWindowInferer(tuple(patch), overlap=_DEFAULT_OVERLAP) if patch else SimpleInferer()
    if fast and isinstance(inferer, SlidingWindowInferer):
        overlap: Any = inferer.overlap
        parts = list(overlap) if isinstance(overlap, list | tuple) else [overlap]
        inferer.overlap = [min(float(part), _FAST_OVERLAP) for part in parts] * (1 if len(parts) > 1 else 3)
    return inferer


def infer(inferer: Any, network: torch.nn.Module, image: torch.Tensor, context: JobContext) -> torch.Tensor:  # noqa: ANN401
    """Output (channels, x, y, z) for an image (channels, x, y, z); the rung taken goes into the provenance.

    Raises:
        MemoryError: Where no rung of the ladder has enough memory.
    """
    import torch

    failure: Exception | None = None
    for rung, device in _ladder(inferer, context):
        counted = _Counted(network.to(device), _windows(inferer, image.shape[1:]), context)
        try:
            with torch.inference_mode(), _precision(context, device):
                where = getattr(inferer, "device", None) or device
                output: Any = inferer(image[None].to(where), counted)
        except torch.OutOfMemoryError as error:
            context.log.warning("out of memory with %s", rung)
            failure = error
            torch.cuda.empty_cache()
            continue
        context.record("rung", rung)
        context.record("device", device)
        first = _only_output(output)[0]
        return first.float()
    message = "the bundle needs more memory than there is, even with the smallest steps on the processor"
    raise MemoryError(message) from failure


def _ladder(inferer: Any, context: JobContext) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - MONAI's Inferer
    """Rungs by name with their device; the inferer is changed on the way down."""
    yield "as the bundle says", context.device
    if hasattr(inferer, "sw_batch_size"):
        inferer.sw_batch_size, inferer.sw_device, inferer.device = 1, context.device, "cpu"
        inferer.roi_weight_map = None
        yield "one window at a time, stitched in main memory", context.device
        inferer.sw_device = "cpu"
    if context.device != "cpu":
        yield "on the processor", "cpu"


def _precision(context: JobContext, device: str) -> AbstractContextManager[object]:
    import torch

    if context.precision != "bfloat16":
        return nullcontext()
    return torch.autocast(device.partition(":")[0], torch.bfloat16)


def _only_output(output: Any) -> torch.Tensor:  # noqa: ANN401 - whatever the network returns
    """The tensor of an output; the first of several (deep supervision), the first of a table."""
    import torch

    while not isinstance(output, torch.Tensor):
        output = next(iter(output.values())) if isinstance(output, dict) else output[0]
    return output


def _windows(inferer: Any, shape: Sequence[int]) -> int:  # noqa: ANN401 - MONAI's Inferer
    """About how often the network will be called."""
    roi = getattr(inferer, "roi_size", None)
    if roi is None:
        return 1
    sizes = [roi] * len(shape) if isinstance(roi, int) else list(roi)
    overlap = getattr(inferer, "overlap", 0.0)
    overlaps = [overlap] * len(shape) if isinstance(overlap, int | float) else list(overlap)
    count = 1
    for size, window, share in zip(shape, sizes, overlaps, strict=True):
        width = window if window and window > 0 else size
        step = max(1, int(width * (1 - share)))
        count *= max(1, math.ceil((size - width) / step) + 1)
    return math.ceil(count / max(1, getattr(inferer, "sw_batch_size", 1)))


class _Counted:
    """The network, reporting at every window."""

    def __init__(self, network: torch.nn.Module, windows: int, context: JobContext) -> None:
        self._network, self._windows, self._context = network, windows, context
        self._done = 0

    def __call__(self, *args: Any, **rest: Any) -> Any:  # noqa: ANN401 - as the network
        share = min(1.0, self._done / self._windows)
        message = f"window {self._done + 1} of {max(self._windows, self._done + 1)}"
        self._context.progress(_FIRST + (_LAST - _FIRST) * share, message)
        self._done += 1
        return self._network(*args, **rest)
