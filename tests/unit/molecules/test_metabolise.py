"""Rules, sites, metabolites over generations, and what a patient's enzymes change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from medapp.api import EvaluateRequest, JobCancelled, MoleculesRequest, TaskRefused, TrainRequest
from medapp.api.testing import TrialContext, run_molecules
from medapp.domain.genome import Diplotype, GeneCall, Genome, Haplotype
from medapp.domain.record import Code, Concept, Entry, Medication, Period, Record, Source, When
from medapp_molecules import hooks
from medapp_molecules.atoms.features import atom_features, names, symmetry
from medapp_molecules.metabolise.model import WEIGHTS, read
from medapp_molecules.metabolise.patient import notes_of
from medapp_molecules.metabolise.rules import candidates, key, rules
from medapp_molecules.metabolise.sites import ranked
from tests.unit.molecules.samples import write_metabolism

if TYPE_CHECKING:
    from pathlib import Path

"""Trees are fitted, which takes its time on a machine that others use too."""


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("metabolism")
    write_metabolism(folder / "data")
    context = TrialContext(folder)
    result = hooks.medapp_train(
        TrainRequest("molecules.metabolise", folder / "data", folder / "out"), context
    )
    assert result is not None
    assert all(0 <= value <= 1 for value in result.metrics.values())
    return result.weights


def study(trained: Path, tmp_path: Path, text: str, **more: object):
    source = tmp_path / "in.smi"
    source.write_text(text)
    request = MoleculesRequest("molecules.metabolise", tmp_path / "rows", source, **more)
    return run_molecules(hooks, request, TrialContext(tmp_path, weights_files={WEIGHTS: trained}))


@pytest.mark.parametrize(
    ("parent", "rule", "product"),
    [
        ("CCOc1ccccc1", "O-deethylation", "Oc1ccccc1"),
        ("CN(C)CCc1ccccc1", "N-demethylation", "CNCCc1ccccc1"),
        ("CC(=O)Oc1ccccc1C(=O)O", "ester hydrolysis", "O=C(O)c1ccccc1O"),
        ("O=C1CCCCCO1", "lactone hydrolysis", "O=C(O)CCCCCO"),
        ("C1CCN(C)CC1", "oxidation to lactam", "CN1CCCCC1=O"),
        ("CSc1ccccc1", "S-oxidation", "CS(=O)c1ccccc1"),
        ("O=[N+]([O-])c1ccccc1", "nitro to amine", "Nc1ccccc1"),
        ("Oc1ccccc1", "glucuronidation of a phenol", "O=C(O)C1OC(Oc2ccccc2)C(O)C(O)C1O"),
        ("CC(=O)Nc1ccc(O)cc1", "quinone imine", "CC(=O)N=C1C=CC(=O)C=C1"),
        ("c1ccc2c(c1)OCO2", "demethylenation", "Oc1ccccc1O"),
        ("c1ccncc1", "N-oxidation of a ring", "[O-][n+]1ccccc1"),
        ("O=C(O)c1ccccc1", "glycine conjugation", "O=C(O)CNC(=O)c1ccccc1"),
        ("C=CC1CCCCC1", "epoxidation", "C1CCC(C2CO2)CC1"),
    ],
)
def test_rules_make_what_they_are_named_for(parent: str, rule: str, product: str) -> None:
    made = {key(one.smiles) for one in candidates(parent) if one.rule.name == rule}
    assert key(product) in made


def test_every_rule_has_a_name_of_its_own_and_one_reactant() -> None:
    assert len({rule.name for rule in rules()}) == len(rules()) > 150
    assert all(rule.reaction.GetNumReactantTemplates() == 1 for rule in rules())
    assert all(rule.reaction.Validate()[1] == 0 for rule in rules())


def test_products_can_be_read_and_name_atoms_of_the_parent() -> None:
    from rdkit import Chem

    parent = "CC(C)NCC(O)COc1cccc2ccccc12"
    size = Chem.MolFromSmiles(parent).GetNumAtoms()
    made = candidates(parent)
    assert len(made) > 20
    for one in made:
        assert Chem.MolFromSmiles(one.smiles) is not None
        assert one.atoms
        assert all(0 <= at < size for at in one.atoms)
    assert candidates(parent, deadline=-1) == []


def test_features_are_numbers_and_alike_for_atoms_that_are() -> None:
    from rdkit import Chem

    mol = Chem.MolFromSmiles("Cc1ccc(C)cc1")
    found = atom_features(mol)
    assert found.shape == (8, len(names()))
    assert np.isfinite(found).all()
    assert np.allclose(found[0], found[5], atol=1e-4)
    assert np.isfinite(atom_features(Chem.MolFromSmiles("[CH4]"))).all()
    assert symmetry(mol)[0] == symmetry(mol)[5]
    odd = atom_features(Chem.MolFromSmiles("C[As](C)(=O)OCC[Si](C)(C)B(O)O"))
    assert np.abs(odd).max() < 1000


def test_equal_atoms_share_a_rank() -> None:
    found = ranked(np.array([0.2, 0.9, 0.2, 0.5]), np.array([0, 1, 0, 2]))
    assert found == [(1, 1), (2, 3), (3, 0), (3, 2)]


def test_what_was_learned_is_told_with_sites_metabolites_and_their_way(trained: Path, tmp_path: Path) -> None:
    text = "CCOc1ccc(CCN(C)C)cc1 one\nbad\nCC(=O)O[Na] salt\n"
    first, refused, salt = study(trained, tmp_path, text, parameters={"generations": 2, "metabolites": 12})
    assert refused.refused
    assert salt.notes
    assert {site.enzyme for site in first.sites} == {
        "1A2", "2A6", "2B6", "2C8", "2C9", "2C19", "2D6", "2E1", "3A4",
    }  # fmt: skip
    assert all(0 < site.score < 1 and site.rank <= 5 for site in first.sites)
    made = {one.smiles: one for one in first.metabolites}
    assert 0 < len(made) <= 12
    assert {1, 2} == {one.generation for one in first.metabolites}
    top = {one.reaction for one in first.metabolites[:3]}
    assert top & {"O-deethylation", "N-demethylation"}
    for one in first.metabolites:
        assert one.parent == first.smiles if one.generation == 1 else made[one.parent].generation == 1
    assert list(first.metabolites) == sorted(first.metabolites, key=lambda one: (-one.score, one.smiles))


def test_the_same_again_is_the_same(trained: Path, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    once = study(trained, tmp_path / "a", "CCOc1ccccc1\n")
    assert once == study(trained, tmp_path / "b", "CCOc1ccccc1\n")


def medicine(name: str, status: str = "active", end: When | None = None) -> Entry:
    content = Medication(Concept((Code("", "1", name),)), "request", status, taken=Period(end=end))
    return Entry(name, "p", Source("f", "fhir"), content)


def call(gene: str, phenotype: str, status: str = "called") -> GeneCall:
    return GeneCall(gene, status, (Diplotype((Haplotype("*4"), Haplotype("*4")), phenotype),))


def test_enzymes_of_the_patient_are_told_and_what_is_unknown_is_not(trained: Path, tmp_path: Path) -> None:
    record = Record((), (
        medicine("Paroxetine 20 MG Oral Tablet"),
        medicine("Ketoconazole", "stopped"),
        medicine("Quinidine", end=When("2020-01-01")),
    ))  # fmt: skip
    genome = Genome(calls=(
        call("CYP2D6", "Poor Metabolizer"),
        call("CYP2C9", "Normal Metabolizer"),
        call("CYP2C19", "Poor Metabolizer", "no-call"),
        call("TPMT", "Poor Metabolizer"),
    ))  # fmt: skip
    notes = notes_of(record, genome)
    assert set(notes) == {"2D6"}
    assert notes["2D6"] == "CYP2D6: Poor Metabolizer; paroxetine (strong inhibitor)"
    assert notes_of(None, None) == {}
    rows = study(trained, tmp_path, "CCOc1ccc(CCN(C)C)cc1\n", record=record, genome=genome)
    told = {one.note for one in rows[0].metabolites if one.enzyme == "CYP2D6"}
    assert told <= {notes["2D6"]}
    assert not any(one.note for one in rows[0].metabolites if one.enzyme != "CYP2D6")


def test_figures_of_a_folder(trained: Path, tmp_path: Path) -> None:
    write_metabolism(tmp_path / "data")
    request = EvaluateRequest("molecules.metabolise", tmp_path / "data", trained)
    result = hooks.medapp_evaluate(request, TrialContext(tmp_path))
    assert result is not None
    assert result.metrics["sites, top-2"] > 0.8
    assert result.metrics["metabolites, recall at 15"] > 0.8
    assert {row["isoform"] for row in result.rows} == {"2D6", "3A4", "macro"}


def test_what_cannot_be_used_is_refused(trained: Path, tmp_path: Path) -> None:
    with pytest.raises(TaskRefused, match="file of molecules"):
        run_molecules(
            hooks, MoleculesRequest("molecules.metabolise", tmp_path / "rows"), TrialContext(tmp_path)
        )
    bad = tmp_path / WEIGHTS
    bad.write_bytes(trained.read_bytes()[:500])
    with pytest.raises(TaskRefused, match="weights"):
        read(bad)
    with pytest.raises(TaskRefused, match="no sites"):
        hooks.medapp_train(
            TrainRequest("molecules.metabolise", tmp_path, tmp_path / "out"), TrialContext(tmp_path)
        )


def test_the_user_can_cancel(trained: Path, tmp_path: Path) -> None:
    source = tmp_path / "in.smi"
    source.write_text("CCOc1ccccc1\n" * 20)
    request = MoleculesRequest("molecules.metabolise", tmp_path / "rows", source)
    with pytest.raises(JobCancelled):
        run_molecules(hooks, request, TrialContext(tmp_path, weights_files={WEIGHTS: trained}, cancel_at=4))
