"""The Plan page as a clinician uses it: checks, lists, lines by keys, forms, what if, comparing, signing."""

from __future__ import annotations

import json
import shutil

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMenu

from medapp.domain.recommendation import Change, Drug, Option
from medapp.services.plan_file import read_plan
from medapp.ui.plan.parts import TwoLines
from tests.ui.plan.conftest import show
from tests.unit.planning import LATER, put_patient

FLUCONAZOLE = Option(
    "o", "Against fungus", (Change("start", Drug("Fluconazole", ("fluconazole",)), "50 mg"),)
)


def settled(qtbot, page):
    qtbot.waitUntil(lambda: page.making.loaded and not page.making.busy, timeout=30000)


def begun(qtbot, page, option=FLUCONAZOLE):
    page.making.begin(option)
    settled(qtbot, page)
    return page.workspace.plan


def filled(qtbot, found):
    """The cards of a list of checks, as soon as all that shall be in view are."""
    qtbot.waitUntil(lambda: bool(found.cards) and not found.is_filling, timeout=20000)
    return found.cards


def asked(qtbot, page):
    qtbot.waitUntil(lambda: page.dialog is not None, timeout=20000)
    return page.dialog


# ---- what is known ------------------------------------------------------------------------------------
def test_it_says_that_it_reads_until_it_has(opened):
    assert opened.isVisible()
    if opened.patient.loading and opened.workspace.checks.list.nothing.text():
        assert "Checking" in opened.workspace.checks.list.nothing.text()
        assert "Reading" in opened.workspace.options.said.text()


def test_checks_stand_with_the_worst_first_in_words_and_with_their_source(qtbot, page):
    cards = filled(qtbot, page.workspace.checks.list)
    first = cards[0]
    assert first.grade.text() == "Significant"
    assert first.grade.property("state") == "warning"
    assert "Interaction" in first.accessibleName()
    grades = [card.grade.text() for card in cards]
    assert "Not checked" in grades
    assert "Nothing found" not in grades
    assert page.workspace.checks.chips["unknown"].text().startswith("Not checked ")


def test_filters(qtbot, page):
    panel = page.workspace.checks
    panel.chips["unknown"].click()
    assert {card.grade.text() for card in filled(qtbot, panel.list)} == {"Not checked"}
    panel.chips[None].click()
    panel.kinds.setCurrentIndex(panel.kinds.findData("interaction"))
    assert {card.check.kind for card in filled(qtbot, panel.list)} == {"interaction"}


def test_what_was_not_recognised_comes_first_and_is_told(page):
    lines = page.workspace.lists.medicines.lines
    assert lines[0].title == "Wundermittel"
    assert "nothing of it was checked" in lines[0].said
    assert isinstance(lines[1], TwoLines)
    assert lines[1].said == "warfarin · how it is taken is not stated"
    notices = page.workspace.checks._notices
    assert "1 medicine was not recognised" in notices.itemAt(0).widget().label.text()


def test_a_link_of_a_check_leads_to_the_record(qtbot, window, page):
    links = [link for card in filled(qtbot, page.workspace.checks.list) for link in card.links]
    links[0].click()
    assert window.pages.currentWidget() is window.record_page
    detail = window.record_page.workspace.detail
    qtbot.waitUntil(lambda: detail.entry is not None, timeout=20000)


def test_a_medicine_leads_to_its_entry(qtbot, window, page):
    view = page.workspace.lists.medicines
    view.setCurrentIndex(view.model().index(1, 0))
    wanted = view.current.key
    qtbot.keyClick(view, Qt.Key.Key_Return)
    detail = window.record_page.workspace.detail
    qtbot.waitUntil(lambda: detail.entry is not None and detail.entry.id == wanted, timeout=20000)


def test_problems_are_ticked_and_added(qtbot, page):
    lists = page.workspace.lists
    assert lists.tabText(1) == "Problems 0 of 2"
    lists.problems.item(1).setCheckState(Qt.CheckState.Checked)
    assert lists.tabText(1) == "Problems 1 of 2"
    qtbot.keyClicks(lists.own, "falls at night")
    qtbot.keyClick(lists.own, Qt.Key.Key_Return)
    assert lists.tabText(1) == "Problems 2 of 3"
    begun(qtbot, page)
    assert [one.text for one in page.making.plan.focus] == ["Hypertension", "falls at night"]
    assert page.making.plan.focus[1].entry == ""


# ---- the plan -----------------------------------------------------------------------------------------
def test_accepting_against_a_check_asks_for_a_reason(qtbot, page, window):
    panel = begun(qtbot, page)
    assert "Proposal" in panel.rows[0].decision.text()
    qtbot.keyClick(panel.area, Qt.Key.Key_A)
    dialog = asked(qtbot, page)
    assert not dialog.ok.isEnabled()
    dialog.reason.setText("one dose, INR daily")
    dialog.ok.click()
    qtbot.waitUntil(lambda: page.making.plan.decision(0) is not None, timeout=20000)
    settled(qtbot, page)
    assert panel.rows[0].decision.text() == "Accepted · one dose, INR daily"
    cards = filled(qtbot, panel.changes)
    assert "new" in {card.change.text() for card in cards}
    assert cards[0].grade.text() == "Critical"
    assert not window.problems


def test_keys_reject_take_back_and_go_on(qtbot, page):
    page.making.begin_review()
    settled(qtbot, page)
    panel = page.workspace.plan
    qtbot.keyClick(panel.area, Qt.Key.Key_N)
    assert page.making.line == 1
    assert panel.rows[1].property("chosen")
    qtbot.keyClick(panel.area, Qt.Key.Key_R)
    dialog = asked(qtbot, page)
    assert dialog.stop.isVisible()
    dialog.stop.setChecked(False)
    dialog.reason.setText("muscle pain")
    dialog.ok.click()
    qtbot.waitUntil(lambda: page.making.plan.decision(1) is not None, timeout=20000)
    settled(qtbot, page)
    assert panel.undo.isEnabled()
    page.window().activateWindow()
    qtbot.waitUntil(page.window().isActiveWindow, timeout=20000)
    panel.area.setFocus()
    qtbot.keyClick(panel.area, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: page.making.plan.decision(1) is None, timeout=20000)
    qtbot.keyClick(panel.area, Qt.Key.Key_P)
    assert page.making.line == 0


def test_what_does_not_go_on_gets_a_line_that_stops_it(qtbot, page):
    page.making.begin_review()
    settled(qtbot, page)
    page.making.choose_line(1)
    qtbot.keyClick(page.workspace.plan.area, Qt.Key.Key_R)
    dialog = asked(qtbot, page)
    dialog.reason.setText("muscle pain")
    dialog.ok.click()
    qtbot.waitUntil(lambda: len(page.making.plan.lines) == 5, timeout=20000)
    settled(qtbot, page)
    assert page.workspace.plan.rows[4].title.text() == "5. Stop Simvastatin 20 MG Oral Tablet"
    gone = [card for card in filled(qtbot, page.workspace.plan.changes) if card.mark == "gone"]
    assert gone[0].check.kind == "interaction"


def test_changing_asks_for_dose_and_reason(qtbot, page):
    page.making.begin_review()
    settled(qtbot, page)
    qtbot.keyClick(page.workspace.plan.area, Qt.Key.Key_C)
    dialog = asked(qtbot, page)
    dialog.reason.setText("INR 3.4")
    assert not dialog.ok.isEnabled()
    dialog.dose.setText("2.5 mg")
    dialog.ok.click()
    qtbot.waitUntil(lambda: page.making.plan.decision(0) is not None, timeout=20000)
    assert page.making.plan.decision(0).dose == "2.5 mg"


def test_a_line_is_recognised_while_it_is_typed(qtbot, page):
    page.making.begin_own()
    settled(qtbot, page)
    page.workspace.plan.add.click()
    dialog = asked(qtbot, page)
    dialog.name.setText("warfarn")
    qtbot.waitUntil(lambda: "Did you mean: warfarin" in dialog.known.text(), timeout=20000)
    dialog.name.setText("fluconazole 50 mg")
    qtbot.waitUntil(lambda: dialog.known.text() == "Recognised: fluconazole", timeout=20000)
    dialog.dose.setText("50 mg")
    dialog.ok.click()
    qtbot.waitUntil(lambda: len(page.making.plan.lines) == 1, timeout=20000)
    settled(qtbot, page)
    assert page.workspace.plan.drop.isVisible()
    page.workspace.plan.drop.click()
    qtbot.waitUntil(lambda: len(page.making.plan.lines) == 0, timeout=20000)


def test_who_signs_against_a_check_says_that_they_have_seen_it(qtbot, page, window):
    panel = begun(qtbot, page)
    page.making.decide("accepted", reason="for one day, INR daily")
    settled(qtbot, page)
    panel.sign.click()
    dialog = asked(qtbot, page)
    dialog.name.setText("Dr. Ada Meyer")
    assert any("critical" in one.text() for one in dialog.findChildren(QLabel))
    assert not dialog.ok.isEnabled()
    dialog.seen.setChecked(True)
    assert dialog.ok.isEnabled()
    dialog.close()


def test_signing_says_what_is_missing_then_locks_the_plan(qtbot, page, window):
    panel = begun(qtbot, page)
    panel.sign.click()
    dialog = asked(qtbot, page)
    assert not dialog.name.isVisible()
    dialog.close()
    page.making.decide("rejected", reason="interacts")
    settled(qtbot, page)
    panel.sign.click()
    dialog = asked(qtbot, page)
    dialog.name.setText("Dr. Ada Meyer")
    dialog.ok.click()
    qtbot.waitUntil(lambda: page.making.plan.signature is not None, timeout=20000)
    settled(qtbot, page)
    assert panel.status.text().startswith("Signed by Dr. Ada Meyer")
    assert not panel.deciding.isVisible()
    assert not panel.add.isVisible()
    panel.anew.click()
    qtbot.waitUntil(lambda: page.making.plan.signature is None, timeout=20000)
    settled(qtbot, page)
    assert panel.chooser.count() == 2
    assert not window.problems


def test_what_is_exported_is_taken_in_again(qtbot, page, window, tmp_path):
    begun(qtbot, page)
    page.making.decide("rejected", reason="interacts")
    settled(qtbot, page)
    plan = page.making.plan
    with qtbot.waitSignal(page.exporting.exported, timeout=30000) as written:
        page.exporting.write(tmp_path)
    (folder,) = written.args
    assert (folder / "plan.pdf").read_bytes().startswith(b"%PDF")
    library = window.session.app.library
    read, _ = read_plan(json.loads((folder / "plan.fhir.json").read_text()))
    assert read == plan
    assert library.plans.get(plan.id) == plan
    with qtbot.waitSignal(window.session.imported, timeout=60000):
        window.session.import_paths([folder])
    assert library.plans.get(plan.id) == plan
    assert len(library.records.persons()) == 1
    assert not window.problems


def test_plans_are_begun_from_the_page(qtbot, page):
    panel = page.workspace.plan
    assert panel.nothing.isVisible()
    assert not panel.begin.isVisible()
    panel.review.click()
    settled(qtbot, page)
    assert len(panel.rows) == 4
    panel.begin.click()
    (menu,) = panel.findChildren(QMenu)
    menu.actions()[1].trigger()
    menu.close()
    qtbot.waitUntil(lambda: len(page.making.plans) == 2, timeout=20000)
    settled(qtbot, page)
    panel.compare.click()
    dialog = asked(qtbot, page)
    assert dialog.medicines.rows.rowCount() == 4
    dialog.close()


# ---- what if and options ------------------------------------------------------------------------------
def test_what_if_is_marked_and_set_against_what_holds(qtbot, page):
    page.workspace.show_supposing()
    panel = page.workspace.supposing
    qtbot.waitUntil(panel.isVisible, timeout=10000)
    panel.medicine.setCurrentText("Simvastatin 20 MG Oral Tablet")
    panel.drop.click()
    panel.result.click()
    dialog = asked(qtbot, page)
    dialog.what.setCurrentText("creatinine")
    dialog.value.setText("3,1")
    dialog.day.setText("soon")
    dialog.ok.click()
    assert "no date" in dialog.said.text()
    dialog.day.setText(LATER)
    dialog.ok.click()
    qtbot.waitUntil(lambda: page.supposing.checks is not None and not page.supposing.busy, timeout=20000)
    assert len(page.supposing.items) == 2
    assert {card.mark for card in filled(qtbot, panel.changes)} >= {"gone"}
    assert page.making.plans == ()
    panel.clear.click()
    assert not panel.section.isVisible()


def test_a_model_is_asked_and_a_plan_made_of_its_option(qtbot, page, window):
    panel = page.workspace.options
    panel.ask.rows["faulty.treat"].run()
    qtbot.waitUntil(lambda: bool(panel.cards), timeout=90000)
    (card,) = panel.cards
    assert card.title.text() == "1. Start"
    assert card.body is not None
    assert "A proposal, not an order" in panel.said.text()
    card.make.click()
    qtbot.waitUntil(lambda: page.making.plan is not None, timeout=20000)
    settled(qtbot, page)
    assert page.making.plan.option.key == "a"
    assert not window.problems


def test_a_model_that_abstains_says_why_and_what_to_do(qtbot, page):
    panel = page.workspace.options
    row = panel.ask.rows["faulty.treat"]
    page.proposing.run(type(row.wish())("faulty.treat", {"how": "abstain"}))
    qtbot.waitUntil(lambda: page.proposing.proposal is not None, timeout=90000)
    texts = [panel._list.itemAt(at).widget() for at in range(panel._list.count())]
    assert "nothing is known" in texts[0].label.text()
    assert "What if" in texts[1].text()


# ---- nothing to show ----------------------------------------------------------------------------------
def test_without_tables_there_is_a_way_to_the_settings(qtbot, window):
    shutil.rmtree(window.session.app.paths.data / "knowledge")
    page = show(qtbot, window, put_patient(window.session.app))
    qtbot.waitUntil(lambda: page.patient.checks is not None, timeout=30000)
    notice = page.workspace.checks._notices.itemAt(0).widget()
    assert "knowledge" in notice.label.text()
    with qtbot.waitSignal(page.settingsRequested):
        page.workspace.checks.install.click()


def test_without_medicines_it_is_said_that_none_is_listed(qtbot, window):
    from tests.unit.knowledge.therapy.made_up import problem

    page = show(qtbot, window, put_patient(window.session.app, problem("Hypertension")))
    qtbot.waitUntil(lambda: page.patient.checks is not None, timeout=30000)
    assert page.workspace.lists.no_medicines.isVisible()
    assert "not known" in page.workspace.lists.no_medicines.text()


def test_without_a_plugin_plans_can_be_made_all_the_same(qtbot, window, monkeypatch):
    from medapp.plugins import Discovery

    monkeypatch.setattr("medapp.plugins.discover", lambda: Discovery((), ()))
    page = show(qtbot, window, put_patient(window.session.app))
    qtbot.waitUntil(lambda: page.making.loaded and not page.proposing.loading, timeout=30000)
    assert "No plugin of treatment" in page.workspace.options.said.text()
    assert page.workspace.plan.review.isVisible()


def test_what_stops_takes_no_dose_on_the_page(qtbot, page):
    panel = begun(qtbot, page)
    assert panel.change.isEnabled()
    page.making.add("stop", "amlodipine", "", "swollen legs")
    settled(qtbot, page)
    assert page.making.plan.lines[page.making.line].action == "stop"
    assert not panel.change.isEnabled()
    page.making.choose_line(0)
    assert panel.change.isEnabled()
    page.making.decide("rejected", reason="no")
    settled(qtbot, page)
    page.making.choose_line(1)
    page.making.decide("accepted")
    settled(qtbot, page)
    page.making.sign("Dr. Ada Meyer")
    settled(qtbot, page)
    assert panel.sign.isVisible()
    assert not panel.sign.isEnabled()


def test_a_line_that_stops_asks_for_no_dose(qtbot, page):
    panel = begun(qtbot, page)
    panel.add.click()
    dialog = asked(qtbot, page)
    assert dialog.dose.isVisible()
    dialog.action.setCurrentIndex(dialog.action.findData("stop"))
    assert not dialog.dose.isVisible()
    dialog.close()
