"""A model of cxr.findings that was trained on drawn pictures in seconds; it is good for nothing but tests."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from medapp.api import TrainRequest
from medapp.api.testing import TrialContext
from tests.unit.classification import pictures

SETTINGS = {"epochs": 1, "growth": 4}


@dataclass(frozen=True)
class Trained:
    """Where pictures and weights are, and what the training told."""

    data: Path
    out: Path
    weights: Path
    metrics: dict
    context: TrialContext


@pytest.fixture(scope="session")
def cxr_trained(tmp_path_factory):
    from medapp_classification.cxr_findings.training import train

    base = tmp_path_factory.mktemp("cxr")
    data = pictures.whole(base / "data")
    context = TrialContext(base, seed=5)
    found = train(TrainRequest("cxr.findings", data, base / "out", SETTINGS), context)
    return Trained(data, base / "out", found.weights, dict(found.metrics), context)
