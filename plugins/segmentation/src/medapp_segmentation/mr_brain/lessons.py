"""What each of the two networks is taught: its samples, its output and its loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import torch
from torch.utils.data import Dataset

from medapp_segmentation.mr_brain import atlas as atlases
from medapp_segmentation.mr_brain.labels import CLASSES
from medapp_segmentation.mr_brain.loss import segmentation_loss
from medapp_segmentation.mr_brain.network import (
    BrainNet,
    build,
    load_weights,
    target_rows,
    unfolded_rows,
    voxel_rows,
    widened,
)
from medapp_segmentation.mr_brain.refinement import INPUTS, inputs_of
from medapp_segmentation.mr_brain.synthesis import make_posed_sample, make_sample
from medapp_segmentation.mr_brain.task import FINDER, WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from medapp.api import JobContext
    from medapp_segmentation.mr_brain.maps import LabelMap

_SMALL, _LARGE = (80, 96, 80), (96, 112, 96)
_LARGE_FROM = 0.6
_LONG = 1 << 40

Sample = tuple[torch.Tensor, ...]


class Lesson(Protocol):
    """How one network is trained."""

    weights_name: str
    rate: float

    def network(self) -> BrainNet:
        """Return what training starts from."""
        ...

    def samples(self, fraction: float) -> tuple[Dataset[Sample], float]:
        """Samples at a share of the budget, and the share at which others follow."""
        ...

    def output(self, network: BrainNet, sample: list[torch.Tensor]) -> torch.Tensor:
        """Run the network on a batch of samples."""
        ...

    def loss(self, output: torch.Tensor, sample: list[torch.Tensor]) -> torch.Tensor:
        """Compare what the network says with the truth."""
        ...

    def stored(self) -> dict[str, torch.Tensor]:
        """What lies beside the weights."""
        ...


class Draws(Dataset[Sample]):
    """An endless series of samples: the index is the seed."""

    def __init__(self, draw: Callable[[int], Sample]) -> None:
        """Take samples from `draw`."""
        self._draw = draw

    def __len__(self) -> int:
        """More than any training sees."""
        return _LONG

    def __getitem__(self, index: int) -> Sample:
        """Draw sample `index`."""
        return self._draw(index)


class Finding:
    """The first network: heads in any pose."""

    weights_name = FINDER
    rate = 2.5e-3

    def __init__(self, heads: list[LabelMap], context: JobContext, *, again: bool) -> None:
        """Draw from `heads`; `again` starts from the weights that are installed."""
        self._start = context.weights(FINDER) if again else None
        self._heads, self._seed = heads, context.seed
        self._shape = _SMALL

    def network(self) -> BrainNet:
        """Untrained, or as it was."""
        return build(CLASSES) if self._start is None else load_weights(self._start).train()

    def samples(self, fraction: float) -> tuple[Dataset[Sample], float]:
        """Small boxes at first, large ones later."""
        self._shape = _SMALL if fraction < _LARGE_FROM else _LARGE
        return Draws(self._draw), _LARGE_FROM if fraction < _LARGE_FROM else 1.0

    def _draw(self, index: int) -> Sample:
        head = self._heads[index % len(self._heads)]
        sample = make_sample(head, self._shape, (self._seed, index))
        return torch.from_numpy(sample.image)[None], torch.from_numpy(sample.classes)

    def output(self, network: BrainNet, sample: list[torch.Tensor]) -> torch.Tensor:
        """Logits before depth to space."""
        return network.folded(sample[0])

    def loss(self, output: torch.Tensor, sample: list[torch.Tensor]) -> torch.Tensor:
        """Over all voxels."""
        return segmentation_loss(voxel_rows(output), target_rows(sample[1].long()))

    def stored(self) -> dict[str, torch.Tensor]:
        """Nothing."""
        return {}


class Refining:
    """The second network: heads in the pose of the atlas, seen beside what place and grey value say."""

    weights_name = WEIGHTS
    rate = 1.5e-3

    def __init__(self, heads: list[LabelMap], context: JobContext, *, again: bool) -> None:
        """Build the atlas from `heads`; `again` starts from the weights that are installed."""
        self._heads, self._seed = heads, context.seed
        self._start = context.weights(WEIGHTS if again else FINDER)
        self.atlas, self._poses = atlases.build(heads)
        self._places = atlases.places_mm()

    def network(self) -> BrainNet:
        """The first network with more inputs, or the second as it was."""
        return widened(load_weights(self._start), INPUTS).train()

    def samples(self, fraction: float) -> tuple[Dataset[Sample], float]:
        """One kind of samples for all the time."""
        del fraction
        return Draws(self._draw), 1.0

    def _draw(self, index: int) -> Sample:
        number = index % len(self._heads)
        seed = (self._seed, index)
        sample = make_posed_sample(self._heads[number], self._poses[number], self._places, seed)
        channels, logits = inputs_of(torch.from_numpy(sample.image), self.atlas)
        return channels, logits, torch.from_numpy(sample.classes)

    def output(self, network: BrainNet, sample: list[torch.Tensor]) -> torch.Tensor:
        """The correction, before depth to space."""
        correction: torch.Tensor = network.core(sample[0].contiguous(memory_format=torch.channels_last_3d))
        return correction

    def loss(self, output: torch.Tensor, sample: list[torch.Tensor]) -> torch.Tensor:
        """Over all voxels, of the corrected logits."""
        rows = voxel_rows(output.float()) + unfolded_rows(sample[1])
        return segmentation_loss(rows, target_rows(sample[2].long()))

    def stored(self) -> dict[str, torch.Tensor]:
        """The atlas."""
        return {"atlas": self.atlas.packed()}
