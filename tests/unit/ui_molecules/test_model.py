"""The models of the page without a window: projects, choice, detail, patients, giving, exporting."""

from __future__ import annotations

import csv
from dataclasses import replace

import pytest

from medapp.domain.molecule import Alert
from medapp.domain.patient import Patient
from medapp.services.molecule_project import begin, read, save, subject_of
from medapp.ui.molecules.asking import AskingModel
from medapp.ui.molecules.choosing import Choice, Range
from medapp.ui.molecules.detail import DetailModel
from medapp.ui.molecules.exporting import ExportModel
from medapp.ui.molecules.giving import GivingModel
from medapp.ui.molecules.running import RunningModel


# ---- the project --------------------------------------------------------------------------------------
def test_everything_is_read_and_the_first_is_chosen(opened):
    assert opened.molecules.names == ["heavy", "light", "torn", "middle"]
    assert opened.chosen == 0
    assert len(opened.places_of(0)) == 2
    assert len(opened.places_of(1)) == 1
    assert opened.places_of(99) == ()


def test_choice_and_what_is_chosen_are_kept_in_the_project(qtbot, opened, session):
    opened.set_choice(Choice(ranges=(Range("weight", 100, None),), by="weight", falling=True))
    assert [opened.molecules.names[at] for at in opened.shown] == ["heavy", "middle"]
    opened.choose_next(1)
    assert opened.chosen == 3
    opened.choose_next(1)
    assert opened.chosen == 3
    opened.choose_next(-1)
    assert opened.chosen == 0
    opened.choose(3)
    opened.choose(77)
    opened.keep_look("columns", ["weight"])
    opened.close()
    again = read(opened.project.folder)
    opened.set_project(again)
    qtbot.waitUntil(lambda: opened.chosen == 3, timeout=20000)
    assert opened.choice.falling
    assert opened.look("columns") == ["weight"]
    assert not session.problems


def test_changes_are_kept_while_one_works(qtbot, opened):
    opened.choose(1)
    qtbot.waitUntil(lambda: read(opened.project.folder).view.get("chosen") == 1, timeout=20000)


def test_a_torn_row_is_told_and_the_rest_is_there(qtbot, model, project, session):
    path = project.rows_path(project.runs[1])
    path.write_bytes(b"{nonsense}\n")
    model.set_project(project)
    qtbot.waitUntil(lambda: bool(session.problems) and len(model.shown) == 4, timeout=20000)
    assert "cannot be read" in session.problems[0].what


# ---- the molecule -------------------------------------------------------------------------------------
@pytest.fixture
def detail(qtbot, opened, session):
    made = DetailModel(session, opened)
    made.refresh()
    qtbot.waitUntil(lambda: made.row is not None, timeout=20000)
    return made


def test_colours_of_an_alert_are_explained_and_a_metabolite_is_told_apart(detail):
    said = Alert("herg", "hERG: blocks", 0.4, "CCCCCCCCO", ((0, 0.3), (1, -0.1)))
    detail.show_alert(said)
    assert detail.metabolite == "CCCCCCCCO"
    assert detail.about == "hERG: blocks"
    assert detail.key == (("for", "speaks for it"), ("against", "speaks against it"))
    detail.show_alert(replace(said, of="", atoms=((0, 0.3),)))
    assert detail.metabolite == ""
    assert detail.key == (("for", "speaks for it"),)
    detail.show_molecule()
    assert detail.key == ()


def test_all_runs_say_something_of_the_chosen_one(qtbot, detail, opened):
    assert detail.row.properties[0].value == 300.0
    assert detail.isoforms == ("3A4",)
    detail.show_sites("3A4")
    assert [mark.atom for mark in detail.marked] == [0, 1]
    assert "CYP3A4" in detail.about
    detail.show_metabolite(detail.row.metabolites[0])
    assert detail.drawn == "CCCCCCCCO"
    detail.show_reaction(detail.row.metabolites[1])
    assert (detail.drawn, detail.marked[0].atom) == ("CCCCCCCCO", 8)
    detail.show_molecule()
    assert (detail.drawn, detail.marked, detail.about) == ("CCCCCCCC", (), "")
    opened.choose(1)
    qtbot.waitUntil(lambda: detail.row.name == "light", timeout=20000)
    assert detail.drawn == "CCO"
    detail.show_alert(detail.row.alerts[0])
    assert "match" in detail.about
    assert detail.key == ()
    assert detail.isoform == ""
    detail.show_sites("3A4")
    assert detail.marked == ()
    opened.choose(0)
    qtbot.waitUntil(lambda: bool(detail.marked), timeout=20000)
    assert detail.isoform == "3A4"
    opened.choose(2)
    qtbot.waitUntil(lambda: detail.row.name == "torn", timeout=20000)
    assert detail.row.refused
    assert detail.drawn == ""


def test_what_is_said_of_another_patient_is_left_out(qtbot, detail, opened, session):
    assert not detail.row.metabolites[0].note
    assert opened.others_runs
    assert opened.notices("molecules.metabolise") == (("info", "By the site."),)
    mine = [replace(run, subject=subject_of("me")) if run.subject else run for run in opened.project.runs]
    for run in mine:
        opened.put_run(run)
    session._set_patient(Patient("1", "Doe^Jane"), "me", ())
    qtbot.waitUntil(lambda: bool(detail.row.metabolites[0].note), timeout=20000)
    assert not opened.others_runs
    assert len(opened.notices("molecules.metabolise")) == 2
    session._set_patient(Patient("2", "Roe^Richard"), "you", ())
    qtbot.waitUntil(lambda: not detail.row.metabolites[0].note, timeout=20000)
    assert opened.others_runs


# ---- giving -------------------------------------------------------------------------------------------
@pytest.fixture
def giving(model, session):
    return GivingModel(session, model)


def given(qtbot, model, count):
    qtbot.waitUntil(lambda: model.project is not None, timeout=20000)
    text = model.project.source_path.read_text()
    assert text.count("\n") == count
    return text


def test_a_file_is_copied_and_begun_with(qtbot, giving, model, session, tmp_path):
    path = tmp_path / "some.smi"
    path.write_text("CCO ethanol\n")
    giving.open_files([path, tmp_path / "other.smi"])
    assert giving.busy
    given(qtbot, model, 1)
    path.unlink()
    assert model.project.source_path.is_file()
    assert model.project.name == "some.smi"
    assert "one file at a time" in session.messages[0].text
    qtbot.waitUntil(lambda: bool(giving.recent), timeout=20000)
    assert not giving.busy


def test_pasted_lines(qtbot, giving, model, session):
    giving.paste(" \n")
    assert "no SMILES" in session.problems[0].what
    giving.paste("CCO\nCC ethane")
    assert "CC ethane" in given(qtbot, model, 2)
    assert model.project.name == "2 pasted molecules"


def test_what_is_no_molecule_is_refused(qtbot, giving, model, session, tmp_path):
    giving.open_files([tmp_path / "image.dcm"])
    assert "no file of molecules" in session.problems[0].what
    giving.open_files([tmp_path / "missing.smi"])
    qtbot.waitUntil(lambda: len(session.problems) == 2, timeout=20000)
    odd = tmp_path / "odd.medmol"
    odd.write_text("text")
    giving.open_files([odd])
    qtbot.waitUntil(lambda: len(session.problems) == 3, timeout=20000)
    assert "no project of molecules" in session.problems[2].what
    assert model.project is None


def test_a_project_goes_into_a_file_and_comes_back(qtbot, giving, opened, session, tmp_path):
    giving.save_as(tmp_path / "work")
    qtbot.waitUntil(lambda: bool(session.messages), timeout=20000)
    before = opened.project
    giving.open_files([tmp_path / "work.medmol"])
    qtbot.waitUntil(lambda: opened.project is not before and len(opened.shown) == 4, timeout=20000)
    assert opened.project.folder != before.folder
    assert [run.id for run in opened.project.runs] == [run.id for run in before.runs]
    giving.open_recent(before)
    qtbot.waitUntil(lambda: opened.project.folder == before.folder, timeout=20000)


def test_medicines_of_the_patient(qtbot, giving, model, session, app):
    from tests.unit.planning import put_patient

    giving.take_medicines()
    assert "Nobody is in focus" in session.problems[0].what
    session._set_patient(Patient("1", "Doe^Jane"), put_patient(app), ())
    giving.take_medicines()
    text = given(qtbot, model, 3)
    assert "warfarin" in text
    assert "simvastatin" in text
    assert [name for name, _ in model.project.unknown] == ["Wundermittel"]
    assert model.is_of_patient(model.project.subject)
    session._set_patient(None, "", ())
    assert not model.is_of_patient(model.project.subject)


# ---- taking out ---------------------------------------------------------------------------------------
def test_those_that_are_shown_are_exported_in_their_order(qtbot, opened, session, tmp_path):
    exporting = ExportModel(session, opened)
    opened.set_choice(Choice(by="weight", without_refused=True))
    exporting.write(tmp_path / "out", "csv")
    qtbot.waitUntil(lambda: bool(session.messages), timeout=30000)
    with (tmp_path / "out.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["name"] for row in rows] == ["light", "middle", "heavy"]
    opened.set_choice(Choice(words="nothing like that"))
    exporting.write(tmp_path / "none.csv", "csv")
    assert "no molecules" in session.problems[0].what


def test_a_sheet_of_the_chosen_one(qtbot, opened, session, tmp_path):
    from pypdf import PdfReader

    ExportModel(session, opened).write_sheet(tmp_path / "sheet")
    qtbot.waitUntil(lambda: bool(session.messages), timeout=30000)
    text = " ".join(page.extract_text() for page in PdfReader(tmp_path / "sheet.pdf").pages)
    assert "heavy" in text
    assert "ketoconazole" not in text  # that is said of somebody who is not in focus
    assert "Not for diagnostic use" in text


# ---- tasks --------------------------------------------------------------------------------------------
def test_every_task_that_is_installed_is_offered_and_says_what_it_waits_for(qtbot, model, session):
    running = RunningModel(session, model)
    qtbot.waitUntil(lambda: not running.loading, timeout=30000)
    tasks = {one.task.id: one.task for one in running.choices}
    assert {"molecules.screen", "molecules.metabolise", "molecules.toxicity"} <= set(tasks)
    assert running.state("molecules.screen") == "Give molecules first."
    makes = [task.id for task in tasks.values() if task.molecules == "none"]
    assert all(running.state(task) == "" for task in makes)
    model.set_project(begin(session.app.paths.data / "molecules", "one", text="CCO\n"))
    assert running.state("molecules.screen") == ""
    assert running.run_line is None
    running.cancel()
    assert not running.is_busy


def test_a_run_that_was_ended_early_is_gone_on_with_only_for_the_same_wish(qtbot, opened, session):
    running = RunningModel(session, opened)
    last = replace(opened.project.runs[1], is_whole=False, parameters={"generations": 1})
    opened.put_run(last)
    fresh = replace(last, id="another")
    assert running._resumed(fresh) == last
    assert running._resumed(replace(fresh, places=None)) is None
    assert running._resumed(replace(fresh, subject="")) is None
    assert running._resumed(replace(fresh, parameters={})) is None
    assert running._resumed(opened.project.runs[0]) is None


def test_what_was_done_is_asked_about_before_it_is_done_again(qtbot, opened, session, monkeypatch):
    from medapp.ui.models.model import RunWish

    running = RunningModel(session, opened)
    qtbot.waitUntil(lambda: not running.loading, timeout=30000)
    asking, begun = AskingModel(running, opened), []
    monkeypatch.setattr(running, "run", begun.append)
    screen, other = RunWish("molecules.screen", {}), RunWish("molecules.screen", {"predict": False})
    asking.want(other)
    assert begun == [other]
    asking.want(screen)
    assert begun == [other]
    assert "the same molecules and settings" in asking.doubt("molecules.screen")
    assert asking.doubt("molecules.toxicity") == ""
    asking.forget("molecules.screen")
    assert asking.doubt("molecules.screen") == ""
    asking.want(screen)
    asking.want(screen)
    assert begun == [other, screen]
    running.shown_only = True
    asking.want(screen)
    assert begun == [other, screen, screen]
    running.shown_only = False
    opened.put_run(replace(opened.project.runs[0], facts={"rows": 3}))
    asking.want(screen)
    assert len(begun) == 4  # one of the four molecules was not there then


def test_a_task_can_be_run_as_soon_as_the_rows_of_an_opened_project_are_read(qtbot, model, project, session):
    running = RunningModel(session, model)
    qtbot.waitUntil(lambda: not running.loading, timeout=30000)
    told = []
    running.changed.connect(lambda: told.append(running.state("molecules.screen")))
    model.set_project(replace(project, source=""))
    assert told[-1] == "Give molecules first."
    qtbot.waitUntil(lambda: len(model.shown) == 4, timeout=20000)
    assert told[-1] == ""


def test_rows_that_are_refused_keep_their_place_when_others_are_run(opened, session):
    running = RunningModel(session, opened)
    run = replace(opened.project.runs[0], places=(3, 2))
    assert running._lines(run) == ("CCCC middle", "C(C torn")
    assert running._lines(replace(run, places=None)) is None
    opened.project = replace(opened.project, source="")
    save(opened.project)
    assert running._lines(replace(run, places=None))[2] == "C(C torn"
