"""A plan from a file goes to the patient that it names, and to nobody else."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from medapp.domain.patient import Patient
from medapp.library import Library
from medapp.services.app import App
from medapp.services.importing import import_paths
from medapp.services.paths import AppPaths
from medapp.services.plan_file import PlanFileError, plan_bundle
from medapp.services.plan_taking import KIND, looks_like_plan, take_plan
from medapp.services.plans import patient_of
from tests.unit.planned import PLAN
from tests.unit.services.segmenting import ct_series


@pytest.fixture
def library(tmp_path):
    ct_series(tmp_path / "ct", PatientID="P-7", PatientName="Doe^Jane", PatientBirthDate="19700203")
    with Library.open(tmp_path / "library") as found:
        found.import_paths([tmp_path / "ct"])
        yield found


@pytest.fixture
def patient(library):
    return library.patients()[0]


def written(tmp_path, plan, patient):
    path = tmp_path / "plan.fhir.json"
    path.write_text(json.dumps(plan_bundle(plan, patient)), encoding="utf-8")
    return path


def test_it_is_the_same_plan_again(library, patient, tmp_path):
    plan = replace(PLAN, patient=patient.key)
    path = written(tmp_path, plan, patient_of(library, patient.key))
    assert looks_like_plan(path)
    assert take_plan(library, path) == plan
    assert take_plan(library, path) == plan
    assert library.plans.all() == (plan,)


def test_of_another_library_it_goes_to_whom_it_names(library, patient, tmp_path):
    path = written(tmp_path, PLAN, patient.patient)
    assert take_plan(library, path) == replace(PLAN, patient=patient.key)


@pytest.mark.parametrize(
    "other", [{"id": "P-8"}, {"birth_date": "19700204"}, {"name": "Doe^Joan"}, {"sex": "X"}], ids=str
)
def test_for_anybody_else_it_is_refused(library, patient, tmp_path, other):
    path = written(tmp_path, replace(PLAN, patient=patient.key), replace(patient.patient, **other))
    with pytest.raises(PlanFileError, match="not in the library"):
        take_plan(library, path)
    assert library.plans.all() == ()


def test_a_plan_for_nobody_and_a_file_without_a_plan_are_refused(library, patient, tmp_path):
    path = written(tmp_path, PLAN, replace(patient.patient, id="", name=""))
    with pytest.raises(PlanFileError, match="whom it is for"):
        take_plan(library, path)
    path.write_text("{", encoding="utf-8")
    assert not looks_like_plan(path)
    with pytest.raises(PlanFileError, match="no treatment plan"):
        take_plan(library, path)


def test_an_import_takes_plans_after_all_else_and_reads_no_medicine_from_them(tmp_path):
    folder = tmp_path / "in"
    ct_series(
        folder / "ct", PatientID="P-7", PatientName="Doe^Jane", PatientBirthDate="19700203", PatientSex="F"
    )
    (folder / "other").mkdir()
    jane = Patient("P-7", "Doe^Jane", "19700203", "F")
    written(folder, PLAN, jane)
    written(folder / "other", replace(PLAN, id="p2"), replace(jane, id="P-8"))
    with App.open(AppPaths.under(tmp_path / "home")) as app:
        found = import_paths(app, [folder]).wait(60)
        (plan,) = app.library.plans.all()
        assert plan.patient == app.library.patients()[0].key
        assert app.library.records.persons() == ()
    assert found.records.counts == {KIND: 1}
    ((file, _, code, reason),) = found.records.refused
    assert (file, code) == (str(folder / "other" / "plan.fhir.json"), "plan")
    assert "not in the library" in reason
