"""Small cohorts, stays and records, written here: what comes of people hangs on what was measured before."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from medapp.domain.record import (
    Code,
    Component,
    Concept,
    Encounter,
    Entry,
    Observation,
    Period,
    Person,
    Problem,
    Quantity,
    Record,
    Source,
    When,
)
from medapp_classification.records.stay import FIVE, FIVE_STATISTICS, TWO, VENTILATION

LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
SOURCE = Source("small.json", "fhir", "Bundle")


def write_cohort(folder: Path, people: int = 300, seed: int = 1, *, shuffled: bool = False) -> Path:
    """Three tables; the hazard of death grows with age and pressure, and falls with HDL."""
    random = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    age, male = random.integers(30, 85, people), random.integers(0, 2, people)
    hdl, sbp = random.normal(50, 12, people).clip(20, 100), random.normal(135, 20, people).clip(90, 220)
    risk = 0.09 * (age - 57) + 0.02 * (sbp - 135) - 0.03 * (hdl - 50)
    death = random.exponential(2500 * np.exp(-(random.permutation(risk) if shuffled else risk)))
    end = random.uniform(1500, 4000, people)
    follow = np.minimum(death, end).astype(int) + 1
    ids = np.arange(1, people + 1)
    pd.DataFrame(
        {
            "id": ids,
            "age": age,
            "male": male,
            "weight": np.where(random.random(people) < 0.3, np.nan, random.normal(80, 15, people).round(1)),
            "height": np.where(random.random(people) < 0.3, np.nan, random.normal(170, 9, people).round(0)),
            "bmi": np.where(random.random(people) < 0.2, np.nan, random.normal(28, 4, people).round(1)),
            "case.id": (ids + 1) // 2,
            "futime": follow,
            "status": (death <= end).astype(int),
        }
    ).to_csv(folder / "subjects.csv", index=False)
    rows = []
    for one in range(people):
        for day in (*random.integers(-3000, -1, int(random.integers(0, 5))), 200):
            rows += [(ids[one], day, "hdl", hdl[one] + random.normal(0, 3))]
            rows += [(ids[one], day, "sbp", sbp[one] + random.normal(0, 5))]
    pd.DataFrame(rows, columns=["id", "days", "test", "value"]).to_csv(folder / "labs.csv", index=False)
    ill = random.random(people) < 0.3
    events = [(ids[one], -int(random.integers(1, 5000)), "htn") for one in np.flatnonzero(ill)]
    events += [(ids[one], 300, "diabetes") for one in np.flatnonzero(~ill)[:60]]
    pd.DataFrame(events, columns=["id", "days", "event"]).to_csv(folder / "events.csv", index=False)
    return folder


def write_stays(folder: Path, stays: int = 400, seed: int = 2) -> Path:
    """A table of stays; who has a low coma scale and a high urea nitrogen dies more often."""
    random = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    table = {
        "recordid": np.arange(stays),
        "Age": random.integers(30, 90, stays),
        "Gender": random.integers(0, 2, stays),
    }
    table |= {"Height": random.normal(170, 8, stays), "Weight": random.normal(80, 12, stays)}
    table |= {name: (random.random(stays) < 0.2).astype(int) for name in ("CCU", "CSRU", "SICU")}
    usual = {
        "GCS": (12, 3),
        "HR": (85, 15),
        "BUN": (25, 12),
        "Creatinine": (1.2, 0.4),
        "Temp": (37, 0.6),
        "pH": (7.4, 0.05),
    }
    for key in FIVE:
        middle, spread = usual.get(key, (80, 12))
        values = random.normal(middle, spread, (stays, 4))
        values = values.clip(3, 15) if key == "GCS" else values
        low, high = values.min(axis=1), values.max(axis=1)
        parts = (values[:, 0], values[:, 3], low, high, np.median(values, axis=1))
        table |= {f"{key}_{name}": part.round(2) for name, part in zip(FIVE_STATISTICS, parts, strict=True)}
    for key in TWO:
        middle, spread = usual.get(key, (30, 6))
        if key == "FiO2":
            middle, spread = 0.5, 0.1
        for part in ("first", "last"):
            table[f"{key}_{part}"] = random.normal(middle, spread, stays).clip(0.25).round(3)
    risk = 0.5 * (12 - table["GCS_last"]) + 0.08 * (table["BUN_last"] - 25) + 0.03 * (table["Age"] - 60) - 1
    table["In-hospital_death"] = (random.random(stays) < 1 / (1 + np.exp(-risk))).astype(int)
    vented = random.random(stays) < 0.5
    for name in VENTILATION:
        table[name] = np.where(vented, random.integers(0, 2, stays), np.nan)
    frame = pd.DataFrame(table)
    # Of some stays nearly everything is known, of some hardly anything but what is needed.
    often = random.random(stays)
    for key in (*FIVE, *TWO):
        if key not in {"GCS", "HR", "BUN", "Creatinine", "Temp", "NISysABP"}:
            columns = [name for name in frame.columns if name.startswith(f"{key}_")]
            frame.loc[random.random(stays) > often, columns] = np.nan
    frame.loc[random.random(stays) > often, ["Height", "Weight"]] = np.nan
    frame.to_csv(folder / "stays.csv", index=False)
    return folder


def observed(number: str, code: str, value: float, unit: str, when: str, title: str = "") -> Entry:
    content = Observation(
        Concept((Code(LOINC, code, title),)), effective=Period(When(when)), value=Quantity(value, unit, unit)
    )
    return Entry(f"Observation/{number}", "p", SOURCE, content)


def pressure(number: str, systolic: float, when: str) -> Entry:
    parts = (
        Component(Concept((Code(LOINC, "8480-6"),)), Quantity(systolic, "mm[Hg]", "mm[Hg]")),
        Component(Concept((Code(LOINC, "8462-4"),)), Quantity(80, "mm[Hg]", "mm[Hg]")),
    )
    content = Observation(Concept((Code(LOINC, "85354-9"),)), effective=Period(When(when)), components=parts)
    return Entry(f"Observation/{number}", "p", SOURCE, content)


def problem(number: str, code: str, when: str | None = None, certainty: str = "confirmed") -> Entry:
    onset = Period(When(when)) if when else Period()
    content = Problem(Concept((Code(SNOMED, code),)), certainty=certainty, status="active", onset=onset)
    return Entry(f"Condition/{number}", "p", SOURCE, content)


def person(**rest: object) -> Person:
    return Person("p", SOURCE, **({"birth_date": When("1960-06-15"), "sex": "female"} | rest))


def record(*more: Entry, **rest: object) -> Record:
    """A woman of 64 in May 2024 with high blood pressure."""
    entries = (
        observed("1", "2085-9", 1.30, "mmol/L", "2022-03-01", "HDL"),
        observed("2", "2085-9", 48.0, "mg/dL", "2024-04-02", "HDL"),
        pressure("3", 148.0, "2024-05-01"),
        observed("4", "39156-5", 29.5, "kg/m2", "2024-05-01", "BMI"),
        problem("1", "38341003", "2015-01-01"),
        *more,
    )
    return Record((person(**rest),), entries)


def stay_record(*more: Entry, place: str = "Medical Intensive Care Unit") -> Record:
    """Two days in a medical intensive care unit."""
    start, end = When("2024-05-10T08:00:00Z"), When("2024-05-13T08:00:00Z")
    stay = Encounter(Concept(text=place), kind="IMP", during=Period(start, end), place=place)
    entries = [Entry("Encounter/1", "p", SOURCE, stay)]
    for number, hour in enumerate((9, 15, 21)):
        when = f"2024-05-10T{hour:02}:00:00Z"
        entries += [
            observed(f"gcs{number}", "9269-2", 9 + number, "{score}", when),
            observed(f"hr{number}", "8867-4", 90 + number, "/min", when),
            observed(f"bun{number}", "3094-0", 30.0, "mg/dL", when),
            observed(f"cr{number}", "2160-0", 120.0, "umol/L", when),
            observed(f"t{number}", "8310-5", 100.4, "[degF]", when),
            observed(f"sbp{number}", "8480-6", 110.0, "mm[Hg]", when),
        ]
    return Record((person(),), (*entries, *more))
