"""Where a foreign network looks: Grad-CAM where torch sees into it, else what falls under a patch."""

from __future__ import annotations

import itertools
import time
from typing import TYPE_CHECKING

import numpy as np

from medapp_classification.image_import.answers import probabilities

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import torch
    from numpy.typing import NDArray

    from medapp.api import JobContext
    from medapp_classification.image_import.description import Description
    from medapp_classification.image_import.runtime import Runtime

_CELLS = {2: (4, 8, 16), 3: (3, 6, 10)}
"""Patches along each axis, coarse first: what the time allows is shown, and it covers the whole image."""


def grad_cam(
    module: torch.nn.Module, array: NDArray[np.float32], place: int, device: str
) -> NDArray[np.float32] | None:
    """Grad-CAM on the last convolution of a network, on that convolution's grid.

    Args:
        module: In eval mode.
        array: (channels, *size).
        place: Of the class.
        device: Where the network is.

    Returns:
        None where the network has no convolution, or is built so that its gradient cannot be followed.
    """
    import torch
    from captum.attr import LayerGradCam

    kinds = (torch.nn.Conv2d, torch.nn.Conv3d)
    layers = [one for one in module.modules() if isinstance(one, kinds) and max(one.kernel_size) > 0]
    if not layers:
        return None
    tensor = torch.from_numpy(array)[None].to(device).requires_grad_()
    for layer in reversed(layers):
        try:
            found = LayerGradCam(module, layer).attribute(tensor, target=place, relu_attributions=True)
        except (RuntimeError, AssertionError, IndexError, TypeError):
            return None
        if found.ndim == array.ndim + 1 and max(found.shape[2:]) > 1:
            return np.asarray(found[0, 0].detach().cpu().numpy(), np.float32)
    return None


def occlusion(
    runtime: Runtime,
    array: NDArray[np.float32],
    place: int,
    description: Description,
    context: JobContext,
    *,
    seconds: float,
    clock: Callable[[], float] = time.monotonic,
) -> NDArray[np.float32] | None:
    """How far a class's probability falls where a patch takes the image's mean (Zeiler and Fergus, 2014).

    Args:
        runtime: The network.
        array: (channels, *size).
        place: Of the class.
        description: Of the classifier.
        context: Asked before every patch whether the user has cancelled.
        seconds: After this long no finer grid is begun or gone on with.
        clock: Seconds.

    Returns:
        The finest grid that the time sufficed for; None where it did not suffice for any.

    Raises:
        JobCancelled: Where the user has cancelled.
    """
    end = clock() + seconds
    whole = probabilities(runtime, array, description)[place]
    finest = None
    for cells in _CELLS[array.ndim - 1]:
        found = np.zeros((cells,) * (array.ndim - 1), np.float32)
        for where, covered in _patches(array, cells):
            context.progress(0.5, "explaining")
            if clock() > end:
                return finest
            found[where] = max(0.0, whole - probabilities(runtime, covered, description)[place])
        finest = found
    return finest


def _patches(array: NDArray[np.float32], cells: int) -> Iterator[tuple[tuple[int, ...], NDArray[np.float32]]]:
    edges = [np.linspace(0, size, cells + 1).round().astype(int) for size in array.shape[1:]]
    mean = array.mean(axis=tuple(range(1, array.ndim)), keepdims=True)
    for where in itertools.product(range(cells), repeat=array.ndim - 1):
        part = tuple(slice(axis[one], axis[one + 1]) for axis, one in zip(edges, where, strict=True))
        covered = array.copy()
        covered[(slice(None), *part)] = mean
        yield where, covered
