"""How one batch of tiles goes through the network: by torch on any device; OpenVINO lies beside it."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import torch

from medapp.engine.tiling import Tile, cut, three

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from numpy.typing import NDArray
    from torch import nn

    from medapp.engine.tiling import Size


TOLERANCE = 1e-3
"""Largest difference from float32 torch, relative to the largest output, that is not called a change."""

_DTYPES = {"float16": torch.float16, "bfloat16": torch.bfloat16}


class BackendError(RuntimeError):
    """This way of running the network does not work for it; the text says why."""


@dataclass(frozen=True)
class Difference:
    """How a faster backend differs from float32 torch on a piece of the image.

    Attributes:
        relative: Largest difference of an output, as a share of the largest output.
        labels: Share of the voxels whose largest class is another.
    """

    relative: float
    labels: float

    def __str__(self) -> str:
        """For the provenance."""
        return f"outputs differ by {self.relative:.1g} at most, {self.labels:.3%} of the labels change"


Batch = tuple[Sequence[Tile], torch.Tensor]
"""Tiles, with their voxels (N, C, D, H, W) or the network's outputs (N, classes, D, H, W), float32."""


class Backend(Protocol):
    """A way to run the network."""

    @property
    def name(self) -> str:
        """For the provenance: ``torch``, ``openvino``."""
        ...

    @property
    def device(self) -> str:
        """Where the outputs lie."""
        ...

    def run(self, batches: Iterator[Batch]) -> Generator[Batch, None, None]:
        """Run batches in their order; what comes out is valid until the next comes."""
        ...


class TorchBackend:
    """The network as it is, in float32 or under autocast."""

    name = "torch"

    def __init__(self, network: nn.Module, device: str, precision: str = "float32") -> None:
        """Move `network` to `device`, where it stays."""
        self.device = device
        self._cuda = device.startswith("cuda")
        self._dtype = _DTYPES.get(precision)
        self._network = network.to(device)
        if self._cuda:
            self._network = self._network.to(memory_format=torch.channels_last_3d)  # type: ignore[call-overload]

    def run(self, batches: Iterator[Batch]) -> Generator[Batch, None, None]:
        """Run batches one after the other."""
        for tiles, inputs in batches:
            yield tiles, self(inputs)

    def __call__(self, tiles: torch.Tensor) -> torch.Tensor:
        """Run one batch; raises ValueError where the output does not lie on the grid of the tiles."""
        batch = tiles.to(self.device)
        if self._cuda:
            batch = batch.contiguous(memory_format=torch.channels_last_3d)
        context = (
            contextlib.nullcontext()
            if self._dtype is None
            else torch.autocast(self.device.partition(":")[0], dtype=self._dtype)
        )
        with torch.inference_mode(), context:
            return main_output(self._network(batch), batch.shape).float()


def main_output(output: object, shape: torch.Size) -> torch.Tensor:
    """The first of several outputs (deep supervision), checked against the tiles' `shape`.

    Raises:
        TypeError: Where it is no tensor.
        ValueError: Where it does not lie on the grid of the tiles.
    """
    found = output
    while isinstance(found, list | tuple) and found:
        found = found[0]
    if isinstance(found, dict) and found:
        found = next(iter(found.values()))
    if not isinstance(found, torch.Tensor):
        message = f"the network gives {type(found).__name__}, not a tensor"
        raise TypeError(message)
    if found.ndim != len(shape) or found.shape[2:] != shape[2:] or len(found) != shape[0]:
        message = f"the network turns {tuple(shape)} into {tuple(found.shape)}: not one output per voxel"
        raise ValueError(message)
    return found


def middle(image: NDArray[np.generic], size: Size) -> torch.Tensor:
    """A piece (1, C, size) of float32 from the middle of `image` (C, D, H, W), to try a backend on."""
    piece = np.zeros((1, image.shape[0], *size), np.float32)
    corner = [(n - part) // 2 for n, part in zip(image.shape[1:], size, strict=True)]
    cut(image, three(corner), piece[0])
    return torch.from_numpy(piece)


def compare(found: torch.Tensor, expected: torch.Tensor) -> Difference:
    """How outputs (N, classes, ...) differ from those expected; NaN counts as infinitely different."""
    found, expected = found.detach().float().cpu(), expected.detach().float().cpu()
    largest = float(expected.abs().max()) or 1.0
    relative = float((found - expected).abs().max()) / largest
    if relative != relative:  # noqa: PLR0124 - only NaN is not itself
        relative = float("inf")
    changed = (found.argmax(1) != expected.argmax(1)).float().mean()
    return Difference(relative, float(changed))


@contextlib.contextmanager
def evaluating(network: nn.Module) -> Iterator[None]:
    """Have the network in eval mode, and put every module back to where it was.

    A network that is handed over in training mode would normalise by the tile and drop channels at random.
    """
    training = [module for module in network.modules() if module.training]
    for module in training:
        module.training = False
    try:
        yield
    finally:
        for module in training:
            module.training = True
