"""Commands about molecules as processes: a real worker and the shipped models."""

from __future__ import annotations

import csv
import gzip
import json
import os
import signal
import subprocess
import sys
import time

import pytest

"""A worker imports rdkit and reads trees, which takes its time on a machine that others use too."""

FILE = "CC(=O)Oc1ccccc1C(=O)O aspirin\nC(C)(C)(C)(C)C five\nCN1CCCC1c1cccnc1 nicotine\n[Na+].[Cl-] salt\n"


@pytest.fixture
def run(medapp_home, tmp_path):
    """Run the program and return its status, standard output and error output."""

    def ask(*words: object) -> tuple[int, str, str]:
        command = [sys.executable, "-m", "medapp", *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=280, check=False)
        return done.returncode, done.stdout, done.stderr

    return ask


def test_metabolise(run, tmp_path):
    source, out = tmp_path / "in.smi.gz", tmp_path / "out.json"
    source.write_bytes(gzip.compress(FILE.encode()))
    status, told, error = run("metabolise", source, "--out", out, "--json")
    assert status == 0, error
    said = json.loads(told)
    assert (said["rows"], said["refused"]) == (4, 2)
    result = json.loads(out.read_text("utf-8"))
    assert result["warning"] == "Not for diagnostic use"
    assert result["provenance"]
    aspirin, five, nicotine, salt = result["molecules"]
    assert (aspirin["name"], nicotine["name"]) == ("aspirin", "nicotine")
    assert "has 5 bonds" in five["refused"]
    assert salt["refused"]
    assert "O=C(O)c1ccccc1O" in {one["smiles"] for one in aspirin["metabolites"][:5]}
    assert len(aspirin["metabolites"]) <= 30
    assert len({site["enzyme"] for site in nicotine["sites"]}) == 9
    assert {one["generation"] for one in nicotine["metabolites"]} == {1, 2}
    assert list(tmp_path.glob("*.rows")) == []
    status, _, error = run("metabolise", source, "--out", out)
    assert status == 2
    assert "out.json" in error


def test_toxicity(run, tmp_path):
    source, out = tmp_path / "in.smi", tmp_path / "out.csv"
    source.write_text(FILE)
    status, told, error = run("toxicity", source, "--out", out)
    assert status == 0, error
    assert "No labels of metabolites" in told + error
    with out.open(encoding="utf-8", newline="") as file:
        aspirin, five, nicotine, _ = csv.DictReader(file)
    assert five["refused"]
    assert five["ames"] == ""
    for row in (aspirin, nicotine):
        assert all(0 <= float(row[f"{name} similarity to known"]) <= 1 for name in ("ames", "herg", "dili"))
        for name in [name for name in row if name.endswith(" of a metabolite") and row[name]]:
            own = name.removesuffix(" of a metabolite")
            assert float(row[name]) > float(row[own])
            assert row[f"{own} metabolite"]
        assert all(0 <= float(row[name]) <= 1 for name in ("ames", "herg", "dili", "clintox", "tox21 sr-p53"))
        assert row["warning"] == "Not for diagnostic use"


def test_screen_an_sdf(run, tmp_path):
    from rdkit import Chem

    source, out = tmp_path / "in.sdf", tmp_path / "out.csv"
    with Chem.SDWriter(str(source)) as writer:
        for smiles, name in (("CCO", "ethanol"), ("CC(=O)Oc1ccccc1C(=O)O", "aspirin")):
            mol = Chem.MolFromSmiles(smiles)
            mol.SetProp("_Name", name)
            writer.write(mol)
    status, _, error = run("screen", source, "--out", out)
    assert status == 0, error
    with out.open(encoding="utf-8", newline="") as file:
        ethanol, aspirin = csv.DictReader(file)
    assert (ethanol["name"], ethanol["smiles"]) == ("ethanol", "CCO")
    assert aspirin["weight (g/mol)"].startswith("180.1")
    assert aspirin["brenk"] == "warned of"
    low, value, high = (float(aspirin[f"half-life{one}"]) for one in (" low", " (h)", " high"))
    assert 0 < low < value < high
    assert 0 <= float(aspirin["absorbed from the gut"]) <= 1


def test_other_columns_of_a_table_come_along(run, tmp_path):
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("ID,smiles,activity,logp\nX1,CCO,0.50,=1+1\n\nX2,,7,\nX3,bad,8,\n")
    status, _, error = run("screen", source, "--out", out, "--set", "predict=false")
    assert status == 0, error
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0])[:7] == ["number", "given", "name", "smiles", "ID", "activity", "given logp"]
    assert [(row["ID"], row["activity"]) for row in rows] == [("X1", "0.50"), ("X2", "7"), ("X3", "8")]
    assert (rows[0]["given logp"], float(rows[0]["logp"])) == ("'=1+1", pytest.approx(-0.0014, abs=1e-3))
    assert [row["refused"] for row in rows] == ["", "The row has no SMILES.", "The text is no SMILES."]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("screen",), "a.xlsx"), (("screen",), "a.tsv"), (("screen",), "a"), (("toxicity",), "a.xlsx"),
        (("metabolise",), "a.xlsx"), (("finalists",), "a.xlsx"), (("generate", "--n", 2), "a.xlsx"),
        (("optimise", "qed"), "a.xlsx"),
    ],
)  # fmt: skip
def test_an_ending_that_is_not_written_is_refused_before_anything_runs(run, tmp_path, words, name):
    source = tmp_path / "in.smi"
    source.write_text("CCO\n")
    given = () if words[0] in {"generate", "optimise"} else (source,)
    status, _, error = run(*words, *given, "--out", tmp_path / name)
    assert status == 2
    assert f"{name} ends in none of .csv, .json, .sdf, .smi" in error
    assert list(tmp_path.glob("a*")) == []


def test_sdf_and_smiles(run, tmp_path):
    from rdkit import Chem

    source = tmp_path / "in.csv"
    source.write_text("ID,smiles,name\nX1,CC(=O)Oc1ccccc1C(=O)O,aspirin\nX2,bad,no\nX3,CCO,ethanol\n")
    status, _, error = run("metabolise", source, "--out", tmp_path / "out.SDF", "--set", "metabolites=3")
    assert status == 0, error
    aspirin, ethanol = Chem.SDMolSupplier(str(tmp_path / "out.SDF"))
    assert (aspirin.GetProp("_Name"), aspirin.GetProp("ID"), ethanol.GetProp("ID")) == ("aspirin", "X1", "X3")
    said = [aspirin.GetProp(f"METABOLITE {name}").split("\n") for name in ("ENZYME", "REACTION", "PARENT")]
    assert {len(one) for one in said} == {len(aspirin.GetProp("METABOLITES").split("\n"))} == {3}
    status, _, error = run("screen", source, "--out", tmp_path / "out.smi", "--set", "predict=false")
    assert status == 0, error
    assert (tmp_path / "out.smi").read_text() == "CC(=O)Oc1ccccc1C(=O)O aspirin\nCCO ethanol\n"
    assert list(tmp_path.glob("*.rows")) == []


def test_optimise(run, tmp_path):
    out = tmp_path / "out.csv"
    status, told, error = run("optimise", "qed", "--calls", 40, "--set", "begin=20", "--out", out, "--json")
    assert status == 0, error
    said = json.loads(told)
    assert said["rows"] == said["metrics"]["calls"] == 40
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["number"]) for row in rows] == list(range(1, 41))
    assert max(float(row["score"]) for row in rows) == pytest.approx(said["metrics"]["best"], rel=1e-4)
    ten = sorted(rows, key=lambda row: -float(row["score"]))[:10]
    assert [one["smiles"] for one in said["best"]][:1] == [ten[0]["smiles"]]
    assert [one["score"] for one in said["best"]] == pytest.approx([float(row["score"]) for row in ten])
    begotten = [row for row in rows if row["notes"] != "start"]
    assert all(int(row["parent"]) < int(row["number"]) for row in begotten)
    assert list(tmp_path.glob("out.csv*")) == [out]
    status, _, error = run("optimise", "gold", "--calls", 40, "--out", tmp_path / "more.csv")
    assert status == 2
    assert "gold" in error


def test_generate(run, tmp_path):
    from rdkit import Chem

    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    for out in (first, second):
        status, told, error = run("generate", "--n", 25, "--seed", 7, "--out", out, "--json")
        assert status == 0, error
    assert first.read_bytes() == second.read_bytes()
    said = json.loads(told)
    assert said["rows"] == 25
    assert said["metrics"]["valid"] > 0.8
    with first.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["smiles"] for row in rows}) == 25
    assert all(Chem.MolFromSmiles(row["smiles"]) is not None for row in rows)
    status, _, error = run("generate", "--n", 5, "--out", tmp_path / "no.csv", "--set", "weight=400..300")
    assert status == 3
    assert "at least 400 contradicts at most 300" in error
    assert not (tmp_path / "no.csv").exists()


def test_generate_ends_with_a_status_where_nothing_was_found(run, tmp_path):
    """Naphthalene alone weighs 128.2, and there is no lighter way to have it."""
    out = tmp_path / "out.csv"
    wanted = ("--set", "required=c1ccc2ccccc2c1", "--set", "weight=..125", "--set", "tries=1")
    status, told, error = run("generate", "--n", 3, "--out", out, "--json", *wanted)
    assert status == 3
    assert "made no molecule, and nothing is written. None of 3 were found in" in error
    assert json.loads(told)["status"] == 3
    assert list(tmp_path.glob("out*")) == []


def test_generate_too_few_is_no_failure(run, tmp_path):
    out = tmp_path / "out.csv"
    settings = ("required=c1ccncc1", "weight=..250", "tries=1", "properties=false")
    wanted = [part for one in settings for part in ("--set", one)]
    status, told, error = run("generate", "--n", 3000, "--out", out, "--json", *wanted)
    assert status == 0, error
    said = json.loads(told)
    assert 0 < said["rows"] < 3000
    assert "too-few" in {notice["code"] for notice in said["notices"]}
    assert out.is_file()


def test_generate_what_is_wanted(run, tmp_path):
    from rdkit import Chem

    out = tmp_path / "out.csv"
    wanted = ("--set", "required=c1ccncc1", "--set", "weight=..320", "--set", "forbidden=Br")
    status, _, error = run("generate", "--n", 5, "--seed", 1, "--method", "decoder", "--out", out, *wanted)
    assert status == 0, error
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    for row in rows:
        assert Chem.MolFromSmiles(row["smiles"]).HasSubstructMatch(Chem.MolFromSmarts("c1ccncc1"))
        assert float(row["weight (g/mol)"]) <= 320


def test_optimise_by_wishes_and_by_a_policy(run, tmp_path):
    out = tmp_path / "wishes.csv"
    wanted = ("--set", "wishes=weight 250..350; logp ..3; realism 0.1.. *2", "--set", "begin=20")
    status, told, error = run("optimise", "profile", "--calls", 40, "--out", out, *wanted)
    assert status == 0, error
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 40
    assert max(float(row["score"]) for row in rows) > 0.8
    best = max(rows, key=lambda row: float(row["score"]))
    assert "the best 10" in told
    assert f"{float(best['score']):.4f}   {best['smiles']}" in told
    assert all(0 <= float(row["fulfilled: weight 250..350"]) <= 1 for row in rows)
    assert float(best["weight (g/mol)"]) > 200
    out = tmp_path / "policy.csv"
    status, _, error = run("optimise", "qed", "--calls", 40, "--out", out, "--set", "method=policy")
    assert status == 0, error
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["notes"] for row in rows} == {"written at step 1"}


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal's Ctrl-C cannot be sent there")
@pytest.mark.timeout(280)
def test_an_interrupted_run_says_what_is_kept_and_is_gone_on_with(run, tmp_path):
    source, out, unbroken = tmp_path / "in.smi", tmp_path / "out.csv", tmp_path / "unbroken.csv"
    source.write_text("".join(f"{'C' * (1 + at % 9)}OCc1ccccc1 m{at}\n" for at in range(40)))
    command = [sys.executable, "-m", "medapp", "toxicity", str(source), "--out", str(out)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        # As a terminal does it: every process of the command is told.
        while process.poll() is None and not any(one.stat().st_size for one in tmp_path.glob("*.rows")):
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGINT)
        _, error = process.communicate(timeout=120)
    assert process.returncode == 130, error
    (kept,) = tmp_path.glob("out.csv.*.rows")
    rows = kept.read_bytes().count(b"\n")
    assert 0 < rows < 40
    assert f"medapp: cancelled; {rows} rows are kept in {kept.name}" in error
    assert "the same command goes on from there" in error
    assert not out.exists()
    status, _, error = run("toxicity", source, "--out", out)
    assert status == 0, error
    assert f"goes on behind {rows} rows of {kept.name}" in error
    assert not kept.exists()
    status, _, error = run("toxicity", source, "--out", unbroken)
    assert status == 0, error
    assert "goes on" not in error
    assert out.read_bytes() == unbroken.read_bytes()
