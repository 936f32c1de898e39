"""Write molecules with the decoder: from codes of the generator, or from none."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import torch

from medapp_molecules.generate.balance import Balance
from medapp_molecules.generate.mending import mended
from medapp_molecules.generate.network import blurred, load_autoencoder, load_critic, load_generator
from medapp_molecules.notation.pieces import UnknownPieceError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from torch import Tensor

    from medapp_molecules.generate.network import Autoencoder, Critic, Decoder, Generator
    from medapp_molecules.notation.pieces import Pieces

AUTOENCODER: Final = "molecules_autoencoder.safetensors"
GENERATOR: Final = "molecules_generator.safetensors"
CRITIC: Final = "molecules_critic.safetensors"
TOGETHER: Final = 512
"""Molecules that are written at once: more take more memory and no less time each."""
COOL: Final = 0.1
"""Warmth of writing from a code: what differs is in the code, and drawing coolly makes fewer mistakes."""
_LONGEST: Final = 60


@dataclass(frozen=True)
class Writer:
    """What writes molecules.

    Attributes:
        generator: None for the decoder alone.
    """

    autoencoder: Autoencoder
    pieces: Pieces
    generator: Generator | None

    @torch.inference_mode()
    def codes(self, count: int, random: torch.Generator) -> Tensor:
        """(count, code), drawn; of the decoder alone all the same."""
        if self.generator is None:
            return self.autoencoder.decoder.without.expand(count, -1)
        noise = torch.randn(count, self.autoencoder.shape.noise, generator=random)
        return blurred(self.generator(noise), self.autoencoder.shape.blur, random)

    def write(self, codes: Tensor, random: torch.Generator, check: Callable[[], None]) -> list[str]:
        """SMILES for each code, mended where that can be: some are no molecules."""
        found = []
        for one in self.as_written(codes, random, check):
            check()
            found.append(mended(one))
        return found

    def as_written(self, codes: Tensor, random: torch.Generator, check: Callable[[], None]) -> list[str]:
        """What `write` mends, as the decoder wrote it."""
        warmth = 1.0 if self.generator is None else COOL
        return written(self.autoencoder.decoder, self.pieces, codes, random, check, warmth=warmth)

    @torch.inference_mode()
    def code_of(self, smiles: str) -> Tensor:
        """(1, code) of a molecule.

        Raises:
            UnknownPieceError: Where it holds what no molecule of the training had.
        """
        found: Tensor = self.autoencoder.encoder(torch.tensor([self.pieces.encode(smiles)]))
        return found


@dataclass(frozen=True)
class Realism:
    """How real the critic finds molecules.

    Attributes:
        levels: What it says of molecules of the training set, ascending, evenly drawn.
    """

    critic: Critic
    levels: tuple[float, ...]
    writer: Writer

    @classmethod
    def read(cls, path: Path, writer: Writer) -> Realism:
        """Read what the training kept.

        Raises:
            TaskRefused: Where it cannot be used.
        """
        critic, levels = load_critic(path, writer.autoencoder.shape.code)
        return cls(critic, levels, writer)

    def of(self, smiles: str) -> float:
        """Share of the training set that is found less real; 0 of what it has no pieces for."""
        try:
            code = self.writer.code_of(smiles)
        except UnknownPieceError:
            return 0.0
        with torch.inference_mode():
            return bisect_left(self.levels, float(self.critic(code)[0])) / len(self.levels)


def read_writer(autoencoder: Path, generator: Path | None) -> Writer:
    """Read weights.

    Raises:
        TaskRefused: Where they cannot be used.
        FileNotFoundError: Where there are none.
    """
    for path in (autoencoder, generator):
        if path is not None and not path.is_file():
            raise FileNotFoundError(path)
    network, pieces = load_autoencoder(autoencoder)
    made = None if generator is None else load_generator(generator, network.shape.code)
    return Writer(network, pieces, made)


@torch.inference_mode()
def written(
    decoder: Decoder,
    pieces: Pieces,
    codes: Tensor,
    random: torch.Generator,
    check: Callable[[], None],
    *,
    warmth: float = COOL,
) -> list[str]:
    """Text for each of (N, code), with rings that may be open still.

    `check` may raise to end it; for `warmth` see `Decoder.sample`.
    """
    found: list[str] = []
    device = next(decoder.parameters()).device
    if device.type != "cpu":
        drawn = int(torch.randint(1 << 31, (1,), generator=random))
        random = torch.Generator(device).manual_seed(drawn)
    for at in range(0, len(codes), TOGETHER):
        check()
        some = codes[at : at + TOGETHER].to(device)
        # A ring that has to be closed where none can be is nonsense to the end: it is better left open.
        balance = Balance(pieces, len(some), device, rings=False)
        rows = decoder.sample(some, random, balance, warmth=warmth, longest=_LONGEST)
        found += [pieces.decode(row) for row in rows.tolist()]
    return found


def tally(smiles: Sequence[str]) -> tuple[float, float]:
    """Share of molecules that are valid, and of those that are unique."""
    from rdkit import Chem, rdBase

    with rdBase.BlockLogs():
        mols = [Chem.MolFromSmiles(one) if one else None for one in smiles]
        valid = [Chem.MolToSmiles(mol) for mol in mols if mol is not None]
    return len(valid) / max(1, len(smiles)), len(set(valid)) / max(1, len(valid))
