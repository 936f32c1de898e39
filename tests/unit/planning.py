"""A made-up patient with medicines, in a library with small tables, and a model of treatment to ask."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from medapp.api.manifest import Manifest, TaskManifest
from medapp.domain.record import Code, Concept, Encounter, HumanName, Period, When
from medapp.domain.record.coding import SNOMED
from medapp.library.keys import RECORD_ONLY
from medapp.plugins import Discovery
from tests.unit.knowledge.therapy.made_up import (
    allergy,
    creatinine,
    entry,
    medication,
    person,
    problem,
    weight,
    write_tables,
)

if TYPE_CHECKING:
    import pytest

    from medapp.services.app import App

PLUGINS = Path(__file__).resolve().parents[1] / "integration"
HOW = {"type": "string", "title": "How", "default": "work"}
TREAT = TaskManifest(
    "faulty.treat", "Made-up treatment", "treatment", summary="Starts metformin.", gpu="none",
    record="required", parameters={"how": HOW},
)  # fmt: skip
RISK = TaskManifest(
    "record.risk", "Made-up risk", "classification", gpu="none", record="required", images_needed="none",
    parameters={"question": {"type": "string", "title": "Question", "default": "death"}},
)  # fmt: skip
MANIFEST = Manifest(
    "faulty_plugin", "faulty_plugin", "Faulty", "1", "1", "MIT", "Tests.", PLUGINS, (TREAT, RISK)
)
RECENT, LATER = ((datetime.now(UTC) - timedelta(days=ago)).date().isoformat() for ago in (10, 5))
CONTENTS = (
    medication("Warfarin 5 MG Oral Tablet"),
    medication("Simvastatin 20 MG Oral Tablet"),
    medication("Amlodipine 5 MG Oral Tablet"),
    medication("Wundermittel"),
    problem("Atrial fibrillation", snomed="49436004"),
    problem("Hypertension", snomed="38341003"),
    creatinine(1.0, day=RECENT),
    allergy("Penicillin"),
)


def without_shared_tables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What lies beside the repository is not there for this test."""
    monkeypatch.setenv("MEDAPP_SHARED", str(tmp_path / "nothing"))
    for name in ("MEDAPP_DRUG_TABLES", "MEDAPP_PGX_TABLES"):
        monkeypatch.delenv(name, raising=False)


def with_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """The only plugin is the made-up one; its worker finds it by its path."""
    monkeypatch.setenv("PYTHONPATH", str(PLUGINS))
    monkeypatch.setattr("medapp.plugins.discover", lambda: Discovery((MANIFEST,), ()))


def install_tables(app: App) -> None:
    """Put the small tables where a clinic puts its own."""
    write_tables(app.paths.data / "knowledge" / "drugs")


def put_patient(app: App, *contents: object, name: str = "made_up") -> str:
    """Keep a patient with a record; returns the key that the library lists them under."""
    chosen = contents or CONTENTS
    entries = [entry(number, one) for number, one in enumerate(chosen)]
    (key,) = app.library.records.put(f"{name}.json", "fhir", [person(born="1948-03-01"), *entries]).persons
    return RECORD_ONLY + key


TAKEN = (
    "Warfarin 5 MG Oral Tablet", "Fluconazole 100 MG Oral Tablet", "Simvastatin 40 MG Oral Tablet",
    "Clarithromycin 500 MG Oral Tablet", "Amlodipine 10 MG Oral Tablet", "Metformin 1000 MG Oral Tablet",
    "Digoxin 0.125 MG Oral Tablet", "Hydrochlorothiazide 25 MG", "Ibuprofen 400 MG Oral Tablet",
)  # fmt: skip


def pictured(app: App) -> str:
    """Somebody who was never anybody, with more to check than is good for them; returns their key."""
    visit = Encounter(
        Concept((Code(SNOMED, "185345009", "Encounter for symptom"),)),
        "AMB",
        "finished",
        Period(When(f"{LATER}T09:00:00Z"), When(f"{LATER}T09:30:00Z")),
    )
    named = (
        ("Atrial fibrillation", "49436004"), ("Hypertension", "38341003"), ("Diabetes mellitus", "44054006"),
        ("Coronary Heart Disease", "53741008"),
    )  # fmt: skip
    contents = (
        visit,
        *(medication(one) for one in TAKEN),
        *(problem(text, snomed=code) for text, code in named),
        creatinine(2.1, day=LATER),
        weight(58.0, day=LATER),
        allergy("Penicillin"),
    )
    who = replace(person(born="1948-03-01"), names=(HumanName("Doe", ("Erika",)),))
    entries = [replace(entry(number, one), encounter="e0") for number, one in enumerate(contents)]
    (key,) = app.library.records.put("record_1948.json", "fhir", [who, *entries]).persons
    return key
