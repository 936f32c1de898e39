"""What is said of runs as a whole, and of molecules that are not there yet."""

from __future__ import annotations

from dataclasses import replace

from medapp.services.molecule_project import begin, new_run
from medapp.services.molecule_told import told_of
from medapp.ui.molecules.telling import nothing_yet, numbers_of, summary
from medapp.ui.molecules.told_panel import ToldPanel


def told(**facts):
    return told_of(replace(new_run("molecules.generate", "Generation"), is_whole=True, facts=facts))


def test_numbers_of_the_whole_in_one_line():
    one = told(rows=30, refused=2, metrics={"best": 0.9432, "calls": 30.0})
    assert numbers_of(one) == "30 molecules, 2 refused, best 0.943, calls 30"
    assert numbers_of(told(rows=1)) == "1 molecule"
    assert "running it again goes on" in numbers_of(told_of(new_run("molecules.screen", "Screening")))


def test_warnings_are_counted():
    warned = told(rows=0, notices=[{"code": "too-few", "severity": "warning", "message": "Only 0 of 30."}])
    assert summary([warned]).endswith("1 warning")
    assert summary([warned, warned]).endswith("2 warnings")
    assert "warning" not in summary([told(rows=3)])


def test_the_latest_run_of_each_task_tells_and_nothing_of_another_patient(opened):
    assert [one.title for one in opened.told] == ["Metabolism", "Screening"]
    assert opened.told[0].remarks == (("info", "By the site."),)
    latest = new_run("molecules.screen", "Screening", parameters={"predict": False})
    opened.set_doing(opened.project, latest)
    opened.put_run(latest)
    assert [one.title for one in opened.told] == ["Metabolism"]
    opened.set_doing(None, None)
    opened.settle(replace(latest, is_whole=True, facts={"rows": 4}))
    assert [one.title for one in opened.told] == ["Screening", "Metabolism"]
    assert opened.told[0].run == latest.id


def test_while_a_run_makes_molecules_it_is_not_said_that_none_was_run(app, model):
    model.set_project(begin(app.paths.data / "molecules", "none"))
    assert nothing_yet(model) == ""
    run = new_run("molecules.generate", "Generation", makes=True)
    model.set_doing(model.project, run)
    model.put_run(run)
    assert nothing_yet(model) == "Generation is running…"
    model.set_doing(None, None)
    model.settle(replace(run, is_whole=True, facts={"rows": 0}))
    assert nothing_yet(model) == "Generation found nothing."


def test_a_run_that_warns_unfolds_what_was_told(qtbot, app, model):
    panel = ToldPanel(model)
    qtbot.addWidget(panel)
    model.set_project(begin(app.paths.data / "molecules", "none"))
    assert panel.isHidden()
    run = new_run("molecules.generate", "Generation", makes=True)
    model.put_run(replace(run, is_whole=True, facts={"rows": 9}))
    assert not panel.isHidden()
    panel.head.click()
    assert not panel.head.isChecked()
    again = new_run("molecules.optimise", "Optimisation", makes=True)
    notices = [{"code": "too-few", "severity": "warning", "message": "Only 0 of 30."}]
    model.put_run(replace(again, is_whole=True, facts={"rows": 0, "notices": notices}))
    assert panel.head.isChecked()
    assert panel.texts == ("Optimisation", "0 molecules", "Only 0 of 30.", "Generation", "9 molecules")
