"""The inbox in the window's terms: filtered, searched, chosen, decided on, taken back."""

from __future__ import annotations

import pytest

from medapp.domain.patient import Patient
from medapp.services.inbox import decide, inbox_of
from medapp.services.user import keep_name
from medapp.ui.findings.model import Choice
from tests.unit.services.answers import (
    EFFUSION,
    MARFAN,
    MASS,
    PATIENT,
    VOLUME,
    kept,
    many,
    proposal,
)


@pytest.fixture
def filled(app, model):
    kept(
        app,
        proposal("a1", (EFFUSION, MASS)),
        proposal("b1", (VOLUME, *many(30, groups=2)), task="mr.volumes"),
        proposal("c1", (), task="strange", abstained="it is unlike the training data"),
    )
    model.read(3)
    return model


def in_library(app):
    return {item.entry.id: item for item in inbox_of(app.library, PATIENT).items}


def test_filters_and_words(filled):
    assert [filled.count(one) for one in ("all", "unread", "undecided", "uncertain")] == [34, 34, 33, 2]
    filled.set_filter("uncertain")
    assert [(item.entry.id, len(found)) for item, found in filled.shown] == [("a1", 1), ("c1", 0)]
    filled.set_filter("all")
    filled.set_words("liver 17")
    assert [one.key for _, found in filled.shown for one in found] == ["m17"]
    filled.set_words("60046008")
    assert [one.key for _, found in filled.shown for one in found] == ["Effusion"]
    filled.set_words("no such thing")
    assert filled.shown == ()
    filled.show_all()
    assert len(filled.shown) == 3


def test_what_is_chosen(filled):
    filled.choose("b1", group="Hippocampus")
    assert filled.finding is None
    assert filled.findings == (VOLUME,)
    filled.choose("b1")
    assert len(filled.findings) == 31
    filled.choose("a1", "Mass")
    assert filled.findings == (MASS,)


def test_steps_go_through_what_is_shown(filled):
    filled.choose_next(1)
    assert filled.choice == Choice("a1", "Effusion")
    filled.choose_next(1)
    filled.choose_next(1)
    assert filled.choice == Choice("b1", "v1")
    filled.choose_next(-1)
    assert filled.choice == Choice("a1", "Mass")
    filled.choose("b1", group="Liver: family 1")
    filled.choose_next(1)
    assert filled.choice == Choice("b1", "m1")
    filled.choose("c1")
    filled.choose_next(5)
    assert filled.choice == Choice("c1", "")


def test_what_is_opened_counts_as_read_at_once_and_for_good(qtbot, app, filled):
    assert filled.unread == 34
    filled.choose("a1", "Mass")
    assert filled.unread == 33
    qtbot.waitUntil(lambda: in_library(app)["a1"].viewed == {"Mass"}, timeout=10000)
    filled.read(3)
    assert filled.unread == 33
    filled.choose("a1")  # an overview opens no finding of it
    assert filled.unread == 33
    filled.choose("b1", group="Hippocampus")  # but a table tells all of a measurement
    assert filled.unread == 32
    filled.choose("b1")
    assert filled.unread == 2
    filled.choose("c1")
    assert filled.unread == 1


def test_findings_are_in_the_order_that_is_asked_for(qtbot, filled):
    filled.choose("a1")
    assert [one.key for one in filled.findings] == ["Effusion", "Mass"]
    filled.set_order("name")
    assert [one.key for one in filled.findings] == ["Mass", "Effusion"]
    assert [one.key for item, found in filled.shown for one in found if item.entry.id == "a1"] == [
        "Mass", "Effusion",
    ]  # fmt: skip


def test_what_was_decided_elsewhere_is_followed_and_not_overwritten(qtbot, app, session, filled):
    filled.choose("a1", "Effusion")
    decide(app.library, filled.item, "Effusion", "corrected", instead="absent")
    filled.decide("accepted")
    qtbot.waitUntil(lambda: bool(session.messages), timeout=10000)
    said = session.messages[-1].text
    assert said.startswith("Pleural effusion was corrected (absent) before; that is kept.")
    qtbot.waitUntil(lambda: "Effusion" in filled.item.decisions, timeout=10000)
    assert filled.item.decisions["Effusion"].verdict == "corrected"
    app.library.findings.take_back("a1", "Effusion")
    qtbot.waitUntil(lambda: not filled.loading, timeout=10000)
    filled.follow()
    qtbot.waitUntil(lambda: "Effusion" not in filled.item.decisions, timeout=10000)
    assert session.problems == []


def test_nothing_is_made_anew_where_nothing_has_changed(qtbot, filled):
    told = []
    filled.changed.connect(lambda: told.append(True))
    filled.follow()
    qtbot.waitUntil(lambda: not filled.loading, timeout=10000)
    assert told == []


def test_who_decides_is_kept_with_it(qtbot, app, filled):
    keep_name(app.paths.config, "Dr. Chen")
    filled.choose("a1", "Effusion")
    filled.decide("accepted")
    qtbot.waitUntil(lambda: "Effusion" in filled.item.decisions, timeout=10000)
    assert filled.item.decisions["Effusion"].by == "Dr. Chen"


def test_a_decision_is_kept_told_and_undone(qtbot, app, session, filled):
    filled.choose("a1", "Mass")
    filled.decide("corrected", instead="absent", reason="a nipple")
    qtbot.waitUntil(lambda: "Mass" in filled.item.decisions, timeout=10000)
    assert in_library(app)["a1"].decisions["Mass"].reason == "a nipple"
    assert session.messages[-1].text == "Mass: your word is kept."
    session.messages[-1].undo()
    qtbot.waitUntil(lambda: "Mass" not in filled.item.decisions, timeout=10000)
    assert in_library(app)["a1"].decisions == {}


def test_taking_back_can_be_taken_back(qtbot, app, session, filled):
    filled.choose("a1", "Effusion")
    filled.decide("accepted")
    qtbot.waitUntil(lambda: "Effusion" in filled.item.decisions, timeout=10000)
    filled.take_back()
    qtbot.waitUntil(lambda: "Effusion" not in filled.item.decisions, timeout=10000)
    session.messages[-1].undo()
    qtbot.waitUntil(lambda: "Effusion" in filled.item.decisions, timeout=10000)
    assert filled.item.decisions["Effusion"].verdict == "accepted"


def test_measurements_are_accepted_together_and_undone_together(qtbot, app, session, filled):
    filled.choose("b1", "m3")
    filled.decide("rejected")
    qtbot.waitUntil(lambda: "m3" in filled.item.decisions, timeout=10000)
    filled.choose("b1", group="Liver: family 1")
    assert len(filled.open_measurements) == 14
    filled.accept_measurements()
    qtbot.waitUntil(lambda: len(filled.item.decisions) == 15, timeout=10000)
    assert in_library(app)["b1"].decisions["m3"].verdict == "rejected"
    assert filled.open_measurements == ()
    assert session.messages[-1].text == "14 measurements were accepted."
    session.messages[-1].undo()
    qtbot.waitUntil(lambda: len(filled.item.decisions) == 1, timeout=10000)


def test_classes_are_never_accepted_together(filled):
    filled.choose("a1")
    assert filled.open_measurements == ()
    filled.accept_measurements()
    assert filled.item.decisions == {}


def test_another_patient_has_another_inbox(qtbot, app, session, filled):
    kept(app, proposal("z1", (MARFAN,), patient="P|2|"))
    filled.choose("a1")
    session._set_patient(Patient("2", "Roe^Rita"), "P|2|", ())
    assert filled.items == ()
    assert filled.choice == Choice()
    qtbot.waitUntil(lambda: len(filled.items) == 1, timeout=10000)
    assert filled.items[0].result.findings == (MARFAN,)


def test_answers_are_not_read_from_their_files_again(qtbot, filled):
    before = {item.entry.id: item.result for item in filled.items}
    filled.choose("a1", "Effusion")
    filled.decide("accepted")
    qtbot.waitUntil(lambda: "Effusion" in filled.item.decisions, timeout=10000)
    assert all(item.result is before[item.entry.id] for item in filled.items)


def test_what_cannot_be_kept_is_told(qtbot, app, session, filled):
    filled.choose("a1", "Effusion")
    app.library.findings.forget("a1")
    filled.decide("accepted")
    qtbot.waitUntil(lambda: bool(session.problems), timeout=10000)
    assert session.problems[0].what.startswith("The decision cannot be kept.")
