"""Wishes for numbers that tasks of other plugins say: asked a portion at once, and told where they fail."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from medapp.api import InputCheck, JobCancelled, MoleculesRequest, MoleculesResult, TaskRefused, hookimpl
from medapp.api.others import task_and_name, tasks_named
from medapp.api.testing import TrialContext, run_molecules
from medapp.api.wire_molecules import RowWriter
from medapp.domain.molecule import Alert, MoleculeRow, Property
from medapp_molecules import hooks
from medapp_molecules.optimise.elsewhere import numbers_of
from medapp_molecules.optimise.profile import wishes

PLUGIN = Path(__file__).parents[2] / "integration" / "counting_plugin.py"
TASK = "counting.nitrogen"
START = [f"{'C' * chain}O" for chain in range(1, 30)]


@pytest.fixture
def counting():
    spec = importlib.util.spec_from_file_location("counting_plugin_here", PLUGIN)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def search(tmp_path, counting):
    def run(wishes, *, name="rows", start=START, cancel_at=None, plugin=counting, **parameters):
        (tmp_path / "start.smi").write_text("".join(f"{one}\n" for one in start))
        context = TrialContext(tmp_path, seed=1, cancel_at=cancel_at, others={TASK: plugin})
        given = {"calls": 120, "begin": 20, "codes": False, "start": str(tmp_path / "start.smi")}
        given |= {"goal": "profile", "wishes": wishes, **parameters}
        return run_molecules(
            hooks, MoleculesRequest("molecules.optimise", tmp_path / name, parameters=given), context
        )

    return run


def told(row, name):
    return next(one for one in row.properties if one.name == name)


def test_a_search_reaches_what_another_plugin_counts(search, counting, tmp_path):
    rows = search(f"{TASK}:nitrogens 3..4 *2; weight ..300", calls=260)
    assert len(rows) == 260
    assert all(told(row, "score").value < 0.5 for row in rows[:20])
    best = max(rows, key=lambda row: told(row, "score").value)
    count = told(best, f"{TASK}:nitrogens")
    assert (count.value, count.unit) in {(3.0, "atoms"), (4.0, "atoms")}
    assert best.smiles.upper().count("N") == count.value
    assert told(best, f"fulfilled: {TASK}:nitrogens 3..4").value == 1
    # A probe, what it starts from, and portions of 40: a few calls, not one for each molecule.
    assert sum(counting.portions) == 3 + len(rows)
    assert len(counting.portions) <= 2 + 240 // 40 + 1
    assert not list(tmp_path.glob("asked-*"))


def test_what_is_refused_or_not_spoken_of_is_not_fulfilled(search):
    rows = search(f"{TASK}:nitrogens 0..", start=["CCCl", "CCB(O)O", "CCO"], calls=3, begin=3)
    said = {row.smiles: row for row in rows}
    assert told(said["CCO"], "score").value == 1
    for smiles, why in (("CCCl", "There is chlorine in it."), ("CCB(O)O", "Nothing was said of it.")):
        assert told(said[smiles], f"{TASK}:nitrogens").value is None
        assert told(said[smiles], f"{TASK}:nitrogens").note == why
        assert told(said[smiles], "score").value < 0.01


def test_a_number_that_is_not_said_is_refused_before_the_run_with_those_that_are(search, tmp_path):
    with pytest.raises(TaskRefused, match=r"counting\.nitrogen says no number 'gold'.*it says nitrogens"):
        search(f"{TASK}:gold 1..")
    assert not (tmp_path / "rows").exists()


def test_a_fault_ends_the_run_with_the_name_of_the_task(search):
    with pytest.raises(RuntimeError, match=r"counting\.nitrogen.*failed: ValueError: iodine is too heavy"):
        search(f"{TASK}:nitrogens 1..", start=["CCI", "CCO"], calls=4, begin=2)


def test_a_task_that_refuses_ends_the_run_with_its_name(search):
    class Unwilling:
        @hookimpl
        def medapp_check_input(self, request):
            return InputCheck(ok=False, reason="the moon is full")

    with pytest.raises(TaskRefused, match=r"counting\.nitrogen refuses the molecules: the moon is full"):
        search(f"{TASK}:nitrogens 1..", plugin=Unwilling())


def test_a_task_that_answers_for_nothing_is_a_fault(search):
    class Silent:
        @hookimpl
        def medapp_study_molecules(self, request, context):
            return None

    with pytest.raises(RuntimeError, match=r"counting\.nitrogen.*says nothing of molecules"):
        search(f"{TASK}:nitrogens 1..", plugin=Silent())


def test_cancelling_passes_through_the_other_plugin(search):
    class Patient:
        @hookimpl
        def medapp_study_molecules(self, request, context):
            while True:
                context.check_cancelled()

    with pytest.raises(JobCancelled):
        search(f"{TASK}:nitrogens 1..", plugin=Patient(), cancel_at=50)


def test_a_run_that_was_ended_goes_on_without_asking_again(search, counting, tmp_path):
    search(f"{TASK}:nitrogens 4..", calls=40)
    counting.portions.clear()
    rows = search(f"{TASK}:nitrogens 4..", calls=60)
    assert len(rows) == len({row.smiles for row in rows}) == 60
    assert sum(counting.portions) == 3 + 20


def test_neighbours_of_a_given_molecule_are_asked_about_together(search, counting):
    rows = search(f"{TASK}:nitrogens 1..", calls=40, begin=40, like="CCCCc1ccccc1OC")
    assert sum(row.notes == ("mutation",) for row in rows) >= 5
    assert sum(counting.portions) == 3 + len(rows)
    assert len(counting.portions) < len(rows) / 2


def test_a_number_that_is_none_is_no_number(search):
    class Endless:
        @hookimpl
        def medapp_study_molecules(self, request, context):
            with RowWriter(request.out) as rows:
                for number, smiles in enumerate(request.source.read_text().split(), 1):
                    count = Property("count", float("inf"))
                    rows.write(MoleculeRow(number, smiles=smiles, properties=(count,)))
            return MoleculesResult(number, 0)

    rows = search(f"{TASK}:count 1..", plugin=Endless(), start=["CCO"], calls=1, begin=1)
    assert told(rows[0], f"{TASK}:count").value is None
    assert told(rows[0], "score").value < 0.01


def test_harm_of_the_molecule_itself_is_a_number():
    alerts = (
        Alert("herg", "hERG", 0.2, note="weak"),
        Alert("herg", "hERG", 0.9, of="CO"),
        Alert("brenk", "x"),
    )
    assert numbers_of(MoleculeRow(1, smiles="C", alerts=alerts)) == {
        "herg": Property("herg", 0.2, predicted=True, note="weak")
    }


def test_names_of_tasks_are_read():
    assert task_and_name("molecules.toxicity: herg") == ("molecules.toxicity", "herg")
    assert task_and_name("lipophilicity at pH 7.4") is None
    text = "weight ..300; a.b:c d 1.. *2;a.b : e ..2; f:g 1.."
    assert tasks_named(text) == ("a.b", "f")
    assert [str(one.range) for one in wishes(text)] == ["weight ..300", "a.b:c d 1..", "a.b:e ..2", "f:g 1.."]
