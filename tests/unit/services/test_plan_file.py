"""A plan as FHIR: valid, a proposal in every line, and the same plan when it is read again."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from fhir.resources.R4B import get_fhir_model_class

from medapp.domain.patient import Patient
from medapp.domain.plan import Signature
from medapp.services.plan_file import PlanFileError, holds_plan, plan_bundle, read_plan
from medapp.services.result_file import WARNING
from tests.unit.planned import PLAN, decided

PATIENT = Patient("P-7", "Doe^Jane", "19700203", "F", "urn:oid:1.2.3")
SIGNED = replace(
    PLAN,
    decisions=decided("accepted", "accepted", "changed", "rejected"),
    signature=Signature("Dr. Ada Meyer", "2026-11-02T08:00:00+00:00"),
    record_sha256="ab" * 32,
)


def written(plan):
    return json.loads(json.dumps(plan_bundle(plan, PATIENT)))


def of_type(bundle, kind):
    return [one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == kind]


@pytest.mark.parametrize("plan", [PLAN, SIGNED], ids=["draft", "signed"])
def test_it_conforms_and_reads_back_as_the_same_plan(plan):
    bundle = written(plan)
    get_fhir_model_class("Bundle").model_validate(bundle)
    for one in bundle["entry"]:
        get_fhir_model_class(one["resource"]["resourceType"]).model_validate(one["resource"])
    assert holds_plan(bundle)
    assert read_plan(bundle) == (plan, PATIENT)
    assert written(plan) == bundle


def test_nothing_is_an_order_and_the_notice_stands_on_all():
    bundle = written(SIGNED)
    (care,) = of_type(bundle, "CarePlan")
    lines = of_type(bundle, "MedicationRequest")
    assert {care["intent"], *(one["intent"] for one in lines)} == {"proposal"}
    assert [one["status"] for one in lines] == ["active", "active", "active", "cancelled"]
    assert [one["doNotPerform"] for one in lines] == [False, True, False, False]
    assert lines[2]["dosageInstruction"] == [{"text": "250 mg"}]
    assert "Dr. Ada Meyer" in json.dumps(care)
    for one in (care, *lines):
        assert any(WARNING in note["text"] for note in one["note"])


def test_a_draft_says_that_nobody_has_decided():
    bundle = written(PLAN)
    (care,) = of_type(bundle, "CarePlan")
    assert care["status"] == "draft"
    assert {one["status"] for one in of_type(bundle, "MedicationRequest")} == {"draft"}


def test_a_check_stands_with_its_values_dates_and_source():
    (issue,) = of_type(written(SIGNED), "DetectedIssue")
    assert issue["severity"] == "high"
    assert "eGFR: 61 mL/min/1.73m2, 2026-03-01" in issue["detail"]
    assert "Interactions, row 7, version 2026-01" in issue["detail"]


def test_what_another_program_has_changed_is_refused_by_name():
    bundle = written(SIGNED)
    line = of_type(bundle, "MedicationRequest")[0]
    line["dosageInstruction"] = [{"text": "1000 mg"}]
    with pytest.raises(PlanFileError, match=f"MedicationRequest/{line['id']}"):
        read_plan(bundle)


def test_what_a_server_writes_into_meta_does_not_matter():
    bundle = written(SIGNED)
    for one in bundle["entry"]:
        one["resource"]["meta"] = {"versionId": "3"}
    assert read_plan(bundle)[0] == SIGNED


def test_a_line_that_was_taken_out_is_missed():
    bundle = written(SIGNED)
    bundle["entry"] = [one for one in bundle["entry"] if one["resource"]["resourceType"] != "DetectedIssue"]
    with pytest.raises(PlanFileError, match="1 of its parts"):
        read_plan(bundle)


@pytest.mark.parametrize(
    "other", [{}, [], None, {"resourceType": "Bundle"}, {"resourceType": "Bundle", "entry": 3}]
)
def test_something_else_is_no_plan(other):
    assert not holds_plan(other)
    with pytest.raises(PlanFileError, match="no treatment plan"):
        read_plan(other)


def test_a_damaged_plan_is_refused():
    bundle = written(PLAN)
    (binary,) = of_type(bundle, "Binary")
    binary["data"] = "!!!!"
    with pytest.raises(PlanFileError, match="damaged"):
        read_plan(bundle)


def test_what_holds_of_the_visit_itself_is_written_without_a_time():
    now = replace(PLAN.option.estimates[0], outcome="prescribed at such a visit", horizon_days=0.0)
    plan = replace(PLAN, option=replace(PLAN.option, estimates=(now,)))
    (risk,) = of_type(written(plan), "RiskAssessment")
    get_fhir_model_class("RiskAssessment").model_validate(risk)
    assert "whenRange" not in risk["prediction"][0]
    assert read_plan(written(plan))[0] == plan
