"""The network: a MONAI DynUNet that works at half the resolution of its input and output.

Eight voxels enter as eight channels (space to depth) and leave the same way, so that every convolution
runs on an eighth of the voxels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MULTIPLE = 16
"""Sizes of the input are multiples of this: two for the fold, eight for three halvings."""

DEFAULT_FILTERS = (32, 64, 128, 192)
_FOLD = 2
_TWICE = "core.skip_layers."
"""DynUNet names its blocks twice; one name is stored."""
_OTHER = "other."


def fold(volume: Tensor) -> Tensor:
    """Space to depth: (B, C, D, H, W) to (B, 8 C, D/2, H/2, W/2)."""
    b, c, d, h, w = volume.shape
    f = _FOLD
    blocks = volume.reshape(b, c, d // f, f, h // f, f, w // f, f)
    return blocks.permute(0, 1, 3, 5, 7, 2, 4, 6).reshape(b, c * f**3, d // f, h // f, w // f)


def unfold(volume: Tensor) -> Tensor:
    """Depth to space: (B, 8 C, D, H, W), classes of a voxel side by side, to (B, C, 2 D, 2 H, 2 W)."""
    b, c, d, h, w = volume.shape
    f = _FOLD
    blocks = volume.reshape(b, f, f, f, c // f**3, d, h, w)
    return blocks.permute(0, 4, 5, 1, 6, 2, 7, 3).reshape(b, c // f**3, d * f, h * f, w * f)


def voxel_rows(folded: Tensor) -> Tensor:
    """Turn the folded output (B, 8 C, D, H, W) into rows (voxels, C), in the order of `target_rows`."""
    rows = folded.permute(0, 2, 3, 4, 1)
    return rows.reshape(-1, folded.shape[1] // _FOLD**3)


def target_rows(classes: Tensor) -> Tensor:
    """Order class indices (B, D, H, W) as `voxel_rows` orders the output."""
    return fold(classes[:, None]).permute(0, 2, 3, 4, 1).reshape(-1)


def unfolded_rows(logits: Tensor) -> Tensor:
    """Turn logits (B, C, 2 D, 2 H, 2 W) into rows (voxels, C), in the order of `voxel_rows`."""
    b, c, d, h, w = logits.shape
    f = _FOLD
    blocks = logits.reshape(b, c, d // f, f, h // f, f, w // f, f)
    return blocks.permute(0, 2, 4, 6, 3, 5, 7, 1).reshape(-1, c)


class BrainNet(nn.Module):
    """Image (B, 1, D, H, W) in 0..1 to logits (B, classes, D, H, W); sizes are multiples of `MULTIPLE`."""

    def __init__(
        self, classes: int, filters: Sequence[int] = DEFAULT_FILTERS, inputs: int = _FOLD**3
    ) -> None:
        """Build it untrained; `filters` are the channels of every level, `inputs` those that enter."""
        super().__init__()
        from monai.networks.nets.dynunet import DynUNet

        levels = len(filters)
        self.classes = classes
        self.filters = tuple(filters)
        self.inputs = inputs
        self.core = DynUNet(
            spatial_dims=3,
            in_channels=inputs,
            out_channels=classes * _FOLD**3,
            kernel_size=[3] * levels,
            strides=[1] + [2] * (levels - 1),
            upsample_kernel_size=[2] * (levels - 1),
            filters=list(filters),
            norm_name=("INSTANCE", {"affine": True}),
            act_name=("leakyrelu", {"inplace": True, "negative_slope": 0.01}),
        )

    def forward(self, image: Tensor) -> Tensor:
        """Return logits on the grid of `image`."""
        return unfold(self.folded(image))

    def folded(self, image: Tensor) -> Tensor:
        """Return logits before depth to space, (B, 8 classes, D/2, H/2, W/2), as the loss reads them."""
        output: Tensor = self.core(fold(image).contiguous(memory_format=torch.channels_last_3d))
        return output


def build(classes: int, filters: Sequence[int] = DEFAULT_FILTERS, inputs: int = _FOLD**3) -> BrainNet:
    """Make an untrained network in the memory layout that is fastest on processors."""
    return BrainNet(classes, filters, inputs).to(memory_format=torch.channels_last_3d)  # type: ignore[call-overload,no-any-return]


def widened(network: BrainNet, inputs: int) -> BrainNet:
    """Let a trained network see more channels, behind those it knows, without a change of what it says."""
    wide = build(network.classes, network.filters, inputs)
    state = network.state_dict()
    for name, value in wide.state_dict().items():
        if value.shape != state[name].shape:
            grown = torch.zeros_like(value)
            grown[:, : state[name].shape[1]] = state[name]
            state[name] = grown
    wide.load_state_dict(state)
    return wide


def save_weights(
    network: BrainNet, path: Path, facts: dict[str, str], others: dict[str, Tensor] | None = None
) -> None:
    """Write fp16 safetensors, `others` as they are; `facts` go into the metadata beside the architecture."""
    from safetensors.torch import save_file

    tensors = {
        name: value.detach().half().contiguous().cpu()
        for name, value in network.state_dict().items()
        if not name.startswith(_TWICE)
    }
    tensors |= {_OTHER + name: value.contiguous().cpu() for name, value in (others or {}).items()}
    layout = {
        "classes": str(network.classes),
        "filters": ",".join(str(count) for count in network.filters),
        "inputs": str(network.inputs),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    save_file(tensors, str(partial), metadata={**facts, **layout})
    partial.replace(path)


def load_weights(path: Path) -> BrainNet:
    """Build the network a weights file describes, in float32, ready for inference.

    Raises:
        KeyError: Where the file lacks the description of its architecture.
    """
    from safetensors import safe_open

    with safe_open(str(path), framework="pt") as file:
        facts = file.metadata() or {}
        names = [name for name in file.keys() if not name.startswith(_OTHER)]  # noqa: SIM118 - not a mapping
        tensors = {name: file.get_tensor(name).float() for name in names}
    filters = [int(count) for count in facts["filters"].split(",")]
    network = build(int(facts["classes"]), filters, int(facts.get("inputs", _FOLD**3)))
    lacking, unknown = network.load_state_dict(tensors, strict=False)
    lacking = [name for name in lacking if not name.startswith(_TWICE)]
    if lacking or unknown:
        message = f"{path.name} does not fit the network: {[*lacking, *unknown][:3]}"
        raise KeyError(message)
    return network.eval()


def load_other(path: Path, name: str) -> Tensor:
    """Read a tensor that is stored beside the weights.

    Raises:
        KeyError: Where the file holds none of that name.
    """
    from safetensors import SafetensorError, safe_open

    with safe_open(str(path), framework="pt") as file:
        try:
            tensor: Tensor = file.get_tensor(_OTHER + name)
        except SafetensorError as error:
            raise KeyError(name) from error
    return tensor
