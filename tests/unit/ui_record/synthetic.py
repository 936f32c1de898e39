"""A made-up record of any length: what a person collects in fifty years, with all kinds of entries."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

from medapp.domain.genome import Diplotype, GeneCall, Genotype, Haplotype, Variant
from medapp.domain.record import (
    Allergy,
    Code,
    Component,
    Concept,
    Encounter,
    Entry,
    HumanName,
    Immunization,
    Medication,
    Note,
    Observation,
    Other,
    Period,
    Person,
    Problem,
    Procedure,
    Quantity,
    Reaction,
    ReferenceRange,
    Source,
    StudyReference,
    When,
)
from medapp.domain.record.coding import LOINC

ANALYTES = (
    ("2160-0", "Creatinine [Mass/volume] in Serum or Plasma", "mg/dL", 0.6, 1.3),
    ("2345-7", "Glucose [Mass/volume] in Serum or Plasma", "mg/dL", 70, 99),
    ("4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood", "%", 4, 5.6),
    ("718-7", "Hemoglobin [Mass/volume] in Blood", "g/dL", 12, 16),
    ("2823-3", "Potassium [Moles/volume] in Serum or Plasma", "mmol/L", 3.5, 5.1),
    ("2951-2", "Sodium [Moles/volume] in Serum or Plasma", "mmol/L", 136, 145),
    ("13457-7", "Cholesterol in LDL [Mass/volume] in Serum or Plasma", "mg/dL", None, 130),
    ("33914-3", "Glomerular filtration rate/1.73 sq M.predicted", "mL/min/{1.73_m2}", 60, None),
    ("6690-2", "Leukocytes [#/volume] in Blood", "10*3/uL", 4, 11),
    ("777-3", "Platelets [#/volume] in Blood", "10*3/uL", 150, 400),
)
PROBLEMS = (
    ("Essential hypertension", 22, None, "active"),
    ("Diabetes mellitus type 2", 31, None, "active"),
    ("Chronic kidney disease stage 2", 38, 44, "resolved"),
    ("Chronic kidney disease stage 3", 44, None, "active"),
    ("Acute bronchitis", 12, 12.1, "resolved"),
    ("Fracture of radius", 8, 8.3, "resolved"),
    ("Hyperlipidemia", 27, None, "active"),
    ("Viral sinusitis", 19, 19.05, "resolved"),
    ("Osteoarthritis of knee", 40, None, "active"),
    ("Anemia", 45, 46, "resolved"),
)
MEDICINES = (
    ("Lisinopril 10 MG Oral Tablet", 22, None, "active"),
    ("Metformin 500 MG Oral Tablet", 31, None, "active"),
    ("Simvastatin 20 MG Oral Tablet", 27, 36, "completed"),
    ("Atorvastatin 40 MG Oral Tablet", 36, None, "active"),
    ("Amoxicillin 500 MG Oral Capsule", 12, 12.03, "completed"),
    ("Ibuprofen 400 MG Oral Tablet", 40, 43, "stopped"),
    ("Insulin glargine 100 UNT/ML", 47, None, "active"),
)
BIRTH = date(1971, 3, 14)


class Maker:
    """Numbers the entries that it makes."""

    def __init__(self, seed: int = 7) -> None:
        self.random = random.Random(seed)
        self.entries: list[Entry] = []

    def day(self, years: float) -> date:
        return BIRTH + timedelta(days=round(years * 365.25))

    def add(self, content, kind="Observation", recorded=None) -> Entry:
        n = len(self.entries)
        source = Source("record_1971.json", "fhir", f"{kind}/{n}")
        self.entries.append(Entry(f"{kind}/{n}", "p1", source, content, recorded=recorded))
        return self.entries[-1]

    def measure(self, which: int, moment: datetime) -> None:
        code, name, unit, low, high = ANALYTES[which % len(ANALYTES)]
        middle = ((low or (high or 0) * 0.6) + (high or (low or 0) * 1.6)) / 2
        value = round(middle * self.random.gauss(1.0, 0.22), 2)
        flags = ("L",) if low is not None and value < low else ()
        flags = ("H",) if high is not None and value > high else flags
        usual = ReferenceRange(
            *(None if side is None else Quantity(side, unit, unit) for side in (low, high))
        )
        concept = Concept((Code(LOINC, code, name),), name)
        when = Period(When(moment.isoformat(timespec="seconds")))
        amount = Quantity(value, unit, unit)
        self.add(Observation(concept, "final", "laboratory", when, amount, "", flags, (usual,)))

    def pressure(self, moment: datetime) -> None:
        parts = []
        for code, name, value in (("8480-6", "Systolic blood pressure", 128), ("8462-4", "Diastolic", 81)):
            number = round(self.random.gauss(value, 9))
            parts.append(Component(Concept((Code(LOINC, code, name),)), Quantity(number, "mm[Hg]", "mm[Hg]")))
        concept = Concept((Code(LOINC, "85354-9", "Blood pressure panel"),))
        when = Period(When(moment.isoformat(timespec="minutes")))
        self.add(Observation(concept, "final", "vital-signs", when, components=tuple(parts)))


def observations(maker: Maker, count: int, years: float) -> None:
    """Panels of ten, some years dense and some sparse."""
    start = datetime(BIRTH.year, BIRTH.month, BIRTH.day, tzinfo=UTC)
    done = 0
    while done < count:
        age = years * maker.random.betavariate(2.2, 1.0)
        moment = start + timedelta(days=age * 365.25, minutes=maker.random.randrange(1440))
        for which in range(min(10, count - done)):
            maker.measure(which, moment)
        done += 10
        if done % 50 == 0 and done < count:
            maker.pressure(moment)
            done += 1


def stays(maker: Maker, years: float) -> None:
    """Visits, studies, procedures, vaccines and notes."""
    for n in range(int(years * 3)):
        day = maker.day(years * (n + maker.random.random()) / (years * 3))
        kind = "IMP" if n % 17 == 0 else "AMB"
        end = day + timedelta(days=5 if kind == "IMP" else 0)
        during = Period(When(day.isoformat()), When(end.isoformat()))
        maker.add(Encounter(Concept(text="Encounter for check up"), kind, "finished", during), "Encounter")
        if n % 4 == 0:
            vaccine = Concept(text="Influenza, seasonal, injectable")
            maker.add(Immunization(vaccine, "completed", When(day.isoformat())), "Immunization")
        if n % 6 == 0:
            done = Concept(text="Colonoscopy" if n % 12 else "Electrocardiogram")
            maker.add(Procedure(done, "completed", Period(When(day.isoformat()))), "Procedure")
        if n % 8 == 0:
            what = ("CT", "Chest CT") if n % 16 else ("MR", "Brain MRI")
            study = StudyReference(f"1.2.840.{n}", When(day.isoformat()), (what[0],), what[1], series=3)
            maker.add(study, "ImagingStudy")
        if n % 5 == 0:
            note = Note(Concept(text="Progress note"), "current", When(day.isoformat()), "Dr. A", "",
                        "Feels well.\nBlood pressure <b>high</b>.\n")  # fmt: skip
            maker.add(note, "DocumentReference")


def oddities(maker: Maker) -> None:
    """Dates that are not exact, are missing, or are wrong; a mistake; what is not so."""
    about = Concept(text="Appendectomy")
    maker.add(Procedure(about, "completed", Period(When("1984"))), "Procedure")
    maker.add(
        Problem(Concept(text="Asthma in childhood"), onset=Period(When("1976"), When("1983-05"))), "Condition"
    )
    maker.add(Problem(Concept(text="Migraine"), status="active"), "Condition")
    maker.add(
        Problem(Concept(text="Hepatitis"), certainty="entered-in-error", onset=Period(When("2001"))),
        "Condition",
    )
    maker.add(Problem(Concept(text="Seizure"), certainty="refuted", onset=Period(When("2003"))), "Condition")
    hives = (Reaction((Concept(text="Hives"),), "moderate"),)
    told = ("medication", "allergy", "high", "active", "confirmed")
    penicillin = Allergy(Concept(text="Penicillin G"), *told, Period(When("1979-06")), hives)
    maker.add(penicillin, "AllergyIntolerance")
    maker.add(Other("Claim", Concept(text="Claim"), "active"), "Claim")


def record(count: int = 1000, years: float = 50) -> tuple[tuple[Person, ...], tuple[Entry, ...]]:
    """A person and their entries, `count` of them observations."""
    maker = Maker()
    for name, start, end, status in PROBLEMS:
        if start < years:
            onset = Period(When(maker.day(start).isoformat()), end and When(maker.day(end).isoformat()))
            maker.add(
                Problem(Concept(text=name), "problem-list-item", status, "confirmed", "", onset), "Condition"
            )
    for name, start, end, status in MEDICINES:
        if start < years:
            taken = Period(When(maker.day(start).isoformat()), end and When(maker.day(end).isoformat()))
            maker.add(Medication(Concept(text=name), "request", status, "order", taken, Quantity(1, "tablet"),
                                 "oral", "BID"), "MedicationRequest")  # fmt: skip
    observations(maker, count, years)
    stays(maker, years)
    oddities(maker)
    source = Source("record_1971.json", "fhir", "Patient/p1")
    person = Person(
        "p1", source, names=(HumanName("Doe", ("Jane",)),), birth_date=When(BIRTH.isoformat()), sex="female"
    )
    return (person,), tuple(maker.entries)


def genome() -> tuple[tuple[GeneCall, ...], tuple[Variant, ...]]:
    """A clear call, one with two readings, one that could not be made, and three variants."""
    one, two = Haplotype("*1", "Normal function", 1.0), Haplotype("*2", "No function", 0.0)
    calls = (
        GeneCall("CYP2C19", "called", (Diplotype((one, two), "Intermediate Metabolizer"),), tables="CPIC 1"),
        GeneCall(
            "DPYD",
            "called",
            (
                Diplotype((one, one), "Normal Metabolizer", 2.0),
                Diplotype((one, two), "Intermediate Metabolizer", 1.0),
            ),
        ),
        GeneCall(
            "CYP2D6", "no-call", missing=("chr22:42126611", "chr22:42127803"), notes=("Too little was seen.",)
        ),
        GeneCall("HLA-B", "outside", (Diplotype((Haplotype("*57:01"), Haplotype("*15:02"))),)),
    )
    places = (
        ("chr10", 94781859, "rs4244285", (0, 1)),
        ("chr2", 5, "", (None, None)),
        ("chrX", 9, "", (1, None)),
    )
    variants = tuple(
        Variant(where, position, (name,), "G", ("A",), 50.0, (), (Genotype(alleles, depth=31),), line=line)
        for line, (where, position, name, alleles) in enumerate(places, 30)
    )
    return calls, variants
