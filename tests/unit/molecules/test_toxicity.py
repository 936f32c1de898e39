"""Harm: learned of tables, told with atoms and nearness, and said of metabolites only where it is worse."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from medapp.api import EvaluateRequest, MoleculesRequest, TaskRefused, TrainRequest
from medapp.api.testing import TrialContext, run_molecules
from medapp_molecules import hooks
from medapp_molecules.metabolise import model as metabolism
from medapp_molecules.toxicity.features import BITS, numbers_of, without_each
from medapp_molecules.toxicity.model import WEIGHTS, read
from medapp_molecules.toxicity.questions import parts, scaffolds
from tests.unit.molecules.samples import write_harm, write_metabolism

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.domain.molecule import MoleculeRow

"""Trees are fitted, which takes its time on a machine that others use too."""


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("harm")
    write_harm(folder / "data")
    write_metabolism(folder / "data")
    found = {}
    for task, name in (("molecules.toxicity", WEIGHTS), ("molecules.metabolise", metabolism.WEIGHTS)):
        result = hooks.medapp_train(TrainRequest(task, folder / "data", folder / "out"), TrialContext(folder))
        assert result is not None
        found[name] = result.weights
    return found


def study(
    trained: dict[str, Path], tmp_path: Path, text: str, **parameters: object
) -> tuple[MoleculeRow, ...]:
    source = tmp_path / "in.smi"
    source.write_text(text)
    request = MoleculesRequest("molecules.toxicity", tmp_path / "rows", source, parameters=parameters)
    return run_molecules(hooks, request, TrialContext(tmp_path, weights_files=trained))


def test_numbers_are_finite_and_atoms_can_be_left_out() -> None:
    one = numbers_of("CCOc1ccccc1")
    assert np.isfinite(np.nan_to_num(one.columns)).all()
    cut = without_each(one, 9)
    assert cut.shape == (9, len(one.columns))
    assert (cut[:, :BITS] >= 0).all()
    assert (cut[:, :BITS].sum(axis=1) < one.columns[:BITS].sum()).all()
    assert numbers_of("C").bits.sum() == 1
    with pytest.raises(ValueError, match="SMILES"):
        numbers_of("C1CC")


def test_no_scaffold_is_on_both_sides() -> None:
    smiles = tuple(
        f"{'C' * number}{ring}" for number in range(1, 12) for ring in ("c1ccccc1", "C1CC1", "C1CCCC1")
    )
    kept, held = parts((*smiles, "c1ccc2ccccc2c1", "c1ccoc1", "c1ccsc1", "c1ccncc1"))
    groups = scaffolds((*smiles, "c1ccc2ccccc2c1", "c1ccoc1", "c1ccsc1", "c1ccncc1"))
    assert not set(groups[kept]) & set(groups[held])
    assert 0 < len(held) < len(kept)


def test_what_was_learned_is_told_with_atoms_and_nearness(trained: dict[str, Path], tmp_path: Path) -> None:
    bad, good, refused = study(
        trained, tmp_path, "CCc1ccc([N+](=O)[O-])cc1\nCCc1ccc(O)cc1\nbad\n", metabolites=0
    )
    assert refused.refused
    told = {alert.name: alert for alert in bad.alerts}
    assert set(told) == {"ames", "sider liver", "sider heart"}
    harmless = {alert.name: alert for alert in good.alerts}
    assert told["ames"].probability > 0.8
    assert harmless["ames"].probability < 0.3
    assert told["ames"].nearest > 0.5
    weights = dict(told["ames"].atoms)
    assert max(weights, key=weights.get) in {5, 6, 7, 8}
    assert not harmless["ames"].atoms
    assert not bad.metabolites


def test_a_number_hardly_better_than_chance_carries_a_note(trained: dict[str, Path]) -> None:
    from medapp_molecules.toxicity.task import alerts_of

    model = read(trained[WEIGHTS])
    weak, strong, *rest = model.questions
    model = replace(model, questions=(replace(weak, auroc=0.53), replace(strong, auroc=0.8), *rest))
    said = {alert.name: alert for alert in alerts_of(model, numbers_of("CCO"), "CCO")}
    assert said[weak.key].note == "hardly better than chance (AUROC 0.53)"
    assert said[strong.key].note == ""


def test_of_metabolites_only_what_is_worse_is_told(trained: dict[str, Path], tmp_path: Path) -> None:
    (row,) = study(trained, tmp_path, "CCc1ccc(N)cc1\n", metabolites=10)
    own = {alert.name: alert.probability for alert in row.alerts if not alert.of}
    assert len(row.metabolites) == 10
    for alert in row.alerts:
        if alert.of:
            assert alert.probability > own[alert.name] + 0.1
            assert alert.of in {one.smiles for one in row.metabolites}


def test_figures_of_held_back_scaffolds(trained: dict[str, Path], tmp_path: Path) -> None:
    write_harm(tmp_path / "data")
    request = EvaluateRequest("molecules.toxicity", tmp_path / "data", trained[WEIGHTS])
    result = hooks.medapp_evaluate(request, TrialContext(tmp_path))
    assert result is not None
    for one in result.predictions:
        assert len(one.cases) == len(one.labels) == len(one.scores)
        assert all(0 <= score <= 1 for score in one.scores)
    with pytest.raises(TaskRefused, match="no table"):
        hooks.medapp_evaluate(
            EvaluateRequest("molecules.toxicity", tmp_path, trained[WEIGHTS]), TrialContext(tmp_path)
        )


def test_what_cannot_be_used_is_refused(trained: dict[str, Path], tmp_path: Path) -> None:
    bad = tmp_path / WEIGHTS
    bad.write_bytes(trained[metabolism.WEIGHTS].read_bytes())
    with pytest.raises(TaskRefused, match="holds no weights"):
        read(bad)
    with pytest.raises(TaskRefused, match="no table"):
        hooks.medapp_train(TrainRequest("molecules.toxicity", tmp_path, tmp_path), TrialContext(tmp_path))
    with pytest.raises(TaskRefused, match="file of molecules"):
        run_molecules(
            hooks, MoleculesRequest("molecules.toxicity", tmp_path / "rows"), TrialContext(tmp_path)
        )
