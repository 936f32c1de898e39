"""The networks of a training: one a fold, which never sees the fold's patients, and one of all patients.

What each said of the pictures that it did not see, and what its trunk makes of all pictures, is kept beside
its checkpoint, so that a training that was broken off goes on where it was.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from medapp.api import TaskRefused
from medapp_classification.cxr_findings import network as networks
from medapp_classification.cxr_findings.lesson import Lesson, Plan, material

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from medapp.api import JobContext
    from medapp_classification.cxr_findings.cases import Case
    from medapp_classification.cxr_findings.clock import Clock

FOLDS = 5
ALL = "all"
"""Name of the network that is shipped."""
_PLAN = "plan.json"
_SEEN = "seen.safetensors"


@dataclass(frozen=True, eq=False)
class Round:
    """One network.

    Attributes:
        logits: float32 (N, 14) of all pictures, those it learnt from among them.
        features: float32 (N, width) of the same.
        held_back: Rows that it never saw; empty for the network of all patients.
        curve: Epoch and loss.
    """

    logits: NDArray[np.float32]
    features: NDArray[np.float32]
    held_back: NDArray[np.intp]
    curve: tuple[tuple[int, float], ...]


def folds_of(cases: Sequence[Case], seed: int, count: int = FOLDS) -> list[NDArray[np.intp]]:
    """Rows of each fold: whole patients, the rarest finding of the pictures in like shares.

    Raises:
        TaskRefused: Where there are fewer patients than folds.
    """
    from medapp.engine.tabular.evaluating import folds

    labels = np.array([case.labels for case in cases])
    common = labels.sum(axis=0)
    rarest = np.array(
        [1 + min(np.flatnonzero(row), key=lambda one: common[one]) if row.any() else 0 for row in labels]
    )
    counts = np.bincount(rarest, minlength=labels.shape[1] + 1)
    rarest[counts[rarest] < count] = 0  # too few to be shared out
    groups = [case.group for case in cases]
    if len(set(groups)) < count:
        message = f"there are {len(set(groups))} patients, and {count} folds need as many or more"
        raise TaskRefused(message)
    return [held_back for _, held_back in folds(rarest, groups, count=count, seed=seed)]


def begin(out: Path, cases: Sequence[Case], plan: Plan) -> None:
    """Write down what is learnt from and how; a folder that holds another training is refused.

    Raises:
        TaskRefused: Where `out` holds the checkpoints of other data or another plan.
    """
    facts = {"plan": asdict(plan), "pictures": [case.digest for case in cases]}
    path = out / _PLAN
    if path.is_file():
        if json.loads(path.read_text(encoding="utf-8")) != facts:
            message = "the folder holds a training of other data or settings: name an empty one"
            raise TaskRefused(message)
        return
    out.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(facts), encoding="utf-8")


@dataclass(frozen=True, eq=False)
class Course:
    """What all networks of a training have in common."""

    cases: Sequence[Case]
    images: NDArray[np.float32]
    plan: Plan
    out: Path
    context: JobContext
    clock: Clock

    def round(self, name: str, held_back: NDArray[np.intp], span: tuple[float, float]) -> Round:
        """Train one network, or read what it said where it is there already."""
        folder = self.out / name
        rows = np.setdiff1d(np.arange(len(self.cases)), held_back)
        given = material(self.images[rows], [self.cases[row] for row in rows])
        lesson = Lesson(given, self.plan, folder, self.context, self.clock)
        path = folder / _SEEN
        if not path.is_file():
            network = lesson.run(span, name)
            self.clock.check(1.0)
            _write(path, network, self.images)
        self.clock.done += 1
        tensors = _read(path)
        curve = tuple(lesson.state.curve)
        return Round(tensors["logits"], tensors["features"], held_back, curve)


def _write(path: Path, network: networks.CxrNet, images: NDArray[np.float32]) -> None:
    from safetensors.torch import save_file

    # What is shipped is rounded to half precision: what is measured has to be that too.
    rounded = networks.restored(networks.stored(network), network.growth, network.first)
    logits, features = networks.outputs(rounded, torch.from_numpy(images)[:, None])
    partial = path.with_suffix(".partial")
    save_file({"logits": logits, "features": features, **networks.stored(network)}, str(partial))
    partial.replace(path)


def _read(path: Path) -> dict[str, NDArray[np.float32]]:
    from safetensors.numpy import load_file

    return {name: one for name, one in load_file(path).items() if name in {"logits", "features"}}


def weights_of(out: Path, name: str) -> dict[str, torch.Tensor]:
    """The stored weights of a network of a training."""
    from safetensors.torch import load_file

    return {key: one for key, one in load_file(out / name / _SEEN).items() if key.startswith("network.")}
