"""From what a network gives to probabilities of the manifest's classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from medapp.engine.calibration import sigmoid
from medapp_classification.image_import.runtime import shape_of
from medapp_classification.image_import.words import ImportRefused

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp_classification.image_import.description import Description
    from medapp_classification.image_import.runtime import Runtime

_ROOM = 1e-3
"""How far probabilities may leave 0 to 1 by rounding."""


def probabilities(
    runtime: Runtime, array: NDArray[np.float32], description: Description
) -> NDArray[np.float64]:
    """Probabilities (classes,) of one prepared image (channels, *size).

    Raises:
        ImportRefused: Where the network gives another number of values, what is no number, or, where it is
            said to give probabilities, what is none.
    """
    batch = array[None]
    if description.given.channels_last:
        batch = np.ascontiguousarray(np.moveaxis(batch, 1, -1))
    return _activated(_one_each(runtime.run(batch), description), description)


def probe(runtime: Runtime, description: Description) -> None:
    """Ask the network about nothing in particular: weights that are no numbers show here, whatever runs it.

    Raises:
        ImportRefused: As `probabilities`.
    """
    made = shape_of(description)
    given = np.random.default_rng(0).standard_normal(made).astype(np.float32)
    raw = _one_each(
        runtime.run(given), description, because="; its weights hold such values, or it is damaged"
    )
    del raw


def _one_each(found: NDArray[np.float64], description: Description, because: str = "") -> NDArray[np.float64]:
    count = len(description.classes)
    values = found.reshape(-1)
    if found.ndim < 1 or found.shape[0] != 1 or values.size != count:
        shape = " x ".join(map(str, found.shape)) or "a single number"
        message = (
            f"the network gives {shape}, the manifest names {count} classes: give one [[class]] an output"
        )
        raise ImportRefused(message)
    if not np.isfinite(values).all():
        message = f"the network gives values that are no numbers{because}"
        raise ImportRefused(message)
    return values


def _activated(values: NDArray[np.float64], description: Description) -> NDArray[np.float64]:
    if description.activation == "none":
        if values.min() < -_ROOM or values.max() > 1 + _ROOM:
            message = (
                "the network gives values outside of 0 to 1, which are no probabilities: "
                "say in [output] which activation turns them into such"
            )
            raise ImportRefused(message)
        return np.asarray(np.clip(values, 0, 1))
    warm = values / description.temperature
    if description.activation == "sigmoid":
        return np.asarray(sigmoid(warm), np.float64)
    shifted = np.exp(warm - warm.max())
    return np.asarray(shifted / shifted.sum())
