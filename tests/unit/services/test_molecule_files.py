"""Rows of molecules as CSV and JSON: a line for each, with unit, interval and what is in doubt."""

from __future__ import annotations

import csv
import json

from medapp.api.wire_molecules import RowWriter
from medapp.services.molecule_files import write_csv, write_json
from tests.unit.api.test_wire_molecules import REFUSED, WHOLE


def rows(tmp_path):
    path = tmp_path / "rows"
    with RowWriter(path) as writer:
        writer.write(REFUSED)
        writer.write(WHOLE)
    return path


def test_csv(tmp_path):
    assert write_csv(rows(tmp_path), tmp_path / "out.csv") == 2
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        refused, whole = csv.DictReader(file)
    assert (refused["given"], refused["refused"]) == ("C1CC", "the ring is not closed")
    assert refused["logp"] == ""
    assert whole["logp"] == "-0.31"
    assert [whole[name] for name in ("half-life (h)", "half-life low", "half-life high")] == ["3.2", "1", "8"]
    assert whole["half-life note"] == "limited"
    assert whole["ames of a metabolite"] == "0.1 CC=O"
    assert whole["atoms of 2E1"] == "0"
    assert (whole["metabolites"], whole["likeliest metabolite"]) == ("1", "CC=O")
    assert (whole["nearest"], whole["nearest_similarity"]) == ("CCCO", "0.600")
    assert whole["warning"] == refused["warning"] == "Not for diagnostic use"


def test_json(tmp_path):
    assert write_json(rows(tmp_path), tmp_path / "out.json", {"task": "molecules.screen"}) == 2
    told = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert told["warning"] == "Not for diagnostic use"
    assert told["provenance"] == {"task": "molecules.screen"}
    first, second = told["molecules"]
    assert first["refused"]
    assert second["sites"] == [{"atom": 0, "enzyme": "2E1", "score": 0.8, "rank": 1}]
    assert second["metabolites"][0]["smiles"] == "CC=O"


def test_nothing_is_a_table_without_lines(tmp_path):
    (tmp_path / "rows").touch()
    assert write_csv(tmp_path / "rows", tmp_path / "out.csv") == 0
    assert write_json(tmp_path / "rows", tmp_path / "out.json", {}) == 0
    assert json.loads((tmp_path / "out.json").read_text("utf-8"))["molecules"] == []
