"""Teach the decoder to write fewer texts that are no molecules, and to change nothing else.

For each code several molecules are written. Where the likelihood of all of them differs from that of the
decoder as it was by the reward and a constant alone, the decoder is what it was, with molecules exp(reward)
times as likely as what is none: the variance of the rest is what is made small (the log-variance loss of
Richter et al. 2020). Codes are those of the generator, and none, as the decoder is used.
"""

from __future__ import annotations

import csv
import math
import time
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import torch

from medapp.api import TaskRefused, TrainResult
from medapp_molecules.generate.balance import Balance
from medapp_molecules.generate.likelihood import likelihood
from medapp_molecules.generate.network import save
from medapp_molecules.generate.plans import Settable
from medapp_molecules.generate.sampling import AUTOENCODER, GENERATOR, read_writer
from medapp_molecules.notation.pieces import END

if TYPE_CHECKING:
    from torch import Tensor

    from medapp.api import JobContext, TrainRequest
    from medapp_molecules.generate.network import Decoder
    from medapp_molecules.generate.sampling import Writer

CURVES: Final = "polishing.csv"
_LONGEST: Final = 24
"""Pieces: more than twice what molecules have. What has not ended by then is none."""
_LOOK_EVERY: Final = 20


@dataclass(frozen=True)
class Plan(Settable):
    """How it is polished.

    Attributes:
        polishing: Steps.
        group: Molecules written for each code.
        together: Codes of each step.
        reward: Nats by which a molecule is wanted likelier.
        alone: Share of the codes that are withheld.
    """

    polishing: int = 400
    together: int = 48
    group: int = 4
    polish_rate: float = 2e-4
    reward: float = 4.0
    alone: float = 0.25


def polish(request: TrainRequest, context: JobContext) -> TrainResult:
    """Polish the decoder of the autoencoder in `request.out`; it is written anew, marked as polished.

    Raises:
        TaskRefused: Where there is no autoencoder or no generator, or it is polished already.
    """
    torch.set_num_threads(context.threads)
    path = request.out / AUTOENCODER
    try:
        writer = read_writer(path, request.out / GENERATOR)
    except FileNotFoundError as error:
        message = "there is nothing to polish yet: autoencoder and generator are trained before"
        raise TaskRefused(message) from error
    if (request.out / CURVES).is_file():
        message = "the decoder there is polished already"
        raise TaskRefused(message)
    budget_s = math.inf if request.budget_minutes is None else 60 * request.budget_minutes
    run = Polishing(writer, Plan.of(request.parameters), context)
    rows = run.go_on(budget_s)
    facts = {"polished": str(run.step), "seed": str(context.seed)}
    writer.autoencoder.decoder.load_state_dict(run.now.state_dict())
    save(writer.autoencoder, path, writer.autoencoder.shape, writer.pieces, facts)
    with (request.out / CURVES).open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, ("step", "valid", "moved"))
        table.writeheader()
        table.writerows(rows)
    return TrainResult(path, {"steps": float(run.step), **({} if not rows else rows[-1])})


class Polishing:
    """One polishing.

    Attributes:
        now: The decoder as it is taught.
    """

    def __init__(self, writer: Writer, plan: Plan, context: JobContext) -> None:
        """Of what writes."""
        self._writer, self._plan, self._context = writer, plan, context
        self._before: Decoder = writer.autoencoder.decoder.eval().requires_grad_(requires_grad=False)
        self.now: Decoder = deepcopy(self._before).requires_grad_()
        self._optimizer = torch.optim.Adam(self.now.parameters(), plan.polish_rate)
        self.step = 0

    def go_on(self, budget_s: float) -> list[dict[str, float]]:
        """Take all steps, or as many as there is time for; return what was seen every few of them."""
        begun, rows = time.monotonic(), []
        valid = moved = 0.0
        while self.step < self._plan.polishing and time.monotonic() - begun < budget_s:
            share, apart = self._step()
            valid, moved = valid + share / _LOOK_EVERY, moved + apart / _LOOK_EVERY
            if self.step % _LOOK_EVERY == 0:
                rows.append({"step": float(self.step), "valid": valid, "moved": moved})
                self._context.log.info("polishing, step %d: valid %.4f, moved %.4f", self.step, valid, moved)
                told = f"polishing, step {self.step} of {self._plan.polishing}, valid {valid:.3f}"
                self._context.progress(self.step / self._plan.polishing, told)
                valid = moved = 0.0
        return rows

    def _step(self) -> tuple[float, float]:
        """Share of molecules, and nats by which the decoder has moved from what it was."""
        self._context.check_cancelled()
        plan = self._plan
        stream = torch.Generator().manual_seed(self._context.seed * 1_000_003 + self.step)
        codes = self._codes(stream).repeat_interleave(plan.group, 0)
        rows = self.now.sample(codes, stream, Balance(self._writer.pieces, len(codes)), longest=_LONGEST)
        rows = rows.clone()
        texts = [self._writer.pieces.decode(row) if END in row else "" for row in rows.tolist()]
        valid = torch.tensor([float(_is_molecule(one)) for one in texts])
        with torch.no_grad():
            before = likelihood(self._before, rows, codes)
        now = likelihood(self.now, rows, codes)
        rest = (before + plan.reward * valid - now).view(-1, plan.group)
        loss = rest.var(dim=1).mean()
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.now.parameters(), 10.0)
        # The rate falls to nothing: what is drawn at each step is noisy.
        for one in self._optimizer.param_groups:
            one["lr"] = plan.polish_rate * max(0.01, 1 - self.step / plan.polishing)
        self._optimizer.step()
        self.step += 1
        return float(valid.mean()), float((now.detach() - before).mean())

    def _codes(self, stream: torch.Generator) -> Tensor:
        found = self._writer.codes(self._plan.together, stream).clone()
        alone = torch.rand((len(found), 1), generator=stream) < self._plan.alone
        return torch.where(alone, self._before.without, found)


def _is_molecule(smiles: str) -> bool:
    from rdkit import Chem, rdBase

    with rdBase.BlockLogs():
        return bool(smiles) and Chem.MolFromSmiles(smiles) is not None
