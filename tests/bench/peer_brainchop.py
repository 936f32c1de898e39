"""The brain by mindgrab, a network of brainchop (github.com/neuroneural/brainchop, MIT licence).

Its TensorFlow.js layers model is read as it is published, and run in torch. What its README and model.json
say: 256 voxels a side of 1 mm, axes (left, inferior, anterior), scaled from minimum to maximum; a chain of
dilated convolutions whose output is larger for the brain than for the rest. Layers named ``_gn`` are
followed by a normalisation of every channel without weights, which the file tells by that name only.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import Any

import numpy as np
import SimpleITK as sitk
import torch
from numpy.typing import NDArray
from scipy import ndimage
from torch import Tensor
from torch.nn import functional

from medapp.domain.geometry import Geometry
from medapp.domain.volume import Volume

EXTENT_MM = 256
_EPSILON = 1e-5


@dataclass(frozen=True, eq=False)
class Convolution:
    """One convolution and what follows it."""

    kernel: Tensor
    bias: Tensor | None
    dilation: int
    normalised: bool
    activated: bool

    def __call__(self, image: Tensor, spacing: int) -> Tensor:
        """Apply it; on a coarser grid it reaches as far in mm with a smaller dilation."""
        dilation = max(self.dilation // spacing, 1)
        padding = dilation * (self.kernel.shape[-1] // 2)
        # Torch is five times as fast with a dilation in this layout; the peer shall have its best time.
        image = image.contiguous(memory_format=torch.channels_last_3d)
        found = functional.conv3d(image, self.kernel, self.bias, padding=padding, dilation=dilation)
        if self.normalised:
            variance, mean = torch.var_mean(found, (2, 3, 4), correction=0, keepdim=True)
            found.sub_(mean).mul_(torch.rsqrt(variance + _EPSILON))
        return torch.ops.aten.gelu_(found) if self.activated else found


class Mindgrab:
    """Series in, mask of the brain on its grid out."""

    def __init__(self, folder: Path) -> None:
        """Read ``model.json`` and the binary files it names."""
        model = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        weights = _weights(folder, model["weightsManifest"])
        layers = model["modelTopology"]["model_config"]["config"]["layers"]
        self.chain = tuple(_chain(layers, weights))

    def __call__(self, volume: Volume, spacing: int = 1) -> NDArray[np.bool_]:
        """Draw the brain on the grid of a series, looking at voxels of `spacing` mm."""
        box = box_around(volume.geometry, spacing)
        inside = largest_part(self.inside(conformed(volume, box), spacing))
        return on_series(inside, box, volume.geometry)

    @torch.no_grad()
    def inside(self, image: NDArray[np.float32], spacing: int) -> NDArray[np.bool_]:
        """Voxels of a conformed image that are brain."""
        found = torch.from_numpy(image)[None, None]
        for convolution in self.chain:
            found = convolution(found, spacing)
        return (found[0].argmax(dim=0) > 0).numpy()


def _weights(folder: Path, groups: Iterable[dict[str, Any]]) -> dict[str, Tensor]:
    """The arrays by name; the files of a group, joined, hold them one after the other."""
    found = {}
    for group in groups:
        data = b"".join((folder / path).read_bytes() for path in group["paths"])
        at = 0
        for entry in group["weights"]:
            if entry["dtype"] != "float32" or "quantization" in entry:
                message = f"{entry['name']} is not plain float32"
                raise ValueError(message)
            count = int(np.prod(entry["shape"]))
            values = np.frombuffer(data, "<f4", count, at).reshape(entry["shape"])
            found[entry["name"]] = torch.from_numpy(values.astype(np.float32))
            at += 4 * count
    return found


def _chain(layers: list[dict[str, Any]], weights: dict[str, Tensor]) -> Iterator[Convolution]:
    """The convolutions in order; raises ValueError where the model is no such chain."""
    for previous, layer in pairwise(layers):
        if not (_is_convolution(layer) or _is_activation(layer)) or _source(layer) != previous["name"]:
            message = f"{layer['name']} is no layer of a chain of convolutions"
            raise ValueError(message)
    for layer, following in zip_longest(layers[1:], layers[2:]):
        if _is_convolution(layer):
            name = layer["name"]
            yield Convolution(
                weights[f"{name}/kernel"].permute(4, 3, 0, 1, 2).contiguous(),
                weights.get(f"{name}/bias"),
                layer["config"]["dilation_rate"][0],
                normalised=name.endswith("_gn"),
                activated=following is not None and _is_activation(following),
            )


def _is_convolution(layer: dict[str, Any]) -> bool:
    needed = {"padding": "same", "activation": "linear", "data_format": "channels_last", "strides": [1, 1, 1]}
    config = layer["config"]
    return layer["class_name"] == "Conv3D" and {key: config.get(key) for key in needed} == needed


def _is_activation(layer: dict[str, Any]) -> bool:
    return bool(layer["class_name"] == "Activation" and layer["config"]["activation"] == "gelu")


def _source(layer: dict[str, Any]) -> str:
    (node,) = layer["inbound_nodes"]
    ((name, *_),) = node
    return str(name)


def box_around(geometry: Geometry, spacing: int) -> Geometry:
    """The network's grid, its centre in that of the series: (i, j, k) to left, inferior, anterior."""
    size = EXTENT_MM // spacing
    axes = np.array(((1, 0, 0), (0, 0, -1), (0, -1, 0)), dtype=np.float64) * spacing
    centre = geometry.to_patient((np.array(geometry.shape[::-1]) - 1) / 2)
    affine = np.eye(4)
    affine[:3, :3] = axes
    affine[:3, 3] = centre - axes.sum(axis=1) * (size - 1) / 2
    return Geometry((size, size, size), affine)


def conformed(volume: Volume, box: Geometry) -> NDArray[np.float32]:
    """Values on the network's grid from 0 to 1, indexed (left, inferior, anterior)."""
    array = np.asarray(volume.array, dtype=np.float32)
    image = _image(array, volume.geometry)
    filter_ = _resampling(box, sitk.sitkLinear)
    filter_.SetDefaultPixelValue(float(array.min()))
    values = sitk.GetArrayFromImage(filter_.Execute(image))
    values -= values.min()
    values /= max(float(values.max()), 1e-6)
    return np.ascontiguousarray(values.transpose(2, 1, 0))


def on_series(inside: NDArray[np.bool_], box: Geometry, geometry: Geometry) -> NDArray[np.bool_]:
    """Bring a mask on the network's grid to the grid of the series."""
    image = _image(np.ascontiguousarray(inside.transpose(2, 1, 0)).astype(np.uint8), box)
    return sitk.GetArrayFromImage(_resampling(geometry, sitk.sitkNearestNeighbor).Execute(image)) > 0


def largest_part(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The largest connected part."""
    parts, count = ndimage.label(mask)
    if count == 0:
        return mask
    sizes = np.bincount(parts.ravel())
    sizes[0] = 0
    return np.asarray(parts == sizes.argmax())


def _image(array: NDArray[np.generic], geometry: Geometry) -> sitk.Image:
    image = sitk.GetImageFromArray(array)
    image.SetOrigin(geometry.origin.tolist())
    image.SetSpacing(geometry.steps.tolist())
    image.SetDirection(geometry.direction.ravel().tolist())
    return image


def _resampling(geometry: Geometry, interpolator: int) -> sitk.ResampleImageFilter:
    found = sitk.ResampleImageFilter()
    found.SetSize([int(size) for size in geometry.shape[::-1]])
    found.SetOutputOrigin(geometry.origin.tolist())
    found.SetOutputSpacing(geometry.steps.tolist())
    found.SetOutputDirection(geometry.direction.ravel().tolist())
    found.SetInterpolator(interpolator)
    return found
