"""Teach the decoder to write what scores well, held to what it had learnt before.

The likelihood of what is written is drawn to that of the decoder as it was, raised by the score (Olivecrona
et al. 2017): at rest it is the decoder times exp(score / anchor), which is what a reward less `anchor` times
the Kullback-Leibler divergence from the decoder asks for. The best so far are learnt from again (as the
REINVENT of PMO does). Codes come of the generator, or of those that wrote the best.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import torch

from medapp_molecules.generate.balance import Balance
from medapp_molecules.generate.likelihood import likelihood, padded
from medapp_molecules.notation.pieces import END
from medapp_molecules.optimise.search import child_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    from torch import Tensor

    from medapp_molecules.generate.network import Decoder
    from medapp_molecules.generate.sampling import Writer
    from medapp_molecules.optimise.search import Child, Scored, Search

_KEPT: Final = 100
"""Of the best that are learnt from again."""
_AGAIN: Final = 24
_BARREN: Final = 50
"""Steps without a molecule that is new after which it ends."""
_SAVE_EVERY: Final = 10
_LONGEST: Final = 60


@dataclass(frozen=True)
class Tuning:
    """How it is taught.

    Attributes:
        portion: Molecules written at each step.
        anchor: Weight of the divergence from the decoder as it was, in units of the score.
    """

    portion: int = 64
    rate: float = 5e-4
    anchor: float = 0.004


@dataclass(frozen=True)
class Memory:
    """A molecule that was written: its score, pieces with the end, and its code."""

    score: float
    smiles: str
    pieces: tuple[int, ...]
    code: Tensor


class Policy:
    """One teaching of the decoder.

    Attributes:
        step: How many were taken.
    """

    def __init__(
        self, writer: Writer, search: Search, tuning: Tuning, seed: int, kept: Path, check: Callable[[], None]
    ) -> None:
        """Score with `search`, which counts the calls; `kept` is a file to go on from after a stop."""
        self._writer, self._search, self._tuning = writer, search, tuning
        self._seed, self._kept, self._check = seed, kept, check
        self._before: Decoder = writer.autoencoder.decoder.eval().requires_grad_(requires_grad=False)
        self._now: Decoder = deepcopy(self._before).requires_grad_()
        # Steps as long as the rate whatever the slope would walk about where nothing is to be learnt.
        self._optimizer = torch.optim.Adam(self._now.parameters(), tuning.rate, eps=1e-4)
        self._best: list[Memory] = []
        self.step = 0
        if kept.is_file():
            self._load()

    def run(self) -> Iterator[Scored]:
        """Score molecules until the calls are used, or nothing new is written any more."""
        barren = 0
        while self._search.left > 0 and barren < _BARREN:
            before = len(self._search.scored)
            # Its own stream for each step: it hangs on what was learnt alone.
            stream = torch.Generator().manual_seed(self._seed * 1_000_003 + self.step)
            codes = self._writer.codes(self._tuning.portion, stream)
            rows = self._written(codes, stream)
            seen: list[Memory] = []
            self._search.announce(self._child(row) for row in rows)
            for row, code in zip(rows, codes, strict=True):
                one = yield from self._scored(row, code)
                seen.append(one)
            self._learn(seen, stream)
            self.step += 1
            if self.step % _SAVE_EVERY == 0:
                self._save()
            barren = barren + 1 if len(self._search.scored) == before else 0
        self._kept.unlink(missing_ok=True)

    def divergence(self, count: int = 256) -> float:
        """Nats for each molecule by which the decoder has moved: the mean of its own over `count`."""
        stream = torch.Generator().manual_seed(self._seed)
        codes = self._writer.codes(count, stream)
        rows = padded([tuple(row) for row in self._written(codes, stream)])
        with torch.inference_mode():
            return float((likelihood(self._now, rows, codes) - likelihood(self._before, rows, codes)).mean())

    def _written(self, codes: Tensor, stream: torch.Generator) -> list[list[int]]:
        self._check()
        balance = Balance(self._writer.pieces, len(codes))
        rows = self._now.sample(codes, stream, balance, longest=_LONGEST)
        found: list[list[int]] = rows.tolist()
        return found

    def _scored(self, row: list[int], code: Tensor) -> Generator[Scored, None, Memory]:
        """Ask for the score of a row; what is no molecule, or odd, is worth nothing and takes no call."""
        ended, child = _ended(row), self._child(row)
        score = 0.0
        if child is not None:
            known = self._search.known(child.smiles)
            if known is None and (found := self._search.ask(child)) is not None:
                yield found
                known = found.score
            score = known or 0.0
        return Memory(score, child.smiles if child is not None else "", ended, code)

    def _child(self, row: list[int]) -> Child | None:
        return child_of(self._writer.pieces.decode(_ended(row)), (), f"written at step {self.step + 1}")

    def _learn(self, seen: list[Memory], stream: torch.Generator) -> None:
        again = self._again(stream)
        batch = seen + again
        rows = padded([one.pieces for one in batch])
        codes = torch.stack([one.code for one in batch]).clone()
        scores = torch.tensor([one.score for one in batch])
        with torch.no_grad():
            wanted = likelihood(self._before, rows, codes) + scores / self._tuning.anchor
        # What is left but for a constant: the likelihoods must add to 1, whatever the scores.
        loss = (wanted - likelihood(self._now, rows, codes)).var()
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._now.parameters(), 100.0)
        self._optimizer.step()
        best = {one.smiles: one for one in [*self._best, *seen] if one.score > 0}
        self._best = sorted(best.values(), key=lambda one: (-one.score, one.smiles))[:_KEPT]

    def _again(self, stream: torch.Generator) -> list[Memory]:
        if not self._best:
            return []
        worth = torch.tensor([one.score for one in self._best])
        count = min(_AGAIN, len(self._best))
        return [self._best[at] for at in torch.multinomial(worth, count, generator=stream).tolist()]

    # ---- keeping --------------------------------------------------------------------------------------
    def _save(self) -> None:
        state = {
            "decoder": self._now.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "step": self.step,
            "best": [(one.score, one.smiles, list(one.pieces), one.code) for one in self._best],
        }
        partial = self._kept.with_name(f"{self._kept.name}.part")
        torch.save(state, partial)
        partial.replace(self._kept)

    def _load(self) -> None:
        state: dict[str, Any] = torch.load(self._kept, weights_only=True)
        self._now.load_state_dict(state["decoder"])
        self._optimizer.load_state_dict(state["optimizer"])
        self.step = state["step"]
        self._best = [Memory(score, smiles, tuple(row), code) for score, smiles, row, code in state["best"]]


def _ended(row: list[int]) -> tuple[int, ...]:
    """Up to the end, where there is one."""
    return tuple(row[: row.index(END) + 1]) if END in row else tuple(row)
