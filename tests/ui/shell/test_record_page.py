"""Whose record is shown beside the images: asked where it is not clear, told where it contradicts."""

from __future__ import annotations

import json

import pydicom
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QPushButton

from tests.ui.shell.conftest import is_read


def bundle(patient, *, birth: str = "", family: str = "", number: str = "") -> dict:
    """A record of whom the images are of, changed in what is named."""
    name = str(patient.PatientName).split("^")
    born = str(patient.PatientBirthDate)
    person = {
        "resourceType": "Patient",
        "id": "p1",
        "identifier": [{"system": "urn:oid:1.2", "value": number or str(patient.PatientID)}],
        "name": [{"family": family or name[0], "given": name[1:2]}],
        "gender": {"F": "female", "M": "male"}[patient.PatientSex],
        "birthDate": birth or f"{born[:4]}-{born[4:6]}-{born[6:]}",
    }
    allergy = {
        "resourceType": "AllergyIntolerance",
        "id": "a1",
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "code": {"text": "Penicillin"},
        "patient": {"reference": "Patient/p1"},
    }
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": person}, {"resource": allergy}],
    }


@pytest.fixture
def folder(tmp_path, ct_folder):
    """The CT series with a whole identity, and a place for a record."""
    place = tmp_path / "both"
    place.mkdir()
    for path in sorted(ct_folder.rglob("*.dcm"))[:4]:
        image = pydicom.dcmread(path)
        image.PatientName, image.PatientID = "Doe^Jane", "4711"
        image.PatientBirthDate, image.PatientSex = "19700101", "F"
        image.save_as(place / path.name)
    return place


def open_both(qtbot, window, folder, **changed):
    image = pydicom.dcmread(next(folder.glob("*.dcm")), stop_before_pixels=True)
    (folder / "record.json").write_text(json.dumps(bundle(image, **changed)))
    window.session.import_paths([folder])
    qtbot.waitUntil(lambda: is_read(window), timeout=20000)
    window.show_workspace("record")
    qtbot.waitUntil(lambda: window.record_page.record is not None, timeout=10000)
    return window.record_page


def bars(page, name: str) -> list[QFrame]:
    return [frame for frame in page.findChildren(QFrame, name) if frame.isVisibleTo(page)]


def only_bar(qtbot, page, name: str) -> QFrame:
    """The one bar of this kind; Qt shows it a moment after it was made."""
    qtbot.waitUntil(lambda: len(bars(page, name)) == 1, timeout=10000)
    return bars(page, name)[0]


def press(frame: QFrame, text: str) -> None:
    next(one for one in frame.findChildren(QPushButton) if one.text() == text).click()


def test_a_proposal_is_answered_and_taken_back(qtbot, window, folder):
    page = open_both(qtbot, window, folder)
    assert not page.record.persons
    assert window.banner.texts.allergies == "unknown"
    press(only_bar(qtbot, page, "matchQuestion"), "Same person")
    qtbot.waitUntil(lambda: bool(page.record.persons), timeout=10000)
    qtbot.waitUntil(lambda: window.banner.texts.allergies == "Penicillin", timeout=10000)
    assert not bars(page, "matchQuestion")
    press(only_bar(qtbot, page, "matchAnswer"), "Take back")
    qtbot.waitUntil(lambda: not page.record.persons, timeout=10000)
    only_bar(qtbot, page, "matchQuestion")
    qtbot.waitUntil(lambda: window.banner.texts.allergies == "unknown", timeout=10000)
    assert window.problems == []


def test_nothing_of_another_person_is_shown(qtbot, window, folder):
    page = open_both(qtbot, window, folder, birth="1980-05-05")
    assert not page.record.persons
    assert not bars(page, "matchQuestion")
    assert window.banner.texts.allergies == "unknown"


def test_a_record_that_was_joined_and_differs_is_warned_of(qtbot, window, folder):
    page = open_both(qtbot, window, folder, birth="1980-05-05")
    (person,) = window.session.app.library.records.persons()
    window.session.app.library.records.answer_match(person.key, window.session.patient_key, same=True)
    window.session.libraryChanged.emit()
    qtbot.waitUntil(lambda: bool(page.record.persons), timeout=10000)
    qtbot.waitUntil(window.banner._alert.isVisible, timeout=10000)
    assert window.banner._alert.text() == "record and images differ in birth date"
    only_bar(qtbot, page, "matchQuestion")


def test_somebody_without_images_is_listed_and_opened(qtbot, window, folder):
    page = open_both(qtbot, window, folder, birth="1980-05-05", family="Roe")
    qtbot.waitUntil(lambda: len(window.library_model.patients) == 2, timeout=10000)
    other = window.library_model.patients[1]
    assert (other.name, other.entries) == ("Roe^Jane", 1)
    window.show_library(True)
    window.drawer.tree.personChosen.emit(other.key)
    qtbot.waitUntil(lambda: bool(page.record and page.record.persons), timeout=10000)
    assert window.session.patient_key == other.key
    assert window.pages.currentWidget() is page
    qtbot.waitUntil(lambda: window.banner.texts.allergies == "Penicillin", timeout=10000)


def test_the_rail_shows_the_record_of_whoever_is_chosen_in_the_library(qtbot, window, folder):
    page = open_both(qtbot, window, folder, birth="1980-05-05", family="Roe")
    images = window.session.patient_key
    qtbot.waitUntil(lambda: len(window.library_model.patients) == 2, timeout=10000)
    window.drawer.tree.personChosen.emit(window.library_model.patients[1].key)
    qtbot.waitUntil(lambda: bool(page.record and page.record.persons), timeout=10000)
    window.show_library(True)
    tree = window.drawer.tree
    tree.setCurrentIndex(tree.model().index(0, 0))
    assert tree.chosen_patient == images
    window.rail.workspaceRequested.emit("record")
    assert window.pages.currentWidget() is window.opening.page, "nothing of who was before"
    qtbot.waitUntil(lambda: window.session.patient_key == images, timeout=10000)
    qtbot.waitUntil(lambda: window.pages.currentWidget() is page, timeout=10000)
    qtbot.waitUntil(lambda: page.record is not None and not page.record.persons, timeout=10000)
    assert not window.drawer.isVisible()
    assert window.problems == []


def test_the_text_of_a_source_is_shown(qtbot, window, folder):
    page = open_both(qtbot, window, folder, birth="1980-05-05", family="Roe")
    qtbot.waitUntil(lambda: len(window.library_model.patients) == 2, timeout=10000)
    window.session.open_person(window.library_model.patients[1].key)
    qtbot.waitUntil(lambda: bool(page.record and page.record.persons), timeout=10000)
    (entry,) = page.record.entries
    page.workspace.select(entry)
    page.workspace.detail._source.click()
    qtbot.waitUntil(lambda: page.source is not None and page.source.isVisible(), timeout=10000)
    assert json.loads(page.source.text.toPlainText())["code"] == {"text": "Penicillin"}
    window.session.close_patient()
    assert not page.source.isVisible(), "nothing of a patient stays in view when another comes"


def test_a_study_on_the_time_line_opens_in_read_and_leads_back(qtbot, window, folder):
    page = open_both(qtbot, window, folder)
    uid = window.session.study[0].study.uid
    assert [entry.content.uid for entry in page.record.entries] == [uid]
    page.workspace.studyRequested.emit(uid)
    qtbot.waitUntil(lambda: window.pages.currentWidget() is window.read_page, timeout=10000)
    qtbot.waitUntil(lambda: is_read(window), timeout=20000)
    image = window.inspector.image
    (button,) = [one for one in image.findChildren(QPushButton) if "time line" in one.text()]
    assert not button.shortcut().isEmpty()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.pages.currentWidget() is page
    qtbot.waitUntil(lambda: page.workspace.selected is not None, timeout=10000)
    assert page.workspace.selected.content.uid == uid
    assert page.workspace.timeline.selected is page.workspace.selected


def test_a_study_without_images_is_told_and_leads_nowhere(qtbot, window, folder):
    page = open_both(qtbot, window, folder)
    page.workspace.studyRequested.emit("1.2.3.4.5")
    line = window.message_line
    qtbot.waitUntil(lambda: "no images of this study" in line.text.full_text, timeout=10000)
    assert window.pages.currentWidget() is page
    assert line.undo_button.text().strip() == "Import"
