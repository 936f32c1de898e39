"""What admet-ai says of the best molecules: with the real package where it is installed."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from medapp.api import JobCancelled, MoleculesRequest, TaskRefused
from medapp.api.testing import TrialContext, run_molecules
from medapp_molecules import hooks
from medapp_molecules.finalists import admet, choosing, task
from medapp_molecules.finalists.endpoints import ENDPOINTS, SHARED
from medapp_molecules.screen.tables import PROPERTIES

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.domain.molecule import MoleculeRow

IS_THERE = admet.folder() is not None
needs_admet = pytest.mark.skipif(not IS_THERE, reason="admet-ai is not installed (make finalists)")
# chemprop and lightning warn of what they will do one day.
pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning"
)

ASPIRIN = "CC(=O)Oc1ccccc1C(=O)O"
DIAZEPAM = "CN1C(=O)CN=C(c2ccccc2)c2cc(Cl)ccc21"
FAT = "C" * 30 + "O"


def request(tmp_path: Path, text: str, **parameters: object) -> MoleculesRequest:
    source = tmp_path / "in.smi"
    source.write_text(text)
    return MoleculesRequest("molecules.finalists", tmp_path / "rows", source, parameters=parameters)


def ran(tmp_path: Path, text: str, **parameters: object) -> tuple[MoleculeRow, ...]:
    return run_molecules(hooks, request(tmp_path, text, **parameters), TrialContext(tmp_path))


def endpoint(column: str):
    return next(one for one in ENDPOINTS if one.column == column)


def test_impossible_values_are_limited_and_marked_with_what_was_said():
    low = task.property_of(endpoint("Half_Life_Obach"), -3.26)
    assert (low.value, low.unit) == (0.0, "h")
    assert low.note == "limited to what is possible; admet-ai said -3.26"
    high = task.property_of(endpoint("PPBR_AZ"), 107.9)
    assert (high.value, high.unit, bool(high.note)) == (100.0, "%", True)
    sure = task.property_of(endpoint("hERG"), 1.0000001)
    assert (sure.value, bool(sure.note)) == (1.0, True)
    fine = task.property_of(endpoint("Solubility_AqSolDB"), -3.5)
    assert (fine.value, fine.unit, fine.note, fine.predicted) == (-3.5, "log mol/L", "", True)
    none = task.property_of(endpoint("LD50_Zhu"), float("nan"))
    assert (none.value, none.note) == (None, "admet-ai said no number")


def test_what_screening_predicts_too_has_the_same_name_unit_and_limits():
    ours = {one.file: one for one in PROPERTIES}
    assert {one.ours for one in SHARED} == set(ours)
    for one in SHARED:
        known = ours[one.ours]
        assert (one.name, one.unit) == (known.name, known.unit)
        assert (one.least, one.largest) == (known.least, known.largest)
    assert len({one.title for one in ENDPOINTS}) == len(ENDPOINTS) == 41
    assert not {one.title for one in ENDPOINTS} & {one.name for one in PROPERTIES}


@pytest.mark.parametrize(
    ("count", "by", "numbers"),
    [(1, "drug-likeness", {4}), (2, "drug-likeness", {4, 1}), (9, "drug-likeness", {1, 2, 4}),
     (1, "easy to make", {2}), (2, choosing.ORDER, {1, 2})],
)  # fmt: skip
def test_the_best_are_chosen_each_molecule_once(tmp_path: Path, count: int, by: str, numbers: set[int]):
    source = tmp_path / "in.smi"
    # 5 is aspirin again, as its salt.
    source.write_text(f"{ASPIRIN}\n{FAT}\nnonsense\n{DIAZEPAM}\nCC(=O)Oc1ccccc1C(=O)[O-].[Na+]\n")
    shares: list[float] = []
    found = choosing.best(source, count, by, lambda share, _: shares.append(share))
    assert found == numbers
    assert shares[-1] == 1.0


def test_without_the_package_a_sentence_says_how_it_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(task, "folder", lambda: None)
    wish = request(tmp_path, ASPIRIN)
    check = hooks.medapp_check_input(request=wish)
    assert check is not None
    assert not check.ok
    assert "admet-ai 2.0.1, which is not installed: `make finalists`" in check.reason
    with pytest.raises(TaskRefused, match="`make finalists`"):
        run_molecules(hooks, wish, TrialContext(tmp_path))


@needs_admet
def test_finalists_have_every_answer_and_the_others_say_that_they_are_none(tmp_path: Path):
    first, second, third, fourth = ran(
        tmp_path, f"{ASPIRIN} aspirin\n{FAT}\nnonsense\n{DIAZEPAM}\n", finalists=2, by="drug-likeness"
    )
    assert [one.name for one in first.properties] == [one.title for one in ENDPOINTS]
    assert [one.unit for one in first.properties] == [one.unit for one in ENDPOINTS]
    for row in (first, fourth):
        for one, known in zip(row.properties, ENDPOINTS, strict=True):
            assert one.value is not None
            assert known.least <= one.value <= known.largest
    assert (second.properties, second.notes[-1]) == ((), "not among the finalists")
    assert third.refused
    values = {one.name: one.value for one in fourth.properties}
    brain = values["passes into the brain (admet-ai)"]
    assert brain is not None
    assert brain > 0.9  # diazepam does


@needs_admet
def test_the_networks_say_what_the_package_itself_says(tmp_path: Path):
    from admet_ai import ADMETModel

    models = admet.folder()
    assert models is not None
    own = admet.read(models)
    smiles = [ASPIRIN, DIAZEPAM, FAT]
    theirs = ADMETModel(include_physchem=False, drugbank_path=None, num_workers=0).predict(smiles)
    assert own.said(smiles) == pytest.approx(theirs[list(own.endpoints)].to_numpy(), abs=1e-4, rel=1e-4)
    assert own.said([]).shape == (0, 41)
    with pytest.raises(ValueError, match="no SMILES"):
        own.said(["nonsense"])


@needs_admet
def test_models_that_are_not_the_published_ones_are_not_opened(tmp_path: Path):
    models = admet.folder()
    assert models is not None
    copy = tmp_path / "models"
    shutil.copytree(models, copy)
    changed = copy / "admet_classification" / "model_0.pt"
    changed.write_bytes(b"cos\nsystem\n(S'exit 3'\ntR.")
    with pytest.raises(admet.ModelsError, match=r"admet_classification/model_0\.pt .* is not opened"):
        admet.Admet(copy)
    changed.unlink()
    with pytest.raises(admet.ModelsError, match="lacks its model"):
        admet.Admet(copy)


@needs_admet
def test_a_cancelled_run_goes_on_behind_its_rows(tmp_path: Path):
    text = "".join(f"{'C' * number}O\n" for number in range(1, 41))
    wish = request(tmp_path, text, finalists=40)
    # Choosing tells once; then two calls a batch of 32.
    with pytest.raises(JobCancelled):
        run_molecules(hooks, wish, TrialContext(tmp_path, cancel_at=4))
    context = TrialContext(tmp_path)
    rows = run_molecules(hooks, wish, context)
    assert [row.number for row in rows] == list(range(1, 41))
    assert all(len(row.properties) == 41 for row in rows)
    assert context.facts == {"admet_ai": "2.0.1", "finalists": "40"}
