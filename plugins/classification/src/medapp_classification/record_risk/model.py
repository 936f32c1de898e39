"""A trained model in one safetensors file, with its limits, near cases, held-back answers and figures."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.engine.conformal import BinarySets
from medapp_classification.record_risk.crossing import BLENDED, Crossed, Fitted
from medapp_classification.record_risk.questions import BY_KEY
from medapp_classification.records.familiar import Familiar
from medapp_classification.records.learners import learner_named
from medapp_classification.records.learners.blend import Blend
from medapp_classification.records.scales import Scale

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from medapp_classification.record_risk.crossing import Nets
    from medapp_classification.records.learners.cases import Cases, Learner

Json = dict[str, Any]
Arrays = dict[str, "NDArray[np.generic]"]
WEIGHTS: Final = "record_risk.safetensors"
CARD: Final = "record_risk.md"
_FORMAT: Final = "record.risk 1"
FINAL: Final = "final"
_JACKKNIFE: Final = 1.959964


@dataclass(frozen=True, slots=True, eq=False)
class Answerer:
    """One learner of one question: that of all cases, and those of the folds for how sure it is."""

    name: str
    final: Fitted
    folds: tuple[Fitted, ...]

    def scores(self, cases: Cases) -> NDArray[np.float64]:
        """Of the learner of all cases."""
        return self.final.learner.predict(cases)

    def spread(self, cases: Cases) -> NDArray[np.float64]:
        """Standard error of the scores: a jackknife that leaves out a fold at a time (Shao and Tu, 1995)."""
        each = np.stack([one.learner.predict(cases) for one in self.folds])
        count = len(each)
        total = ((each - each.mean(axis=0)) ** 2).sum(axis=0)
        found: NDArray[np.float64] = np.sqrt((count - 1) / count * total)
        return found

    def bounds(
        self, scores: NDArray[np.float64], spread: NDArray[np.float64], day: float | None = None
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Probability by a day, and its 95 % interval."""
        scale = self.final.scale
        low, high = (scale.probability(scores + sign * _JACKKNIFE * spread, day) for sign in (-1, 1))
        return scale.probability(scores, day), low, high


class Model:
    """What a file holds; learners are made when they are asked for."""

    def __init__(self, arrays: Arrays, facts: Json) -> None:
        """Take in what `load` read."""
        self.arrays, self.facts = arrays, facts
        self._made: dict[tuple[str, str], Answerer] = {}

    @property
    def questions(self) -> tuple[str, ...]:
        """Keys of those it answers."""
        return tuple(self.facts["questions"])

    def of(self, question: str) -> Json:
        """The figures of a question, see `medapp_classification.record_risk.figures.figures`."""
        found: Json = self.facts["questions"][question]
        return found

    def learners(self, question: str) -> tuple[str, ...]:
        """Names of those that were tried."""
        return tuple(self.of(question)["learners"])

    def answerer(self, question: str, name: str = "") -> Answerer:
        """A learner of a question, by default that which is not beaten.

        Raises:
            KeyError, ValueError: Where the file does not hold it.
        """
        name = name or str(self.of(question)["default"])
        if (question, name) not in self._made:
            folds = tuple(
                self._fitted(question, name, f"fold{number}") for number in range(int(self.facts["folds"]))
            )
            self._made[question, name] = Answerer(name, self._fitted(question, name, FINAL), folds)
        return self._made[question, name]

    def familiar(self, source: str) -> Familiar:
        """How like its training cases a case is."""
        return Familiar.from_arrays(below(self.arrays, f"{source}.familiar"))

    def _fitted(self, question: str, name: str, which: str) -> Fitted:
        own = below(self.arrays, f"{question}.{name}.{which}")
        return Fitted(
            self._learner(question, name, which),
            Scale.from_arrays(below(own, "scale")),
            BinarySets.from_array(np.asarray(own["sets"])),
        )

    def _learner(self, question: str, name: str, which: str) -> Learner | Blend:
        own = below(self.arrays, f"{question}.{name}.{which}.learner")
        if name == "blend":
            parts: list[Learner] = []
            for part in BLENDED[BY_KEY[question].source]:
                learner = self._learner(question, part, which)
                if not isinstance(learner, Blend):
                    parts.append(learner)
            line = np.asarray(own["line"], float)
            return Blend(tuple(parts), line[:-1], float(line[-1]))
        if name == "gru":
            from medapp_classification.records.learners.recurrent import Net, Recurrent

            return Recurrent(Net.load(below(self.arrays, f"net.{which}")), question)
        return learner_named(name).load(own)


def arrays_of(question: str, name: str, crossed: Crossed) -> Arrays:
    """All of one learner of a question."""
    found: Arrays = {f"{question}.held.{name}": crossed.held.probabilities.astype(np.float32)}
    found[f"{question}.holds.{name}"] = crossed.held.holds.astype(np.uint8)
    every = {FINAL: crossed.final} | {f"fold{number}": one for number, one in enumerate(crossed.folds)}
    for which, fitted in every.items():
        place = f"{question}.{name}.{which}"
        found |= above(_learner_arrays(name, fitted), f"{place}.learner")
        found |= above(fitted.scale.to_arrays(), f"{place}.scale")
        found[f"{place}.sets"] = fitted.sets.to_array()
    return found


def _learner_arrays(name: str, fitted: Fitted) -> Arrays:
    if isinstance(fitted.learner, Blend):
        return {"line": np.array([*fitted.learner.weights, fitted.learner.offset])}
    # The networks are kept once for all questions.
    return {} if name == "gru" else fitted.learner.save()


def net_arrays(nets: Nets) -> Arrays:
    """The networks of all questions."""
    found = above(nets.final.save(), f"net.{FINAL}")
    for number, net in enumerate(nets.folds):
        found |= above(net.save(), f"net.fold{number}")
    return found


def above(arrays: Mapping[str, NDArray[np.generic]], prefix: str) -> Arrays:
    """Put a prefix before every name."""
    return {f"{prefix}.{name}": one for name, one in arrays.items()}


def below(arrays: Mapping[str, NDArray[np.generic]], prefix: str) -> Arrays:
    """Those whose names have a prefix, without it."""
    start = f"{prefix}."
    return {name.removeprefix(start): one for name, one in arrays.items() if name.startswith(start)}


def write(arrays: Arrays, facts: Json, path: Path) -> None:
    """Write a file whole or not at all.

    Raises:
        OSError: Where it cannot be written.
    """
    from safetensors.numpy import save_file

    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    plain = {name: np.ascontiguousarray(one) for name, one in arrays.items()}
    save_file(plain, str(partial), metadata={"format": _FORMAT, "facts": json.dumps(facts)})
    partial.replace(path)


def read(path: Path) -> tuple[Arrays, Json]:
    """Read what `write` wrote; nothing that it holds is run.

    Raises:
        OSError: Where it cannot be read.
        ValueError: Where it is not of this kind, or holds numbers that are none.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(str(path), "np") as file:
            words = file.metadata() or {}
            if words.get("format") != _FORMAT:
                message = f"{path.name} is no model of record.risk"
                raise ValueError(message)
            arrays: Arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        facts: Json = json.loads(words["facts"])
    except (SafetensorError, KeyError, TypeError) as error:
        message = f"{path.name} is no whole model of record.risk"
        raise ValueError(message) from error
    if not all(np.isfinite(one).all() for one in arrays.values() if one.dtype.kind == "f"):
        message = f"{path.name} holds weights that are no numbers (NaN): train it anew"
        raise ValueError(message)
    return arrays, facts


def load(path: Path) -> Model:
    """Read a model.

    Raises:
        OSError, ValueError: See `read`.
    """
    arrays, facts = read(path)
    try:
        model = Model(arrays, facts)
        for question in model.questions:
            model.answerer(question)
    except (KeyError, TypeError) as error:
        message = f"{path.name} is no whole model of record.risk"
        raise ValueError(message) from error
    return model
