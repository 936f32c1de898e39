"""Made-up patients whose medicines follow from their problems, written in the three formats."""

from __future__ import annotations

import csv
import gzip
import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from medapp.api.requests import RecommendRequest
from medapp.domain.record import (
    Code,
    Concept,
    Encounter,
    Entry,
    Medication,
    Observation,
    Period,
    Person,
    Problem,
    Quantity,
    Record,
    Source,
    When,
)
from medapp.domain.record.coding import LOINC, RXNORM, SNOMED

RULES = {
    "38341003": ("Hypertension", "Lisinopril 10 MG Oral Tablet", "lisinopril"),
    "44054006": ("Diabetes", "Metformin hydrochloride 500 MG Oral Tablet", "metformin"),
    "195662009": ("Sore throat", "Amoxicillin 250 MG Oral Capsule", "amoxicillin"),
}
"""What is prescribed for which problem; the first two are chronic."""
CHRONIC = tuple(RULES)[:2]
SORE = "195662009"
RXCUI = {"lisinopril": "314076", "metformin": "860975", "amoxicillin": "308182"}


@dataclass
class Seen:
    """One visit: codes of problems, and ingredients."""

    day: date
    problems: list[str]
    medicines: list[str]


@dataclass
class Someone:
    """One patient."""

    name: str
    born: date
    sex: str
    visits: list[Seen] = field(default_factory=list)


def people(count: int = 40, seed: int = 0, *, treated: bool = True) -> list[Someone]:
    """Patients with three to five visits; now and then a medicine is left out."""
    random = np.random.default_rng(seed)
    found = []
    for number in range(count):
        one = Someone(f"p{seed}-{number}", date(1950 + number % 30, 3, 1), "FM"[number % 2])
        chronic = [code for code in CHRONIC if random.random() < 0.5]
        for visit in range(int(random.integers(3, 6))):
            problems = chronic + ([SORE] if random.random() < 0.4 else [])
            medicines = [RULES[code][2] for code in problems if treated and random.random() < 0.95]
            day = date(2015, 1, 10) + timedelta(days=120 * visit + number)
            one.visits.append(Seen(day, problems, medicines))
        found.append(one)
    return found


# ---- files --------------------------------------------------------------------------------------------
def write_fhir(folder: Path, who: list[Someone]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for one in who:
        entries = [{"resource": node} for node in _nodes(one)]
        text = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})
        with gzip.open(folder / f"{one.name}.json.gz", "wt") as file:
            file.write(text)
    return folder


def _nodes(one: Someone) -> list[dict]:
    person = {
        "resourceType": "Patient", "id": one.name, "birthDate": one.born.isoformat(),
        "gender": {"F": "female", "M": "male"}[one.sex],
    }  # fmt: skip
    nodes: list[dict] = [person]
    subject = {"reference": f"Patient/{one.name}"}
    for number, visit in enumerate(one.visits):
        name, day = f"{one.name}-v{number}", visit.day.isoformat()
        link = {"encounter": {"reference": f"Encounter/{name}"}, "subject": subject}
        nodes.append(
            {
                "resourceType": "Encounter",
                "id": name,
                "status": "finished",
                "class": {"code": "AMB"},
                "type": [coded(SNOMED, "185349003", "Check up")],
                "subject": subject,
                "period": {"start": day},
            }
        )
        nodes += [_condition(name, code, day, link) for code in visit.problems]
        nodes += [_ordered(name, drug, day, link) for drug in visit.medicines]
    return nodes


def _condition(visit: str, code: str, day: str, link: dict) -> dict:
    return {
        "resourceType": "Condition",
        "id": f"{visit}-{code}",
        "onsetDateTime": day,
        "abatementDateTime": day,
        "code": coded(SNOMED, code, RULES[code][0]),
        **link,
    }


def _ordered(visit: str, drug: str, day: str, link: dict) -> dict:
    title = next(rule[1] for rule in RULES.values() if rule[2] == drug)
    return {
        "resourceType": "MedicationRequest",
        "id": f"{visit}-{drug}",
        "status": "completed",
        "intent": "order",
        "authoredOn": day,
        "medicationCodeableConcept": coded(RXNORM, RXCUI[drug], title),
        **link,
    }


def coded(system: str, code: str, display: str) -> dict:
    return {"coding": [{"system": system, "code": code, "display": display}], "text": display}


def write_omop(folder: Path, who: list[Someone]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    concepts = {code: number for number, code in enumerate((*RULES, *RXCUI.values()), 100)}
    drugs = {RXCUI[rule[2]]: rule[1] for rule in RULES.values()}
    rows = [(concepts[code], rule[0], "SNOMED", code) for code, rule in RULES.items()]
    rows += [(concepts[code], title, "RxNorm", code) for code, title in drugs.items()]
    _write(folder / "CONCEPT.csv", ("concept_id", "concept_name", "vocabulary_id", "concept_code"), rows)
    persons, visits, conditions, exposures = [], [], [], []
    for number, one in enumerate(who, 1):
        gender = {"F": 8532, "M": 8507}[one.sex]
        persons.append((number, gender, one.born.year, one.born.month, one.born.day))
        for visit in one.visits:
            key = len(visits) + 1
            visits.append((key, number, 9202, visit.day))
            for code in visit.problems:
                conditions.append((len(conditions), number, concepts[code], visit.day, visit.day, key))
            for drug in visit.medicines:
                exposures.append((len(exposures), number, concepts[RXCUI[drug]], visit.day, key))
    head = ("person_id", "gender_concept_id", "year_of_birth", "month_of_birth", "day_of_birth")
    _write(folder / "PERSON.csv", head, persons)
    head = ("visit_occurrence_id", "person_id", "visit_concept_id", "visit_start_date")
    _write(folder / "VISIT_OCCURRENCE.csv", head, visits)
    head = ("condition_occurrence_id", "person_id", "condition_concept_id", "condition_start_date",
            "condition_end_date", "visit_occurrence_id")  # fmt: skip
    _write(folder / "CONDITION_OCCURRENCE.csv", head, conditions)
    head = ("drug_exposure_id", "person_id", "drug_concept_id", "drug_exposure_start_date",
            "visit_occurrence_id")  # fmt: skip
    _write(folder / "DRUG_EXPOSURE.csv", head, exposures)
    return folder


def write_mimic(folder: Path, who: list[Someone]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    persons, stays, diagnoses, drugs = [], [], [], []
    for number, one in enumerate(who, 1):
        persons.append((number, one.sex, f"{one.born} 00:00:00"))
        for visit in one.visits:
            stay = 1000 + len(stays)
            stays.append((len(stays), number, stay, f"{visit.day} 10:00:00", "URGENT"))
            diagnoses += [(len(diagnoses), number, stay, code[:5]) for code in visit.problems]
            for drug in visit.medicines:
                drugs.append((len(drugs), number, stay, "MAIN", drug.title(), ""))
            drugs.append((len(drugs), number, stay, "BASE", "NS", ""))
    _write(folder / "PATIENTS.csv", ("subject_id", "gender", "dob"), persons)
    head = ("row_id", "subject_id", "hadm_id", "admittime", "admission_type")
    _write(folder / "ADMISSIONS.csv", head, stays)
    _write(folder / "DIAGNOSES_ICD.csv", ("row_id", "subject_id", "hadm_id", "icd9_code"), diagnoses)
    head = ("row_id", "subject_id", "hadm_id", "drug_type", "drug", "ndc")
    _write(folder / "PRESCRIPTIONS.csv", head, drugs)
    return folder


def _write(path: Path, head: tuple[str, ...], rows: list[tuple]) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([head, *rows])


# ---- a record -----------------------------------------------------------------------------------------
def record(
    problems: tuple[str, ...] = ("38341003", SORE),
    before: tuple[str, ...] = ("lisinopril",),
    *,
    born: str = "1960-05-01",
    day: str = "2016-03-02",
) -> Record:
    """Two visits, of which the last has problems and no medicines."""
    source = Source("made.json", "fhir")
    person = Person("x", source, birth_date=When(born), sex="female")
    earlier, now = Period(When("2015-06-01")), Period(When(day), When(day))
    visit = Concept((Code(SNOMED, "185349003", "Check up"),))

    def entry(name: str, content: object, encounter: str) -> Entry:
        return Entry(name, "x", source, content, encounter)  # type: ignore[arg-type]

    entries = [entry("e1", Encounter(visit, "AMB", "finished", earlier), "e1")]
    for drug in before:
        concept = Concept((Code(RXNORM, RXCUI[drug]),), drug)
        entries.append(entry(f"m-{drug}", Medication(concept, "request", taken=earlier), "e1"))
    entries.append(entry("e2", Encounter(visit, "AMB", "finished", now), "e2"))
    for code in problems:
        title = RULES[code][0] if code in RULES else "Unheard of"
        concept = Concept((Code(SNOMED, code, title),), title)
        entries.append(entry(f"c-{code}", Problem(concept, onset=now), "e2"))
    weight = Observation(
        Concept((Code(LOINC, "29463-7", "Weight"),)), effective=now, value=Quantity(80.0, "kg")
    )
    return Record((person,), (*entries, entry("o1", weight, "e2")))


SOON = "2016-03-20"


def request(of: Record, **parameters: object) -> RecommendRequest:
    """About a day soon after the last visit of `record`."""
    return RecommendRequest("treatment.next", of, parameters={"as_of": SOON} | parameters)
