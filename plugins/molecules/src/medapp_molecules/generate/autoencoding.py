"""Training of the autoencoder; it goes on where it stopped, and draws what it would have drawn."""

from __future__ import annotations

import csv
import math
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import torch
from torch.nn import functional

from medapp.api import TrainResult
from medapp_molecules.generate.average import averaged
from medapp_molecules.generate.corpus import prepare
from medapp_molecules.generate.network import Autoencoder, Shape, save
from medapp_molecules.generate.plans import Settable
from medapp_molecules.generate.sampling import AUTOENCODER
from medapp_molecules.notation.pieces import END

if TYPE_CHECKING:
    from medapp.api import JobContext, TrainRequest
    from medapp_molecules.generate.corpus import Corpus

CHECKPOINT: Final = "autoencoder.checkpoint.pt"
CURVES: Final = "autoencoder.csv"
_SAVE_EVERY_S: Final = 300.0
_TELL_EVERY: Final = 20
_LOOK_EVERY: Final = 2500
_WARM: Final = 200
_FALLING: Final = 0.3
"""Share of all steps, the last ones, in which the learning rate falls to nothing."""


@dataclass(frozen=True)
class Plan(Settable):
    """How the autoencoder is trained.

    Attributes:
        epochs: Times that each molecule is seen, a fraction too.
        drop: See `Autoencoder.forward`.
        hidden, layers, code, blur: See `Shape`.
    """

    batch: int = 128
    epochs: float = 2.0
    merges: int = 400
    rate: float = 1e-3
    drop: float = 0.3
    hidden: int = 512
    layers: int = 3
    code: int = 64
    blur: float = 0.8


@dataclass
class Progress:
    """What a checkpoint remembers besides the weights."""

    step: int = 0
    used_s: float = 0.0
    loss: float = math.nan


def train_autoencoder(request: TrainRequest, context: JobContext) -> TrainResult:
    """Train until all steps are taken or the budget is used; go on from what lies in `request.out`.

    Raises:
        FileNotFoundError: Where `request.data` holds no training set.
    """
    torch.set_num_threads(context.threads)
    corpus = prepare(
        request.data, request.out, merges=Plan.of(request.parameters).merges, seed=context.seed,
        told=lambda share: context.progress(0.05 * share, "putting molecules into pieces"),
    )  # fmt: skip
    run = Run(request, context, corpus)
    run.go_on()
    facts = {"steps": str(run.progress.step), "of": str(run.steps), "seed": str(context.seed)}
    network = run.average.module
    if not isinstance(network, Autoencoder):
        raise TypeError(type(network))
    save(network, request.out / AUTOENCODER, network.shape, corpus.pieces, facts)
    return TrainResult(
        request.out / AUTOENCODER, {"loss": run.progress.loss, "steps": float(run.progress.step)}
    )


class Run:
    """One training of the autoencoder."""

    def __init__(self, request: TrainRequest, context: JobContext, corpus: Corpus) -> None:
        """Build what is trained, or load it where a training was begun in `request.out`."""
        self.context, self.corpus, self.out = context, corpus, request.out
        self.plan = Plan.of(request.parameters)
        self.budget_s = math.inf if request.budget_minutes is None else 60 * request.budget_minutes
        self.device = torch.device(context.device)
        torch.manual_seed(context.seed)
        plan = self.plan
        shape = Shape(len(corpus.pieces), plan.hidden, plan.layers, code=plan.code, blur=plan.blur)
        self.network = Autoencoder(shape).to(self.device)
        self.average = averaged(self.network, 0.999)
        self.optimizer = torch.optim.Adam(self.network.parameters(), self.plan.rate)
        self.progress = Progress()
        self.began_s = 0.0
        self.of_epoch = sum(1 for _ in corpus.batches(self.plan.batch, context.seed))
        self.steps = max(1, round(self.plan.epochs * self.of_epoch))
        if (self.out / CHECKPOINT).is_file():
            self._load()
            self.began_s = self.progress.used_s

    @property
    def ended(self) -> bool:
        """Whether all steps are taken, or the time of this call is used."""
        return self.progress.step >= self.steps or self.progress.used_s - self.began_s >= self.budget_s

    def go_on(self) -> None:
        """Take steps; a checkpoint is written every few minutes and at the end."""
        saved = last = time.monotonic()
        while not self.ended:
            epoch, done = divmod(self.progress.step, self.of_epoch)
            for number, batch in enumerate(self.corpus.batches(self.plan.batch, self.context.seed + epoch)):
                if number < done:
                    continue
                self._step(batch.to(self.device))
                now = time.monotonic()
                self.progress.used_s += now - last
                last = now
                if now - saved > _SAVE_EVERY_S:
                    self.save()
                    saved = now
                if self.ended:
                    break
        self.save()

    def _step(self, batch: torch.Tensor) -> None:
        self.context.check_cancelled()
        step = self.progress.step
        for group in self.optimizer.param_groups:
            group["lr"] = self.plan.rate * learning_rate(step, self.steps)
        # Its own stream for each step: a training that is taken up again draws what it would have drawn.
        random = torch.Generator(self.device).manual_seed(self.context.seed * 1_000_003 + step)
        seen = loss_of(self.network, batch, random, self.plan.drop)
        seen.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.average.update_parameters(self.network)
        state = self.progress
        state.step += 1
        loss = float(seen.detach())
        state.loss = loss if math.isnan(state.loss) else 0.98 * state.loss + 0.02 * loss
        if state.step % _TELL_EVERY == 0:
            share = state.step / self.steps
            self.context.progress(0.05 + 0.95 * share, f"step {state.step} of {self.steps}, {state.loss:.3f}")
        if state.step % _LOOK_EVERY == 0:
            self._look()

    @torch.inference_mode()
    def _look(self) -> None:
        """Write down the loss on what is held back, with codes and without."""
        network = self.average.module
        row: dict[str, float] = {"step": self.progress.step, "trained": self.progress.loss}
        for name, drop in (("coded", 0.0), ("without", 1.0)):
            found, count = 0.0, 0
            for number, batch in enumerate(self.corpus.unseen(self.plan.batch)):
                random = torch.Generator(self.device).manual_seed(number)
                seen = float(loss_of(network, batch.to(self.device), random, drop, whole=True))
                found, count = found + seen * len(batch), count + len(batch)
            row[name] = found / max(1, count)
        path = self.out / CURVES
        new = not path.is_file()
        with path.open("a", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(row))
            if new:
                writer.writeheader()
            writer.writerow(row)
        self.context.log.info("%s", ", ".join(f"{name} {value:.4g}" for name, value in row.items()))

    def save(self) -> None:
        """Write the checkpoint whole or not at all."""
        state = {
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "progress": asdict(self.progress),
        }
        partial = self.out / "checkpoint.partial"
        torch.save(state, partial)
        partial.replace(self.out / CHECKPOINT)

    def _load(self) -> None:
        state: dict[str, Any] = torch.load(self.out / CHECKPOINT, map_location=self.device, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.progress = Progress(**state["progress"])
        self.context.log.info("going on from step %d of %d", self.progress.step, self.steps)


def learning_rate(step: int, steps: int) -> float:
    """Share of the highest rate: a warm-up, then constant, falling to nothing at the end."""
    left = (steps - step) / max(1.0, _FALLING * steps)
    return min((step + 1) / _WARM, 1.0, max(left, 0.01))


def loss_of(
    network: Any,  # noqa: ANN401 - a network, or the average of several
    batch: torch.Tensor,
    random: torch.Generator,
    drop: float,
    *,
    whole: bool = False,
) -> torch.Tensor:
    """Cross entropy of the pieces and the end, in nats for each piece, or for each molecule where `whole`."""
    logits = network(batch, random, drop=drop)
    end = torch.full((len(batch), 1), END, device=batch.device)
    wanted = torch.cat([batch, end], 1)
    found = functional.cross_entropy(logits.flatten(0, 1), wanted.flatten(), reduction="sum")
    return found / (len(batch) if whole else wanted.numel())
