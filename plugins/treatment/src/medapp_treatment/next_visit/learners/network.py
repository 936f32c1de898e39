"""A recurrent network over the visits that scores medicines by their molecules.

Each visit is read by a gated recurrent unit (Cho et al., 2014); medicines are encoded from Morgan
fingerprints and a vector of their own, which alone is left where no structure is known. The loss has a
penalty for pairs that interact: the sum of the products of their probabilities.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from medapp_treatment.next_visit.learners.logistic import log_loss

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from medapp_treatment.next_visit.cohort import Cases
    from medapp_treatment.next_visit.learners.base import Arrays, Lesson

_WIDTH: Final = 48
_EPOCHS: Final = 40
_PATIENCE: Final = 6
_BATCH: Final = 16
_RATE: Final = 3e-3
_DECAY: Final = 1e-4
_DROP: Final = 0.3


class Net(nn.Module):
    """Columns of visits and fingerprints of medicines to log-odds."""

    def __init__(self, columns: int, fingerprints: Tensor, rates: Tensor) -> None:
        """Random weights; offsets as often as each medicine is prescribed."""
        super().__init__()
        self.visit = nn.Linear(columns, _WIDTH)
        self.over_time = nn.GRU(_WIDTH, _WIDTH, batch_first=True)
        self.query = nn.Linear(2 * _WIDTH, _WIDTH)
        self.molecule = nn.Sequential(
            nn.Linear(fingerprints.shape[1], _WIDTH), nn.ReLU(), nn.Linear(_WIDTH, _WIDTH)
        )
        self.own = nn.Parameter(0.1 * torch.randn(len(fingerprints), _WIDTH))
        self.direct = nn.Linear(columns, len(fingerprints))
        nn.init.zeros_(self.direct.weight)
        self.again = nn.Parameter(torch.zeros(1))
        self.drop = nn.Dropout(_DROP)
        with torch.no_grad():
            self.direct.bias.copy_(torch.logit(rates))
        self.register_buffer("fingerprints", fingerprints)
        self.register_buffer("is_known", (fingerprints.sum(dim=1, keepdim=True) > 0).float())

    def medicines(self) -> Tensor:
        """One vector for each medicine: of its molecule, and its own, which alone is left without one."""
        of_molecule: Tensor = self.molecule(self.fingerprints) * self.is_known
        return of_molecule + self.own

    def forward(self, rows: Tensor, last: Tensor) -> Tensor:
        """(patients, visits, columns) and what stood at the last visit to log-odds (..., medicines)."""
        seen = self.drop(torch.relu(self.visit(rows)))
        remembered, _ = self.over_time(seen)
        asked = self.query(self.drop(torch.cat([remembered, seen], dim=-1)))
        found: Tensor = asked @ self.medicines().T / _WIDTH**0.5 + self.direct(rows)
        return found + self.again * last


@dataclass(frozen=True, slots=True, eq=False)
class Gru:
    """A trained network."""

    net: Net

    def scores(self, cases: Cases) -> NDArray[np.float64]:
        """Log-odds; a patient at a time, so that how long others are changes nothing."""
        self.net.eval()
        found = np.zeros((len(cases.rows), self.net.direct.out_features))
        with torch.no_grad():
            for begin, end in zip(cases.starts[:-1], cases.starts[1:], strict=True):
                if end > begin:
                    rows = torch.from_numpy(cases.rows[begin:end])[None]
                    last = torch.from_numpy(cases.last[begin:end].astype(np.float32))[None]
                    found[begin:end] = self.net(rows, last)[0].numpy()
        return found[cases.asked]

    def to_arrays(self) -> Arrays:
        """For safetensors, in half precision: the scores differ by less than a thousandth."""
        state = self.net.state_dict()
        return {
            name: value.numpy().astype(np.uint8 if name == "fingerprints" else np.float16)
            for name, value in state.items()
            if name != "is_known"
        }

    @classmethod
    def load(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Gru:
        """What `to_arrays` made.

        Raises:
            KeyError, ValueError: Where they are not those of a network.
        """
        bits = torch.from_numpy(np.asarray(arrays["fingerprints"], np.float32))
        net = Net(arrays["visit.weight"].shape[1], bits, torch.full((len(bits),), 0.5))
        state = {name: torch.from_numpy(np.asarray(value, np.float32)) for name, value in arrays.items()}
        try:
            net.load_state_dict(state | {"is_known": net.is_known})
        except RuntimeError as error:
            message = "the arrays are not those of a network of this kind"
            raise ValueError(message) from error
        net.eval()
        return cls(net)


def fit(cases: Cases, chooser: Cases | None, lesson: Lesson) -> tuple[Gru, dict[str, Any]]:
    """Train; with cases to choose by, it ends where they are least surprised."""
    torch.manual_seed(lesson.seed)
    truth = cases.truth[cases.asked]
    rates = torch.from_numpy(((truth.sum(axis=0) + 0.5) / (len(truth) + 1)).astype(np.float32))
    net = Net(cases.rows.shape[1], torch.from_numpy(lesson.fingerprints.astype(np.float32)), rates)
    steps = torch.optim.AdamW(net.parameters(), lr=_RATE, weight_decay=_DECAY)
    random = np.random.default_rng(lesson.seed)
    interacting = torch.from_numpy(lesson.interacting.astype(np.float32))
    epochs = _EPOCHS if chooser is not None else int(lesson.settings.get("epochs", _EPOCHS))
    best: tuple[float, int, dict[str, Tensor]] | None = None
    for epoch in range(1, epochs + 1):
        net.train()
        for rows, last, truths, mask in _batches(cases, random):
            lesson.check()
            steps.zero_grad()
            _loss(net(rows, last)[mask], truths[mask], interacting, lesson.penalty).backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            steps.step()
        if chooser is None:
            continue
        surprise = log_loss(Gru(net).scores(chooser), chooser.truth[chooser.asked])
        if best is None or surprise < best[0]:
            best = (surprise, epoch, copy.deepcopy(net.state_dict()))
        elif epoch - best[1] >= _PATIENCE:
            break
    if best is not None:
        net.load_state_dict(best[2])
    net.eval()
    return Gru(net), {"epochs": best[1] if best is not None else epochs}


def _loss(scores: Tensor, truth: Tensor, interacting: Tensor, penalty: float) -> Tensor:
    """Surprise, and what is expected of interacting pairs."""
    loss = functional.binary_cross_entropy_with_logits(scores, truth)
    if penalty:
        said = torch.sigmoid(scores)
        pairs = 0.5 * torch.einsum("vi,ij,vj->v", said, interacting, said)
        loss = loss + penalty * pairs.mean() / scores.shape[1]
    return loss


def _batches(cases: Cases, random: np.random.Generator) -> Iterator[tuple[Tensor, ...]]:
    """Patients of like length together, padded at the end: what comes later changes nothing before."""
    lengths = np.diff(cases.starts)
    is_asked = np.zeros(len(cases.rows), bool)
    is_asked[cases.asked] = True
    order = np.argsort(lengths + random.random(len(lengths)) * 5, kind="stable")
    groups = [order[at : at + _BATCH] for at in range(0, len(order), _BATCH)]
    for place in random.permutation(len(groups)):
        group = groups[place]
        longest = int(lengths[group].max())
        rows = np.zeros((len(group), longest, cases.rows.shape[1]), np.float32)
        truth, last = (np.zeros((len(group), longest, cases.truth.shape[1]), np.float32) for _ in range(2))
        mask = np.zeros((len(group), longest), bool)
        for number, patient in enumerate(group):
            part = slice(cases.starts[patient], cases.starts[patient + 1])
            size = lengths[patient]
            rows[number, :size], truth[number, :size] = cases.rows[part], cases.truth[part]
            last[number, :size] = cases.last[part]
            mask[number, :size] = is_asked[part]
        if mask.any():
            yield tuple(map(torch.from_numpy, (rows, last, truth, mask)))
