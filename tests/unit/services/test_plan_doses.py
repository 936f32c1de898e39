"""Doses in plans: none where a medicine is stopped, and never beside a strength that does not hold."""

from __future__ import annotations

import json

import pytest
from pypdf import PdfReader

from medapp.domain.recommendation import Change, Drug, Option
from medapp.domain.record import Allergy, Concept, Entry, HumanName, Person, Problem, Source
from medapp.domain.record.coding import ATC, RXNORM, Code
from medapp.library import Library
from medapp.library.keys import RECORD_ONLY
from medapp.services.plan_comparing import compare
from medapp.services.plans import Basis, add_line, decide, export_plan, make_plan, sign

APIXABAN = Drug(
    "Apixaban 5 mg", ("apixaban",),
    (Code(RXNORM, "1364445", "apixaban 5 MG Oral Tablet"), Code(RXNORM, "1364430", "apixaban"),
     Code(ATC, "B01AF02", "apixaban")),
)  # fmt: skip
DIPHENHYDRAMINE = Drug("Diphenhydramine", ("diphenhydramine",))
OPTION = Option("o", "Review", (Change("continue", APIXABAN), Change("stop", DIPHENHYDRAMINE)))


@pytest.fixture
def library(tmp_path):
    with Library.open(tmp_path / "library") as found:
        yield found


def put_record(library):
    source = Source("a.json", "fhir")
    contents = (
        Allergy(Concept((), "Penicillin"), category="medication", status="active"),
        Allergy(Concept((), "Sulfa"), category="medication", status="active"),
        Problem(Concept((), "Atrial fibrillation"), status="active"),
        Problem(Concept((), "Broken toe"), status="resolved"),
    )
    entries = [Entry(f"e{n}", "a", source, one) for n, one in enumerate(contents)]
    library.records.put("a.json", "fhir", [Person("a", source, names=(HumanName("Doe"),)), *entries])
    return RECORD_ONLY + library.records.persons("Doe")[0].key


def changed(library, key="P|1|"):
    plan = make_plan(library, key, OPTION, Basis((APIXABAN, DIPHENHYDRAMINE)))
    plan = decide(library, plan, 0, "changed", dose="2.5 mg twice daily", reason="86 years, 50 kg")
    return decide(library, plan, 1, "accepted")


def test_a_line_that_stops_takes_no_dose(library):
    plan = changed(library)
    with pytest.raises(ValueError, match="stops a medicine has no dose"):
        decide(library, plan, 1, "changed", dose="25 mg at night", reason="sleep")
    with pytest.raises(ValueError, match="has no dose"):
        add_line(library, plan, Change("stop", DIPHENHYDRAMINE, "25 mg"))


def test_a_changed_dose_does_not_stand_beside_the_old_strength(library, tmp_path):
    plan = sign(library, changed(library), "Dr. Ada Meyer")
    fhir, sheet = export_plan(library, plan, tmp_path / "out")
    resources = [one["resource"] for one in json.loads(fhir.read_text("utf-8"))["entry"]]
    first, second = [one for one in resources if one["resourceType"] == "MedicationRequest"]
    medicine = first["medicationCodeableConcept"]
    assert medicine["text"] == "apixaban"
    assert {one["code"] for one in medicine["coding"]} == {"1364430", "B01AF02"}
    assert first["dosageInstruction"] == [{"text": "2.5 mg twice daily"}]
    assert any("“Apixaban 5 mg” does not hold" in one["text"] for one in first["note"])
    assert second["doNotPerform"] is True
    assert "dosageInstruction" not in second
    text = " ".join(" ".join(page.extract_text().split()) for page in PdfReader(sheet).pages)
    assert "apixaban 2.5 mg twice daily, not Apixaban 5 mg" in text


def test_compare_keeps_both_strengths_apart(library):
    first = make_plan(library, "P|1|", OPTION, Basis((APIXABAN, DIPHENHYDRAMINE)))
    first = decide(library, first, 0, "accepted")
    rows = {one.title: one for one in compare(first, changed(library)).medicines}
    assert rows["apixaban"].first == "Apixaban 5 mg: how it is taken is not stated"
    assert rows["apixaban"].second == "2.5 mg twice daily"


def test_the_sheet_has_numbered_lines_allergies_and_problems(library, tmp_path):
    plan = sign(library, changed(library, put_record(library)), "Dr. Ada Meyer")
    _, sheet = export_plan(library, plan, tmp_path / "out")
    text = " ".join(" ".join(page.extract_text().split()) for page in PdfReader(sheet).pages)
    assert "Allergies Penicillin; Sulfa" in text
    assert "Problems Atrial fibrillation" in text
    assert "Broken toe" not in text
    assert "1 Continue Apixaban 5 mg" in text
    assert "2 Stop Diphenhydramine" in text


def test_without_a_record_the_sheet_says_so(library, tmp_path):
    _, sheet = export_plan(library, changed(library), tmp_path / "out")
    text = " ".join(" ".join(page.extract_text().split()) for page in PdfReader(sheet).pages)
    assert "Allergies unknown: there is no record" in text
