"""The units that the manifest lists for wishes are those in which molecules are told of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.api.testing import TrialContext
from medapp.plugins import discover
from medapp.resources import resource
from medapp_molecules.optimise.saying import others
from medapp_molecules.screen.model import WEIGHTS as SCREENING
from medapp_molecules.screen.properties import properties_of
from medapp_molecules.toxicity.model import WEIGHTS as HARM

if TYPE_CHECKING:
    from pathlib import Path


def test_the_manifest_lists_the_units_of_what_the_shipped_models_say(tmp_path: Path) -> None:
    from rdkit import Chem

    _, task = discover().find("molecules.optimise")
    wishes = task.parameters["wishes"]
    listed = wishes["units"]
    assert isinstance(listed, dict)
    aspirin = Chem.MolFromSmiles("CC(=O)Oc1ccccc1C(=O)O")
    weights = {name: resource("models", name) for name in (SCREENING, HARM)}
    context = TrialContext(tmp_path, weights_files=weights)
    said = [say(aspirin).shown for say in others(context, None).values()]
    told = {one.name: one.unit for one in (*properties_of(aspirin), *said) if one.unit}
    assert listed == told
