"""Patterns that chemists are wary of, as rdkit carries them.

PAINS: what answers in many assays whatever is asked (Baell and Holloway 2010). Brenk: reactive, toxic or
unstable parts (Brenk et al. 2008). NIH: likewise (Jadhav et al. 2010).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from medapp.domain.molecule import Alert

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SETS: Final = {"pains": ("PAINS_A", "PAINS_B", "PAINS_C"), "brenk": ("BRENK",), "nih": ("NIH",)}

Found = tuple[tuple[str, Any], ...]
"""Name of the set and entry of each pattern that one molecule holds."""


def alerts_of(mol: Any) -> tuple[Alert, ...]:  # noqa: ANN401 - rdkit's molecules have no useful type
    """Each pattern once, with all atoms that it matches, each of weight 1."""
    return told(((name, entry) for name, catalog in _catalogs() for entry in catalog.GetMatches(mol)), mol)


def told(found: Iterable[tuple[str, Any]], mol: Any) -> tuple[Alert, ...]:  # noqa: ANN401
    """The same of patterns that were found already."""
    alerts = []
    for name, entry in found:
        atoms = {pair[1] for match in entry.GetFilterMatches(mol) for pair in match.atomPairs}
        title = str(entry.GetDescription()).replace("_", " ")
        alerts.append(Alert(name, title, atoms=tuple((int(at), 1.0) for at in sorted(atoms))))
    return tuple(alerts)


def found_in(smiles: Sequence[str], threads: int = 1) -> list[Found]:
    """Of each molecule the patterns it holds; rdkit looks for them without holding up other threads.

    Args:
        smiles: That can be read.
        threads: Of the processor.
    """
    from rdkit.Chem.FilterCatalog import RunFilterCatalog  # type: ignore[attr-defined] # its stubs lack it

    found: list[list[tuple[str, Any]]] = [[] for _ in smiles]
    for name, catalog in _catalogs():
        for kept, entries in zip(found, RunFilterCatalog(catalog, list(smiles), threads), strict=True):
            kept.extend((name, entry) for entry in entries)
    return [tuple(kept) for kept in found]


@lru_cache(maxsize=1)
def _catalogs() -> tuple[tuple[str, Any], ...]:
    from rdkit.Chem import FilterCatalog

    found = []
    for name, sets in _SETS.items():
        params = FilterCatalog.FilterCatalogParams()
        for one in sets:
            params.AddCatalog(getattr(FilterCatalog.FilterCatalogParams.FilterCatalogs, one))
        found.append((name, FilterCatalog.FilterCatalog(params)))
    return tuple(found)
