"""A trained model in one safetensors file: fits of all and of the folds, figures, and where it comes from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.engine.calibration import Platt
from medapp_treatment.next_visit.features import Columns
from medapp_treatment.next_visit.fitting import Fitted, Scaled
from medapp_treatment.next_visit.learners import LEARNERS
from medapp_treatment.next_visit.learners import load as load_learner

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from medapp_treatment.molecules import Pairs
    from medapp_treatment.next_visit.cohort import Patient

Json = dict[str, Any]
Arrays = dict[str, "NDArray[np.generic]"]
WEIGHTS: Final = "treatment_next.safetensors"
CARD: Final = "treatment_next.md"
_FORMAT: Final = "treatment.next 2"
_FACTS: Final = "facts"


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """What a file holds.

    Attributes:
        final: Fitted on all patients of the training.
        folds: Each fitted without the patients of one part.
        parts: Which part each training patient rests in, by digest.
        pairs: Interactions among its medicines.
        facts: ``figures`` by learner, ``differences``, ``default``, ``data``, ``seed``.
    """

    final: Fitted
    folds: tuple[Fitted, ...]
    parts: Mapping[str, int]
    pairs: Pairs
    facts: Json

    @property
    def default(self) -> str:
        """The learner that is taken where nothing is said."""
        return str(self.facts["default"])

    def parts_of(self, patients: Sequence[Patient]) -> list[int]:
        """By which fit each patient may be answered: one that has not seen them; the last is that of all."""
        return [self.parts.get(one.digest, len(self.folds)) for one in patients]


def save(model: Model, path: Path) -> None:
    """Write a model; the file appears whole or not at all, and is the same to the byte each time.

    Raises:
        OSError: Where it cannot be written.
    """
    facts = {"parts": dict(model.parts), "pairs": sorted(sorted(pair) for pair in model.pairs)}
    _write((model.final, *model.folds), model.facts | facts, path)


def save_fit(fitted: Fitted, state: str, path: Path) -> None:
    """Write one fit of a training that is not done yet; `state` tells what it was made of.

    Raises:
        OSError: Where it cannot be written.
    """
    _write((fitted,), {"state": state}, path)


def load_fit(state: str, path: Path) -> Fitted | None:
    """What `save_fit` wrote; None where there is nothing, or it was made of something else."""
    if not path.is_file():
        return None
    try:
        facts, fits = _read(path)
    except ValueError:
        return None
    return fits[0] if facts.get("state") == state and len(fits) == 1 else None


def _write(fits: Sequence[Fitted], facts: Json, path: Path) -> None:
    from safetensors.numpy import save as to_bytes

    arrays: Arrays = {}
    for number, one in enumerate(fits):
        for name, scaled in one.learners.items():
            for key, value in scaled.learner.to_arrays().items():
                arrays[f"{number}.{name}.{key}"] = np.ascontiguousarray(value)
    whole = facts | {"format": _FORMAT, "fits": [_fit_facts(one) for one in fits]}
    # As an array: the order of metadata in the file is not the same each time.
    text = json.dumps(whole, sort_keys=True, allow_nan=False).encode()
    arrays[_FACTS] = np.frombuffer(text, np.uint8)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(to_bytes(dict(sorted(arrays.items()))))
    part.replace(path)


def load(path: Path) -> Model:
    """Read a model.

    Raises:
        ValueError: Where it is not one of this task, in words.
    """
    facts, fits = _read(path)
    try:
        pairs = frozenset(frozenset(one) for one in facts["pairs"])
        return Model(fits[0], fits[1:], facts["parts"], pairs, facts)
    except (KeyError, TypeError, IndexError) as error:
        raise _no_model(path, error) from error


def _read(path: Path) -> tuple[Json, tuple[Fitted, ...]]:
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        arrays = load_file(path)
        facts = json.loads(bytes(arrays.pop(_FACTS)))
        if facts.get("format") != _FORMAT:
            message = f"{facts.get('format')!r} instead of {_FORMAT!r}"
            raise ValueError(message)  # noqa: TRY301 - told with the other faults
        return facts, tuple(_fit(number, one, arrays) for number, one in enumerate(facts["fits"]))
    except (SafetensorError, KeyError, TypeError, ValueError, IndexError, AttributeError, OSError) as error:
        raise _no_model(path, error) from error


def _no_model(path: Path, error: Exception) -> ValueError:
    return ValueError(f"{path.name} holds no model of treatment.next ({type(error).__name__})")


def _fit_facts(one: Fitted) -> Json:
    return {
        "columns": one.columns.to_facts(),
        "medicines": list(one.medicines),
        "known": one.known,
        "learners": {
            name: [scaled.scale.slope, scaled.scale.offset, scaled.threshold]
            for name, scaled in one.learners.items()
        },
    }


def _fit(number: int, facts: Json, arrays: Arrays) -> Fitted:
    learners = {}
    for name in LEARNERS:
        begin = f"{number}.{name}."
        own = {key.removeprefix(begin): one for key, one in arrays.items() if key.startswith(begin)}
        slope, offset, threshold = map(float, facts["learners"][name])
        learners[name] = Scaled(load_learner(name, own), Platt(slope, offset), threshold)
    columns = Columns.from_facts(facts["columns"])
    return Fitted(columns, tuple(facts["medicines"]), learners, float(facts["known"]))
