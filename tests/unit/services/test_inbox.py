"""The inbox of a patient: kept with heat maps, filtered, decided on, taken back, and never lost."""

from dataclasses import replace

import numpy as np
import pytest

from medapp.api.manifest import TaskManifest
from medapp.api.results import ClassifyResult
from medapp.domain.finding import Familiarity, Finding, HeatMap
from medapp.domain.provenance import Provenance
from medapp.domain.segmentation import Code
from medapp.services.app import App
from medapp.services.classifying import FindingsProposal
from medapp.services.inbox import chosen, decide, inbox_of, is_uncertain, keep
from medapp.services.paths import AppPaths

CODE = Code("60046008", "SCT", "Pleural effusion")
SURE = Finding("Effusion", "Effusion", code=CODE, probability=0.9, answers=("present",), threshold=0.5)
UNSURE = Finding("Mass", "Mass", probability=0.4, answers=("present", "absent"), threshold=0.5)


@pytest.fixture
def app(tmp_path):
    with App.open(AppPaths.under(tmp_path)) as found:
        yield found


def proposal(identity, findings, patient="P|1|", task="cxr.findings", **result):
    maps = (HeatMap("h", "Effusion", np.full((1, 2, 2), 0.5, np.float32), "Grad-CAM"),)
    found = ClassifyResult(findings, ("images",), heat_maps=maps, coverage=0.9, **result)
    made = Provenance(task, "CXR", "p", "1.0", finished=f"2026-01-01T00:00:{identity:02d}+00:00")
    manifest = TaskManifest(task, "Chest findings", "classification")
    return FindingsProposal(f"job-{identity}", manifest, patient, None, found, made)


def test_an_answer_is_kept_with_its_heat_maps_and_read_again(app):
    keep(app, proposal(1, (SURE, UNSURE)))
    (item,) = inbox_of(app.library, "P|1|").items
    assert item.result.findings == (SURE, UNSURE)
    assert item.result.heat_maps[0].array.max() == 0.5
    assert item.report["warning"] == "Not for diagnostic use"
    assert not item.entry.read
    assert inbox_of(app.library, "P|2|").items == ()


def test_decisions_and_taking_back(app):
    keep(app, proposal(1, (SURE, UNSURE)))
    (item,) = inbox_of(app.library, "P|1|").items
    decide(app.library, item, "Effusion", "accepted")
    with pytest.raises(ValueError, match="instead"):
        decide(app.library, item, "Mass", "corrected")
    with pytest.raises(KeyError):
        decide(app.library, item, "Nodule", "accepted")
    decide(app.library, item, "Mass", "corrected", instead="Nodule, 8 mm", reason="seen on CT")
    (item,) = inbox_of(app.library, "P|1|").items
    assert [item.status_of(one) for one in item.result.findings] == ["accepted", "corrected"]
    assert item.decisions["Mass"].instead == "Nodule, 8 mm"
    assert item.entry.read
    assert chosen((item,), "undecided") == ()
    app.library.findings.take_back("job-1", "Mass")
    (item,) = inbox_of(app.library, "P|1|").items
    assert item.status_of(UNSURE) == "proposal"
    app.library.findings.forget("job-1")
    assert app.library.findings.decisions(["job-1"]) == ()


def test_filters(app):
    keep(app, proposal(1, (SURE, UNSURE)))
    keep(app, proposal(2, (), abstained="too strange", familiarity=Familiarity(3, 1, "d")))
    items = inbox_of(app.library, "P|1|").items
    assert [item.entry.id for item in items] == ["job-2", "job-1"]
    assert [found for _, found in chosen(items, "uncertain")] == [(), (UNSURE,)]
    app.library.findings.mark("job-1", read=True)
    app.library.findings.view("job-1", SURE.key)
    unread = chosen(inbox_of(app.library, "P|1|").items, "unread")
    assert [(item.entry.id, found) for item, found in unread] == [("job-2", ()), ("job-1", (UNSURE,))]
    app.library.findings.view("job-1", SURE.key, UNSURE.key)
    unread = chosen(inbox_of(app.library, "P|1|").items, "unread")
    assert [item.entry.id for item, _ in unread] == ["job-2"]


def test_models_that_disagree_are_told(app):
    other = replace(SURE, key="effusion", probability=0.1, answers=("absent",))
    keep(app, proposal(1, (SURE, UNSURE)))
    keep(app, proposal(2, (other,), task="clinic.model"))
    items = {item.entry.id: item for item in inbox_of(app.library, "P|1|").items}
    assert items["job-1"].disagreeing == {"Effusion": ("Chest findings 1.0",)}
    assert list(items["job-2"].disagreeing) == ["effusion"]
    (found,) = [one for item, one in chosen(tuple(items.values()), "disagreeing") if item.entry.id == "job-1"]
    assert found == (SURE,)


def test_uncertain_by_interval(app):
    item = keep(app, proposal(1, (SURE,))) and inbox_of(app.library, "P|1|").items[0]
    wide = replace(SURE, answers=(), low=0.3, high=0.95)
    assert is_uncertain(item, wide)
    assert not is_uncertain(item, replace(wide, low=0.6))


def test_files_that_cannot_be_read_are_told(app):
    entry = keep(app, proposal(1, (SURE,)))
    (entry.folder / "findings.json").write_text("{")
    found = inbox_of(app.library, "P|1|")
    assert found.items == ()
    assert found.unreadable[0][0] == "Chest findings"


def test_a_patient_that_is_not_in_the_library_has_no_inbox(app):
    with pytest.raises(ValueError, match="not in the library"):
        keep(app, proposal(1, (SURE,), patient=""))
