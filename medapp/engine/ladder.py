"""How an inference is run, and what to try next where memory does not suffice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from medapp.engine.tiling import Size

_OUT_OF_MEMORY = (
    "out of memory",
    "can't allocate memory",
    "cannot allocate memory",
    "cublas_status_alloc_failed",
    "cudnn_status_alloc_failed",
)


@dataclass(frozen=True)
class Plan:
    """One way to run an inference.

    Attributes:
        device: Where the network runs, ``cpu`` or ``cuda:0``.
        stitch: Where the outputs are added up.
        precision: ``float32``, ``float16`` or ``bfloat16``.
        roi, batch: Voxels of a tile, and tiles that go through the network as one.
        streams: Tiles that a processor works on side by side.
    """

    device: str
    stitch: str
    precision: str
    roi: Size
    batch: int = 1
    streams: int = 1

    @property
    def is_cuda(self) -> bool:
        """True for a GPU."""
        return self.device.startswith("cuda")


def next_rung(plan: Plan, least_roi: Size | None) -> Plan | None:
    """The next plan that takes less memory; None at the foot of the ladder.

    Fewer tiles at a time, sums on the processor, smaller tiles, everything on the processor.

    Args:
        plan: The plan that did not fit.
        least_roi: Smallest tile that the network's results allow; None: the tile must stay.
    """
    if plan.batch > 1:
        return replace(plan, batch=plan.batch // 2)
    if plan.streams > 1:
        return replace(plan, streams=1)
    if plan.stitch != "cpu":
        return replace(plan, stitch="cpu")
    halved = halve(plan.roi, least_roi)
    if halved is not None:
        return replace(plan, roi=halved)
    if plan.is_cuda:
        return replace(plan, device="cpu", precision="float32")
    return None


def describe(top: Plan, plan: Plan) -> str:
    """What was given up between the top of the ladder and `plan`, for the provenance."""
    given_up = []
    if plan.streams != top.streams:
        given_up.append("one tile at a time")
    elif plan.batch != top.batch:
        given_up.append("one tile at a time" if plan.batch == 1 else f"{plan.batch} tiles at a time")
    if plan.stitch != top.stitch:
        given_up.append("stitched on the processor")
    if plan.roi != top.roi:
        given_up.append(f"tiles of {' x '.join(map(str, plan.roi))}")
    if plan.device != top.device:
        given_up.append("run on the processor")
    return ", ".join(given_up) or "none needed"


def halve(roi: Size, least_roi: Size | None) -> Size | None:
    """Half the longest axis of a tile that may still shrink; None where none may."""
    if least_roi is None:
        return None
    able = [axis for axis in range(3) if roi[axis] % 2 == 0 and roi[axis] // 2 >= least_roi[axis]]
    if not able:
        return None
    longest = max(able, key=lambda axis: roi[axis])
    d, h, w = (n // 2 if axis == longest else n for axis, n in enumerate(roi))
    return d, h, w


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory has run out, as torch, CUDA and the system put it."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and any(words in text for words in _OUT_OF_MEMORY)
