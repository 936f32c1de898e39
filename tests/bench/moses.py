"""The figures of MOSES (Polykovskiy et al. 2020) of molecules that were made, on rdkit, torch and numpy.

Data are those of the wheel of molsets 0.3.1: MEDAPP_MOSES names ``moses/dataset/data`` of it, unpacked.
What was precomputed there of the two test sets is read by an unpickler that knows arrays and counters alone.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import os
import pickle
import random
import zipfile
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tests.bench import chemnet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

VARIABLE: Final = "MEDAPP_MOSES"
_ATOMS: Final = frozenset({"C", "N", "S", "O", "F", "Cl", "Br", "H"})
_LARGEST_RING: Final = 7
_BATCH: Final = 4000
_ALLOWED: Final = {
    ("numpy.core.multiarray", "_reconstruct"): ("numpy._core.multiarray", "_reconstruct"),
    ("numpy.core.multiarray", "scalar"): ("numpy._core.multiarray", "scalar"),
}


def folder() -> Path | None:
    """Where the data are; None where they are not at hand."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named and (Path(named) / "train.csv.gz").is_file() else None


@lru_cache(maxsize=4)
def smiles_of(split: str) -> tuple[str, ...]:
    """SMILES of ``train``, ``test`` or ``test_scaffolds``."""
    place = folder()
    assert place is not None
    with gzip.open(place / f"{split}.csv.gz", "rt", encoding="ascii") as file:
        return tuple(row["SMILES"] for row in csv.DictReader(file))


def floor(count: int, seed: int = 0) -> list[str]:
    """Molecules of the training set in place of made ones: what can be reached at all."""
    return random.Random(seed).sample(list(smiles_of("train")), count)


@dataclass(frozen=True)
class Known:
    """What was precomputed of a test set."""

    chemnet: tuple[np.ndarray, np.ndarray]
    bits: np.ndarray
    fragments: Counter[str]
    scaffolds: Counter[str]


@lru_cache(maxsize=2)
def known(split: str) -> Known:
    """Of ``test`` or ``test_scaffolds``; fragments and scaffolds as this rdkit writes them."""
    place = folder()
    assert place is not None
    with zipfile.ZipFile(place / f"{split}_stats.npz") as file:
        binary = io.BytesIO(file.read("stats.npy"))
    np.lib.format.read_magic(binary)
    np.lib.format.read_array_header_1_0(binary)
    facts = _Arrays(binary).load().item()
    near = facts["FCD"]
    return Known(
        (near["mu"], near["sigma"]), np.asarray(facts["SNN"]["fps"], np.uint8),
        _anew(facts["Frag"]["frag"]), _anew(facts["Scaf"]["scaf"]),
    )  # fmt: skip


class _Arrays(pickle.Unpickler):
    """Knows arrays of numpy and counters, and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _ALLOWED:
            where, what = _ALLOWED[module, name]
            return super().find_class(where, what)
        if (module, name) in {("numpy", "ndarray"), ("numpy", "dtype"), ("collections", "Counter")}:
            return super().find_class(module, name)
        if (module, name) == ("_codecs", "encode"):
            return codecs.encode
        message = f"{module}.{name} is no array"
        raise pickle.UnpicklingError(message)


def _anew(counted: Counter[str]) -> Counter[str]:
    from rdkit import Chem

    found: Counter[str] = Counter()
    for text, count in counted.items():
        mol = Chem.MolFromSmiles(str(text))
        found[Chem.MolToSmiles(mol) if mol is not None else str(text)] += int(count)
    return found


# ---- figures ------------------------------------------------------------------------------------------
def figures(made: Sequence[str], *, distances: bool = True) -> dict[str, float]:
    """All of molecules as they were written, those that are none among them.

    ``valid``, ``unique`` (of the first 10,000 valid), ``novelty``, ``filters``, ``IntDiv``; ``SNN``,
    ``Frag``, ``Scaf`` and, where ChemNet is at hand, ``FCD`` of ``test``; the same with ``scaffolds`` for
    the other.
    """
    from rdkit import Chem, rdBase

    with rdBase.BlockLogs():
        mols = [mol for one in made if one and (mol := Chem.MolFromSmiles(one)) is not None]
        texts = [Chem.MolToSmiles(mol) for mol in mols]
        first = texts[:10_000]
        found = {
            "valid": len(mols) / len(made),
            "unique": len(set(first)) / max(1, len(first)),
            "novelty": len(set(texts) - set(smiles_of("train"))) / max(1, len(set(texts))),
            "filters": sum(map(passes, mols)) / max(1, len(mols)),
        }
        bits = np.stack([fingerprint(mol) for mol in mols])
        found["IntDiv"] = 1 - float(_alike(bits, bits, most=False).mean())
        parts, scaffolds = counted(map(fragments_of, mols)), counted(map(scaffold_of, mols))
        seen = chemnet.moments(texts) if distances and chemnet.at_hand() else None
        for split, name in (("test", "test"), ("test_scaffolds", "scaffolds")):
            stats = known(split)
            if seen is not None:
                found[f"FCD {name}"] = chemnet.distance(seen, stats.chemnet)
            found[f"SNN {name}"] = float(_alike(bits, stats.bits, most=True).mean())
            found[f"Frag {name}"] = cosine(parts, stats.fragments)
            found[f"Scaf {name}"] = cosine(scaffolds, stats.scaffolds)
    return found


def fingerprint(mol: Any) -> np.ndarray:
    """Morgan, radius 2, 1,024 bits."""
    return _morgan().GetFingerprintAsNumPy(mol).astype(np.uint8)


@lru_cache(maxsize=1)
def _morgan() -> Any:
    from rdkit.Chem import rdFingerprintGenerator

    return rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=1024)


def _alike(made: np.ndarray, reference: np.ndarray, *, most: bool) -> np.ndarray:
    """Tanimoto of each made molecule with the reference: the largest, or the mean."""
    import torch

    found = np.zeros(len(made))
    sizes = torch.from_numpy(made).float().sum(1)
    for at in range(0, len(reference), _BATCH):
        part = torch.from_numpy(reference[at : at + _BATCH]).float()
        for start in range(0, len(made), _BATCH):
            own = torch.from_numpy(made[start : start + _BATCH]).float()
            both = own @ part.T
            either = sizes[start : start + _BATCH, None] + part.sum(1)[None] - both
            near = torch.where(either > 0, both / either, torch.ones(1))
            place = slice(start, start + _BATCH)
            if most:
                found[place] = np.maximum(found[place], near.max(1).values.numpy())
            else:
                found[place] += near.sum(1).double().numpy() / len(reference)
    return found


def counted(rows: Iterable[Iterable[str]]) -> Counter[str]:
    """How often each occurs."""
    found: Counter[str] = Counter()
    for row in rows:
        found.update(row)
    return found


def fragments_of(mol: Any) -> list[str]:
    """By BRICS (Degen et al. 2008)."""
    from rdkit import Chem
    from rdkit.Chem import AllChem

    return list(Chem.MolToSmiles(AllChem.FragmentOnBRICSBonds(mol)).split("."))


def scaffold_of(mol: Any) -> list[str]:
    """Bemis and Murcko's, of two rings at least; none for others."""
    from rdkit import Chem
    from rdkit.Chem.Scaffolds import MurckoScaffold

    scaffold = MurckoScaffold.GetScaffoldForMol(mol)
    return [Chem.MolToSmiles(scaffold)] if scaffold.GetRingInfo().NumRings() >= 2 else []


def cosine(first: Counter[str], second: Counter[str]) -> float:
    """Of counts."""
    both = sum(count * second[text] for text, count in first.items() if text in second)
    length = [np.sqrt(sum(float(count) ** 2 for count in one.values())) for one in (first, second)]
    return float(both / (length[0] * length[1])) if all(length) else float("nan")


def passes(mol: Any) -> bool:
    """Common atoms, no charge, no large ring, none of the patterns MCF and PAINS of MOSES."""
    from rdkit import Chem

    if any(len(ring) > _LARGEST_RING for ring in mol.GetRingInfo().AtomRings()):
        return False
    if any(atom.GetFormalCharge() or atom.GetSymbol() not in _ATOMS for atom in mol.GetAtoms()):
        return False
    whole = Chem.AddHs(mol)
    return not any(whole.HasSubstructMatch(one) for one in _patterns())


@lru_cache(maxsize=1)
def _patterns() -> tuple[Any, ...]:
    from rdkit import Chem

    place = folder()
    assert place is not None
    metrics = place.parent.parent / "metrics"
    with (metrics / "mcf.csv").open(encoding="utf-8", newline="") as file:
        found = [row["smarts"] for row in csv.DictReader(file)]
    with (metrics / "wehi_pains.csv").open(encoding="utf-8", newline="") as file:
        found += [row[0] for row in csv.reader(file)]
    return tuple(Chem.MolFromSmarts(one) for one in found)
