"""Experts, gate, sets and held-back answers in one safetensors file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.engine.conformal import BinarySets
from medapp_classification.patient_together.experts import KINDS, Expert
from medapp_classification.patient_together.fusing import EXPERTS, Fusion
from medapp_classification.patient_together.gate import Gate

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

WEIGHTS: Final = "patient_together.safetensors"
CARD: Final = "patient_together.md"
_FORMAT: Final = "patient.together 1"


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """What was trained.

    Attributes:
        digests: Of the training cases.
        held: Probabilities of these while they were held back, a column a pattern, see `fusing.patterns`.
    """

    fusion: Fusion
    sets: BinarySets
    digests: NDArray[np.int64]
    held: NDArray[np.float32]
    facts: dict[str, Any]


def save(model: Model, path: Path) -> None:
    """Write a model whole or not at all.

    Raises:
        OSError: Where it cannot be written.
    """
    from safetensors.numpy import save_file

    arrays: dict[str, NDArray[np.generic]] = {
        "sets": model.sets.to_array(),
        "digests": model.digests,
        "held": model.held,
    }
    for one in model.fusion.experts:
        arrays |= {f"expert.{one.kind.key}.{name}": part for name, part in one.to_arrays().items()}
    arrays |= {f"gate.{name}": part for name, part in model.fusion.gate.to_arrays().items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    plain = {name: np.ascontiguousarray(one) for name, one in arrays.items()}
    save_file(plain, str(partial), metadata={"format": _FORMAT, "facts": json.dumps(model.facts)})
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
                message = f"{path.name} is no model of patient.together"
                raise ValueError(message)
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        if not all(np.isfinite(one).all() for one in arrays.values()):
            message = f"{path.name} holds weights that are no numbers (NaN): train it anew"
            raise ValueError(message)
        experts = tuple(Expert.from_arrays(kind, _below(arrays, f"expert.{kind.key}.")) for kind in KINDS)
        gate = Gate.from_arrays(EXPERTS, _below(arrays, "gate."))
        return Model(
            Fusion(experts, gate),
            BinarySets.from_array(arrays["sets"]),
            np.asarray(arrays["digests"], np.int64),
            np.asarray(arrays["held"], np.float32),
            json.loads(words["facts"]),
        )
    except (SafetensorError, KeyError, TypeError) as error:
        message = f"{path.name} is no whole model of patient.together"
        raise ValueError(message) from error


def _below(arrays: dict[str, NDArray[np.generic]], prefix: str) -> dict[str, NDArray[np.generic]]:
    return {name.removeprefix(prefix): one for name, one in arrays.items() if name.startswith(prefix)}
