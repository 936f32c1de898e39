"""The recurrent network as a learner: trained once for all questions, since they share what went before."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
import torch

from medapp_classification.records.history import features
from medapp_classification.records.learners.network import Batch, Network, partial_loss
from medapp_classification.records.learners.steps import channels
from medapp_classification.records.preparing import Preparation, fit_preparation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from medapp_classification.records.learners.cases import Cases, Target

_BATCH: Final = 512
_EPOCHS: Final = 9
_PATIENCE: Final = 2
_RATE: Final = 4e-3
_INTEGRATED: Final = 24


def still_columns() -> list[int]:
    """Columns of `rows` that do not change: those of the person."""
    return [place for place, one in enumerate(features()) if one.group == "person"]


@dataclass(frozen=True, slots=True, eq=False)
class Net:
    """A trained network with its preparation of what does not change, for several questions.

    Attributes:
        curve: Loss on what is trained on and on the fifth that is not, by epoch; empty where it was loaded.
        resting: Rows of that fifth.
    """

    network: Network
    preparation: Preparation
    questions: tuple[str, ...]
    curve: tuple[tuple[float, float], ...] = ()
    resting: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, np.intp))

    def batch(self, cases: Cases) -> Batch:
        """Tensors of cases.

        Raises:
            ValueError: Where they have no steps.
        """
        if cases.steps is None:
            message = "a recurrent network needs measurements in order of time"
            raise ValueError(message)
        still = self.preparation.apply(cases.values[:, still_columns()]).astype(np.float32)
        return Batch.of(cases.steps, torch.from_numpy(still))

    def scores(self, cases: Cases) -> NDArray[np.float64]:
        """(N, questions)."""
        self.network.eval()
        parts = np.array_split(np.arange(len(cases)), max(1, len(cases) // 1024))
        with torch.no_grad():
            found = [self.network(self.batch(cases[rows]))[0].numpy().astype(float) for rows in parts]
        return np.concatenate(found)

    def save(self) -> dict[str, NDArray[np.generic]]:
        """For safetensors."""
        arrays: dict[str, NDArray[np.generic]] = {
            f"net.{name}": one.numpy() for name, one in self.network.state_dict().items()
        }
        arrays["questions"] = np.frombuffer(json.dumps(self.questions).encode(), np.uint8)
        return arrays | self.preparation.to_arrays()

    @classmethod
    def load(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Self:
        """What `save` made.

        Raises:
            KeyError, ValueError: Where it is not of this kind.
        """
        questions = tuple(json.loads(np.asarray(arrays["questions"], np.uint8).tobytes()))
        preparation = Preparation.from_arrays(arrays)
        network = _network(preparation, len(questions), int(arrays["net.look.bias"].shape[0]))
        state = {
            name.removeprefix("net."): torch.from_numpy(np.array(one))
            for name, one in arrays.items()
            if name.startswith("net.")
        }
        try:
            network.load_state_dict(state)
        except RuntimeError as error:
            message = "these are not the weights of this network"
            raise ValueError(message) from error
        return cls(network.eval(), preparation, questions)


@dataclass(frozen=True, slots=True, eq=False)
class Recurrent:
    """One question of a network."""

    net: Net
    question: str

    @property
    def place(self) -> int:
        """Of the question among the outputs."""
        return self.net.questions.index(self.question)

    def predict(self, cases: Cases) -> NDArray[np.float64]:
        """Log-hazards."""
        return self.net.scores(cases)[:, self.place]

    def attention(self, cases: Cases) -> NDArray[np.float64]:
        """To each moment, (N, moments)."""
        self.net.network.eval()
        with torch.no_grad():
            return np.asarray(self.net.network(self.net.batch(cases))[1].numpy(), dtype=float)

    def explain(self, cases: Cases) -> NDArray[np.float64]:
        """Integrated gradients from the average of training, summed over time (Sundararajan et al., 2017)."""
        from captum.attr import IntegratedGradients

        batch = self.net.batch(cases)
        network = self.net.network.eval()
        middle = network.middle.expand_as(batch.values)

        def score(values: torch.Tensor, last: torch.Tensor, still: torch.Tensor) -> torch.Tensor:
            times = len(values) // len(cases)
            rest = [
                getattr(batch, name).repeat(times, *[1] * (getattr(batch, name).ndim - 1)) for name in _REST
            ]
            mask, since, ago, lengths = rest
            found: torch.Tensor = network(Batch(values, mask, last, since, ago, lengths, still))[0][
                :, self.place
            ]
            return found

        inputs = (batch.values, batch.last, batch.still)
        seen = torch.where(batch.mask > 0, middle, batch.values)
        before = torch.where(batch.last != 0, middle, batch.last)
        baselines = (seen, before, torch.zeros_like(batch.still))
        values, last, still = IntegratedGradients(score).attribute(inputs, baselines, n_steps=_INTEGRATED)
        return self._placed(cases, (values + last).sum(1).detach().numpy(), still.detach().numpy())

    def _placed(
        self, cases: Cases, seen: NDArray[np.float32], still: NDArray[np.float32]
    ) -> NDArray[np.float64]:
        names = [one.name for one in features()]
        found = np.zeros(cases.linear.shape)
        for place, key in enumerate(channels()):
            column = names.index(f"{key} last" if f"{key} last" in names else f"has {key}")
            found[:, column] += seen[:, place]
        own = np.array(still_columns())[self.net.preparation.sources]
        np.add.at(found.T, own, still.T)
        return found

    def save(self) -> dict[str, NDArray[np.generic]]:
        """For safetensors."""
        return self.net.save() | {"question": np.frombuffer(self.question.encode(), np.uint8)}

    @classmethod
    def load(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Self:
        """What `save` made."""
        question = np.asarray(arrays["question"], np.uint8).tobytes().decode()
        return cls(Net.load({key: one for key, one in arrays.items() if key != "question"}), question)

    @classmethod
    def fit(cls, cases: Cases, target: Target, seed: int, check: Callable[[], None]) -> Self:
        """See `medapp_classification.records.learners.cases.Learner.fit`; for one question alone."""
        rows = np.arange(len(cases))
        return cls(fit_net(cases, {"": (rows, target)}, seed, check), "")


_REST: Final = ("mask", "since", "ago", "lengths")


def _network(preparation: Preparation, questions: int, hidden: int = 32) -> Network:
    return Network(len(channels()), len(preparation.sources), questions, hidden)


def fit_net(
    cases: Cases,
    targets: Mapping[str, tuple[NDArray[np.intp], Target]],
    seed: int,
    check: Callable[[], None],
) -> Net:
    """Train on cases for several questions.

    A fifth of the cases says when to stop, and is not trained on.

    Args:
        cases: Training cases alone.
        targets: By question, the rows that it is asked of, and what came of them.
        seed: Of weights, order and the fifth.
        check: Called at every batch.
    """
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    resting = np.zeros(len(cases), dtype=bool)
    resting[random.permutation(len(cases))[: len(cases) // 5]] = True
    preparation = fit_preparation(cases.values[:, still_columns()])
    network = _network(preparation, len(targets))
    _fit_scales(network, cases)
    net = Net(network, preparation, tuple(targets))
    lesson = _Lesson(net, cases, targets, check)
    optimizer = torch.optim.AdamW(network.parameters(), _RATE, weight_decay=1e-3)
    best, state, curve, worse = np.inf, _copied(network), [], 0
    for epoch in range(_EPOCHS):
        for group in optimizer.param_groups:
            group["lr"] = _RATE * (1 - epoch / _EPOCHS)
        taught = lesson.epoch(optimizer, random.permutation(np.flatnonzero(~resting)))
        held = lesson.loss(np.flatnonzero(resting))
        curve.append((taught, held))
        worse = 0 if held < best else worse + 1
        if held < best:
            best, state = held, _copied(network)
        if worse >= _PATIENCE:
            break
    network.load_state_dict(state)
    network.centre += torch.from_numpy(net.scores(cases).mean(0).astype(np.float32))
    return Net(network.eval(), preparation, tuple(targets), tuple(curve), np.flatnonzero(resting))


def _copied(network: Network) -> dict[str, Any]:
    return {name: one.clone() for name, one in network.state_dict().items()}


def _fit_scales(network: Network, cases: Cases) -> None:
    steps = cases.steps
    if steps is None:
        return
    for place in range(len(channels())):
        seen = steps.values[..., place][steps.mask[..., place] > 0]
        if seen.size > 1 and seen.std() > 0:
            network.middle[place] = float(seen.mean())
            network.spread[place] = float(seen.std())


class _Lesson:
    """Batches of training cases, with the times and events of every question."""

    def __init__(
        self,
        net: Net,
        cases: Cases,
        targets: Mapping[str, tuple[NDArray[np.intp], Target]],
        check: Callable[[], None],
    ) -> None:
        self.net, self.cases, self.check = net, cases, check
        self.times = torch.full((len(cases), len(targets)), -1.0)
        self.events = torch.zeros(len(cases), len(targets))
        for place, (rows, target) in enumerate(targets.values()):
            self.times[rows, place] = torch.from_numpy(target.times).float()
            self.events[rows, place] = torch.from_numpy(target.labels).float()

    def epoch(self, optimizer: torch.optim.Optimizer, rows: NDArray[np.intp]) -> float:
        self.net.network.train()
        found = []
        for part in np.array_split(rows, max(1, len(rows) // _BATCH)):
            self.check()
            loss = self._loss(part)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.net.network.parameters(), 1.0)
            optimizer.step()
            found.append(float(loss.detach()))
        return float(np.mean(found))

    def loss(self, rows: NDArray[np.intp]) -> float:
        self.net.network.eval()
        with torch.no_grad():
            return float(self._loss(rows))

    def _loss(self, rows: NDArray[np.intp]) -> torch.Tensor:
        scores, _ = self.net.network(self.net.batch(self.cases[rows]))
        times, events = self.times[rows], self.events[rows]
        parts: Sequence[torch.Tensor] = [
            partial_loss(scores[asked, place], times[asked, place], events[asked, place])
            for place in range(scores.shape[1])
            if (asked := times[:, place] >= 0).any() and events[asked, place].any()
        ]
        return torch.stack(list(parts)).mean() if parts else scores.sum() * 0
