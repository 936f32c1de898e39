"""A plan from a file goes to the patient that it names, and to nobody else."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from medapp.library import Library
from medapp.services.plan_file import PlanFileError, plan_bundle
from medapp.services.plan_taking import looks_like_plan, take_plan
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
