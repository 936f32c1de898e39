"""Patterns that chemists are wary of, as rdkit carries them.

PAINS: what answers in many assays whatever is asked (Baell and Holloway 2010). Brenk: reactive, toxic or
unstable parts (Brenk et al. 2008). NIH: likewise (Jadhav et al. 2010).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from medapp.domain.molecule import Alert

_SETS: Final = {"pains": ("PAINS_A", "PAINS_B", "PAINS_C"), "brenk": ("BRENK",), "nih": ("NIH",)}


def alerts_of(mol: Any) -> tuple[Alert, ...]:  # noqa: ANN401 - rdkit's molecules have no useful type
    """Each pattern once, with all atoms that it matches, each of weight 1."""
    found = []
    for name, catalog in _catalogs():
        for entry in catalog.GetMatches(mol):
            atoms = {pair[1] for match in entry.GetFilterMatches(mol) for pair in match.atomPairs}
            title = str(entry.GetDescription()).replace("_", " ")
            found.append(Alert(name, title, atoms=tuple((int(at), 1.0) for at in sorted(atoms))))
    return tuple(found)


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
