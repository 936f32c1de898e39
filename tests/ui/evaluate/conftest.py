"""A window with nobody in focus, and a plugin whose model can be measured."""

from __future__ import annotations

import sys

import pytest

from medapp.services.app import App
from medapp.services.paths import AppPaths
from tests.ui.shell.conftest import window

__all__ = ["window"]

MANIFEST = """
[plugin]
api = "1"
title = "Measured"
license = "MIT"
intended_use = "Tests."

[[task]]
id = "measured.green"
kind = "classification"
title = "Green"
trainable = true
input = { record = "required" }
resources = { gpu = "none" }

[task.training.noise]
type = "number"
title = "Noise"
default = 0.2
"""
CODE = """
import numpy as np

from medapp.api import EvaluateResult, Predictions, TaskRefused, hookimpl


@hookimpl
def medapp_evaluate(request, context):
    if not (request.data / "cases.txt").is_file():
        raise TaskRefused("the folder has no cases.txt")
    random = np.random.default_rng(context.seed)
    labels = (random.random(120) < 0.4).astype(int)
    noise = request.parameters["noise"] * (1 if request.weights is None else 3)
    said = np.clip(0.4 + 0.3 * (labels - 0.4) + random.normal(0, noise, 120), 0.01, 0.99)
    sexes = tuple("F" if n % 2 else "M" for n in range(120))
    cases = tuple(f"case {n}" for n in range(120))
    one = Predictions(
        "green", "Green", "binary", cases, tuple(labels.tolist()), tuple(said.tolist()), groups={"sex": sexes}
    )
    return EvaluateResult({"seen": 120.0}, predictions=(one,))
"""


@pytest.fixture
def measured(tmp_path, monkeypatch):
    """Installed for this process and those that it starts."""
    site = tmp_path / "site"
    package, metadata = site / "measured_plugin", site / "measured_plugin-1.0.dist-info"
    package.mkdir(parents=True)
    metadata.mkdir()
    (package / "__init__.py").write_text(CODE)
    (package / "medapp.toml").write_text(MANIFEST)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: measured-plugin\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[medapp.plugins]\nmeasured = measured_plugin\n")
    (metadata / "RECORD").write_text("measured_plugin/__init__.py,,\nmeasured_plugin/medapp.toml,,\n")
    monkeypatch.setenv("PYTHONPATH", str(site))
    monkeypatch.syspath_prepend(str(site))
    yield site
    sys.modules.pop("measured_plugin", None)


@pytest.fixture
def app(tmp_path, measured):
    """The program with the plugins that are installed."""
    with App.open(AppPaths.under(tmp_path / "home").create()) as program:
        yield program


@pytest.fixture
def page(qtbot, window):
    """The page of evaluation, opened from the rail."""
    window.rail.evaluateRequested.emit()
    found = window.places.evaluating.page
    qtbot.waitUntil(lambda: any(task.id == "measured.green" for task in found.model.tasks), timeout=10000)
    found.form.task.setCurrentIndex(found.form.task.findData("measured.green"))
    return found
