"""What an import tells and asks: one line, then a window beside the reading with refusals and forms."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from medapp.domain.patient import Patient
from medapp.formats.recognise import RecordFile
from medapp.services.genomes import GenomeFile
from medapp.ui.shell.patient_picker import PatientPicker
from medapp.ui.shell.waiting_genome import GenomeForm
from medapp.ui.shell.widgets import NoticeBox

LABS = "patient_id,date,creatinine_mg_dl,sex\n7,03/04/2020,1.5,1\n8,05/06/2020,0.9,2\n"


def message(family: str) -> str:
    return (
        "MSH|^~\\&|LAB|HOSP|||20200101120000||ORU^R01|1|P|2.5\r"
        f"PID|1||77^^^HOSP^MR||{family}^John||19800101|M\r"
        "OBR|1|||24323-8^CMP^LN|||20200101\r"
        "OBX|1|NM|2160-0^Creatinine^LN||1.7|mg/dL|0.6-1.2|H|||F|||20200101\r"
    )


def broken() -> str:
    entry = {"resourceType": "Observation", "id": "o", "status": "final", "code": {"text": "x"},
             "subject": {"reference": "Patient/1"}, "effectiveDateTime": "yesterday"}  # fmt: skip
    patient = {"resourceType": "Patient", "id": "1", "name": [{"family": "Secret"}]}
    entries = [{"resource": one} for one in (patient, entry)]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "data"
    place.mkdir()
    (place / "labs.csv").write_text(LABS)
    (place / "one.hl7").write_text(message("Roe"))
    (place / "two.hl7").write_text(message("Poe"))
    (place / "secret_name.json").write_text(broken())
    return place


def opened_report(qtbot, window, folder):
    window.session.import_paths([folder])
    line = window.message_line
    qtbot.waitUntil(lambda: "wait for an answer" in line.text.full_text, timeout=20000)
    line.undo_button.click()
    qtbot.waitUntil(lambda: window.waiting.report is not None, timeout=20000)
    return window.waiting.report


def titles(report) -> list[str]:
    return [report.tabs.tabText(place) for place in range(report.tabs.count())]


def form_in_view(qtbot, listed):
    """The form of the chosen question, once its file has been looked at."""
    qtbot.waitUntil(lambda: listed.current is not None, timeout=20000)
    return listed.current


def answer_columns(form) -> None:
    for line in range(form.columns.rowCount()):
        name = form.columns.item(line, 0).text()
        if name == "date":
            choice = form.columns.cellWidget(line, 3)
            choice.setCurrentIndex(choice.findData("month-first"))
        if name == "sex":
            form.columns.cellWidget(line, 4).setText("1 = male; 2 = female")


def test_refusals_tables_and_pairs_are_told_and_answered(qtbot, window, folder):
    report = opened_report(qtbot, window, folder)
    assert not report.isModal()
    assert titles(report) == ["Tables 1", "Same person? 1", "Not read 1"]
    report.refused.copy()
    text = QGuiApplication.clipboard().text()
    assert text.startswith("file 1\t")
    assert "secret" not in text.casefold()

    form = form_in_view(qtbot, report.tables)
    assert not form.read_button.isEnabled()
    assert form.preview.rowCount() == 2
    first = form.columns.item(0, 0).text(), form.columns.item(1, 0).text()
    assert set(first) == {"date", "sex"}
    answer_columns(form)
    assert form.read_button.isEnabled()
    form.read_button.click()
    records = window.session.app.library.records
    qtbot.waitUntil(lambda: report.tables.count == 0, timeout=20000)
    (seven,) = [one for one in records.persons() if "7" in one.identifiers]
    assert seven.sex == "male"
    assert titles(report) == ["Same person? 1", "Answered 1", "Not read 1"]

    before = len(records.persons())
    report.tabs.setCurrentWidget(report.pairs)
    pair = form_in_view(qtbot, report.pairs)
    pair.same_button.click()
    assert pair.buttons.asks_again, "Roe and Poe are not joined by one click"
    assert pair.buttons.told.text() == "They differ in: Name. Is it one person all the same?"
    assert len(records.persons()) == before
    pair.buttons.join_button.click()
    qtbot.waitUntil(lambda: len(records.persons()) == before - 1, timeout=10000)
    line = window.message_line
    qtbot.waitUntil(lambda: "one person's now" in line.text.full_text, timeout=10000)
    line.undo_button.click()
    qtbot.waitUntil(lambda: len(records.persons()) == before, timeout=10000)
    assert window.problems == []


def test_what_was_closed_without_an_answer_is_asked_later(qtbot, window, folder):
    report = opened_report(qtbot, window, folder)
    report.close()
    button = window.jobs_bar._questions
    qtbot.waitUntil(button.isVisible, timeout=10000)
    assert button.text().strip() == "2 questions wait"
    window.show_library(True)
    assert window.drawer.questions_button.text().strip() == "2 questions wait"
    qtbot.mouseClick(window.drawer.questions_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(report.isVisible, timeout=10000)
    report.close()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(report.isVisible, timeout=10000)
    assert titles(report)[:2] == ["Tables 1", "Same person? 1"]


def test_an_answer_to_a_table_can_be_taken_back_at_once_or_later(qtbot, window, folder):
    report = opened_report(qtbot, window, folder)
    records = window.session.app.library.records
    before = len(records.persons())
    for how in ("undo", "later"):
        form = form_in_view(qtbot, report.tables)
        answer_columns(form)
        form.read_button.click()
        qtbot.waitUntil(lambda: report.tables.count == 0, timeout=20000)
        assert len(records.persons()) == before + 2
        if how == "undo":
            qtbot.waitUntil(window.message_line.undo_button.isVisible, timeout=10000)
            window.message_line.undo_button.click()
        else:
            report.tabs.setCurrentWidget(report.answered)
            report.answered.lines.setCurrentItem(report.answered.lines.topLevelItem(0))
            report.answered.back_button.click()
        qtbot.waitUntil(lambda: report.tables.count == 1, timeout=20000)
        assert len(records.persons()) == before
        report.tabs.setCurrentWidget(report.tables)
    assert window.problems == []


def test_a_file_that_is_left_out_is_not_asked_for_but_can_be(qtbot, window, folder):
    report = opened_report(qtbot, window, folder)
    form_in_view(qtbot, report.tables)
    report.tables.leftOut.emit(report.tables.keys[0])
    qtbot.waitUntil(lambda: "Answered 1" in titles(report), timeout=10000)
    assert report.tables.count == 0
    qtbot.waitUntil(lambda: window.jobs_bar._questions.text().strip() == "1 question waits", timeout=10000)
    report.answered.lines.setCurrentItem(report.answered.lines.topLevelItem(0))
    report.answered.back_button.click()
    qtbot.waitUntil(lambda: report.tables.count == 1, timeout=10000)


def test_what_was_begun_stays_while_another_is_answered(qtbot, window, folder):
    (folder / "more.csv").write_text(LABS.replace("creatinine", "sodium"))
    report = opened_report(qtbot, window, folder)
    assert report.tables.count == 2
    first = form_in_view(qtbot, report.tables)
    answer_columns(first)
    assert not first.read_button.isEnabled(), "the patients' numbers stand in the other table too"
    first.own_button.click()
    report.tables.names.setCurrentRow(1)
    second = form_in_view(qtbot, report.tables)
    assert second is not first
    answer_columns(second)
    second.own_button.click()
    second.read_button.click()
    qtbot.waitUntil(lambda: report.tables.count == 1, timeout=20000)
    assert form_in_view(qtbot, report.tables) is first
    assert first.read_button.isEnabled()


def test_nothing_is_counted_once_the_window_has_closed(qtbot, window):
    window.session.libraryChanged.emit()
    assert window.waiting._soon.isActive()
    window.close()
    assert not window.waiting._soon.isActive()
    window.session.libraryChanged.emit()
    assert not window.waiting._soon.isActive()
    window.close()


def test_a_file_that_has_gone_says_so(qtbot, window, folder):
    window.session.import_paths([folder])
    qtbot.waitUntil(lambda: window.waiting.count == 2, timeout=20000)
    (folder / "labs.csv").unlink()
    window.waiting.show()
    qtbot.waitUntil(lambda: window.waiting.report is not None, timeout=20000)
    told = form_in_view(qtbot, window.waiting.report.tables)
    assert "no such file" in told.label.text().casefold()
    assert window.problems == []


def test_what_is_told_of_an_import_stays_when_its_patient_is_shown(qtbot, window, folder):
    for name in ("labs.csv", "two.hl7"):
        (folder / name).unlink()
    (folder / "secret_name.json").write_text(broken().replace("Patient", "Group"))
    window.session.import_paths([folder])
    qtbot.waitUntil(lambda: "refused" in window.message_line.text.full_text, timeout=20000)
    qtbot.waitUntil(lambda: window.session.patient is not None, timeout=20000)
    qtbot.wait(100)
    assert "refused" in window.message_line.text.full_text
    assert window.message_line.undo_button.isVisible()


def found(*patients):
    """Who is found, whatever is searched for."""
    return lambda _words, done: done(patients)


JANE = ("a", Patient("1", "Doe^Jane", "19600101", "F"))
JOHN = ("b", Patient("2", "Roe^John", "", "M"))


def test_a_genome_is_asked_for_sample_and_patient(qtbot, tmp_path):
    file = RecordFile(tmp_path / "g.vcf", "vcf")
    form = GenomeForm(GenomeFile(file, ("S1", "S2"), "GRCh38"), found(JANE, JOHN))
    qtbot.addWidget(form)
    form.samples.setCurrentText("S2")
    assert form.patients.chosen is None
    assert form.call_button.text() == "Call genes"
    assert not form.call_button.isEnabled()
    form.patients.list.setCurrentRow(1)
    assert form.patients.chosen == JOHN
    assert form.call_button.isEnabled()
    assert form.call_button.text() == "Call and keep as the genome of Roe, John"
    with qtbot.waitSignal(form.confirmed) as caught:
        form.call_button.click()
    (wish,) = caught.args
    assert (wish.sample, wish.patient, wish.identity) == ("S2", *JOHN)
    refused = GenomeForm(GenomeFile(file, ("S1",), "GRCh37"), found(JANE, JOHN))
    qtbot.addWidget(refused)
    refused.patients.list.setCurrentRow(1)
    assert not refused.call_button.isEnabled()
    nobody = GenomeForm(GenomeFile(file, ("S1",), "GRCh38"), found(JANE, JOHN))
    qtbot.addWidget(nobody)
    assert nobody.patients.chosen is None
    assert not nobody.call_button.isEnabled()


def test_questions_are_in_view_when_they_are_opened_though_one_looked_at_answers(qtbot, window, folder):
    report = opened_report(qtbot, window, folder)
    report.tables.leftOut.emit(report.tables.keys[0])
    qtbot.waitUntil(lambda: "Answered 1" in titles(report), timeout=10000)
    report.tabs.setCurrentWidget(report.answered)
    report.close()
    window.waiting.show()
    qtbot.waitUntil(report.isVisible, timeout=10000)
    assert report.tabs.currentWidget() is report.pairs


def test_whose_a_genome_became_is_told_and_stands_under_answered(
    qtbot, window, folder, shared_data, monkeypatch
):
    tables = shared_data / "ehr" / "pgx_knowledge"
    if not tables.is_dir():
        pytest.skip("no tables of alleles and phenotypes")
    monkeypatch.setenv("MEDAPP_PGX_TABLES", str(tables))
    for name in ("labs.csv", "two.hl7", "secret_name.json"):
        (folder / name).unlink()
    (folder / "g.vcf").write_text(
        "##fileformat=VCFv4.2\n##contig=<ID=chr1,length=248956422,assembly=GRCh38>\n"
        '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">\n'
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS1\n"
        "chr1\t97515787\t.\tA\tC\t.\tPASS\t.\tGT\t0/1\n"
    )
    window.session.import_paths([folder])
    qtbot.waitUntil(lambda: window.waiting.count == 1, timeout=20000)
    window.waiting.show()
    qtbot.waitUntil(lambda: window.waiting.report is not None, timeout=20000)
    report = window.waiting.report
    form = form_in_view(qtbot, report.genomes)
    qtbot.waitUntil(lambda: form.patients.list.count() == 1, timeout=10000)
    form.patients.list.setCurrentRow(0)
    form.call_button.click()
    line = window.message_line
    qtbot.waitUntil(lambda: "genes of Roe, John were called" in line.text.full_text, timeout=30000)
    qtbot.waitUntil(lambda: report.answered.count == 1, timeout=20000)
    assert report.answered.lines.topLevelItem(0).text(1) == "called and kept for Roe, John · 77"


def test_a_patient_is_found_by_words_and_nobody_is_chosen_by_chance(qtbot):
    asked = []
    picker = PatientPicker(lambda words, done: asked.append((words, done)))
    qtbot.addWidget(picker)
    picker.show()
    assert [words for words, _ in asked] == [""]
    asked.pop()[1]((JANE, JOHN))
    assert picker.list.count() == 2
    picker.list.setFocus(Qt.FocusReason.TabFocusReason)
    assert picker.chosen is None
    assert picker.list.selectedItems() == []
    picker.search.setFocus()
    qtbot.keyClicks(picker.search, "roe")
    qtbot.waitUntil(lambda: bool(asked), timeout=2000)
    words, done = asked.pop()
    assert words == "roe"
    done((JOHN,))
    assert picker.chosen is None
    qtbot.keyClick(picker.search, Qt.Key.Key_Down)
    assert picker.chosen == JOHN
    assert [item.text() for item in picker.list.selectedItems()] == ["Roe, John · male · 2"]
    assert "Roe, John" in picker.told.text()
    # Who was chosen stays so while one goes on searching.
    qtbot.keyClicks(picker.search, "x")
    qtbot.waitUntil(lambda: bool(asked), timeout=2000)
    asked.pop()[1](())
    assert picker.chosen == JOHN
    assert picker.told.text().startswith("Nobody in the library")


def test_a_late_answer_of_an_earlier_search_is_not_shown(qtbot):
    asked = []
    picker = PatientPicker(lambda words, done: asked.append(done))
    qtbot.addWidget(picker)
    picker.search.setText("roe")
    qtbot.waitUntil(lambda: len(asked) == 2, timeout=2000)
    asked[1]((JOHN,))
    asked[0]((JANE, JOHN))
    assert picker.list.count() == 1


def test_the_button_of_a_table_is_never_cut(qtbot, window, folder):
    report = opened_report(qtbot, window, folder)
    form = form_in_view(qtbot, report.tables)
    report.resize(report.minimumSizeHint())
    qtbot.waitUntil(lambda: form.read_button.visibleRegion().boundingRect() == form.read_button.rect())
    assert report.width() <= 900
    assert form.read_button.width() >= form.read_button.sizeHint().width()


def test_numbers_that_tables_share_are_asked_for(qtbot, window, tmp_path):
    place = tmp_path / "study"
    place.mkdir()
    (place / "people.csv").write_text("id,weight\n1,60\n2,70\n")
    (place / "labs.csv").write_text("id,test,value,unit\n1,hdl,75,mg/dL\n2,hdl,64,mg/dL\n")
    report = opened_report(qtbot, window, place)
    form = form_in_view(qtbot, report.tables)
    shown = [box.label.text() for box in form.findChildren(NoticeBox) if box.isVisibleTo(form)]
    asked = "2 patients' numbers of labs.csv stand in people.csv too: are they the same patients?"
    assert shown == [asked]
    assert not form.read_button.isEnabled()
    assert form.answer.questions
    form.confirm()
    assert report.tables.count == 2
    form.own_button.click()
    assert form.read_button.isEnabled()
    assert not form.answer.shared
    assert not form.answer.questions
    form.shared.click()
    assert not [box for box in form.findChildren(NoticeBox) if box.isVisibleTo(form)]
    assert form.answer.shared
    form.shared.click()
    assert not form.answer.shared
