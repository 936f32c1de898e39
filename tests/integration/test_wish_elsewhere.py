"""A search that goes by what an installed plugin says: a real worker, and a plugin that is found as any."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PLUGIN = Path(__file__).with_name("counting_plugin.py")
MANIFEST = """
[plugin]
api = "1"
title = "Counting"
license = "MIT"
intended_use = "Tests."
[[task]]
id = "counting.nitrogen"
kind = "molecules"
title = "Nitrogens"
input = { images_needed = "none" }
[[task]]
id = "counting.gold"
kind = "molecules"
title = "Gold"
input = { images_needed = "none" }
[[task.weights]]
name = "never_made.safetensors"
sha256 = "0000000000000000000000000000000000000000000000000000000000000000"
"""


@pytest.fixture
def optimise(medapp_home, tmp_path):
    """Install the plugin for the processes of this test; return what runs a search."""
    site = tmp_path / "site"
    (site / "counting_plugin").mkdir(parents=True)
    shutil.copy(PLUGIN, site / "counting_plugin" / "__init__.py")
    (site / "counting_plugin" / "medapp.toml").write_text(MANIFEST)
    facts = site / "counting_plugin-3.1.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: counting-plugin\nVersion: 3.1\n")
    (facts / "entry_points.txt").write_text("[medapp.plugins]\ncounting = counting_plugin\n")
    path = os.pathsep.join(filter(None, (str(site), os.environ.get("PYTHONPATH", ""))))
    start = tmp_path / "start.smi"

    def run(wishes, calls=60, start_from=("CCO", "CCCO", "CCCCO", "CCCCCO", "CCOC", "CCCCC", "CC(C)CO")):
        start.write_text("".join(f"{one}\n" for one in start_from))
        command = [sys.executable, "-m", "medapp", "optimise", "profile", "--calls", calls, "--json",
                   "--out", tmp_path / "out.csv", "--set", f"wishes={wishes}",
                   "--set", f"start={start}"]  # fmt: skip
        done = subprocess.run(
            list(map(str, command)), capture_output=True, text=True, timeout=280, check=False,
            env={**os.environ, "PYTHONPATH": path},
        )  # fmt: skip
        return done.returncode, done.stdout, done.stderr

    return run


def test_a_search_goes_by_what_an_installed_plugin_says(optimise, tmp_path):
    status, told, error = optimise("counting.nitrogen:nitrogens 1..2; molecules.toxicity:herg ..0.5")
    assert status == 0, error
    assert json.loads(told)["rows"] == 60
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    best = max(rows, key=lambda row: float(row["score"]))
    assert float(best["fulfilled: counting.nitrogen:nitrogens 1..2"]) == 1
    assert float(best["counting.nitrogen:nitrogens (atoms)"]) == best["smiles"].upper().count("N")
    assert 0 < float(best["molecules.toxicity:herg"]) < 1


def test_what_cannot_be_asked_is_refused_before_the_run(optimise, tmp_path):
    for wish, why in (
        ("theirs.binding:affinity 7..", "no task 'theirs.binding' can be asked about molecules"),
        ("molecules.generate:weight 7..", "no task 'molecules.generate' can be asked"),
        ("counting.gold:gold 7..", "its weights never_made.safetensors are not installed"),
    ):
        status, _, error = optimise(wish)
        assert status == 2, error
        assert why in " ".join(error.split())
        assert "weights" in error or "counting.nitrogen" in error
    status, _, error = optimise("counting.nitrogen:gold 1..")
    assert status != 0
    assert "counting.nitrogen says no number 'gold' of molecules; it says nitrogens" in " ".join(
        error.split()
    )
    assert not (tmp_path / "out.csv").exists()


def test_a_fault_of_the_plugin_is_told_with_its_name(optimise):
    status, _, error = optimise("counting.nitrogen:nitrogens 1..", start_from=("CCI", "CCO", "CCCO"))
    assert status not in {0, 2}
    assert "counting.nitrogen" in error
    assert "iodine is too heavy" in error
