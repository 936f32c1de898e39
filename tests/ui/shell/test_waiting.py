"""What an import tells and asks: one line, then a window beside the reading with refusals and forms."""

from __future__ import annotations

import json

import pytest
from PySide6.QtGui import QGuiApplication

from medapp.domain.patient import Patient
from medapp.formats.recognise import RecordFile
from medapp.services.genomes import GenomeFile
from medapp.ui.shell.waiting_genome import GenomeForm

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


def test_refusals_tables_and_pairs_are_told_and_answered(qtbot, window, folder):
    report = opened_report(qtbot, window, folder)
    assert not report.isModal()
    titles = [report.tabs.tabText(place) for place in range(report.tabs.count())]
    assert titles == ["Tables 1", "Same person? 1", "Not read 1"]
    report.copy()
    text = QGuiApplication.clipboard().text()
    assert text.startswith("file 1\t")
    assert "secret" not in text.casefold()

    (form,) = report.tables.forms
    assert not form.read_button.isEnabled()
    assert form.preview.rowCount() == 2
    first = form.columns.item(0, 0).text(), form.columns.item(1, 0).text()
    assert set(first) == {"date", "sex"}
    for line in range(form.columns.rowCount()):
        name = form.columns.item(line, 0).text()
        if name == "date":
            choice = form.columns.cellWidget(line, 3)
            choice.setCurrentIndex(choice.findData("month-first"))
        if name == "sex":
            form.columns.cellWidget(line, 4).setText("1 = male; 2 = female")
    assert form.read_button.isEnabled()
    form.read_button.click()
    records = window.session.app.library.records
    qtbot.waitUntil(lambda: report.tables.count == 0, timeout=20000)
    (seven,) = [one for one in records.persons() if "7" in one.identifiers]
    assert seven.sex == "male"

    before = len(records.persons())
    (pair,) = report.pairs.forms
    pair._say(True)
    qtbot.waitUntil(lambda: len(records.persons()) == before - 1, timeout=10000)
    window.message_line.undo_button.click()
    qtbot.waitUntil(lambda: len(records.persons()) == before, timeout=10000)
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


def test_a_genome_is_asked_for_sample_and_patient(qtbot, tmp_path):
    file = RecordFile(tmp_path / "g.vcf", "vcf")
    patients = (("a", Patient("1", "Doe^Jane", "19600101", "F")), ("b", Patient("2", "Roe^John", "", "M")))
    form = GenomeForm(GenomeFile(file, ("S1", "S2"), "GRCh38"), patients, "b")
    qtbot.addWidget(form)
    assert form.patients.currentData() == "b"
    assert not form.call_button.isEnabled()
    form.samples.setCurrentText("S2")
    assert form.call_button.isEnabled()
    with qtbot.waitSignal(form.confirmed) as caught:
        form.call_button.click()
    (wish,) = caught.args
    assert (wish.sample, wish.patient, wish.identity) == ("S2", "b", patients[1][1])
    refused = GenomeForm(GenomeFile(file, ("S1",), "GRCh37"), patients, "b")
    qtbot.addWidget(refused)
    assert not refused.call_button.isEnabled()
    nobody = GenomeForm(GenomeFile(file, ("S1",), "GRCh38"), patients)
    qtbot.addWidget(nobody)
    assert nobody.patients.currentIndex() == -1
    assert not nobody.call_button.isEnabled()
