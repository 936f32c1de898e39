"""Run a torch network on the processor with OpenVINO: twice as fast as torch and with less memory.

The network is traced on a small tile, converted, compared with torch on a piece of the image, and compiled
for the tile's shape. What was compiled is kept as long as the network lives and its weights stay the same.
"""

from __future__ import annotations

import contextlib
import ctypes
import sys
import warnings
import weakref
from collections import deque
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from medapp.engine.backend import (
    TOLERANCE,
    BackendError,
    Difference,
    TorchBackend,
    compare,
    main_output,
    middle,
)
from medapp.engine.tiling import Size, Tile, three

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from numpy.typing import NDArray

    from medapp.engine.backend import Batch

_HINTS = {"float32": "f32", "bfloat16": "bf16"}
_KEPT = 2
_COARSEST = 32


@dataclass(frozen=True)
class Wanted:
    """What a network is compiled for."""

    roi: Size
    channels: int
    threads: int
    precision: str
    streams: int = 1


class OpenVinoBackend:
    """A compiled network, with as many tiles on the way as were asked for."""

    name = "openvino"
    device = "cpu"

    def __init__(self, compiled: Any, difference: Difference, streams: int = 1) -> None:  # noqa: ANN401
        """Hold a compiled model and how it differs from torch."""
        self._requests = [compiled.create_infer_request() for _ in range(streams)]
        self.difference = difference

    def run(self, batches: Iterator[Batch]) -> Generator[Batch, None, None]:
        """Run tiles side by side; while one's outputs are looked at, the others go on."""
        idle, busy = deque(self._requests), deque[tuple[Tile, Any]]()
        try:
            for tiles, inputs in batches:
                for tile, voxels in zip(tiles, inputs, strict=True):
                    if not idle:
                        yield self._finished(busy, idle)
                    request = idle.popleft()
                    request.get_input_tensor().data[...] = voxels[None].numpy()
                    request.start_async()
                    busy.append((tile, request))
            while busy:
                yield self._finished(busy, idle)
        finally:
            for _tile, request in busy:
                request.wait()

    @staticmethod
    def _finished(busy: deque[tuple[Tile, Any]], idle: deque[Any]) -> Batch:
        tile, request = busy.popleft()
        # It starts again with the next tile only, when its outputs have been looked at.
        idle.append(request)
        request.wait()
        return [tile], torch.from_numpy(request.get_output_tensor().data)

    def __call__(self, tiles: torch.Tensor) -> torch.Tensor:
        """Run one tile (1, C, D, H, W)."""
        request = self._requests[0]
        request.infer([tiles.numpy()], share_inputs=True)
        return torch.from_numpy(request.get_output_tensor().data)


class _Main(nn.Module):
    """The network, its main output only, so that what is traced has one output."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, tiles: torch.Tensor) -> torch.Tensor:
        return main_output(self.network(tiles), tiles.shape)


_State = tuple[tuple[int, int], ...]
_compiled: weakref.WeakKeyDictionary[nn.Module, dict[tuple[Wanted, _State], OpenVinoBackend]] = (
    weakref.WeakKeyDictionary()
)


def compiled_for(network: nn.Module, wanted: Wanted, image: NDArray[np.generic]) -> OpenVinoBackend:
    """A compiled network that was found to agree with torch on a piece from the middle of `image`.

    Raises:
        BackendError: Where OpenVINO is absent, cannot convert the network or does not agree with torch.
    """
    state = _state(network)
    kept = _compiled.setdefault(network, {})
    for key in [key for key in kept if key[1] != state]:
        del kept[key]
    key = (wanted, state)
    if key not in kept:
        found = _compile(network, wanted, image)
        _trim()
        while len(kept) >= _KEPT:
            del kept[next(iter(kept))]
        kept[key] = found
    return kept[key]


def _trim() -> None:
    """Give what tracing and trying took back to the system, where its allocator keeps it (glibc)."""
    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def _state(network: nn.Module) -> _State:
    """Changes with every training step and with loaded weights."""
    tensors = (*network.parameters(), *network.buffers())
    return tuple((tensor.data_ptr(), _version(tensor)) for tensor in tensors)


def _version(tensor: torch.Tensor) -> int:
    return 0 if tensor.is_inference() else tensor._version  # noqa: SLF001 - torch has no other way to ask


@cache
def openvino() -> Any:  # noqa: ANN401 - ships no types
    """The library, without the part of it that reports its use over the network.

    Raises:
        BackendError: Where it is not installed.
    """
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    try:
        import openvino as library
    except ImportError as error:
        message = f"OpenVINO cannot be used: {error}"
        raise BackendError(message) from error
    return library


def _compile(network: nn.Module, wanted: Wanted, image: NDArray[np.generic]) -> OpenVinoBackend:
    library = openvino()
    reasons = []
    for traced_size, checked_size in trials(wanted.roi):
        try:
            model = _convert(library, network, wanted, traced_size)
            piece = middle(image, checked_size)
            difference = compare(
                OpenVinoBackend(_load(library, model, wanted, checked_size), Difference(0, 0))(piece),
                TorchBackend(network, "cpu")(piece),
            )
            if wanted.precision == "float32" and difference.relative > TOLERANCE:
                reasons.append(f"with OpenVINO {difference}")
                continue
            return OpenVinoBackend(_load(library, model, wanted, wanted.roi), difference, wanted.streams)
        except Exception as error:  # noqa: BLE001 - tracing runs the network's code and may fail in any way
            reasons.append(
                f"{type(error).__name__}: {str(error).strip().splitlines()[0] if str(error) else ''}"
            )
    raise BackendError("; ".join(reasons))


def trials(roi: Size) -> Iterator[tuple[Size, Size]]:
    """Sizes to trace and to check on: small ones that differ, so that a fixed size shows; then the tile's."""
    units = [min(n & -n, _COARSEST) for n in roi]
    small = three([unit * max(1, round(n / unit / 3)) for n, unit in zip(roi, units, strict=True)])
    longest = max(range(3), key=lambda axis: roi[axis])
    other = three([2 * n if axis == longest else n for axis, n in enumerate(small)])
    if np.prod(other) < np.prod(roi):
        yield small, other
    yield roi, roi


def _convert(library: Any, network: nn.Module, wanted: Wanted, size: Size) -> Any:  # noqa: ANN401
    example = torch.zeros((1, wanted.channels, *size))
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        traced = torch.jit.trace(_Main(network.to("cpu")).eval(), example, check_trace=False)
        shape = library.PartialShape([1, wanted.channels, -1, -1, -1])
        return library.convert_model(traced, example_input=example, input=[shape])


def _load(library: Any, model: Any, wanted: Wanted, size: Size) -> Any:  # noqa: ANN401
    model.reshape(library.PartialShape([1, wanted.channels, *size]))
    options = {
        "INFERENCE_PRECISION_HINT": _HINTS[wanted.precision],
        "INFERENCE_NUM_THREADS": max(wanted.threads, wanted.streams),
        "NUM_STREAMS": wanted.streams,
    }
    return library.Core().compile_model(model, "CPU", options)
