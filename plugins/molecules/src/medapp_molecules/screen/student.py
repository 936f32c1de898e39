"""A small network that has learned what admet-ai says of many molecules, for all properties at once.

It says ranks: 0 is what admet-ai says of the middle molecule of those it was shown, 1 is one standard
deviation of a normal distribution above. `screen.training` turns that into values by molecules of which the
truth is known. Trained with torch, asked with numpy.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp_molecules.toxicity.features import BITS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

HIDDEN: Final = (512, 256)
EPOCHS: Final = 40
_BATCH: Final = 256
_RATE: Final = 2e-3
_DECAY: Final = 1e-2
_DROPPED: Final = 0.15
_FAR: Final = 6.0
"""Standard deviations at which a descriptor is cut."""
_LEAST: Final = 1e-6


@dataclass(frozen=True)
class Student:
    """The network.

    Attributes:
        names: Of the properties that it speaks of: their tables.
        arrays: ``mean`` and ``scale`` of the descriptors, ``w0``, ``b0`` ... of the layers.
    """

    names: tuple[str, ...]
    arrays: Mapping[str, NDArray[np.float32]]
    _last: list[tuple[NDArray[np.float32], NDArray[np.float32]]] = field(default_factory=list, compare=False)

    def said(self, name: str, columns: NDArray[np.float32]) -> NDArray[np.float64]:
        """The rank of each of (molecules, columns) at one property."""
        # All properties are asked of the same molecules one after the other.
        if not self._last or self._last[0][0] is not columns:
            self._last[:] = [(columns, self._forward(columns))]
        found: NDArray[np.float64] = self._last[0][1][:, self.names.index(name)].astype(np.float64)
        return found

    def _forward(self, columns: NDArray[np.float32]) -> NDArray[np.float32]:
        values = scaled(columns, self.arrays["mean"], self.arrays["scale"])
        last = len(HIDDEN)
        for layer in range(last + 1):
            values = values @ self.arrays[f"w{layer}"] + self.arrays[f"b{layer}"]
            if layer < last:
                np.maximum(values, 0, out=values)
        return values


def scaled(
    columns: NDArray[np.float32], mean: NDArray[np.float32], scale: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Counts as logarithms, descriptors as standard deviations from their mean."""
    found = np.empty_like(columns, dtype=np.float32)
    np.log1p(columns[:, :BITS], out=found[:, :BITS])
    np.clip((columns[:, BITS:] - mean) / scale, -_FAR, _FAR, out=found[:, BITS:])
    return found


def ranks(values: NDArray[np.float64]) -> NDArray[np.float32]:
    """Of each column the place of every value, as that of a normal distribution; not-a-number stays."""
    from scipy.stats import norm, rankdata

    found = np.full(values.shape, np.nan, np.float32)
    for column in range(values.shape[1]):
        known = np.isfinite(values[:, column])
        places = rankdata(values[known, column])
        found[known, column] = norm.ppf((places - 0.5) / max(1, len(places)))
    return found


def fit(
    columns: NDArray[np.float32],
    wanted: NDArray[np.float32],
    names: Sequence[str],
    *,
    seed: int,
    threads: int = 1,
    epochs: int = EPOCHS,
    tell: Callable[[float], None] = lambda _: None,
) -> Student:
    """Train it.

    Args:
        columns: (molecules, columns) as `screen.features` makes them.
        wanted: (molecules, properties) as `ranks` makes them; not-a-number where nothing is known.
        names: Of the properties.
        seed: Of the first weights and of the order.
        threads: Of the processor.
        epochs: How often each molecule is seen.
        tell: Called at every step with the share that is done, and may raise to end it.
    """
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            return _fit(columns, wanted, tuple(names), seed, epochs, tell)
    finally:
        torch.set_num_threads(before)


def _fit(
    columns: NDArray[np.float32],
    wanted: NDArray[np.float32],
    names: tuple[str, ...],
    seed: int,
    epochs: int,
    tell: Callable[[float], None],
) -> Student:
    import torch

    mean = columns[:, BITS:].mean(axis=0)
    scale = np.maximum(columns[:, BITS:].std(axis=0), _LEAST)
    inputs = torch.from_numpy(scaled(columns, mean, scale))
    known = torch.from_numpy(np.isfinite(wanted).astype(np.float32))
    truth = torch.from_numpy(np.nan_to_num(wanted))
    network = _network(inputs.shape[1], len(names))
    rng = np.random.default_rng(seed)
    steps = epochs * -(-len(columns) // _BATCH)
    optimiser = torch.optim.AdamW(network.parameters(), _RATE, weight_decay=_DECAY)
    plan = torch.optim.lr_scheduler.OneCycleLR(optimiser, _RATE, total_steps=max(2, steps))
    done = 0
    network.train()
    for _ in range(epochs):
        order = rng.permutation(len(columns))
        for first in range(0, len(order), _BATCH):
            tell(done / steps)
            at = torch.from_numpy(order[first : first + _BATCH])
            error = (network(inputs[at]) - truth[at]) ** 2 * known[at]
            loss = error.sum() / known[at].sum().clamp(min=1)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            plan.step()
            done += 1
    return Student(names, {"mean": mean, "scale": scale, **_layers(network)})


def _network(inputs: int, outputs: int) -> Any:  # noqa: ANN401 - torch's modules
    from torch import nn

    layers: list[nn.Module] = []
    for width in HIDDEN:
        layers += [nn.Linear(inputs, width), nn.ReLU(), nn.Dropout(_DROPPED)]
        inputs = width
    return nn.Sequential(*layers, nn.Linear(inputs, outputs))


def _layers(network: Any) -> dict[str, NDArray[np.float32]]:  # noqa: ANN401
    from torch import nn

    found = {}
    for number, layer in enumerate(one for one in network if isinstance(one, nn.Linear)):
        # Half precision: what is kept is what is measured.
        found[f"w{number}"] = layer.weight.detach().numpy().T.astype(np.float16).astype(np.float32)
        found[f"b{number}"] = layer.bias.detach().numpy().astype(np.float32)
    return found
