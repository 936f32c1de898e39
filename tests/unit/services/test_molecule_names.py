"""Names of medicines to structures: every row is what it says, and what is not known is not guessed."""

from __future__ import annotations

import csv
import gzip

import pytest

from medapp.domain.recommendation import Drug
from medapp.resources import resource
from medapp.services.molecule_names import as_smiles, structures, structures_of


def test_formula_and_weight_of_every_row_are_those_of_its_structure():
    from rdkit import Chem
    from rdkit.Chem.rdMolDescriptors import CalcExactMolWt, CalcMolFormula, _CalcMolWt

    assert len(structures()) > 150
    for one in structures().values():
        mol = Chem.MolFromSmiles(one.smiles)
        assert CalcMolFormula(mol) == one.formula, one.ingredient
        assert _CalcMolWt(mol) == pytest.approx(one.weight, abs=0.01), one.ingredient
        assert CalcExactMolWt(mol) < 1000


def test_every_ingredient_is_one_that_the_checks_know():
    with resource("therapy", "ingredients.tsv").open(encoding="utf-8") as file:
        known = {row["ingredient"] for row in csv.DictReader(file, delimiter="\t")}
    assert set(structures()) <= known


def test_every_structure_is_found_in_a_published_list(shared_data):
    """In the ATC class of its ingredient, under its name, or among marketed medicines."""
    with resource("therapy", "ingredients.tsv").open(encoding="utf-8") as file:
        classes = {
            row["ingredient"]: " ".join((row["atc"], row["other_atc"])).replace(";", " ").split()
            for row in csv.DictReader(file, delimiter="\t")
        }
    of_class: dict[str, set[str]] = {}
    path = shared_data / "ehr" / "drug_knowledge" / "molerec_atc4_to_smiles.tsv"
    for line in path.read_text("utf-8").splitlines():
        atc, smiles = line.split("\t")[:2]
        of_class.setdefault(atc, set()).add(_key(smiles))
    marketed = _column(shared_data, "sider", "smiles") | _column(shared_data, "clintox", "smiles")
    marketed |= _column(shared_data, "BBBP", "smiles")
    with gzip.open(shared_data / "molecules" / "admet" / "vdss.csv.gz", "rt", encoding="utf-8") as file:
        by_name = {row["Drug_ID"].lower(): _key(row["Drug"]) for row in csv.DictReader(file)}
    for one in structures().values():
        found = {_key(one.smiles)}
        codes = [code[:4] for code in classes[one.ingredient]]
        listed = found & (marketed | {by_name.get(one.ingredient)})
        assert listed or any(found & of_class.get(code, set()) for code in codes), one.ingredient


def _column(folder, name, column):
    with gzip.open(folder / "molecules" / "moleculenet" / f"{name}.csv.gz", "rt", encoding="utf-8") as file:
        return {_key(row[column]) for row in csv.DictReader(file)}


def _key(smiles):
    """What two ways to write the same connections share, salts taken off."""
    from rdkit import Chem, rdBase
    from rdkit.Chem.MolStandardize import rdMolStandardize

    with rdBase.BlockLogs():
        mol = Chem.MolFromSmiles(smiles)
        if mol is None or not mol.GetNumAtoms():
            return ""
        largest = rdMolStandardize.LargestFragmentChooser().choose(mol)
        return Chem.MolToInchiKey(rdMolStandardize.Uncharger().uncharge(largest))[:14]


def test_what_is_not_known_is_listed_and_not_guessed():
    found = structures_of(
        [
            Drug("Warfarin 5 mg", ("warfarin",)),
            Drug("Coumadin", ("warfarin",)),
            Drug("Wundermittel"),
            Drug("Adalimumab pen", ("adalimumab",)),
            Drug("Combination", ("atorvastatin", "something new")),
        ]
    )
    assert [one.ingredient for one in found.found] == ["warfarin", "atorvastatin"]
    assert [name for name, _ in found.unknown] == ["Wundermittel", "adalimumab", "something new"]
    assert "not recognised" in found.unknown[0][1]
    assert "no structure" in found.unknown[1][1]
    first, second = as_smiles(found.found).splitlines()
    assert first.endswith(" warfarin")
    assert second.endswith(" atorvastatin")
