"""What the weights that ship say of medicines of which everybody knows it."""

from __future__ import annotations

from medapp.resources import resource
from medapp_molecules.screen.model import WEIGHTS, predicted, read

DIAZEPAM = "CN1C(=O)CN=C(c2ccccc2)c2cc(Cl)ccc21"
IMIPRAMINE = "CN(C)CCCN1c2ccccc2CCc2ccccc21"
CAFFEINE = "Cn1c(=O)c2c(ncn2C)n(C)c1=O"
GENTAMICIN = "CNC(C)C1CCC(N)C(OC2C(N)CC(N)C(OC3OCC(C)(O)C(NC)C3O)C2O)O1"
METHOTREXATE = "CN(Cc1cnc2nc(N)nc(N)c2n1)c1ccc(C(=O)NC(CCC(=O)O)C(=O)O)cc1"


def said(name: str, *smiles: str) -> list[float]:
    rows = predicted(read(resource("models", WEIGHTS)), smiles)
    return [value for row in rows for one in row if one.name == name and (value := one.value) is not None]


def test_what_acts_in_the_brain_passes_into_it_and_what_is_large_and_polar_does_not():
    assert min(said("passes into the brain", DIAZEPAM, IMIPRAMINE, CAFFEINE)) > 0.6
    assert max(said("passes into the brain", GENTAMICIN, METHOTREXATE)) < 0.4


def test_what_is_swallowed_is_taken_up_better_than_what_has_to_be_injected():
    swallowed = said("bioavailable by mouth", DIAZEPAM, CAFFEINE)
    assert min(swallowed) > max(said("bioavailable by mouth", GENTAMICIN))
    assert min(said("absorbed from the gut", DIAZEPAM, CAFFEINE)) > 0.8
