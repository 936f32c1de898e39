"""The models of the map and of the comparison without a window, on rows as the task writes them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from medapp.domain.molecule import MoleculeRow, Property
from medapp.services.molecule_project import begin, new_run, read, save
from medapp.services.structures import Differences, StructureError
from medapp.ui.molecules.choosing import Choice, Range
from medapp.ui.molecules.comparing import ComparingModel
from medapp.ui.molecules.detail import DetailModel
from medapp.ui.molecules.drawing import DrawingModel
from medapp.ui.molecules.space import GROUPS, SpaceModel
from tests.unit.ui_molecules.conftest import put

KNOWN = (
    MoleculeRow(1, "", "ethanol", "CCO", properties=(Property("map across", 0.5), Property("map up", 1.5))),
    MoleculeRow(2, "", "", "CCCCC", properties=(Property("map across", -1.0), Property("map up", 0.0))),
)
NOTICES = [
    {"code": "clusters", "severity": "info", "message": "Clusters by Butina."},
    {"code": "across", "severity": "info", "message": "more oxygens"},
    {"code": "known-refused", "severity": "warning", "message": "2 rows were left out."},
]
METRICS = {
    "clusters": 2.0, "singletons": 1.0, "variance across": 0.274, "variance up": 0.208, "known": 2.0,
    "known refused": 0.0, "known ships": 1.0,
}  # fmt: skip


def placed(number, name, smiles, cluster, size, place, across, nearest=("CCO", 0.4)):
    values = {
        "cluster": cluster, "cluster size": size, "place in cluster": place, "map across": across,
        "map up": -across, "similarity to known": nearest[1],
    }  # fmt: skip
    properties = tuple(Property(key, float(value)) for key, value in values.items())
    return MoleculeRow(number, smiles, name, smiles, properties=properties, nearest=nearest)


ROWS = (
    placed(1, "heavy", "CCCCCCCC", 1, 2, 1, 1.0, ("CCCCC", 0.7)),
    placed(2, "light", "CCO", 2, 1, 1, 2.0, ("CCO", 1.0)),
    MoleculeRow(3, "C(C", "torn", refused="It is no SMILES."),
    placed(4, "middle", "CCCC", 1, 2, 2, 3.0),
)


def mapped(project, rows=ROWS, **more):
    """The project with a map."""
    facts = {"metrics": METRICS, "notices": NOTICES}
    run = replace(new_run("molecules.space", "Map and clusters", **more), is_whole=True, facts=facts)
    put(project.rows_path(run), *rows)
    put(project.known_path(run), *KNOWN)
    made = project.with_run(run)
    save(made)
    return made


@pytest.fixture
def space(qtbot, session, model, project):
    """The model of the map with everything read."""
    made = SpaceModel(session, model)
    model.set_project(mapped(project))
    qtbot.waitUntil(
        lambda: "map up" in model.molecules.columns and len(made.known.smiles) == 2 and len(model.shown) == 4,
        timeout=20000,
    )
    return made


# ---- the map ------------------------------------------------------------------------------------------
def test_those_that_are_shown_lie_on_the_map(space, model):
    points = space.points()
    assert points.places.tolist() == [0, 1, 3]
    assert points.across.tolist() == [1.0, 2.0, 3.0]
    assert points.up.tolist() == [-1.0, -2.0, -3.0]
    model.set_choice(Choice(ranges=(Range("weight", 100, None),), by="weight"))
    assert space.points().places.tolist() == [3, 0]
    assert space.known.names == ("ethanol", "")
    assert (space.name_of("CCO"), space.name_of("CCCCC"), space.name_of("C")) == ("ethanol", "", "")


def test_colours_of_clusters_go_to_those_of_several_molecules(space):
    assert space.color == "cluster"
    points = space.points()
    assert points.group.tolist() == [0, -1, 0]
    assert points.heads.tolist() == [True, False, False]
    assert not np.isfinite(points.low)


def test_colours_of_values_and_of_nothing_are_kept(qtbot, space, model):
    space.set_color("weight")
    points = space.points()
    assert (points.group == -1).all()
    assert np.isnan(points.share).tolist() == [False, False, False]
    order = np.argsort(points.share).tolist()
    assert [int(points.places[at]) for at in order] == [1, 3, 0]
    assert points.low < points.high
    space.set_color("logp")  # of which nothing is known
    assert np.isnan(space.points().share).all()
    space.set_color("")
    assert np.isnan(space.points().share).all()
    assert not np.isfinite(space.points().low)
    model.close()
    assert read(model.project.folder).view["map color"] == ""
    assert not {"map across", "map up", "place in cluster"} & set(space.columns)


def test_only_so_many_clusters_have_a_colour(qtbot, space, model, project):
    rows = [placed(n + 1, f"m{n}", "C" * (n + 1), n // 2 + 1, 2, n % 2 + 1, float(n)) for n in range(20)]
    model.set_project(mapped(begin(project.folder.parent, "many", text="C\n"), rows))
    qtbot.waitUntil(lambda: len(model.shown) == 20, timeout=20000)
    group = space.points().group
    assert set(group.tolist()) == {-1, *range(GROUPS)}


def test_one_of_each_cluster(space, model):
    model.set_choice(Choice(ranges=(Range("weight", 0, None),)))
    space.set_heads_only(True)
    assert model.shown.tolist() == [0, 1]
    assert space.heads_only
    space.set_heads_only(False)
    assert not space.heads_only
    assert model.choice.ranges == (Range("weight", 0, None),)


def test_words_of_the_map(qtbot, space, model, project):
    assert space.nothing == ""
    assert space.clusters == "2 clusters, 1 of them of one molecule. Clusters by Butina."
    assert "across 27 % of their variance, up 21 %" in space.legend
    assert "the 2 medicines that ship" in space.legend
    assert (space.axis("across"), space.axis("up")) == ("more oxygens", "")
    assert space.warnings == ("2 rows were left out.",)
    run = space.run
    metrics = {**METRICS, "known ships": 0.0, "known": 99.0}
    model.put_run(replace(run, parameters={"known": "/a/b/mine.smi"}, facts={"metrics": metrics}))
    qtbot.waitUntil(lambda: len(space.known.smiles) == 2, timeout=20000)
    assert "2 of the 99 molecules of mine.smi" in space.legend
    assert "/a/b" not in space.legend


def test_why_there_is_no_map(qtbot, session, model, project):
    space = SpaceModel(session, model)
    assert "no map yet" in space.nothing
    assert (space.legend, space.clusters, len(space.points())) == ("", "", 0)
    model.set_project(project)
    qtbot.waitUntil(lambda: len(model.shown) == 4, timeout=20000)
    assert "no map yet" in space.nothing
    two = begin(project.folder.parent, "two", text="CCO\n")
    run = replace(new_run("molecules.screen", "Screening"), is_whole=True)
    put(two.rows_path(run), ROWS[0], ROWS[2], ROWS[3])
    model.set_project(two.with_run(run))
    qtbot.waitUntil(lambda: len(model.shown) == 3, timeout=20000)
    assert "at least three" in space.nothing
    assert "here 2 can" in space.nothing


def test_a_second_map_leaves_nothing_of_the_first(qtbot, space, model):
    first = space.run
    run = replace(new_run("molecules.space", "Map", places=(3, 0)), facts={"metrics": METRICS})
    model.put_run(run)
    rows = (placed(1, "", "CCCC", 1, 1, 1, 7.0), placed(2, "", "CCCCCCCC", 2, 1, 1, 8.0))
    put(model.project.rows_path(run), *rows)
    assert space.run == first  # until the second is whole
    model.read(run).more()
    qtbot.waitUntil(lambda: model.molecules.value("map across", 3) == 7, timeout=20000)
    assert np.isnan(model.molecules.value("cluster", 1))
    assert model.molecules.value("cluster", 0) == 2
    assert all(first.id not in model.molecules.offsets_of(at) for at in range(4))
    model.put_run(replace(run, is_whole=True))
    assert first.id not in {one.id for one in model.project.runs}
    assert space.run.id == run.id
    assert model.molecules.value("weight", 1) == pytest.approx(46.1)


def test_a_known_set_that_is_torn_is_told_and_the_map_is_there(qtbot, session, model, project):
    space = SpaceModel(session, model)
    made = mapped(project)
    made.known_path(made.runs[-1]).write_bytes(b"{nonsense}\n")
    model.set_project(made)
    qtbot.waitUntil(lambda: bool(session.problems) and len(model.shown) == 4, timeout=20000)
    assert "known set of the map" in session.problems[0].what
    assert len(space.points()) == 3
    assert space.known.smiles == ()


def test_a_map_reopens_with_everything(qtbot, space, model, session, tmp_path):
    from medapp.services.molecule_project import pack, unpack

    space.set_color("weight")
    model._save_now()
    pack(model.project, tmp_path / "w.medmol")
    model.set_project(unpack(tmp_path / "w.medmol", tmp_path / "again"))
    qtbot.waitUntil(lambda: len(space.points()) == 3 and len(space.known.smiles) == 2, timeout=20000)
    assert space.color == "weight"
    assert space.clusters.startswith("2 clusters")


# ---- beside the nearest -------------------------------------------------------------------------------
class Chemist:
    """Answers as the process would."""

    def __init__(self):
        self.asked = []
        self.found = Differences(4, (5, 6), (4,))

    def differences(self, smiles, other, seconds):
        self.asked.append((smiles, other))
        if isinstance(self.found, Exception):
            raise self.found
        return self.found

    def close(self):
        """Nothing was started."""


@pytest.fixture
def chemist():
    return Chemist()


@pytest.fixture
def drawings(model, chemist):
    made = DrawingModel(model, chemist)
    yield made
    made.close()


@pytest.fixture
def comparing(qtbot, session, model, space, drawings):
    detail = DetailModel(session, model)
    made = ComparingModel(detail, model, space, drawings)
    detail.refresh()
    qtbot.waitUntil(lambda: bool(made.marked), timeout=20000)
    return made


def test_what_differs_is_marked_on_both(comparing, chemist):
    assert (comparing.nearest, comparing.similarity) == ("CCCCC", 0.7)
    assert chemist.asked == [("CCCCCCCC", "CCCCC")]
    assert [mark.atom for mark in comparing.own_marked] == [5, 6]
    assert [(mark.atom, mark.kind) for mark in comparing.marked] == [(4, "differs")]
    assert comparing.title == "CCCCC"  # it has no name
    assert comparing.said == "similarity 0.70 · marked is what the other has not; 4 atoms in common"


def test_the_same_molecule_a_refused_one_and_one_that_was_compared_before(qtbot, comparing, chemist, model):
    model.choose(1)
    qtbot.waitUntil(lambda: comparing.nearest == "CCO", timeout=20000)
    assert (comparing.said, comparing.title) == ("the same molecule", "ethanol")
    assert comparing.marked == ()
    model.choose(2)
    qtbot.waitUntil(lambda: not comparing.nearest, timeout=20000)
    assert not comparing.is_known
    assert comparing.said == ""
    model.choose(0)
    qtbot.waitUntil(lambda: bool(comparing.marked), timeout=20000)
    assert chemist.asked == [("CCCCCCCC", "CCCCC")]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Differences(in_time=False), "too long"),
        (StructureError("it has ended"), "too long"),
        (Differences(0), "no common part"),
        (Differences(4), "same atoms and bonds"),
    ],
)
def test_what_cannot_be_marked_is_told(qtbot, comparing, chemist, model, found, said):
    chemist.found = found
    model.choose(3)
    qtbot.waitUntil(lambda: said in comparing.said, timeout=20000)
    assert comparing.own_marked == comparing.marked == ()


def test_comparing_is_turned_off_and_stays_off(qtbot, comparing, chemist, model):
    comparing.set_on(False)
    assert (comparing.nearest, comparing.own_marked) == ("", ())
    assert comparing.is_known
    model.choose(3)
    qtbot.waitUntil(lambda: comparing._detail.row.name == "middle", timeout=20000)
    assert comparing.nearest == ""
    assert len(chemist.asked) == 1
    assert model.look("compare") is False
    comparing.set_on(True)
    qtbot.waitUntil(lambda: len(chemist.asked) == 2 and bool(comparing.marked), timeout=20000)


def test_what_nobody_waits_for_any_more_is_not_compared(qtbot, drawings, chemist):
    told = []
    drawings.compare("C", "CC", told.append, lambda: False)
    drawings.compare("C", "CCC", told.append, lambda: True)
    qtbot.waitUntil(lambda: bool(told), timeout=20000)
    assert chemist.asked == [("C", "CCC")]
