"""A gate that weighs what experts say by which of them are there: late fusion that needs none of them.

An expert says a logit; what it adds to the share of all is evidence. The gate makes a weight, never negative,
for every expert that is there, out of which are there and how familiar each finds the patient, and adds the
evidence up. It is trained with experts left out at random, so that no answer hangs on one of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

_HIDDEN: Final = 8
_STEPS: Final = 300
_RATE: Final = 0.03
_DROPPED: Final = 0.35
_DECAY: Final = 1e-3
_FARTHEST: Final = 3.0
_PARTS: Final = ("first", "first_offset", "second", "second_offset")


@dataclass(frozen=True, slots=True, eq=False)
class Gate:
    """A network of one hidden layer, from who is there to weights.

    Attributes:
        experts: Keys, in order.
        first, first_offset, second, second_offset: Of its layers.
        middle: Log-odds of the share of all.
        curve: Loss at each step of the training; empty in a gate that was read.
    """

    experts: tuple[str, ...]
    first: NDArray[np.float64]
    first_offset: NDArray[np.float64]
    second: NDArray[np.float64]
    second_offset: NDArray[np.float64]
    middle: float
    curve: tuple[float, ...] = ()

    def weights(
        self, there: NDArray[np.bool_], strange: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Of each expert, (N, experts), 0 for those that are not there; and what is added, (N,)."""
        seen = there.astype(float)
        inputs = np.hstack([seen, np.minimum(strange, _FARTHEST) * seen])
        hidden = np.tanh(inputs @ self.first + self.first_offset)
        out = hidden @ self.second + self.second_offset
        return np.logaddexp(0, out[:, :-1]) * seen, out[:, -1]

    def fused(
        self, logits: NDArray[np.float64], there: NDArray[np.bool_], strange: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Log-odds, (N,).

        Args:
            logits: (N, experts), anything where one is not there.
            there: (N, experts).
            strange: (N, experts): how unlike its training each expert finds the case, 1 at its limit.
        """
        weight, added = self.weights(there, strange)
        evidence = np.where(there, logits - self.middle, 0.0)
        found: NDArray[np.float64] = self.middle + added + (weight * evidence).sum(axis=1)
        return found

    def to_arrays(self) -> dict[str, NDArray[np.generic]]:
        """For safetensors."""
        own: dict[str, NDArray[np.generic]] = {name: getattr(self, name) for name in _PARTS}
        return {**own, "middle": np.array([self.middle])}

    @classmethod
    def from_arrays(cls, experts: tuple[str, ...], arrays: Mapping[str, NDArray[np.generic]]) -> Gate:
        """What `to_arrays` made.

        Raises:
            KeyError: Where a part is missing.
            ValueError: Where it is not for so many experts.
        """
        numbers = {name: np.asarray(arrays[name], dtype=float) for name in (*_PARTS, "middle")}
        if numbers["first"].shape[0] != 2 * len(experts) or numbers["second"].shape[1] != len(experts) + 1:
            message = "the gate is not for these experts"
            raise ValueError(message)
        first, first_offset, second, second_offset = (numbers[name] for name in _PARTS)
        return cls(experts, first, first_offset, second, second_offset, float(numbers["middle"][0]))


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What experts said of cases they had not seen.

    Attributes:
        logits, there, strange: See `Gate.fused`.
        labels: Whether the outcome came.
        weights: Of each case, 0 where the outcome is not known.
    """

    logits: NDArray[np.float64]
    there: NDArray[np.bool_]
    strange: NDArray[np.float64]
    labels: NDArray[np.bool_]
    weights: NDArray[np.float64]


def fit_gate(experts: tuple[str, ...], said: Evidence, seed: int, check: Callable[[], None]) -> Gate:
    """Train a gate on answers about cases that the experts had not seen."""
    import torch

    torch.manual_seed(seed)
    count = len(experts)
    total = said.weights.sum()
    share = float((said.weights * said.labels).sum() / total)
    middle = float(np.log(share / (1 - share)))
    one, two = torch.nn.Linear(2 * count, _HIDDEN), torch.nn.Linear(_HIDDEN, count + 1)
    network = torch.nn.Sequential(one, torch.nn.Tanh(), two)
    # To begin with, every expert counts about half and nothing is added.
    torch.nn.init.zeros_(two.weight)
    torch.nn.init.zeros_(two.bias)
    rows = _Rows(said, middle)
    curve: list[float] = []
    optimizer = torch.optim.Adam(network.parameters(), _RATE, weight_decay=_DECAY)
    for step in range(_STEPS):
        check()
        for group in optimizer.param_groups:
            group["lr"] = _RATE * (1 - step / _STEPS)
        loss = rows.loss(network)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        curve.append(float(loss.detach()))
    first, first_offset, second, second_offset = (
        part.detach().numpy().astype(float) for part in (one.weight.T, one.bias, two.weight.T, two.bias)
    )
    return Gate(experts, first, first_offset, second, second_offset, middle, tuple(curve))


class _Rows:
    """Evidence as tensors; at every step experts are left out anew."""

    def __init__(self, said: Evidence, middle: float) -> None:
        import torch

        evidence = np.where(said.there, said.logits - middle, 0.0)
        self.evidence = torch.from_numpy(evidence).float()
        self.there = torch.from_numpy(said.there)
        self.strange = torch.from_numpy(np.minimum(said.strange, _FARTHEST)).float()
        self.labels = torch.from_numpy(said.labels).float()
        self.weights = torch.from_numpy(said.weights / said.weights.sum()).float()
        self.middle = middle

    def loss(self, network: torch.nn.Module) -> torch.Tensor:
        import torch

        kept = self.there & (torch.rand(self.there.shape) >= _DROPPED)
        kept |= self.there & ~kept.any(dim=1, keepdim=True)
        seen = kept.float()
        out = network(torch.cat([seen, self.strange * seen], dim=1))
        weight = torch.nn.functional.softplus(out[:, :-1]) * seen
        said = self.middle + out[:, -1] + (weight * self.evidence).sum(dim=1)
        each = torch.nn.functional.binary_cross_entropy_with_logits(said, self.labels, reduction="none")
        return (each * self.weights).sum()


if TYPE_CHECKING:
    import torch
