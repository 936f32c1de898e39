"""The names that the manifest lists for wishes are those that something says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.api.testing import TrialContext
from medapp.plugins import discover
from medapp.resources import resource
from medapp_molecules.optimise.saying import REALISM, others
from medapp_molecules.screen.model import WEIGHTS as SCREENING
from medapp_molecules.screen.properties import names
from medapp_molecules.toxicity.model import WEIGHTS as HARM

if TYPE_CHECKING:
    from pathlib import Path


def test_the_manifest_lists_what_the_shipped_models_say(tmp_path: Path) -> None:
    _, task = discover().find("molecules.optimise")
    listed = task.parameters["wishes"]["names"]
    assert isinstance(listed, dict)
    weights = {name: resource("models", name) for name in (SCREENING, HARM)}
    said = others(TrialContext(tmp_path, weights_files=weights), None)
    told = [name for each in listed.values() for name in each]
    assert set(told) == {*names(), *said, REALISM}
    assert len(told) == len(set(told))
    assert not any(";" in name for name in told)
