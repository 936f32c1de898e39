"""A recurrent network for measurements with gaps, with attention over time (GRU-D; Che et al., Sci Rep 2018).

Between two moments the hidden state and the value that was seen last decay by what training finds; attention
over all moments (Bahdanau et al., 2015) makes one vector of them, which is read together with what does not
change. One output a question, each a log-hazard.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import nn

if TYPE_CHECKING:
    from medapp_classification.records.learners.steps import Steps


@dataclass(frozen=True, slots=True)
class Batch:
    """Tensors of `Steps` and what does not change, (N, still)."""

    values: torch.Tensor
    mask: torch.Tensor
    last: torch.Tensor
    since: torch.Tensor
    ago: torch.Tensor
    lengths: torch.Tensor
    still: torch.Tensor

    @classmethod
    def of(cls, steps: Steps, still: torch.Tensor) -> Batch:
        """Of arrays; moments beyond the longest are cut off."""
        longest = max(1, int(steps.lengths.max(initial=0)))
        values, mask, last, since, ago = (
            torch.from_numpy(part[:, :longest])
            for part in (steps.values, steps.mask, steps.last, steps.since, steps.ago)
        )
        return cls(values, mask, last, since, ago, torch.from_numpy(steps.lengths), still)


class Network(nn.Module):
    """From moments to log-hazards.

    Args:
        channels: What may be seen at a moment.
        still: Numbers that do not change.
        questions: Outputs.
        hidden: Width.
    """

    middle: torch.Tensor
    spread: torch.Tensor
    centre: torch.Tensor

    def __init__(self, channels: int, still: int, questions: int, hidden: int = 32) -> None:
        """Weights at random."""
        super().__init__()
        self.hidden = hidden
        self.register_buffer("middle", torch.zeros(channels))
        self.register_buffer("spread", torch.ones(channels))
        self.register_buffer("centre", torch.zeros(questions))
        self.fading = nn.Parameter(torch.full((channels,), 0.1))
        self.forgetting = nn.Linear(channels, hidden)
        self.read = nn.Linear(2 * channels + 1, 3 * hidden)
        self.recur = nn.Linear(hidden, 3 * hidden)
        self.look = nn.Linear(hidden + 1, hidden)
        self.weigh = nn.Linear(hidden, 1, bias=False)
        self.answer = nn.Sequential(
            nn.Dropout(0.2),
            nn.Linear(hidden + still, hidden),
            nn.ReLU(),
            nn.Dropout(0.2),
            nn.Linear(hidden, questions),
        )
        nn.init.constant_(self.forgetting.bias, -0.5)

    def forward(self, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        """Log-hazards (N, questions) and the attention to each moment (N, moments)."""
        states = self._states(batch)
        seen = torch.arange(states.shape[1])[None] < batch.lengths[:, None]
        weight = self.weigh(torch.tanh(self.look(torch.cat([states, batch.ago[..., None] / 10], -1))))[..., 0]
        weight = torch.where(seen, weight, torch.full_like(weight, -1e9))
        attention = torch.softmax(weight, 1) * seen
        whole = (attention[..., None] * states).sum(1)
        found: torch.Tensor = self.answer(torch.cat([whole, batch.still], -1)) - self.centre
        return found, attention

    def _states(self, batch: Batch) -> torch.Tensor:
        scaled = (batch.values - self.middle) / self.spread
        before = (batch.last - self.middle) / self.spread * (batch.since < _NEVER)
        kept = torch.exp(-torch.relu(self.fading) * batch.since)
        value = batch.mask * scaled + (1 - batch.mask) * kept * before
        inputs = self.read(torch.cat([value, batch.mask, batch.ago[..., None] / 10], -1))
        decay = torch.exp(-torch.relu(self.forgetting(batch.since / 10)))
        state = torch.zeros(len(value), self.hidden)
        states = []
        for step in range(value.shape[1]):
            state = self._next(inputs[:, step], decay[:, step] * state)
            states.append(state)
        return torch.stack(states, 1)

    def _next(self, inputs: torch.Tensor, state: torch.Tensor) -> torch.Tensor:
        reset_in, update_in, new_in = inputs.chunk(3, -1)
        reset, update, new = self.recur(state).chunk(3, -1)
        update = torch.sigmoid(update_in + update)
        fresh = torch.tanh(new_in + torch.sigmoid(reset_in + reset) * new)
        found: torch.Tensor = (1 - update) * fresh + update * state
        return found


_NEVER = 19.99


def partial_loss(scores: torch.Tensor, times: torch.Tensor, events: torch.Tensor) -> torch.Tensor:
    """Negative partial log-likelihood an event (Breslow's ties), over those of a batch."""
    order = torch.argsort(times, descending=True, stable=True)
    scores, times, events = scores[order], times[order], events[order]
    total = torch.logcumsumexp(scores, 0)
    last = torch.searchsorted(-times, -times, right=True) - 1
    return -((scores - total[last]) * events).sum() / events.sum().clamp(min=1)
