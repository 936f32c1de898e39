"""The models of metabolism in one file."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.api import TaskRefused
from medapp_molecules.learning.boosted import unpacked
from medapp_molecules.learning.weights import load, save
from medapp_molecules.metabolise.ranking import Ranking
from medapp_molecules.metabolise.rules import rules
from medapp_molecules.metabolise.sites import Sites

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

WEIGHTS: Final = "molecules_metabolise.safetensors"
_KIND: Final = "molecules.metabolise"


def write(path: Path, model: Ranking, facts: Mapping[str, Any]) -> None:
    """Write them.

    Raises:
        OSError: Where the file cannot be written.
    """
    arrays: dict[str, NDArray[Any]] = {
        "sites": model.sites.trees.packed(),
        "ranking": model.trees.packed(),
        "rates": model.rates,
    }
    names = [rule.name for rule in rules()]
    save(path, _KIND, arrays, dict(facts) | {"rules": names})


@lru_cache(maxsize=1)
def read(path: Path) -> tuple[Ranking, dict[str, Any]]:
    """Read them; what was read last is kept.

    Raises:
        TaskRefused: Where the file is not what its name says, or of other rules.
        FileNotFoundError: Where there is none.
    """
    try:
        arrays, facts = load(path, _KIND)
        sites = Sites.unpacked(arrays["sites"].astype(np.uint8), facts["sites"])
        trees = unpacked(arrays["ranking"].astype(np.uint8))
    except (ValueError, KeyError) as error:
        message = f"the weights cannot be used: {error}"
        raise TaskRefused(message) from error
    if facts.pop("rules", None) != [rule.name for rule in rules()]:
        message = "the weights were made for other rules of reaction: train anew"
        raise TaskRefused(message)
    return Ranking(trees, arrays["rates"].astype(np.float32), sites), facts
