"""Hand batches of tiles to the device: the next is copied there while the last is worked on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from medapp.engine.tiling import cut

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from medapp.engine.backend import Batch
    from medapp.engine.ladder import Plan
    from medapp.engine.tiling import Tile

_SLOTS = 2


def batches(tiles: Iterator[Tile], size: int) -> Iterator[list[Tile]]:
    """Tiles in lists of `size`, in their order; the last may be shorter."""
    kept: list[Tile] = []
    for tile in tiles:
        kept.append(tile)
        if len(kept) == size:
            yield kept
            kept = []
    if kept:
        yield kept


def fed(image: NDArray[np.generic], groups: Iterator[list[Tile]], plan: Plan) -> Iterator[Batch]:
    """Every group with its tiles (N, C, roi) in float32 on the plan's device, valid until the next one."""
    shape = (plan.batch, image.shape[0], *plan.roi)
    return _through_pinned(image, groups, plan, shape) if plan.is_cuda else _plain(image, groups, shape)


def _fill(image: NDArray[np.generic], group: Sequence[Tile], out: NDArray[np.float32]) -> None:
    for tile, place in zip(group, out, strict=True):
        cut(image, tile.corner, place)


def _plain(
    image: NDArray[np.generic], groups: Iterator[list[Tile]], shape: tuple[int, ...]
) -> Iterator[Batch]:
    buffer = np.empty(shape, np.float32)
    for group in groups:
        _fill(image, group, buffer[: len(group)])
        yield group, torch.from_numpy(buffer[: len(group)])


class _Slot:
    """Pinned memory of one batch, with the ends of the copy from it and of the work on what was copied."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.memory = torch.empty(shape, pin_memory=True)
        self.copied = torch.cuda.Event()
        self.worked = torch.cuda.Event()


def _through_pinned(
    image: NDArray[np.generic], groups: Iterator[list[Tile]], plan: Plan, shape: tuple[int, ...]
) -> Iterator[Batch]:
    slots = [_Slot(shape) for _ in range(_SLOTS)]
    copies = torch.cuda.Stream(plan.device)
    work = torch.cuda.current_stream(plan.device)

    def send(slot: _Slot, group: list[Tile]) -> torch.Tensor:
        # Wait for the copy before memory is written again, and for the work lest batches pile up on the GPU.
        slot.copied.synchronize()
        slot.worked.synchronize()
        part = slot.memory[: len(group)]
        _fill(image, group, part.numpy())
        with torch.cuda.stream(copies):
            sent = part.to(plan.device, non_blocking=True)
        slot.copied.record(copies)
        return sent

    ahead: tuple[list[Tile], torch.Tensor, _Slot] | None = None
    for number, group in enumerate(groups):
        slot = slots[number % _SLOTS]
        following = (group, send(slot, group), slot)
        if ahead is not None:
            yield _arrived(ahead, work)
            ahead[2].worked.record(work)
        ahead = following
    if ahead is not None:
        yield _arrived(ahead, work)


def _arrived(sent: tuple[list[Tile], torch.Tensor, _Slot], work: torch.cuda.Stream) -> Batch:
    group, tiles, slot = sent
    work.wait_event(slot.copied)
    tiles.record_stream(work)
    return group, tiles
