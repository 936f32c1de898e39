"""The network: MONAI's DenseNet with the blocks of DenseNet-121, and how its weights are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from medapp_classification.cxr_findings.findings import KEYS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

BLOCKS = (6, 12, 24, 16)
"""Layers of the dense blocks of DenseNet-121."""
GROWTH, FIRST = 16, 32
"""Half as wide as the published one (32, 64)."""
HELPERS = 4
"""Outputs that only help training: no finding at all, age, sex, view."""
_NETWORK = "network."


class CxrNet(nn.Module):
    """Image (B, 1, n, n) in 0..1 to (B, 14 + 4): logits of the findings and the helpers' outputs."""

    def __init__(self, growth: int = GROWTH, first: int = FIRST, dropout: float = 0.0) -> None:
        """Build it untrained."""
        super().__init__()
        from monai.networks.nets.densenet import DenseNet

        self.growth, self.first = growth, first
        whole = DenseNet(2, 1, 1, first, growth, BLOCKS, dropout_prob=dropout)
        self.trunk = whole.features
        self.width = int(whole.class_layers.get_parameter("out.weight").shape[1])
        self.head = nn.Linear(self.width, len(KEYS) + HELPERS)

    def forward(self, image: Tensor) -> Tensor:
        """All outputs."""
        found: Tensor = self.head(self.features(image))
        return found

    def features(self, image: Tensor) -> Tensor:
        """(B, width): what the trunk makes of an image, averaged over it."""
        return torch.relu(self.trunk(standardised(image))).mean(dim=(2, 3))


class Findings(nn.Module):
    """The logits of the findings alone, (B, 14), as the explanation asks for them."""

    def __init__(self, network: CxrNet) -> None:
        """Share the network's weights."""
        super().__init__()
        self.network = network

    def forward(self, image: Tensor) -> Tensor:
        """Logits."""
        found: Tensor = self.network(image)[:, : len(KEYS)]
        return found


def standardised(image: Tensor) -> Tensor:
    """Mean 0 and variance 1 in every image."""
    middle = image.mean(dim=(1, 2, 3), keepdim=True)
    spread = image.std(dim=(1, 2, 3), keepdim=True)
    return (image - middle) / (spread + 1e-3)


def build(growth: int = GROWTH, first: int = FIRST, dropout: float = 0.0) -> CxrNet:
    """Make an untrained network in the memory layout that is fastest on processors."""
    return CxrNet(growth, first, dropout).to(memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]


def stored(network: CxrNet) -> dict[str, Tensor]:
    """The weights in half precision, for safetensors."""
    return {
        _NETWORK + name: (value.half() if value.is_floating_point() else value).contiguous().cpu()
        for name, value in network.state_dict().items()
    }


def restored(tensors: Mapping[str, Tensor], growth: int, first: int) -> CxrNet:
    """The network of stored weights, in single precision and eval mode.

    Raises:
        ValueError: Where they are not those of such a network, or hold what is no number.
    """
    network = build(growth, first)
    own = {name.removeprefix(_NETWORK): one for name, one in tensors.items() if name.startswith(_NETWORK)}
    own = {name: one.float() if one.is_floating_point() else one for name, one in own.items()}
    if not all(bool(torch.isfinite(one).all()) for one in own.values()):
        message = "the weights hold values that are no numbers"
        raise ValueError(message)
    try:
        network.load_state_dict(own)
    except RuntimeError as error:
        message = "the weights are not those of this network"
        raise ValueError(message) from error
    return network.eval()


def outputs(network: CxrNet, images: Tensor, batch: int = 32) -> tuple[Tensor, Tensor]:
    """Logits of the findings (N, 14) and features (N, width) of images (N, 1, n, n)."""
    said, seen = [], []
    with torch.no_grad():
        for part in images.split(batch):
            features = network.features(part.contiguous(memory_format=torch.channels_last))
            seen.append(features)
            said.append(network.head(features)[:, : len(KEYS)])
    return torch.cat(said), torch.cat(seen)


def weights_facts(path: Path) -> dict[str, str]:
    """The words kept beside the weights of a file."""
    from safetensors import safe_open

    with safe_open(str(path), framework="pt") as file:
        return dict(file.metadata() or {})
