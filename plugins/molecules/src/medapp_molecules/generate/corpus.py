"""Molecules to learn from: read, put into pieces once, and dealt out in batches of equal length."""

from __future__ import annotations

import csv
import gzip
import io
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import torch

from medapp_molecules.notation.pieces import Pieces, learn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

_NAMES: Final = ("train.csv.gz", "train.csv", "train.smi.gz", "train.smi")
_SAMPLE: Final = 60_000
HELD_BACK: Final = 10_000
"""Molecules of the training file that are never trained on, to see what is learnt."""


@dataclass(frozen=True)
class Corpus:
    """Molecules in pieces.

    Attributes:
        rows: Pieces of all molecules, one behind the other.
        starts: Where each begins, and where the last ends.
        held_back: How many of the last are not trained on.
    """

    pieces: Pieces
    rows: NDArray[np.int16]
    starts: NDArray[np.int64]
    held_back: int

    @property
    def trained(self) -> int:
        """How many molecules are trained on."""
        return len(self.starts) - 1 - self.held_back

    def batches(self, size: int, seed: int) -> Iterator[torch.Tensor]:
        """All molecules to train on once: (N, T) of equal length, in an order that `seed` gives."""
        return self._batches(np.arange(self.trained), size, seed)

    def unseen(self, size: int) -> Iterator[torch.Tensor]:
        """Those that are held back."""
        return self._batches(np.arange(self.trained, len(self.starts) - 1), size, 0)

    def _batches(self, chosen: NDArray[np.int64], size: int, seed: int) -> Iterator[torch.Tensor]:
        drawn = np.random.default_rng(seed)
        chosen = drawn.permutation(chosen)
        lengths = self.starts[chosen + 1] - self.starts[chosen]
        groups = [chosen[lengths == length] for length in np.unique(lengths)]
        cuts = [group[at : at + size] for group in groups for at in range(0, len(group), size)]
        for number in drawn.permutation(len(cuts)):
            cut = cuts[number]
            length = int(self.starts[cut[0] + 1] - self.starts[cut[0]])
            places = self.starts[cut][:, None] + np.arange(length)
            yield torch.from_numpy(self.rows[places].astype(np.int64))


def read_smiles(folder: Path) -> list[str]:
    """SMILES of a training set, one molecule a line, the first column of a CSV; a header is left out.

    Raises:
        FileNotFoundError: Where `folder` holds none of ``train.csv``, ``train.smi``, plain or gzipped.
    """
    path = next((folder / name for name in _NAMES if (folder / name).is_file()), None)
    if path is None:
        message = f"there is no training set here: one of {', '.join(_NAMES)} is needed"
        raise FileNotFoundError(message)
    binary = path.read_bytes()
    text = io.StringIO((gzip.decompress(binary) if path.suffix == ".gz" else binary).decode("utf-8"))
    found = [row[0].split()[0] for row in csv.reader(text) if row and row[0].strip()]
    return found[1:] if found and found[0].casefold() in {"smiles", "canonical_smiles"} else found


def prepare(folder: Path, kept: Path, *, merges: int, seed: int, told: Callable[[float], None]) -> Corpus:
    """Put a training set into pieces, or take what was kept of it in `kept`.

    Args:
        folder: Of the training set.
        kept: Folder of the training run.
        merges: Of the vocabulary, where there is none yet.
        seed: For the order and for what is held back.
        told: Given the share that is done.
    """
    path = kept / "corpus.npz"
    if path.is_file():
        with np.load(path) as file:
            text = str(file["pieces"])
            return Corpus(Pieces.from_text(text), file["rows"], file["starts"], int(file["held_back"]))
    smiles = read_smiles(folder)
    random.Random(seed).shuffle(smiles)  # noqa: S311 - the order of training, no secret
    pieces = learn(smiles, merges=merges, sample=smiles[:_SAMPLE])
    rows: list[NDArray[np.int16]] = []
    starts = np.zeros(len(smiles) + 1, np.int64)
    for number, one in enumerate(smiles):
        encoded = pieces.encode(one)
        rows.append(np.asarray(encoded, np.int16))
        starts[number + 1] = starts[number] + len(encoded)
        if number % 20_000 == 0:
            told(number / len(smiles))
    held_back = min(HELD_BACK, len(smiles) // 10)
    corpus = Corpus(pieces, np.concatenate(rows), starts, held_back)
    kept.mkdir(parents=True, exist_ok=True)
    np.savez(path, pieces=pieces.text(), rows=corpus.rows, starts=starts, held_back=held_back)
    return corpus
