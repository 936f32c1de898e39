"""Where nine isoforms of cytochrome P450 change a molecule: a probability for each atom and isoform."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

from medapp.domain.molecule import Site
from medapp_molecules.atoms.features import atom_features, symmetry
from medapp_molecules.learning.boosted import Boosted, fit, unpacked
from medapp_molecules.metabolise.data import ISOFORMS, part_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from medapp_molecules.metabolise.data import Observed

SEEDS: Final = 4
_LESSER: Final = 1
_PRIMARY: Final = 2
"""Ranks: of a site that is changed to a lesser extent, and of one that is changed most."""
_FOLDS: Final = 3
_SETTINGS: Final = {
    "objective": "lambdarank",
    "num_leaves": 15,
    "lambdarank_truncation_level": 5,
    "rounds": 400,
}
SHOWN: Final = 5
"""Atoms of each isoform that are told."""


@dataclass(frozen=True)
class Sites:
    """The fitted model: trees that put the atoms of a molecule in order, and what their numbers mean.

    Attributes:
        slope, intercept: Of the log-odds that an atom is a site, by what the trees say.
    """

    trees: Boosted
    slope: float
    intercept: float

    @property
    def meaning(self) -> list[float]:
        """What `unpacked` takes."""
        return [self.slope, self.intercept]

    @classmethod
    def unpacked(cls, numbers: NDArray[np.uint8], meaning: Sequence[float]) -> Self:
        """Of a file's numbers.

        Raises:
            ValueError: Where they are none.
        """
        slope, intercept = meaning
        return cls(unpacked(numbers), float(slope), float(intercept))

    def scores(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Probabilities (atoms, isoforms) of a molecule's atom features."""
        columns = np.vstack([_of_isoform(features, number) for number in range(len(ISOFORMS))])
        said = self.trees.said(columns).reshape(len(ISOFORMS), -1).T
        found: NDArray[np.float64] = 1 / (1 + np.exp(-(self.slope * said + self.intercept)))
        return found


def of_molecule(scores: NDArray[np.float64], mol: Any) -> tuple[Site, ...]:  # noqa: ANN401
    """The likeliest atoms of each isoform; atoms that symmetry makes equal share a rank."""
    classes = symmetry(mol)
    found = []
    for column, isoform in enumerate(ISOFORMS):
        for rank, at in ranked(scores[:, column], classes):
            if rank <= SHOWN:
                found.append(Site(int(at), isoform, float(scores[at, column]), rank))
    return tuple(found)


def ranked(scores: NDArray[np.float64], classes: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Rank and atom, the likeliest first."""
    best = {int(one): float(scores[classes == one].max()) for one in np.unique(classes)}
    order = sorted(best, key=lambda one: (-best[one], one))
    return [(rank, int(at)) for rank, one in enumerate(order, 1) for at in np.flatnonzero(classes == one)]


def fit_sites(rows: Sequence[Observed], seed: int, check: Callable[[], None], threads: int = 1) -> Sites:
    """Fit on molecules with known sites.

    What the trees' numbers mean is fitted on molecules that the trees had not seen.
    """
    columns, truth, parts = [], [], []
    for row in rows:
        columns.append(_of_isoform(atom_features(row.mol), ISOFORMS.index(row.isoform)))
        truth.append(_truth(row))
        parts.append(part_of(row.key) % _FOLDS)
        check()
    data = (columns, truth)
    folds = np.repeat(parts, [len(one) for one in columns])
    said = np.zeros(len(folds))
    for fold in range(_FOLDS):
        inside = [number for number, part in enumerate(parts) if part != fold]
        if 0 < len(inside) < len(rows):
            trees = _trees(data, inside, [seed], check, threads)
            said[folds == fold] = trees.said(np.vstack(columns)[folds == fold])
    slope, intercept = _meaning(said, np.concatenate(truth) > 0)
    trees = _trees(data, range(len(rows)), range(seed, seed + SEEDS), check, threads)
    return Sites(trees, slope, intercept)


def _trees(
    data: tuple[Sequence[NDArray[np.float32]], Sequence[NDArray[np.float64]]],
    inside: Sequence[int],
    seeds: Sequence[int],
    check: Callable[[], None],
    threads: int,
) -> Boosted:
    columns = [data[0][number] for number in inside]
    truth = [data[1][number] for number in inside]
    group = [len(one) for one in columns]
    settings: dict[str, Any] = dict(_SETTINGS)
    return fit(
        np.vstack(columns),
        np.concatenate(truth),
        seeds,
        group=group,
        check=check,
        threads=threads,
        **settings,
    )


def _meaning(said: NDArray[np.float64], truth: NDArray[np.bool_]) -> tuple[float, float]:
    from medapp.engine.calibration import fit_platt

    if truth.all() or not truth.any():
        return 1.0, 0.0
    fitted = fit_platt(said, truth)
    return fitted.slope, fitted.offset


def _truth(row: Observed) -> NDArray[np.float64]:
    found = np.zeros(row.mol.GetNumAtoms())
    found[list(row.others)] = _LESSER
    found[list(row.primary)] = _PRIMARY
    classes = symmetry(row.mol)
    return np.array([found[classes == one].max() for one in classes])


def _of_isoform(features: NDArray[np.float32], number: int) -> NDArray[np.float32]:
    mark = np.zeros((len(features), len(ISOFORMS)), np.float32)
    mark[:, number] = 1
    return np.hstack([features, mark])


def top_figures(model: Sites, rows: Sequence[Observed]) -> dict[str, dict[str, float]]:
    """Share of molecules with a primary site first, and among the first two, by isoform and as their mean.

    ``top-1`` and ``top-2`` count atoms one by one as they are listed; in ``top-2 by symmetry`` atoms that
    symmetry makes equal count once; ``any`` takes sites of a lesser extent for hits too.
    """
    hits: dict[str, list[tuple[bool, ...]]] = {}
    for row in rows:
        scores = model.scores(atom_features(row.mol))[:, ISOFORMS.index(row.isoform)]
        listed = ranked(scores, symmetry(row.mol))
        atoms = [at for _, at in listed]
        first = min(atoms.index(at) for at in row.primary)
        level = min(rank for rank, at in listed if at in row.primary)
        any_of = min(rank for rank, at in listed if at in row.primary | row.others)
        hits.setdefault(row.isoform, []).append((first < 1, first < 2, level <= 2, any_of <= 2))  # noqa: PLR2004
    names = ("top-1", "top-2", "top-2 by symmetry", "top-2 of any by symmetry")
    found = {
        isoform: dict(zip(names, map(float, np.mean(said, axis=0)), strict=True)) | {"molecules": len(said)}
        for isoform, said in hits.items()
    }
    macro = {name: float(np.mean([one[name] for one in found.values()])) for name in names}
    return found | {"macro": macro | {"molecules": len(rows)}}
