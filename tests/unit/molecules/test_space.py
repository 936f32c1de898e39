"""Clusters, the plane, and the known set that molecules are compared with."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import numpy as np
import pytest

from medapp.api import MoleculesRequest, TaskRefused
from medapp.api.context import JobCancelled
from medapp.api.testing import TrialContext, run_molecules
from medapp.api.wire_molecules import known_path, read_rows
from medapp.resources import resource
from medapp_molecules import hooks
from medapp_molecules.space import axes as plane
from medapp_molecules.space import known as known_set
from medapp_molecules.space import task
from medapp_molecules.space.bits import bits_of, nearest, similarities
from medapp_molecules.space.clusters import clustered
from medapp_molecules.space.fitting import fitted
from tests.unit.molecules.samples import AMINES, PHENETOLES

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.domain.molecule import MoleculeRow

SHIPPED = resource("models", plane.WEIGHTS)
ASPIRIN = "CC(=O)Oc1ccccc1C(=O)O"
TEXT = "".join(f"{smiles} m{number}\n" for number, smiles in enumerate([*PHENETOLES, *AMINES]))


def quiet(share: float) -> None:
    assert 0 <= share <= 1


def bits(*listed: str) -> np.ndarray:
    from rdkit import Chem

    return np.array([bits_of(Chem.MolFromSmiles(smiles)) for smiles in listed])


def context(tmp_path: Path, **more) -> TrialContext:
    return TrialContext(tmp_path, weights_files={plane.WEIGHTS: SHIPPED}, **more)


def request(tmp_path: Path, text: str, **parameters) -> MoleculesRequest:
    source = tmp_path / "in.smi"
    source.write_text(text)
    return MoleculesRequest("molecules.space", tmp_path / "rows", source, parameters=parameters)


def spaced(tmp_path: Path, text: str, **parameters) -> tuple[MoleculeRow, ...]:
    return run_molecules(hooks, request(tmp_path, text, **parameters), context(tmp_path))


def values(row: MoleculeRow) -> dict[str, float | None]:
    return {one.name: one.value for one in row.properties}


# ---- similarity and clusters --------------------------------------------------------------------------
def test_similarities_are_those_of_rdkit():
    from rdkit import Chem
    from rdkit.Chem import rdFingerprintGenerator
    from rdkit.DataStructs import TanimotoSimilarity

    listed = [*PHENETOLES, *AMINES, ASPIRIN]
    made = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048)
    prints = [made.GetFingerprint(Chem.MolFromSmiles(smiles)) for smiles in listed]
    wanted = [[TanimotoSimilarity(one, other) for other in prints] for one in prints]
    found = similarities(bits(*listed), bits(*listed))
    assert np.allclose(found, wanted, atol=1e-6)
    nothing = np.zeros((1, 256), np.uint8)
    assert similarities(nothing, nothing)[0, 0] == 0


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.8])
def test_clusters_are_those_of_rdkits_butina(threshold):
    from rdkit.ML.Cluster import Butina

    found = bits(*PHENETOLES, *AMINES, ASPIRIN)
    count = len(found)
    # rdkit takes the last of several with as many neighbours; here it is the first of the file.
    far = 1 - similarities(found[::-1], found[::-1])
    listed = [float(far[one, other]) for one in range(count) for other in range(one)]
    groups = Butina.ClusterData(listed, count, 1 - threshold + 1e-9, isDistData=True)
    wanted = {frozenset(count - 1 - at for at in group) for group in groups}
    heads = {count - 1 - group[0] for group in groups}
    said = clustered(found, threshold, quiet)
    numbers = range(1, said.count + 1)
    assert {frozenset(np.flatnonzero(said.number == number).tolist()) for number in numbers} == wanted
    assert set(np.flatnonzero(said.place == 1).tolist()) == heads
    assert [int((said.number == number).sum()) for number in numbers] == sorted(
        (len(group) for group in groups), reverse=True
    )
    assert said.singletons == sum(len(group) == 1 for group in groups)
    assert not said.by_leaders


def test_leaders_are_far_from_each_other_and_near_to_their_own():
    found = bits(*PHENETOLES, *AMINES, ASPIRIN)
    said = clustered(found, 0.4, quiet, most=5)
    assert said.by_leaders
    leaders = np.flatnonzero(said.place == 1)
    assert len(leaders) == said.count > 1
    between = similarities(found[leaders], found[leaders])
    assert between[~np.eye(len(leaders), dtype=bool)].max() < 0.4
    for number in range(1, said.count + 1):
        members = np.flatnonzero(said.number == number)
        head = members[said.place[members] == 1]
        assert similarities(found[head], found[members]).min() >= 0.4
        order = members[np.argsort(said.place[members])]
        alike = similarities(found[head], found[order])[0]
        assert (np.diff(alike) <= 0).all()
        assert (said.size[members] == len(members)).all()


def test_the_same_molecule_many_times_is_one_cluster_and_all_are_in_one():
    found = bits(*[ASPIRIN] * 40, "CCO")
    for most in (5000, 5):
        said = clustered(found, 1.0, quiet, most=most)
        assert (said.count, said.singletons) == (2, 1)
        assert sorted(said.place.tolist()) == [1, *range(1, 41)]


def test_the_nearest_is_found_over_blocks():
    rng = np.random.default_rng(1)
    known = rng.integers(0, 256, (2500, 256), dtype=np.uint8)
    own = known[[2400, 3, 1024]]
    places, alike = nearest(own, known, quiet)
    assert places.tolist() == [2400, 3, 1024]
    assert alike.tolist() == [1, 1, 1]


# ---- the plane ----------------------------------------------------------------------------------------
def test_the_axes_that_ship_are_those_of_the_medicines_that_ship():
    axes, reference = plane.read(SHIPPED)
    again, listed = fitted(resource("molecules", "structures.tsv"))
    assert listed == reference
    assert np.allclose(axes.ways, again.ways, atol=1e-6)
    assert axes.shares == pytest.approx(again.shares)
    assert 0.4 < sum(axes.shares) < 1
    assert axes.shares[0] > axes.shares[1]
    assert "oxygens" in axes.words(0)


def test_axes_are_those_of_largest_variance_of_either_sign():
    rng = np.random.default_rng(7)
    numbers = rng.normal(size=(200, 14)) * np.arange(1, 15)
    numbers[:, 1] = 2 * numbers[:, 0] + 0.1 * rng.normal(size=200)
    numbers[:, 5] = 3.0
    axes, other = plane.fit(numbers), plane.fit(numbers[::-1])
    assert np.allclose(axes.ways, other.ways)
    assert np.allclose(axes.place(numbers).var(axis=0) / 13, axes.shares, rtol=1e-6)  # one never varies
    assert set(np.argsort(-np.abs(axes.ways[0]))[:2].tolist()) == {0, 1}


def test_weights_of_something_else_are_refused(tmp_path):
    from medapp_molecules.learning.weights import save

    save(tmp_path / "w", "molecules.space", {"mean": np.zeros(1)}, {"descriptors": ["beauty"]})
    with pytest.raises(ValueError, match="other descriptors"):
        plane.read(tmp_path / "w")


# ---- the task -----------------------------------------------------------------------------------------
def test_every_molecule_has_its_cluster_its_place_and_its_nearest(tmp_path):
    rows = spaced(tmp_path, f"{ASPIRIN} aspirin\nnonsense torn\n{TEXT}")
    assert [row.name for row in rows[:2]] == ["aspirin", "torn"]
    assert rows[1].refused
    assert not rows[1].properties
    aspirin = values(rows[0])
    assert aspirin["similarity to known"] == 1
    assert rows[0].nearest == (ASPIRIN, 1.0)
    assert aspirin["cluster size"] == aspirin["place in cluster"] == 1
    numbers = [values(row)["cluster"] for row in rows if not row.refused]
    assert min(numbers) == 1
    first = [row for row in rows if not row.refused and values(row)["cluster"] == 1]
    assert [values(row)["cluster size"] for row in first] == [len(first)] * len(first)
    backdrop = list(read_rows(known_path(tmp_path / "rows")))
    assert len(backdrop) == 238
    same = next(row for row in backdrop if row.name == "acetylsalicylic acid")
    assert [one.value for one in same.properties] == [aspirin["map across"], aspirin["map up"]]


def test_a_molecule_has_one_place_whatever_it_is_shown_with(tmp_path):
    (tmp_path / "b").mkdir()
    alone = spaced(tmp_path, f"{ASPIRIN}\n{AMINES[0]}\n{AMINES[1]}\n")
    among = spaced(tmp_path / "b", f"{TEXT}{ASPIRIN}\n")
    for name in ("map across", "map up"):
        assert values(alone[0])[name] == values(among[-1])[name]


def test_a_known_set_of_the_users_what_cannot_be_read_is_counted(tmp_path):
    lines = "\n".join(["smiles,name", f"{PHENETOLES[0]},one", "nonsense,two", "CCO.Cl,salt", ",none"])
    path = tmp_path / "known.csv.gz"
    path.write_bytes(gzip.compress(lines.encode()))
    source = request(tmp_path, TEXT, known=str(path))
    done = task.study(source, context(tmp_path))
    assert (done.metrics["known"], done.metrics["known refused"], done.metrics["known ships"]) == (2, 2, 0)
    assert any("2 rows of the known set known.csv.gz" in one.message for one in done.notices)
    rows = list(read_rows(source.out))
    assert rows[0].nearest == (PHENETOLES[0], 1.0)
    assert [row.name for row in read_rows(known_path(source.out))] == ["one", "salt"]


def test_an_sdf_as_known_set(tmp_path):
    from rdkit import Chem

    block = Chem.MolToMolBlock(Chem.MolFromSmiles(AMINES[0]))
    (tmp_path / "known.sdf").write_text(f"name{block}$$$$\ntorn\n\n\n  1  0\nM  END\n$$$$\n")
    rows = spaced(tmp_path, TEXT, known=str(tmp_path / "known.sdf"))
    assert {row.nearest[0] for row in rows} == {Chem.CanonSmiles(AMINES[0])}


def test_a_long_known_set_is_cut_and_thinned_but_for_the_nearest(tmp_path, monkeypatch):
    monkeypatch.setattr(task, "DRAWN", 3)
    axes, _ = plane.read(SHIPPED)
    path = tmp_path / "known.smi"
    path.write_text("".join(f"{smiles}\n" for smiles in [*AMINES, *PHENETOLES, ASPIRIN]))
    found = known_set.of_file(path, axes, quiet, most=9)
    assert (len(found), found.more) == (9, True)
    rows = spaced(tmp_path, TEXT, known=str(path))
    kept = {row.smiles for row in read_rows(known_path(tmp_path / "rows"))}
    assert {row.nearest[0] for row in rows} <= kept
    assert known_set.sample(found, np.array([1]), 3).tolist() == [0, 1, 3, 6]


@pytest.mark.parametrize(
    ("text", "said"), [("CCO\nCC\nnonsense\n", "of 3 rows two can"), ("x y\n", "of 1 rows none can")]
)
def test_fewer_than_three_molecules_have_no_map(tmp_path, text, said):
    with pytest.raises(TaskRefused, match=said):
        spaced(tmp_path, text)
    assert not (tmp_path / "rows").exists()


def test_too_many_and_known_sets_that_are_none_are_refused(tmp_path, monkeypatch):
    (tmp_path / "image").write_bytes(b"\0\1")
    (tmp_path / "empty.smi").write_text("nonsense\n")
    for name, said in (("gone", "no known set"), ("image", "no text"), ("empty.smi", "no molecule")):
        with pytest.raises(TaskRefused, match=said):
            spaced(tmp_path, TEXT, known=str(tmp_path / name))
    monkeypatch.setattr(task, "MOST", 3)
    with pytest.raises(TaskRefused, match="more than 3"):
        spaced(tmp_path, TEXT)
    assert not task.check_input(MoleculesRequest("molecules.space", tmp_path / "r")).ok


def test_cancelling_leaves_no_rows_and_running_it_again_writes_all(tmp_path):
    counted = context(tmp_path)
    run_molecules(hooks, request(tmp_path, TEXT), counted)
    whole = (tmp_path / "rows").read_bytes()
    (tmp_path / "rows").unlink()
    for call in range(1, counted.asked + 1):
        with pytest.raises(JobCancelled):
            run_molecules(hooks, request(tmp_path, TEXT), context(tmp_path, cancel_at=call))
        assert not (tmp_path / "rows").exists()
    (tmp_path / "rows").write_bytes(whole[:700])
    run_molecules(hooks, request(tmp_path, TEXT), context(tmp_path))
    assert (tmp_path / "rows").read_bytes() == whole


def test_the_same_file_gives_the_same(tmp_path):
    first = spaced(tmp_path, TEXT)
    (tmp_path / "rows").unlink()
    assert spaced(tmp_path, TEXT) == first
