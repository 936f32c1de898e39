"""From the network's output after post-processing to one label a voxel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from medapp.domain.notice import Notice
from medapp_segmentation.monai_bundle.labels import is_background, label_for
from medapp_segmentation.monai_bundle.source import BundleError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from medapp.domain.segmentation import Label

_WHOLE = 1e-3
_UINT8 = 255
_MOST_LABELS = 65_535


def label_map(
    output: NDArray[np.generic], classes: Mapping[int, str]
) -> tuple[NDArray[np.unsignedinteger], tuple[Label, ...], tuple[Notice, ...]]:
    """Turn an output (channels, x, y, z) into labels (x, y, z).

    Args:
        output: Class values in one channel, or one channel a class.
        classes: Name by number, from the metadata.

    Returns:
        uint8 or uint16 label map, the labels that were found, and what the reader should know.

    Raises:
        BundleError: Where the output is not a segmentation.
    """
    if output.shape[0] == 1:
        values = _whole(output[0])
        names = _names_of_values(classes)
        notices: tuple[Notice, ...] = ()
    elif is_background(classes.get(0, "")) and _exclusive(output):
        values, names, notices = _strongest(output), dict(classes), ()
    else:
        values, names, notices = _painted(output, classes)
    found = sorted({int(value) for plane in values for value in np.unique(plane)} - {0})
    array: NDArray[np.unsignedinteger] = values
    if not found or found[-1] <= _UINT8:
        array = values.astype(np.uint8)
    return array, tuple(label_for(value, names.get(value, f"Class {value}")) for value in found), notices


def _whole(output: NDArray[np.generic]) -> NDArray[np.uint16]:
    """Class values as they are, plane by plane: a large volume has no room for copies."""
    values: NDArray[np.uint16] = np.empty(output.shape, np.uint16)
    for target, plane in zip(values, output, strict=True):
        rounded = np.rint(plane)
        if np.abs(plane - rounded).max(initial=0) > _WHOLE:
            message = "the bundle gives values between classes: its post-processing does not choose one"
            raise BundleError(message)
        if rounded.min(initial=0) < 0 or rounded.max(initial=0) > _MOST_LABELS:
            message = f"the bundle gives the value {rounded.min():g} or {rounded.max():g}, which is no class"
            raise BundleError(message)
        target[...] = rounded
    return values


def _strongest(output: NDArray[np.generic]) -> NDArray[np.uint16]:
    planes = [np.argmax(output[:, x], axis=0).astype(np.uint16) for x in range(output.shape[1])]
    return np.stack(planes)


def _names_of_values(classes: Mapping[int, str]) -> dict[int, str]:
    """A mask of one class is 1, also where the metadata numbers its channel 0."""
    named = {value: name for value, name in classes.items() if not is_background(name)}
    if 0 in named:
        return {value + 1: name for value, name in named.items()}
    return named


def _exclusive(output: NDArray[np.generic]) -> bool:
    """Whether channels compete for a voxel: one-hot, probabilities or logits; not masks that overlap."""
    if not _is_binary(output):
        return True
    return bool((output.sum(axis=0) == 1).all())


def _is_binary(output: NDArray[np.generic]) -> bool:
    return all(bool(((channel == 0) | (channel == 1)).all()) for channel in output)


def _painted(
    output: NDArray[np.generic], classes: Mapping[int, str]
) -> tuple[NDArray[np.uint16], dict[int, str], tuple[Notice, ...]]:
    """Masks that may overlap, the smaller over the larger."""
    if not _is_binary(output):
        message = "the bundle gives a value a class and no background: its post-processing does not choose"
        raise BundleError(message)
    first = 0 if is_background(classes.get(0, "")) else 1
    names = {channel + first: classes.get(channel, f"Class {channel}") for channel in range(output.shape[0])}
    values: NDArray[np.uint16] = np.zeros(output.shape[1:], np.uint16)
    sizes = [int(channel.sum()) for channel in output]
    hidden = False
    for channel in sorted(range(output.shape[0]), key=lambda number: -sizes[number]):
        if channel + first == 0:
            continue
        mask = output[channel] != 0
        hidden = hidden or bool(values[mask].any())
        values[mask] = channel + first
    if not hidden:
        return values, names, ()
    message = "Structures of this bundle overlap: where they do, only the smaller is marked."
    return values, names, (Notice("overlapping-labels", message),)
