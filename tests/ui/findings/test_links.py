"""From what moved an answer to the entry of the record, and from the entry back to the finding."""

from __future__ import annotations

import pytest

from medapp.ui.findings.model import Choice
from medapp.ui.results.details import provenance_rows
from tests.ui.cohort.conftest import filled as people
from tests.ui.shell.conftest import ct_folder, window
from tests.unit.services.answers import DEATH, kept, proposal

__all__ = ["ct_folder", "people", "window"]


@pytest.fixture
def record(qtbot, people):
    """Somebody of whom there is a record, with a risk that goes by its first entry."""
    from dataclasses import replace

    from medapp.services.patient_data import data_of

    person = next(one.key for one in people.library_model.patients)
    entry = data_of(people.session.app.library, person).record.entries[0]
    items = (replace(DEATH.items[0], entries=(entry.id,)), DEATH.items[0])
    kept(people.session.app, proposal("r1", (replace(DEATH, items=items),), patient=person, used=("record",)))
    people.session.open_person(person)
    qtbot.waitUntil(lambda: len(people.workspaces.inbox.items) == 1, timeout=20000)
    return people, entry


def test_there_and_back(qtbot, record):
    window, entry = record
    window.show_workspace("findings")
    page = window.findings_page
    page.model.choose("r1", "death")
    table = page.workspace.evidence.items
    assert page.workspace.evidence._links.isVisible()
    table.rowOpened.emit(table.rows.row_at(0))
    assert window.pages.currentWidget() is window.record_page
    detail = window.record_page.workspace.detail
    qtbot.waitUntil(lambda: detail.entry is not None and detail.entry.id == entry.id, timeout=20000)
    (use,) = detail.uses
    assert use.full_text == "Death within 5 years · 23 %"
    page.model.choose("r1")
    use.click()
    assert window.pages.currentWidget() is window.findings_page
    assert page.model.choice == Choice("r1", "death")


def test_an_item_without_an_entry_leads_nowhere(record):
    window, _ = record
    window.show_workspace("findings")
    page = window.findings_page
    page.model.choose("r1", "death")
    table = page.workspace.evidence.items
    table.rowOpened.emit(table.rows.row_at(1))
    assert window.pages.currentWidget() is page


def test_how_it_came_to_be_is_told_when_it_is_unfolded(record):
    window, _ = record
    window.show_workspace("findings")
    page = window.findings_page
    page.model.choose("r1")
    background = page.workspace.answer.background
    assert background.facts.layout().count() == 0
    background.section.unfold()
    assert background.facts.layout().count() == 2 * len(provenance_rows(page.model.item.provenance))
