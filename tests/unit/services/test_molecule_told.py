"""What runs told of all molecules, which runs stay in a project, and both on paper."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medapp.services.molecule_pdf import write_sheet
from medapp.services.molecule_project import begin, new_run, pack, save, unpack
from medapp.services.molecule_told import told_of, without_patient
from tests.unit.services.test_molecule_work import SCREENED, written

NOTICES = [
    {"code": "too-few", "severity": "warning", "message": "Only 3 of 30 were found in 5120 tries."},
    {"code": "patient", "severity": "info", "message": "Of this patient CYP2D6 is known."},
]
RUN = replace(
    new_run("molecules.optimise", "Optimisation", makes=True, parameters={"goal": "qed"}, seed=3),
    is_whole=True,
    facts={
        "rows": 3,
        "refused": 1,
        "notices": NOTICES,
        "metrics": {"best": 0.94321, "AUC of the best 10": 0.5},
    },
)


def test_numbers_and_remarks_of_a_run():
    told = told_of(RUN)
    assert (told.title, told.rows, told.refused, told.warns) == ("Optimisation", 3, 1, True)
    assert told.figures == (("best", 0.94321), ("AUC of the best 10", 0.5))
    assert [severity for severity, _ in told.remarks] == ["warning", "info"]
    assert not any("patient" in text for _, text in told_of(RUN, with_patient=False).remarks)
    assert not any("patient" in text for _, text in told_of(without_patient(RUN)).remarks)
    early = told_of(new_run("molecules.screen", "Screening"))
    assert (early.rows, early.remarks, early.is_whole, early.warns) == (None, (), False, False)


def test_what_is_no_number_and_no_remark_in_the_project_of_others_is_left_out():
    odd = {"rows": "many", "refused": [], "metrics": {"best": "high", "calls": 3}, "notices": ["x", {}, 3]}
    told = told_of(replace(RUN, facts=odd))
    assert (told.rows, told.refused, told.figures) == (None, 0, (("calls", 3.0),))
    assert told.remarks == (("warning", ""),)
    assert told_of(replace(RUN, facts={"metrics": [], "notices": 3})).remarks == ()


def test_a_project_file_and_the_sheet_hold_what_was_told(tmp_path):
    from pypdf import PdfReader

    project = begin(tmp_path / "home", "made").with_run(RUN)
    written(project.rows_path(RUN), SCREENED)
    save(project)
    pack(project, tmp_path / "out.medmol")
    (back,) = unpack(tmp_path / "out.medmol", tmp_path / "other").runs
    assert told_of(back) == told_of(RUN)
    write_sheet(tmp_path / "sheet.pdf", SCREENED, [back])
    text = " ".join(page.extract_text() for page in PdfReader(tmp_path / "sheet.pdf").pages)
    text = " ".join(text.split())
    for words in ("What was told of all of them", "warning Only 3 of 30 were found", "best 0.9432"):
        assert words in text, words


# ---- which runs stay ----------------------------------------------------------------------------------
@pytest.fixture
def project(tmp_path):
    return begin(tmp_path / "home", "made")


def ended(project, run, *rows, is_whole=True):
    """The project after a run has written rows and ended."""
    if rows:
        written(project.rows_path(run), *rows)
    return project.with_run(run).settled(replace(run, is_whole=is_whole, facts={"rows": len(rows)}))


def test_a_run_that_was_ended_before_it_wrote_anything_is_gone(project):
    assert ended(project, new_run("molecules.screen", "Screening"), is_whole=False).runs == ()
    kept = ended(project, new_run("molecules.screen", "Screening"), SCREENED, is_whole=False)
    assert [run.is_whole for run in kept.runs] == [False]


def test_a_run_that_found_nothing_stays_until_another_makes_molecules(project):
    nothing = new_run("molecules.generate", "Generation", makes=True, parameters={"weight": "..60"})
    project = ended(project, nothing)
    assert [run.id for run in project.runs] == [nothing.id]
    again = new_run("molecules.generate", "Generation", makes=True, parameters={"weight": "..70"})
    project = ended(project, again)
    assert [run.id for run in project.runs] == [again.id]
    found = new_run("molecules.optimise", "Optimisation", makes=True)
    project = ended(project, found, SCREENED)
    assert [run.id for run in project.runs] == [found.id]


def test_a_run_that_did_the_very_same_takes_the_place_of_the_one_before(project):
    made = new_run("molecules.generate", "Generation", makes=True)
    project = ended(project, made, SCREENED)
    first, second, other = (
        new_run("molecules.toxicity", "Harm", parameters={"metabolites": most}) for most in (3, 3, 0)
    )
    for run in (first, other, second):
        project = ended(project, run, SCREENED)
    assert [run.id for run in project.runs] == [made.id, other.id, second.id]
    early = new_run("molecules.toxicity", "Harm", parameters={"metabolites": 3}, places=(0,))
    project = ended(project, early, SCREENED, is_whole=False)
    assert len(project.runs) == 4
