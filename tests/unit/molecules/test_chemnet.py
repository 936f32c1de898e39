"""ChemNet's distance: by hand where the network is not at hand, and as a curve of a training."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from medapp.api import TaskRefused, TrainRequest
from medapp.api.testing import TrialContext
from medapp_molecules.generate import adversarial, chemnet
from medapp_molecules.generate.training import train
from medapp_molecules.generate.yardstick import Yardstick

SMILES = [f"{'C' * chain}{tail}" for chain in range(1, 11) for tail in ("O", "N", "Br", "c1ccccc1")]
SMALL = {"hidden": 16, "layers": 1, "batch": 8, "merges": 10, "epochs": 1.0, "portion": 16, "rounds": 4,
         "look": 2, "sample": 40, "polishing": 1}  # fmt: skip


def counting():
    """A network whose activations are how often each sign stands in the text."""
    return chemnet.ChemNet([lambda values: 35 * values.sum(dim=2)])


def test_a_molecule_is_seen_sign_by_sign():
    seen = chemnet.signs_of("ClC[Si]Br")
    signs = [chemnet._SIGNS[row.argmax()] for row in seen if row.any()]
    assert signs == ["Cl", "C", "[", "Si", "]", "Br", "."]
    assert seen.shape == (350, 35)
    assert seen.max() == pytest.approx(1 / 35)


def test_the_distance_is_that_of_frechet():
    first = (np.zeros(2), np.diag([1.0, 4.0]))
    second = (np.array([3.0, 0.0]), np.diag([4.0, 4.0]))
    assert chemnet.distance(first, second) == pytest.approx(10)


def test_what_is_like_the_known_lies_near_and_what_is_no_molecule_does_not_count():
    network = counting()
    measure = Yardstick(network, network.moments(SMILES), lambda: None)
    same = measure.distance([*SMILES, "C1CC", ""])
    other = measure.distance([one.replace("C", "N") for one in SMILES])
    assert same == pytest.approx(0, abs=1e-3)
    assert other > 10
    assert measure.distance(["C1CC", "CC"]) is None


def test_what_holds_no_chemnet_is_refused_before_anything_is_trained(tmp_path):
    (tmp_path / "train.csv").write_text("SMILES\n" + "\n".join(SMILES) + "\n", encoding="utf-8")
    for name in ("none.whl", "train.csv"):
        asked = SMALL | {"fcd": str(tmp_path / name)}
        with pytest.raises(TaskRefused, match=f"{name} does not hold the ChemNet"):
            train(TrainRequest("t", tmp_path, tmp_path / "out", asked), TrialContext(tmp_path))
    assert not (tmp_path / "out").exists()


def test_a_curve_that_began_without_goes_on_with_chemnet(tmp_path):
    path = tmp_path / adversarial.CURVES
    path.write_text("step,valid\n2,0.5\n", encoding="utf-8")
    adversarial._append(path, {"step": 4, "valid": 0.6, "fcd": 1.5})
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["step"], row["fcd"]) for row in rows] == [("2", ""), ("4", "1.5")]


@pytest.mark.skipif(not os.environ.get("MEDAPP_FCD"), reason="MEDAPP_FCD names no wheel of fcd-torch")
def test_the_real_network_is_a_curve_of_a_training(tmp_path):
    (tmp_path / "train.csv").write_text("SMILES\n" + "\n".join(SMILES) + "\n", encoding="utf-8")
    network = chemnet.read(Path(os.environ["MEDAPP_FCD"]))
    mean, spread = network.moments(SMILES[:8])
    assert mean.shape == (512,)
    assert spread.shape == (512, 512)
    out = tmp_path / "out"
    asked = SMALL | {"fcd": os.environ["MEDAPP_FCD"]}
    train(TrainRequest("t", tmp_path, out, asked), TrialContext(tmp_path, seed=1))
    with (out / adversarial.CURVES).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2
    assert all(row["fcd"] == "" or float(row["fcd"]) > 0 for row in rows)
