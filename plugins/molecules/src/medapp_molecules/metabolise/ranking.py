"""How likely each product of the rules is: by rule, by what stands around the atom, by the site's score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp_molecules.atoms.features import atom_features
from medapp_molecules.learning.boosted import Boosted, fit
from medapp_molecules.metabolise.rules import candidates, key, rules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from medapp_molecules.metabolise.rules import Candidate
    from medapp_molecules.metabolise.sites import Sites

SEEDS: Final = 2
_SMOOTH: Final = 10.0
_SECOND: Final = 26
"""Columns of the second atom: what it is itself."""


@dataclass(frozen=True)
class Scored:
    """A product with its probability; `isoform` of the likeliest site where cytochrome P450 makes it."""

    candidate: Candidate
    probability: float
    isoform: str = ""


@dataclass(frozen=True)
class Ranking:
    """The fitted model: trees, and how often each rule was right."""

    trees: Boosted
    rates: NDArray[np.float32]
    sites: Sites

    def of(self, smiles: str) -> list[Scored]:
        """Products of one step, each once, the likeliest first.

        Raises:
            ValueError: Where the SMILES cannot be read or worked with.
        """
        made = candidates(smiles)
        if not made:
            return []
        columns, scores = columns_of(smiles, made, self.rates, self.sites)
        said = self.trees.said(columns)
        best: dict[str, Scored] = {}
        for one, value in zip(made, said, strict=True):
            if one.smiles not in best or best[one.smiles].probability < value:
                best[one.smiles] = Scored(one, float(value), _isoform(one, scores))
        return sorted(best.values(), key=lambda one: (-one.probability, one.candidate.smiles))


def _isoform(one: Candidate, scores: NDArray[np.float64]) -> str:
    from medapp_molecules.metabolise.data import ISOFORMS

    if one.rule.enzyme != "CYP" or not one.atoms:
        return ""
    return ISOFORMS[int(scores[list(one.atoms)].max(axis=0).argmax())]


def columns_of(
    smiles: str, made: Sequence[Candidate], rates: NDArray[np.float32], sites: Sites
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Columns of each product, and the sites' scores (atoms, isoforms) of the parent."""
    from rdkit import Chem

    mol: Any = Chem.MolFromSmiles(smiles)
    features = atom_features(mol)
    scores = sites.scores(features)
    best = scores.max(axis=1)
    place = np.argsort(np.argsort(-best))
    agreeing: dict[str, int] = {}
    for one in made:
        agreeing[one.smiles] = agreeing.get(one.smiles, 0) + 1
    heavy = mol.GetNumHeavyAtoms()
    found = np.zeros((len(made), features.shape[1] + _SECOND + 13), np.float32)
    for row, one in zip(found, made, strict=True):
        first = one.atoms[0] if one.atoms else 0
        second = one.atoms[1] if len(one.atoms) > 1 else first
        row[:13] = (
            one.rule.number, rates[one.rule.number], one.places, one.weight, one.weight / heavy,
            one.weight - heavy, agreeing[one.smiles], best[first], scores[first].mean(), place[first],
            best[list(one.atoms)].max() if one.atoms else 0, place[second], len(made),
        )  # fmt: skip
        row[13 : 13 + features.shape[1]] = features[first]
        row[-_SECOND:] = features[second, :_SECOND]
    return found, scores


def fit_ranking(
    pairs: Mapping[str, frozenset[str]], sites: Sites, seed: int, check: Callable[[], None], threads: int = 1
) -> Ranking:
    """Fit on parents and the keys of what they are known to become.

    What the rules make of a parent and no one has reported counts as not made, which is not always so.
    """
    lessons = [(parent, made, _truth(made, pairs[parent])) for parent, made in _all(pairs, check)]
    tried = np.zeros(len(rules()))
    right = np.zeros(len(rules()))
    for _, made, truth in lessons:
        for one, value in zip(made, truth, strict=True):
            tried[one.rule.number] += 1
            right[one.rule.number] += value
    mean = right.sum() / max(1.0, tried.sum())
    rates = ((right + _SMOOTH * mean) / (tried + _SMOOTH)).astype(np.float32)
    columns, truths = [], []
    for parent, made, truth in lessons:
        check()
        columns.append(columns_of(parent, made, rates, sites)[0])
        truths.append(truth)
    trees = fit(
        np.vstack(columns), np.concatenate(truths), range(seed, seed + SEEDS), check=check, threads=threads,
        rounds=300, num_leaves=31, min_data_in_leaf=15, feature_fraction=0.3,
    )  # fmt: skip
    return Ranking(trees, rates, sites)


def _all(pairs: Mapping[str, frozenset[str]], check: Callable[[], None]) -> list[tuple[str, list[Candidate]]]:
    found = []
    for parent in pairs:
        check()
        made = candidates(parent)
        if made:
            found.append((parent, made))
    return found


def _truth(made: Sequence[Candidate], known: frozenset[str]) -> NDArray[np.float64]:
    keys = {smiles: key(smiles) in known for smiles in {one.smiles for one in made}}
    return np.array([float(keys[one.smiles]) for one in made])
