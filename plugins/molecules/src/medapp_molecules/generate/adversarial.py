"""Training of the generator against the critic, on codes of the autoencoder.

Wasserstein distance with gradient penalty (Gulrajani et al. 2017) in the space of codes, as of a LatentGAN
(Prykhodko et al. 2019). Every so often molecules are written from generated codes: how many are valid and
unique is looked at, and how far mean and spread of the codes lie from those of the training set. A training
goes on where it stopped, and draws what it would have drawn.

Both kinds of codes are blurred as the decoder's were (`Shape.blur`): they lie everywhere then, and the critic
has a slope to offer where sharp codes would leave gaps between them.
"""

from __future__ import annotations

import csv
import math
import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

import torch

from medapp_molecules.generate.average import averaged
from medapp_molecules.generate.network import Critic, Generator, blurred
from medapp_molecules.generate.plans import Settable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from torch import Tensor

    from medapp.api import JobContext
    from medapp_molecules.generate.network import Autoencoder
    from medapp_molecules.generate.yardstick import Yardstick
    from medapp_molecules.notation.pieces import Pieces

CHECKPOINT: Final = "generator.checkpoint.pt"
CURVES: Final = "generator.csv"
FCD: Final = "fcd"
"""The column of the curves that ChemNet fills."""
_SAVE_EVERY_S: Final = 120.0
_TELL_EVERY: Final = 20
_CLOSE: Final = 0.03
"""Scores that differ by less are taken for equal: so much does chance make of a sample."""


@dataclass(frozen=True)
class Plan(Settable):
    """How the generator is trained.

    Attributes:
        rounds: Steps of the generator at most.
        critics: Steps of the critic for each.
        penalty: Weight of the gradient penalty.
        sparse: Steps of the critic of which one pays the penalty, that much more of it (as Karras et al. 2020
            do): the penalty takes most of the time.
        look: Steps between two looks at a sample of `sample` molecules.
        patience: Looks without anything better after which training ends.
        codes: Molecules of the training set at most that are learned from.
    """

    rounds: int = 20_000
    critics: int = 5
    portion: int = 256
    speed: float = 2e-4
    penalty: float = 10.0
    sparse: int = 1
    look: int = 250
    sample: int = 1000
    patience: int = 12
    codes: int = 200_000


@dataclass
class Progress:
    """What a checkpoint remembers besides the weights.

    Attributes:
        score: The best share of valid times unique molecules.
        apart: The smallest distance of the codes among looks of about that score.
        since: Looks since anything got better.
    """

    step: int = 0
    used_s: float = 0.0
    critic: float = math.nan
    generator: float = math.nan
    score: float = -1.0
    apart: float = math.inf
    since: int = 0
    valid: float = 0.0
    unique: float = 0.0


@dataclass
class Adversaries:
    """One training of generator and critic.

    Attributes:
        codes: (N, code) of molecules, in half precision.
        out: For the checkpoint and the curves.
        budget_s: Seconds that this call may take.
        yardstick: Measures what is written at each look; None leaves that curve empty.
    """

    context: JobContext
    autoencoder: Autoencoder
    pieces: Pieces
    codes: Tensor
    out: Path
    plan: Plan
    budget_s: float = math.inf
    yardstick: Yardstick | None = None
    progress: Progress = field(default_factory=Progress)

    def __post_init__(self) -> None:
        """Build what is trained, or load it where a training was begun in `out`."""
        torch.manual_seed(self.context.seed)
        self.device = torch.device(self.context.device)
        shape = self.autoencoder.shape
        self.blur = shape.blur
        self.generator = Generator(shape).to(self.device)
        self.critic = Critic(shape).to(self.device)
        self.average = averaged(self.generator, 0.995)
        self.best = {name: value.clone() for name, value in self.generator.state_dict().items()}
        adam: dict[str, Any] = {"lr": self.plan.speed, "betas": (0.0, 0.9)}
        self.optimizers = (
            torch.optim.Adam(self.generator.parameters(), **adam),
            torch.optim.Adam(self.critic.parameters(), **adam),
        )
        random = torch.Generator().manual_seed(self.context.seed)
        self.spread = moments(blurred(self.codes[:20_000].float(), shape.blur, random))
        if (self.out / CHECKPOINT).is_file():
            self._load()
        self.began_s = self.progress.used_s

    @property
    def ended(self) -> bool:
        """Whether nothing gets better any more, all steps are taken, or the time of this call is used."""
        state = self.progress
        late = state.used_s - self.began_s >= self.budget_s
        return late or state.step >= self.plan.rounds or state.since >= self.plan.patience

    def go_on(self) -> None:
        """Take steps; the best generator is kept."""
        saved = last = time.monotonic()
        while not self.ended:
            self._step()
            now = time.monotonic()
            self.progress.used_s += now - last
            last = now
            if now - saved > _SAVE_EVERY_S:
                self.save()
                saved = now
        if self.progress.score < 0:
            self._look()
        self.save()

    def _step(self) -> None:
        state, plan = self.progress, self.plan
        self.context.check_cancelled()
        random = torch.Generator().manual_seed(self.context.seed * 1_000_003 + state.step)
        for number in range(plan.critics):
            chosen = torch.randint(len(self.codes), (plan.portion,), generator=random)
            real = blurred(self.codes[chosen].float().to(self.device), self.blur, random)
            with torch.no_grad():
                made = self._made(random)
            due = (state.step * plan.critics + number) % plan.sparse == 0
            penalty = plan.penalty * plan.sparse if due else 0.0
            loss = critic_loss(self.critic, real, made, random, penalty)
            state.critic = _smoothed(state.critic, self._take(self.optimizers[1], loss))
        loss = -self.critic(self._made(random)).mean()
        state.generator = _smoothed(state.generator, self._take(self.optimizers[0], loss))
        self.average.update_parameters(self.generator)
        state.step += 1
        if state.step % _TELL_EVERY == 0:
            told = f"generator, step {state.step}, valid {state.valid:.3f}, unique {state.unique:.3f}"
            self.context.progress(state.step / plan.rounds, told)
        if state.step % plan.look == 0:
            self._look()

    def _made(self, random: torch.Generator) -> Tensor:
        noise = torch.randn(self.plan.portion, self.autoencoder.shape.noise, generator=random)
        return blurred(self.generator(noise.to(self.device)), self.blur, random)

    @staticmethod
    def _take(optimizer: torch.optim.Optimizer, loss: Tensor) -> float:
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return float(loss.detach())

    @torch.inference_mode()
    def _look(self) -> None:
        """Write molecules from generated codes, and remember the generator where it is better."""
        from medapp_molecules.generate.mending import mended
        from medapp_molecules.generate.sampling import tally, written

        state, plan = self.progress, self.plan
        generator = self.average.module
        random = torch.Generator().manual_seed(self.context.seed)
        noise = torch.randn(plan.sample, self.autoencoder.shape.noise, generator=random)
        codes = blurred(generator(noise.to(self.device)), self.blur, random)
        smiles = written(self.autoencoder.decoder, self.pieces, codes, random, self.context.check_cancelled)
        meant = [mended(one) for one in smiles]
        state.valid, state.unique = tally(meant)
        apart = distance(moments(codes.cpu().float()), self.spread)
        self._judge(state.valid * state.unique, apart)
        row = {"step": state.step, "critic": state.critic, "generator": state.generator, "valid": state.valid,
               "unique": state.unique, "apart": apart}  # fmt: skip
        if self.yardstick is not None and (far := self.yardstick.distance(meant)) is not None:
            row[FCD] = far
        _append(self.out / CURVES, row)
        self.context.log.info("%s", ", ".join(f"{name} {value:.4g}" for name, value in row.items()))

    def _judge(self, score: float, apart: float) -> None:
        """Better is a higher score, or one about as high with codes that are more like real ones."""
        state = self.progress
        higher = score > state.score + _CLOSE
        if higher or (score > state.score - _CLOSE and apart < 0.99 * state.apart):
            state.score, state.apart, state.since = max(score, state.score), apart, 0
            average = self.average.module.state_dict()
            self.best = {name: value.clone() for name, value in average.items()}
        else:
            state.since += 1

    @torch.inference_mode()
    def levels(self, count: int = 1000) -> list[float]:
        """What the critic says of codes of the training set, ascending."""
        said: list[float] = self.critic(self.codes[:count].float().to(self.device)).tolist()
        return sorted(said)

    def save(self) -> None:
        """Write the checkpoint whole or not at all."""
        state = {
            "generator": self.generator.state_dict(),
            "critic": self.critic.state_dict(),
            "average": self.average.state_dict(),
            "best": self.best,
            "optimizers": [one.state_dict() for one in self.optimizers],
            "progress": asdict(self.progress),
        }
        partial = self.out / "generator.partial"
        torch.save(state, partial)
        partial.replace(self.out / CHECKPOINT)

    def _load(self) -> None:
        state: dict[str, Any] = torch.load(self.out / CHECKPOINT, map_location=self.device, weights_only=True)
        self.generator.load_state_dict(state["generator"])
        self.critic.load_state_dict(state["critic"])
        self.average.load_state_dict(state["average"])
        self.best = state["best"]
        for optimizer, kept in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(kept)
        self.progress = Progress(**state["progress"])


def _append(path: Path, row: Mapping[str, float]) -> None:
    """Put a look behind the others; where none before was measured by ChemNet, the column is put in."""
    columns, before = [*(name for name in row if name != FCD), FCD], []
    if path.is_file():
        with path.open(newline="", encoding="utf-8") as file:
            before = list(csv.DictReader(file))
    partial = path.with_name(f".{path.name}.part")
    with partial.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows([*before, row])
    partial.replace(path)


def critic_loss(
    critic: Critic, real: Tensor, made: Tensor, random: torch.Generator, penalty: float
) -> Tensor:
    """How far the critic is from telling them apart, and from a slope of 1 between them."""
    apart: Tensor = critic(made).mean() - critic(real).mean()
    if penalty == 0:
        return apart
    share = torch.rand((len(real), 1), generator=random).to(real.device)
    between = (share * real + (1 - share) * made).requires_grad_()
    (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    steep = slope.norm(dim=1)
    found: Tensor = apart + penalty * (steep - 1).square().mean()
    return found


def moments(codes: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and covariance of (N, code)."""
    return codes.mean(0), torch.cov(codes.T)


def distance(first: tuple[Tensor, Tensor], second: tuple[Tensor, Tensor]) -> float:
    """Fréchet distance of two normal distributions."""
    (mean, spread), (other, wide) = ((one.double(), two.double()) for one, two in (first, second))
    values, vectors = torch.linalg.eigh(spread)
    root = vectors @ torch.diag(values.clamp_min(0).sqrt()) @ vectors.T
    cross = torch.linalg.eigvalsh(root @ wide @ root).clamp_min(0).sqrt().sum()
    return float((mean - other).square().sum() + spread.trace() + wide.trace() - 2 * cross)


def _smoothed(before: float, now: float) -> float:
    return now if math.isnan(before) else 0.98 * before + 0.02 * now
