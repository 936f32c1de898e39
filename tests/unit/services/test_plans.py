"""Plans of a patient: decided with reasons, signed once, written as FHIR and on paper."""

from __future__ import annotations

import json

import pytest
from pypdf import PdfReader

from medapp.domain.plan import Focus
from medapp.domain.recommendation import Change, Drug
from medapp.library import Library
from medapp.library.plans import SignedPlanError
from medapp.services.plan_file import read_plan
from medapp.services.plans import (
    Basis,
    PlanNotReadyError,
    add_line,
    anew,
    decide,
    drop_line,
    export_plan,
    make_plan,
    plans_of,
    sign,
    take_back,
    with_checks,
)
from medapp.services.result_file import WARNING
from tests.unit.planned import BLEEDS, METFORMIN, OPTION, TABLE, WARFARIN

HAND = Change("continue", Drug("Vitamin D"))


@pytest.fixture
def library(tmp_path):
    with Library.open(tmp_path / "library") as found:
        yield found


@pytest.fixture
def plan(library):
    return make_plan(
        library, "P|1|", OPTION, Basis((WARFARIN, METFORMIN), (Focus("Diabetes"),), (TABLE,), "ab" * 32)
    )


def finished(library, plan):
    plan = decide(library, plan, 0, "rejected", reason="she bled in spring")
    plan = decide(library, plan, 1, "accepted")
    plan = decide(library, plan, 2, "changed", dose="250 mg", reason="lower eGFR since")
    return sign(library, plan, " Dr. Ada Meyer ")


def test_a_plan_is_kept_from_its_first_moment(library, plan):
    assert plans_of(library, "P|1|") == (plan,)
    assert plan.decisions == ()


@pytest.mark.parametrize(
    ("line", "verdict", "said", "wrong"),
    [
        (0, "accepted", {}, "a check forbids"),
        (1, "rejected", {}, "with a reason"),
        (2, "changed", {"reason": "x"}, "what holds instead"),
        (2, "changed", {"dose": "1 mg"}, "with a reason"),
        (1, "rejected", {"reason": "  "}, "with a reason"),
    ],
)
def test_a_decision_that_says_too_little_is_refused(library, plan, line, verdict, said, wrong):
    with pytest.raises(ValueError, match=wrong):
        decide(library, plan, line, verdict, **said)
    assert plans_of(library, "P|1|")[0].decisions == ()


def test_a_decision_is_replaced_and_taken_back(library, plan):
    plan = decide(library, plan, 1, "accepted")
    plan = decide(library, plan, 1, "rejected", reason="no")
    assert [one.verdict for one in plan.decisions] == ["rejected"]
    assert take_back(library, plan, 1).decisions == ()
    with pytest.raises(IndexError):
        decide(library, plan, 3, "accepted")


def test_lines_of_a_person_are_decided_on_and_taken_out(library, plan):
    plan = add_line(library, add_line(library, plan, HAND), HAND)
    plan = decide(library, decide(library, plan, 3, "accepted"), 4, "rejected", reason="twice")
    plan = drop_line(library, plan, 3)
    assert [(one.line, one.verdict) for one in plan.decisions] == [(3, "rejected")]
    with pytest.raises(ValueError, match="only a line"):
        drop_line(library, plan, 0)


def test_it_is_signed_once_and_then_stands(library, plan):
    with pytest.raises(PlanNotReadyError, match="not decided yet"):
        sign(library, plan, "Dr. Ada Meyer")
    signed = finished(library, plan)
    assert signed.signature.name == "Dr. Ada Meyer"
    with pytest.raises(SignedPlanError):
        take_back(library, signed, 0)
    again = anew(library, signed)
    assert again.signature is None
    assert again.decisions == signed.decisions
    assert {one.id for one in plans_of(library, "P|1|")} == {signed.id, again.id}
    with pytest.raises(PlanNotReadyError, match="nobody"):
        sign(library, again, " ")


def test_it_is_written_as_fhir_that_reads_back_and_on_paper(library, plan, tmp_path):
    signed = finished(library, with_checks(library, plan, [BLEEDS]))
    fhir, sheet = export_plan(library, signed, tmp_path / "out")
    assert read_plan(json.loads(fhir.read_text("utf-8")))[0] == signed
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(sheet).pages]
    assert all(page.count(WARNING) == 2 for page in pages)
    text = " ".join(pages)
    for words in (
        "A proposal, not an order", "signed", "Dr. Ada Meyer", "Start Aspirin 100 mg", "she bled in spring",
        "instead: 250 mg", "Against it: They bleed.", "eGFR: 61 mL/min/1.73m2, 2026-03-01",
        "Interactions, row 7, version 2026-01", "It helped others.", "10.0% (5.0% to 20.0%) within 1826 days",
    ):  # fmt: skip
        assert words.casefold() in text.casefold(), words
