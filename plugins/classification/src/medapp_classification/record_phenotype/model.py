"""A grouped cohort in one safetensors file."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp_classification.record_phenotype.clusters import Clusters
from medapp_classification.record_phenotype.columns import Column
from medapp_classification.records.familiar import Familiar

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

WEIGHTS: Final = "record_phenotype.safetensors"
CARD: Final = "record_phenotype.md"
_FORMAT: Final = "record.phenotype 1"


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Groups of a cohort.

    Attributes:
        cloud: (N, 2): some people of the cohort on the first two components.
        members: (N,): their group of the mixture.
        facts: What was tried, and by group its size, means and outcome.
    """

    columns: tuple[Column, ...]
    clusters: Clusters
    familiar: Familiar
    cloud: NDArray[np.float32]
    members: NDArray[np.int64]
    facts: dict[str, Any]


def save(model: Model, path: Path) -> None:
    """Write a model whole or not at all.

    Raises:
        OSError: Where it cannot be written.
    """
    from safetensors.numpy import save_file

    arrays = {f"clusters.{name}": one for name, one in model.clusters.to_arrays().items()}
    arrays |= {f"familiar.{name}": one for name, one in model.familiar.to_arrays().items()}
    arrays |= {"cloud": model.cloud, "members": model.members}
    words = {
        "format": _FORMAT,
        "columns": json.dumps([asdict(one) for one in model.columns]),
        "facts": json.dumps(model.facts),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    save_file({name: np.ascontiguousarray(one) for name, one in arrays.items()}, str(partial), metadata=words)
    partial.replace(path)


def load(path: Path) -> Model:
    """Read a model; nothing that it holds is run.

    Raises:
        OSError: Where it cannot be read.
        ValueError: Where it is not of this kind, or holds numbers that are none.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(str(path), "np") as file:
            words = file.metadata() or {}
            if words.get("format") != _FORMAT:
                message = f"{path.name} is no model of record.phenotype"
                raise ValueError(message)
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        if not all(np.isfinite(one).all() for one in arrays.values()):
            message = f"{path.name} holds weights that are no numbers (NaN): train it anew"
            raise ValueError(message)
        parts = {
            kind: {name.partition(".")[2]: one for name, one in arrays.items() if name.startswith(f"{kind}.")}
            for kind in ("clusters", "familiar")
        }
        return Model(
            tuple(Column(**one) for one in json.loads(words["columns"])),
            Clusters.from_arrays(parts["clusters"]),
            Familiar.from_arrays(parts["familiar"]),
            np.asarray(arrays["cloud"], np.float32),
            np.asarray(arrays["members"], np.int64),
            json.loads(words["facts"]),
        )
    except (SafetensorError, KeyError, TypeError) as error:
        message = f"{path.name} is no whole model of record.phenotype"
        raise ValueError(message) from error
