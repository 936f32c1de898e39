"""Weights to measure may be named by their file or by the folder of a training."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from medapp.services.app import App
from medapp.services.paths import AppPaths
from medapp.services.training import start_evaluation

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def app(tmp_path, monkeypatch):
    with App.open(AppPaths.under(tmp_path / "home")) as running:
        monkeypatch.setattr(running.jobs, "submit_task", lambda job: job)
        yield running


def asked(app, folder: Path, weights: Path | None, against: str | None = None):
    data = folder / "data"
    data.mkdir(exist_ok=True)
    return start_evaluation(app, "record.risk", data, weights, {}, against=against)


def test_a_folder_stands_for_the_weights_in_it(app, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "record_risk.safetensors").write_bytes(b"w")
    job = asked(app, tmp_path, out, str(out))
    assert job.weights_override == (out / "record_risk.safetensors").absolute()
    assert job.against == str((out / "record_risk.safetensors").absolute())
    assert asked(app, tmp_path, out / "record_risk.safetensors").weights_override == job.weights_override
    assert asked(app, tmp_path, None, "installed").against == "installed"


def test_a_folder_without_them_says_what_is_wanted(app, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match=r"holds no record_risk\.safetensors: name that file") as caught:
        asked(app, tmp_path, tmp_path / "empty")
    assert "`medapp train record.risk --out`" in str(caught.value)
    with pytest.raises(ValueError, match=r"holds no record_risk\.safetensors"):
        asked(app, tmp_path, None, str(tmp_path / "empty"))
    with pytest.raises(ValueError, match="there are no weights at"):
        asked(app, tmp_path, tmp_path / "nowhere")
