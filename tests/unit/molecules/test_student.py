"""What screening learns of a teacher: a network for all properties, mixed with what was measured."""

from __future__ import annotations

import csv
import gzip
from typing import TYPE_CHECKING

import numpy as np
import pytest

from medapp.api import JobCancelled, MoleculesRequest, TrainRequest
from medapp.api.testing import TrialContext, run_molecules
from medapp_molecules import hooks
from medapp_molecules.finalists import teaching
from medapp_molecules.finalists.endpoints import SHARED
from medapp_molecules.screen import features, mixing, student
from medapp_molecules.screen.model import WEIGHTS, predicted, read
from medapp_molecules.screen.tables import PROPERTIES, known
from medapp_molecules.screen.teacher import FOLDER, MOLECULE, is_kept_out, taught
from tests.unit.molecules.samples import write_body

if TYPE_CHECKING:
    from pathlib import Path

RINGS = ("c1ccccc1F", "C1CCCCC1O", "c1ccncc1C", "C1CCNCC1", "c1ccoc1Br", "c1ccsc1Cl")
MOLECULES = [f"{'C' * number}{ring}" for number in range(1, 21) for ring in RINGS]
LIPOPHILICITY = next(one for one in PROPERTIES if one.file == "lipophilicity")
BRAIN = next(one for one in PROPERTIES if one.file == "bbb")


def write_teacher(data: Path) -> None:
    """All of it grows with the chain, far beyond what is possible."""
    (data / FOLDER).mkdir(parents=True)
    with gzip.open(data / FOLDER / "made.csv.gz", "wt", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([MOLECULE, "AMES", *(one.column for one in SHARED)])
        for smiles in MOLECULES:
            length = len(smiles)
            writer.writerow([smiles, 0.5, *(length - 40 for _ in SHARED)])
        writer.writerow(["", 0.5, *(0 for _ in SHARED)])
        writer.writerow(["CCCCCCCCO", 0.5, *("" for _ in SHARED)])


def columns_of(molecules: list[str]) -> np.ndarray:
    return np.array([features.numbers_of(one).columns for one in molecules])


def test_light_columns_are_those_of_the_molecule_that_was_read_before():
    from rdkit import Chem

    smiles = "CN1C(=O)CN=C(c2ccccc2)c2cc(Cl)ccc21"
    of_text, of_mol = features.numbers_of(smiles), features.numbers_of_mol(Chem.MolFromSmiles(smiles))
    assert np.array_equal(of_text.columns, of_mol.columns)
    assert of_text.bits.sum() > 20
    assert np.isfinite(features.numbers_of("[Na+]").columns).all()
    with pytest.raises(ValueError, match="no SMILES"):
        features.numbers_of("nonsense")


def test_the_nearest_is_that_of_rdkit():
    from rdkit import Chem, DataStructs
    from rdkit.Chem import rdFingerprintGenerator

    generator = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=1024)
    prints = [generator.GetFingerprint(Chem.MolFromSmiles(one)) for one in MOLECULES]
    known = features.Known(np.packbits([features.numbers_of(one).bits for one in MOLECULES], axis=1))
    for smiles in ("CCCc1ccccc1N", "O=S(=O)(N)C#N", MOLECULES[7]):
        own = generator.GetFingerprint(Chem.MolFromSmiles(smiles))
        expected = max(DataStructs.BulkTanimotoSimilarity(own, prints))
        assert known.nearest(np.packbits(features.numbers_of(smiles).bits)) == pytest.approx(expected)


def test_ranks_follow_a_normal_distribution_and_leave_out_what_is_unknown():
    found = student.ranks(np.array([[3.0, np.nan], [-1e9, 2.0], [5.0, 1.0]]))
    assert found[:, 0] == pytest.approx([0, -0.967, 0.967], abs=1e-3)
    assert np.isnan(found[0, 1])
    assert found[1, 1] == -found[2, 1] > 0


def test_the_student_learns_an_order_and_the_same_seed_gives_the_same():
    columns = columns_of(MOLECULES)
    wanted = student.ranks(np.array([[len(one), -len(one)] for one in MOLECULES], float))
    one, same = (student.fit(columns, wanted, ("up", "down"), seed=3, epochs=60) for _ in range(2))
    assert all(np.array_equal(one.arrays[name], same.arrays[name]) for name in one.arrays)
    up, down = one.said("up", columns), one.said("down", columns)
    assert np.corrcoef(up, wanted[:, 0])[0, 1] > 0.9
    assert np.corrcoef(down, wanted[:, 1])[0, 1] > 0.9
    # Another set of molecules of the same number is not taken for the one before.
    assert not np.array_equal(one.said("up", columns[::-1].copy()), up)


def test_as_much_of_the_student_as_does_no_harm():
    values = np.arange(40.0)
    rng = np.random.default_rng(0)
    worse, useless = values + rng.normal(0, 8, 40), rng.normal(0, 8, 40)
    assert mixing.share_of(LIPOPHILICITY, values, worse, values) == 1.0
    assert mixing.share_of(LIPOPHILICITY, useless, values, values) == 0.0
    labels = (values > 20).astype(float)
    assert mixing.share_of(BRAIN, values - 20, useless, labels) == 1.0
    assert np.isnan(mixing.standing(BRAIN, values, np.ones(40)))


def test_tables_that_say_yes_to_what_does_not_pass_are_turned(tmp_path: Path):
    (tmp_path / "admet").mkdir()
    (tmp_path / "admet" / "bbb.csv.gz").write_bytes(gzip.compress(b"Smiles,Class\nCCCCCC,0.0\nNCCO,1.0\n"))
    (tmp_path / "admet" / "hia.csv.gz").write_bytes(gzip.compress(b"Drug,Y\nCCCCCC,0\nNCCO,1\n"))
    assert dict(zip(*known(BRAIN, tmp_path, lambda: None), strict=True)) == {"CCCCCC": 1, "NCCO": 0}
    gut = next(one for one in PROPERTIES if one.file == "hia")
    assert dict(zip(*known(gut, tmp_path, lambda: None), strict=True)) == {"CCCCCC": 0, "NCCO": 1}


def test_what_is_taught_is_read_without_what_is_kept_to_measure_by(tmp_path: Path):
    write_teacher(tmp_path)
    smiles, said = taught(tmp_path, lambda: None)
    kept_out = [one for one in MOLECULES if is_kept_out(one)]
    assert 0 < len(kept_out) < len(MOLECULES) / 4
    assert set(smiles) == (set(MOLECULES) | {"CCCCCCCCO"}) - set(kept_out)
    assert said.shape == (len(smiles), len(SHARED))
    assert np.isnan(said[smiles.index("CCCCCCCCO")]).all()
    assert taught(tmp_path / "nowhere", lambda: None)[0] == ()


class Parrot:
    """In place of the ten networks: says the length of each, and how often it was asked."""

    endpoints = ("AMES", "hERG")

    def __init__(self) -> None:
        self.asked = 0

    def said(self, smiles: list[str]) -> np.ndarray:
        self.asked += len(smiles)
        return np.array([[len(one), -0.5] for one in smiles], np.float32)


def test_who_is_taught_is_in_standard_form_each_once(tmp_path: Path):
    source = tmp_path / "in.smi"
    source.write_text("".join(f"{one}\n" for one in [*MOLECULES, "OCCCCCCCC", "nonsense", "CCCCCCCCO"]))
    found = list(teaching.chosen([source, source]))
    assert len(set(found)) == len(found) > 90
    assert not any(map(is_kept_out, found))
    assert found.count("CCCCCCCCO") <= 1
    assert found == list(teaching.chosen([source]))


def test_a_table_for_teaching_is_gone_on_with_and_whole_whenever_it_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(teaching, "_TOGETHER", 10)
    out, whole, parrot = tmp_path / "some.csv.gz", tmp_path / "all.csv.gz", Parrot()
    assert teaching.write(parrot, MOLECULES[:25], out) == 25
    torn = out.read_bytes()[:-40]
    out.write_bytes(torn)
    assert teaching.write(parrot, MOLECULES[:40], out) == 40
    assert 40 < parrot.asked < 65
    teaching.write(Parrot(), MOLECULES[:40], whole)
    texts = [gzip.decompress(path.read_bytes()).decode() for path in (out, whole)]
    assert texts[0] == texts[1]
    assert texts[0].splitlines()[:2] == ["smiles,AMES,hERG", f"{MOLECULES[0]},{len(MOLECULES[0])},-0.5"]


def test_a_teacher_is_learned_from_and_what_was_measured_still_decides(tmp_path: Path):
    data = tmp_path / "data"
    write_body(data)
    write_teacher(data)
    request = TrainRequest("molecules.screen", data, tmp_path / "out", parameters={"epochs": 20})
    context = TrialContext(tmp_path)
    trained = hooks.medapp_train(request, context)
    assert trained is not None
    assert "the student" in {message for _, message in context.reports}
    assert trained.metrics["lipophilicity at pH 7.4, of the student"] in {0, *mixing.SHARES}
    assert "lipophilicity at pH 7.4, trees alone" in trained.metrics
    model = read(trained.weights)
    assert {one.asked.file for one in model} == {"lipophilicity", "half-life", "bbb"}
    assert all(one.student is model[0].student for one in model)
    source = tmp_path / "in.smi"
    source.write_text("CCCCCCCCCc1ccccc1\nCc1ccccc1\n")
    wish = MoleculesRequest("molecules.screen", tmp_path / "rows", source)
    long, short = run_molecules(
        hooks, wish, TrialContext(tmp_path, threads=2, weights_files={WEIGHTS: trained.weights})
    )
    said = [{one.name: one for one in row.properties if one.predicted} for row in (long, short)]
    assert said[0]["half-life"].value > said[1]["half-life"].value > 0
    assert said[0]["half-life"].low < said[0]["half-life"].value < said[0]["half-life"].high
    assert 0 <= said[0]["passes into the brain"].value <= 1


def test_together_and_alone_the_same_is_predicted(tmp_path: Path):
    from rdkit import Chem

    from medapp.resources import resource

    model = read(resource("models", WEIGHTS))
    smiles = ["CC(=O)Oc1ccccc1C(=O)O", "CN1C(=O)CN=C(c2ccccc2)c2cc(Cl)ccc21", "CCO"]
    together = predicted(model, smiles)
    assert predicted(model, []) == []
    for one, before in zip(smiles, together, strict=True):
        for said, other in zip(predicted(model, [one], [Chem.MolFromSmiles(one)])[0], before, strict=True):
            assert said.value == pytest.approx(other.value, rel=1e-4, abs=1e-5)
            assert said.note == other.note


def test_training_can_be_cancelled_while_the_student_learns(tmp_path: Path):
    data = tmp_path / "data"
    write_body(data)
    write_teacher(data)
    request = TrainRequest("molecules.screen", data, tmp_path / "out", parameters={"epochs": 20})
    context = TrialContext(tmp_path)
    hooks.medapp_train(request, context)
    first = next(number for number, (_, message) in enumerate(context.reports) if message == "the student")
    late = TrialContext(tmp_path, cancel_at=context.asked // 2)
    with pytest.raises(JobCancelled):
        hooks.medapp_train(request, late)
    assert first > 0
