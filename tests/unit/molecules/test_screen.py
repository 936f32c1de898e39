"""Properties that follow from structure, and patterns to be wary of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from medapp.api import EvaluateRequest, MoleculesRequest, TaskRefused, TrainRequest
from medapp.api.testing import TrialContext, run_molecules
from medapp_molecules import hooks
from medapp_molecules.screen.model import WEIGHTS, read
from tests.unit.molecules.samples import write_body

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.domain.molecule import MoleculeRow


def screened(tmp_path: Path, text: str) -> tuple[MoleculeRow, ...]:
    source = tmp_path / "in.smi"
    source.write_text(text)
    request = MoleculesRequest("molecules.screen", tmp_path / "rows", source, parameters={"predict": False})
    return run_molecules(hooks, request, TrialContext(tmp_path))


def test_properties_of_a_drug_and_of_one_that_breaks_the_rules(tmp_path: Path) -> None:
    aspirin, fat, refused = screened(tmp_path, f"CC(=O)Oc1ccccc1C(=O)O\n{'C' * 40}O\nbad\n")
    values = {one.name: one.value for one in aspirin.properties}
    assert values["weight"] == pytest.approx(180.16, abs=0.01)
    assert values["polar surface"] == pytest.approx(63.6)
    assert (values["donors"], values["acceptors"], values["rings"]) == (1, 3, 1)
    assert (values["lipinski violations"], values["veber violations"]) == (0, 0)
    assert values["drug-likeness"] == pytest.approx(0.55, abs=0.01)
    assert values["synthetic accessibility"] == pytest.approx(1.58, abs=0.1)
    assert {one.unit for one in aspirin.properties if one.name == "weight"} == {"g/mol"}
    assert not any(one.predicted for one in aspirin.properties)
    broken = {one.name: one.value for one in fat.properties}
    assert (broken["lipinski violations"], broken["veber violations"]) == (2, 1)
    assert refused.refused
    assert not refused.properties


@pytest.mark.parametrize(
    "smiles",
    ["CN1C(=O)CN=C(c2ccccc2)c2cc(Cl)ccc21", "C[N+](C)(C)CC(O)CC(=O)[O-]", "[H]OCC", "OC1=CC(=O)c2ccccc2N1"],
)
def test_drug_likeness_is_that_of_rdkit(smiles: str) -> None:
    from rdkit import Chem
    from rdkit.Chem import QED

    from medapp_molecules.screen.properties import properties_of, value_of

    mol = Chem.MolFromSmiles(smiles)
    values = {one.name: one.value for one in properties_of(mol)}
    assert values["drug-likeness"] == QED.qed(Chem.MolFromSmiles(smiles)) == value_of(mol, "drug-likeness")
    with pytest.raises(KeyError):
        value_of(mol, "beauty")


def test_patterns_name_their_atoms(tmp_path: Path) -> None:
    rhodanine, plain = screened(tmp_path, "O=C1NC(=S)SC1=Cc1ccccc1\nCCO\n")
    pains = [alert for alert in rhodanine.alerts if alert.name == "pains"]
    assert len(pains) == 1
    assert "rhod" in pains[0].title
    assert len(pains[0].atoms) >= 5
    assert pains[0].probability is None
    assert not plain.alerts


def test_without_a_file_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TaskRefused, match="file of molecules"):
        run_molecules(hooks, MoleculesRequest("molecules.screen", tmp_path / "rows"), TrialContext(tmp_path))


def test_what_is_predicted_has_an_interval_a_unit_and_says_where_it_is_strange(tmp_path: Path) -> None:
    write_body(tmp_path / "data")
    trained = hooks.medapp_train(
        TrainRequest("molecules.screen", tmp_path / "data", tmp_path / "out"), TrialContext(tmp_path)
    )
    assert trained is not None
    source = tmp_path / "in.smi"
    source.write_text("CCCCCCCCCc1ccccc1\nCc1ccccc1\nO=S(=O)(N)C#N\n")
    request = MoleculesRequest("molecules.screen", tmp_path / "rows", source)
    rows = run_molecules(hooks, request, TrialContext(tmp_path, weights_files={WEIGHTS: trained.weights}))
    long, short, strange = ({one.name: one for one in row.properties if one.predicted} for row in rows)
    assert set(long) == {"lipophilicity at pH 7.4", "half-life", "passes into the brain"}
    assert long["lipophilicity at pH 7.4"].value > short["lipophilicity at pH 7.4"].value
    assert long["half-life"].value > 10 * short["half-life"].value > 0
    for said in (long, short):
        half_life = said["half-life"]
        assert half_life.unit == "h"
        assert 0 < half_life.low < half_life.value < half_life.high
        assert 0 <= said["passes into the brain"].value <= 1
        assert said["passes into the brain"].low is None
    assert "nothing like it" in strange["half-life"].note
    request = EvaluateRequest("molecules.screen", tmp_path / "data", trained.weights)
    measured = hooks.medapp_evaluate(request, TrialContext(tmp_path))
    assert measured is not None
    assert {row["property"] for row in measured.rows} == set(long)


def test_no_tables_and_bad_weights_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TaskRefused, match="no table"):
        hooks.medapp_train(
            TrainRequest("molecules.screen", tmp_path, tmp_path / "out"), TrialContext(tmp_path)
        )
    (tmp_path / WEIGHTS).write_bytes(b"{}")
    with pytest.raises(TaskRefused, match="weights"):
        read(tmp_path / WEIGHTS)
