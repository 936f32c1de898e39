"""What a task needs of a record or an image is known before it is asked, and told as the reason."""

from __future__ import annotations

from medapp.api.manifest import Manifest, TaskManifest
from medapp.domain.geometry import Geometry
from medapp.domain.patient import Patient, Series, Study
from medapp.domain.record import Code, Concept, Entry, Problem, Record, Source
from medapp.plugins import Discovery
from medapp.services.classifying import Target, fits_target, questions_on
from medapp.ui.evaluate.form import for_evaluation
from medapp.ui.models.form import example_of

RARE = TaskManifest(
    "t.rare", "Rare", "classification", images_needed="none", record="required", record_codes=("HP",)
)
CHEST = TaskManifest("t.chest", "Chest", "classification", images=("DX",), single=True)
BRAIN = TaskManifest("t.brain", "Brain", "classification", images=("MR",))


def record(*codes: str) -> Record:
    entries = tuple(
        Entry(f"e{n}", "p", Source("f.json", "fhir", str(n)), Problem(Concept((Code("", code),))))
        for n, code in enumerate(codes)
    )
    return Record((), entries)


def test_a_record_without_the_codes_is_told_before_it_is_asked():
    check = fits_target(RARE, Target("P", record=record("38341003")))
    assert not check.ok
    assert "Human Phenotype Ontology" in check.reason
    assert fits_target(RARE, Target("P", record=record("38341003", "HP:0001250"))).ok
    assert fits_target(RARE, Target("P", record=record("hp_0001250"))).ok
    assert "needs a record" in fits_target(RARE, Target("P")).reason


def test_what_can_be_asked_about_an_image(monkeypatch, tmp_path):
    made = Manifest("p", "p", "P", "1", "1", "MIT", "Tests.", tmp_path, (BRAIN, CHEST, RARE))
    monkeypatch.setattr("medapp.plugins.discover", lambda: Discovery((made,), ()))
    geometry = Geometry.from_parts((1, 8, 8), (0, 0, 0), (1, 1, 1))
    series = Series("k", "1", Study("2", Patient("1"), "20240531"), "DX", "stack", (), geometry=geometry)
    first, second = questions_on(series)
    assert (first.task.id, first.check.ok) == ("t.chest", True)
    assert (second.task.id, second.check.reason) == ("t.brain", "takes MR, this is DX")


def test_settings_of_training_alone_are_not_those_of_measuring():
    shown = for_evaluation({"epochs": {"only": "training"}, "folders": {"type": "string"}})
    assert list(shown) == ["folders"]


def test_an_empty_field_shows_what_may_stand_in_it():
    assert example_of({"examples": ["2024-05-31", "x"]}) == "for example 2024-05-31"
    assert example_of({"examples": [[1, 2]]}) == "for example [1, 2]"
    assert example_of({}) == ""
