"""Plans in the window's terms: begun, decided on with checks, undone, signed, made anew."""

from __future__ import annotations

import pytest

from medapp.domain.recommendation import Change, Drug, Option
from medapp.services.plans import plans_of

FLUCONAZOLE = Option(
    "o", "Against fungus", (Change("start", Drug("Fluconazole", ("fluconazole",)), "50 mg"),)
)


@pytest.fixture
def begun(making):
    making.begin(FLUCONAZOLE)
    making.settled()
    return making


def stored(app, person):
    return plans_of(app.library, person)


def test_a_plan_is_begun_from_an_option_with_what_is_known(app, begun, model, person):
    plan = begun.plan
    assert stored(app, person) == (plan,)
    assert plan.focus == ()  # nobody has ticked a problem
    assert len(plan.current) == 4
    assert plan.record_sha256 == model.desk.record_sha256
    assert len(plan.record_sha256) == 64
    assert begun.missing == ("not decided yet: Fluconazole",)


def test_a_line_against_a_check_is_kept_with_a_reason_only(qtbot, app, begun, session, person):
    with qtbot.waitSignal(begun.refused, timeout=20000) as asked:
        begun.decide("accepted")
    (refused,) = asked.args
    assert [one.kind for one in refused.checks] == ["interaction"]
    assert refused.checks[0].severity == "critical"
    assert begun.plan.decisions == ()
    assert not session.problems
    begun.decide("accepted", reason="for one day, INR daily")
    begun.settled()
    assert begun.plan.decision(0).verdict == "accepted"
    assert {one.severity for one in begun.difference.new} >= {"critical"}
    assert stored(app, person)[0].decisions == begun.plan.decisions


def test_a_decision_is_undone_by_its_message(qtbot, app, begun, person, session):
    begun.decide("rejected", reason="not now")
    begun.settled()
    assert begun.plan.decision(0).reason == "not now"
    session.messages[-1].undo()
    qtbot.waitUntil(lambda: begun.plan.decisions == (), timeout=20000)
    assert stored(app, person)[0].decisions == ()


def test_taking_back(begun, app, person):
    begun.decide("rejected", reason="not now")
    begun.settled()
    begun.take_back()
    begun.settled()
    assert begun.plan.decisions == ()
    assert stored(app, person)[0].decisions == ()


def test_a_review_has_a_line_for_each_medicine(making):
    making.begin_review()
    making.settled()
    assert [one.action for one in making.plan.lines] == ["continue"] * 4
    making.stop(1, "muscle pain")
    making.settled()
    assert making.plan.decision(1).verdict == "rejected"
    assert making.plan.lines[4].action == "stop"
    assert making.line == 0  # what was added is decided: one goes on where one was
    gone = [one for one in making.difference.gone if one.kind == "interaction"]
    assert gone[0].drugs == ("Simvastatin 20 MG Oral Tablet", "Amlodipine 5 MG Oral Tablet")


def test_a_line_of_ones_own_is_recognised_as_typed_and_taken_out(making):
    making.begin_own()
    making.settled()
    assert making.missing == ("the plan has no line",)
    making.add("start", "fluconazole 50 mg", "50 mg", "thrush")
    making.settled()
    line = making.plan.lines[0]
    assert (line.drug.ingredients, line.dose, line.reason) == (("fluconazole",), "50 mg", "thrush")
    making.add("start", "nothingofthekind", "", "")
    making.settled()
    assert not making.plan.lines[1].drug.is_known
    assert making.is_own(1)
    making.drop(1)
    making.settled()
    assert len(making.plan.lines) == 1


def test_whoever_is_faster_than_the_checks_loses_nothing(making, app, person):
    making.begin_review()
    making.settled()
    for line in range(3):
        making.choose_line(line)
        making.decide("accepted")
    making.add("start", "paracetamol", "500 mg", "")
    assert making.busy
    making.settled()
    assert [one.line for one in making.plan.decisions] == [0, 1, 2]
    assert len(making.plan.lines) == 5
    assert stored(app, person) == (making.plan,)


def test_steps_stay_within_the_lines(making):
    making.begin_review()
    making.settled()
    making.choose_next(-1)
    assert making.line == 0
    for _ in range(9):
        making.choose_next(1)
    assert making.line == 3


def test_a_signed_plan_is_changed_by_making_a_new_one(begun, app, person, session):
    begun.decide("rejected", reason="interacts with warfarin")
    begun.settled()
    begun.sign("Dr. Ada Meyer")
    begun.settled()
    signed = begun.plan
    assert signed.signature.name == "Dr. Ada Meyer"
    assert not begun.is_open
    begun.decide("accepted", reason="x")
    assert begun.plan == signed
    begun.anew()
    begun.settled()
    assert begun.plan.id != signed.id
    assert begun.is_open
    assert len(stored(app, person)) == 2
    begun.open(signed.id)
    assert begun.plan == signed
    assert not session.problems


def test_what_cannot_be_signed_says_why(begun, session):
    begun.sign("Dr. Ada Meyer")
    begun.settled()
    assert begun.plan.signature is None
    assert "not decided yet" in session.problems[0].what
