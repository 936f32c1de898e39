"""A trained model in one safetensors file: weights, calibration, limits, near cases, held-back figures."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from medapp_classification.cxr_findings import network as networks
from medapp_classification.cxr_findings.answering import Answering
from medapp_classification.cxr_findings.baseline import Baseline
from medapp_classification.cxr_findings.familiarity import Familiar
from medapp_classification.cxr_findings.findings import KEYS
from medapp_classification.cxr_findings.held_back import HeldBack

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

WEIGHTS = "cxr_findings.safetensors"
CARD = "cxr_findings.md"
_FORMAT = "cxr.findings 1"
_WORD = "facts"


@dataclass(frozen=True, slots=True, eq=False)
class Atlas:
    """The training pictures, as near cases and to recognise them again.

    Attributes:
        places: float16 (N, k): in the familiar cloud of the trunk's features.
        labels: uint8 (N, findings).
        digests: int64 (N,): the first 8 bytes of each file's SHA-256.
    """

    places: NDArray[np.float16]
    labels: NDArray[np.uint8]
    digests: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A trained model; `facts` are the figures of `figures.figures` with ``size``, ``seed``, ``parts`` ..."""

    network: networks.CxrNet
    answering: Answering
    baseline: Baseline
    familiar: Familiar
    atlas: Atlas
    held: HeldBack
    facts: dict[str, Any]

    @property
    def size(self) -> int:
        """Points along each side of the network's input."""
        return int(self.facts["size"])


def digest_number(digest: str) -> int:
    """The first 16 hexadecimal digits of a hash as a signed number of 8 bytes."""
    return int.from_bytes(bytes.fromhex(digest[:16]), "big", signed=True)


def save(model: Model, path: Path) -> None:
    """Write a model whole or not at all.

    Raises:
        OSError: Where it cannot be written.
    """
    from safetensors.torch import save_file

    arrays: dict[str, Any] = {
        **model.answering.to_arrays(),
        **model.baseline.to_arrays(),
        **model.familiar.to_arrays(),
        **model.held.to_arrays(),
        "atlas.places": model.atlas.places,
        "atlas.labels": model.atlas.labels,
        "atlas.digests": model.atlas.digests,
    }
    tensors = {name: torch.from_numpy(np.ascontiguousarray(one)) for name, one in arrays.items()}
    tensors |= networks.stored(model.network)
    layout = {"growth": model.network.growth, "first": model.network.first}
    kind = {"format": _FORMAT, "keys": list(KEYS)}
    # One word alone: several are written in an order that changes, and so would the file's hash.
    words = {_WORD: json.dumps(model.facts | layout | kind, sort_keys=True)}
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    save_file(tensors, str(partial), metadata=words)
    partial.replace(path)


def load(path: Path) -> Model:
    """Read a model; nothing that the file holds is run.

    Raises:
        OSError: Where it cannot be read.
        ValueError: Where it is not of this kind, or holds numbers that are none.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        facts = json.loads(networks.weights_facts(path).get(_WORD, "{}"))
        if facts.get("format") != _FORMAT or facts.get("keys") != list(KEYS):
            message = f"{path.name} is no model of cxr.findings"
            raise ValueError(message)
        tensors = load_file(path)
        return _assembled(tensors, facts)
    except (SafetensorError, KeyError, TypeError) as error:
        message = f"{path.name} is no whole model of cxr.findings"
        raise ValueError(message) from error


def _assembled(tensors: dict[str, torch.Tensor], facts: dict[str, Any]) -> Model:
    own = {name: one for name, one in tensors.items() if name.startswith("network.")}
    arrays = {name: one.numpy() for name, one in tensors.items() if name not in own}
    if not all(np.isfinite(one).all() for one in arrays.values()):
        message = "the model holds values that are no numbers"
        raise ValueError(message)
    return Model(
        networks.restored(own, int(facts["growth"]), int(facts["first"])),
        Answering.from_arrays(arrays, facts["parts"]),
        Baseline.from_arrays(arrays),
        Familiar.from_arrays(arrays),
        Atlas(arrays["atlas.places"], arrays["atlas.labels"], arrays["atlas.digests"]),
        HeldBack.from_arrays(arrays),
        facts,
    )
