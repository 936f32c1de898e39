"""One network learns from one set of pictures: resumable, one cycle of the rate, averaged weights."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from medapp_classification.cxr_findings.augment import augmented
from medapp_classification.cxr_findings.findings import KEYS
from medapp_classification.cxr_findings.network import CxrNet, build

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from medapp.api import JobContext
    from medapp_classification.cxr_findings.cases import Case
    from medapp_classification.cxr_findings.clock import Clock

CHECKPOINT = "checkpoint.pt"
_SAVE_EVERY_S = 60.0
_HELP = 0.25
"""How much a helper's error counts beside that of the findings."""
_AGE = (50.0, 17.0)
_AVERAGE = 0.99
_COARSE, _COARSE_SHARE = 64, 0.7
"""Most of the training sees pictures of this size, which takes half the time; the rest sees them whole."""
_DECAY = 0.02
_LEAST_PRIOR = 1e-3


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how fast to learn."""

    epochs: int = 26
    batch: int = 16
    rate: float = 2e-3
    growth: int = 16
    first: int = 32
    dropout: float = 0.1
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Material:
    """What is learnt from.

    Attributes:
        images: float32 (N, n, n), 0 to 1.
        labels: float32 (N, 14).
        helpers: float32 (N, 4): nothing found, standardised age, male, AP.
        offsets: float32 (N, 14): log-odds of each finding in the picture's source. They are added to what the
            network says while it learns, so that recognising the source, where findings are rarer or more
            common, wins nothing.
    """

    images: NDArray[np.float32]
    labels: NDArray[np.float32]
    helpers: NDArray[np.float32]
    offsets: NDArray[np.float32]


def material(images: NDArray[np.float32], cases: Sequence[Case]) -> Material:
    """Put together what training cases say."""
    labels = np.array([case.labels for case in cases], np.float32)
    facts = [
        (1 - max(case.labels), (case.age - _AGE[0]) / _AGE[1], case.sex == "M", case.view == "AP")
        for case in cases
    ]
    sources = np.array([case.source for case in cases])
    offsets = np.zeros_like(labels)
    for source in np.unique(sources):
        rows = sources == source
        prior = np.clip(labels[rows].mean(axis=0), _LEAST_PRIOR, 1 - _LEAST_PRIOR)
        offsets[rows] = np.log(prior / (1 - prior))
    return Material(images, labels, np.array(facts, np.float32), offsets)


@dataclass
class State:
    """What a checkpoint remembers besides weights."""

    step: int = 0
    used_s: float = 0.0
    loss: float = math.nan
    curve: list[tuple[int, float]] = field(default_factory=list)


class Lesson:
    """One training."""

    def __init__(self, given: Material, plan: Plan, out: Path, context: JobContext, clock: Clock) -> None:
        """Build the network, or go on from the checkpoint in `out`.

        Args:
            given: What to learn from.
            plan: How.
            out: Folder of the checkpoint.
            context: Of the job.
            clock: Ends it where the time is over; the checkpoint stays.
        """
        self.given, self.plan, self.out, self.context, self.clock = given, plan, out, context, clock
        self.steps_an_epoch = max(1, len(given.labels) // plan.batch)
        torch.manual_seed(plan.seed)
        self.network = build(plan.growth, plan.first, plan.dropout)
        self._start_at_priors()
        self.average = AveragedModel(
            self.network, multi_avg_fn=get_ema_multi_avg_fn(_AVERAGE), use_buffers=True
        )
        self.optimizer = torch.optim.AdamW(self.network.parameters(), plan.rate, weight_decay=_DECAY)
        self.weights = self._class_weights()
        self.state = State()
        if (out / CHECKPOINT).exists():
            self._load()

    @property
    def fraction(self) -> float:
        """Share of the training that is done."""
        return self.state.step / (self.plan.epochs * self.steps_an_epoch)

    def run(self, span: tuple[float, float], title: str) -> CxrNet:
        """Learn to the end and return the averaged network in eval mode.

        Raises:
            JobCancelled: Where the user has cancelled; the checkpoint stays.
            TaskRefused: Where the time is over; the checkpoint stays.
            ArithmeticError: Where the loss is no number.
        """
        self.network.train()
        try:
            self._learn(span, title)
        finally:
            self.save()
        found = self.average.module
        if not isinstance(found, CxrNet):
            raise TypeError(type(found))
        return found.eval()

    def _learn(self, span: tuple[float, float], title: str) -> None:
        state = self.state
        last = saved = time.monotonic()
        while self.fraction < 1:
            self.clock.check(self.fraction)
            self.context.progress(span[0] + self.fraction * (span[1] - span[0]), title)
            self._step()
            now = time.monotonic()
            state.used_s += now - last
            last = now
            if state.step % self.steps_an_epoch == 0:
                state.curve.append((state.step // self.steps_an_epoch, state.loss))
                minutes = state.used_s / 60
                self.context.log.info(
                    "%s, step %d, loss %.4f, %.1f min", title, state.step, state.loss, minutes
                )
            if now - saved > _SAVE_EVERY_S:
                self.save()
                saved = now

    def _step(self) -> None:
        state, plan = self.state, self.plan
        epoch, place = divmod(state.step, self.steps_an_epoch)
        order = np.random.default_rng((plan.seed, epoch)).permutation(len(self.given.labels))
        rows = order[place * plan.batch : (place + 1) * plan.batch]
        random = torch.Generator().manual_seed(plan.seed * 1_000_003 + state.step)
        images = augmented(self._pictures(rows), random)
        for group in self.optimizer.param_groups:
            group["lr"] = rate_at(self.fraction, plan.rate)
        loss = self._loss(self.network(images), rows)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 2.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.average.update_parameters(self.network)
        seen = float(loss.detach())
        if not math.isfinite(seen):
            message = "the training diverged: its loss is no number; take a lower learning rate"
            raise ArithmeticError(message)
        state.step += 1
        state.loss = seen if math.isnan(state.loss) else 0.98 * state.loss + 0.02 * seen

    def _pictures(self, rows: NDArray[np.intp]) -> torch.Tensor:
        images = torch.from_numpy(self.given.images[rows])[:, None]
        if self.fraction < _COARSE_SHARE and images.shape[-1] > _COARSE:
            return functional.interpolate(images, size=(_COARSE, _COARSE), mode="area")
        return images

    def _loss(self, said: torch.Tensor, rows: NDArray[np.intp]) -> torch.Tensor:
        count = len(KEYS)
        labels, helpers, offsets = (
            torch.from_numpy(part[rows])
            for part in (self.given.labels, self.given.helpers, self.given.offsets)
        )
        findings = functional.binary_cross_entropy_with_logits(
            said[:, :count] + offsets, labels, pos_weight=self.weights
        )
        nothing, age, male, supine = said[:, count:].unbind(1)
        help_ = (
            functional.binary_cross_entropy_with_logits(nothing, helpers[:, 0])
            + functional.smooth_l1_loss(age, helpers[:, 1])
            + functional.binary_cross_entropy_with_logits(male, helpers[:, 2])
            + functional.binary_cross_entropy_with_logits(supine, helpers[:, 3])
        )
        return findings + _HELP * help_

    def _class_weights(self) -> torch.Tensor:
        """Rare findings count more: the square root of how much rarer they are."""
        share = np.clip(self.given.labels.mean(axis=0), _LEAST_PRIOR, 1 - _LEAST_PRIOR)
        return torch.from_numpy(np.sqrt((1 - share) / share).astype(np.float32))

    def _start_at_priors(self) -> None:
        """The offsets hold the log-odds; what is left to say starts at nothing."""
        torch.nn.init.zeros_(self.network.head.bias)
        torch.nn.init.normal_(self.network.head.weight, std=0.01)

    def save(self) -> None:
        """Write the checkpoint whole or not at all."""
        state = {
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.state.step,
            "used_s": self.state.used_s,
            "loss": self.state.loss,
            "curve": self.state.curve,
        }
        self.out.mkdir(parents=True, exist_ok=True)
        partial = self.out / "checkpoint.partial"
        torch.save(state, partial)
        partial.replace(self.out / CHECKPOINT)

    def _load(self) -> None:
        kept: dict[str, Any] = torch.load(self.out / CHECKPOINT, map_location="cpu", weights_only=True)
        self.network.load_state_dict(kept["network"])
        self.average.load_state_dict(kept["average"])
        self.optimizer.load_state_dict(kept["optimizer"])
        self.state = State(kept["step"], kept["used_s"], kept["loss"], [tuple(one) for one in kept["curve"]])


def rate_at(fraction: float, highest: float) -> float:
    """One cycle: up over the first fifth, then down along half a cosine."""
    up = 0.2
    if fraction < up:
        return highest * (0.1 + 0.9 * fraction / up)
    return highest * max(0.5 * (1 + math.cos(math.pi * (min(fraction, 1.0) - up) / (1 - up))), 0.002)
