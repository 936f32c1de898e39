"""Small tables of interactions and codes, and records of nobody."""

from __future__ import annotations

from datetime import date

from medapp.domain.record import (
    Allergy,
    Code,
    Concept,
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
from medapp.domain.record.coding import ICD10CM, LOINC, RXNORM, SNOMED
from medapp.knowledge.therapy.loading import load_drug_tables
from medapp.resources import resource

ON = date(2026, 6, 30)
NEAR = "2026-06-20"
SOURCE = Source("made_up.json", "fhir")

PAIRS = """\
drugbank1\tdrug1\tdrugbank2\tdrug2\tsource\tseverity\tlabel
DB1\twarfarin\tDB2\tfluconazole\tNDF-RT\tCritical\tFLUCONAZOLE/WARFARIN
DB3\tsimvastatin\tDB4\tamlodipine\tNDF-RT\tSignificant\tAMLODIPINE/SIMVASTATIN
DB3\tsimvastatin\tDB5\tclarithromycin\tONC-HighPriority\t\t
DB3\tsimvastatin\tDB5\tclarithromycin\tNDF-RT\tCritical\tCLARITHROMYCIN/SIMVASTATIN
DB6\tacetylsalicylic_acid\tDB7\tlisinopril\tONC-NonInteruptive\t\t
DB8\t\ufeffmadeupine_acetate\tDB9\tphenelzine\tONC-HighPriority\t\t
"""
CODES = """\
rxcui;nui;drugname
11289;N1;Warfarin [Chemical/Ingredient]
855332;N2;WARFARIN NA 5MG TAB [VA Product]
4450;N3;FLUCONAZOLE
1191;N4;Aspirin [Chemical/Ingredient]
896884;N5;AMLODIPINE 5MG/BENAZEPRIL 10MG CAP,ORAL [VA Produc
202433;N6;Strangeol Hydrochloride [Chemical/Ingredient]
999;N7;Tablet [Dose Form]
"""


def write_tables(folder):
    """The two published tables in their own layout."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ddi_ndfrt_onc.tsv").write_text(PAIRS, encoding="utf-8")
    (folder / "ndfrt_rxnorm_mapping.csv").write_text(CODES, encoding="utf-8")
    return folder


def tables_of(folder, **more):
    """The small published tables with the program's own."""
    return load_drug_tables(folder, resource("therapy"), **more)


def person(sex="female", born="1950-01-01", subject="p"):
    return Person(subject, SOURCE, sex=sex, birth_date=When(born) if born else None)


def entry(number, content, recorded=None):
    return Entry(f"e{number}", "p", SOURCE, content, recorded=recorded)


def lab(loinc, value, unit, day=NEAR, **more):
    when = Period(When(day)) if day else Period()
    return Observation(
        Concept((Code(LOINC, loinc),)), "final", effective=when, value=Quantity(value, unit, unit), **more
    )


def creatinine(value=1.0, unit="mg/dL", day=NEAR):
    return lab("2160-0", value, unit, day)


def weight(value=70.0, unit="kg", day=NEAR):
    return lab("29463-7", value, unit, day)


def problem(text="", snomed="", icd="", status="active", **more):
    codes = tuple(Code(system, code) for system, code in ((SNOMED, snomed), (ICD10CM, icd)) if code)
    return Problem(Concept(codes, text), status=status, **more)


def allergy(text, category="medication", **more):
    return Allergy(Concept((), text), category=category, status="active", **more)


def medication(text, rxnorm="", status="active", kind="request"):
    codes = (Code(RXNORM, rxnorm),) if rxnorm else ()
    return Medication(Concept(codes, text), kind, status=status)


def record(*contents, persons=None):
    """A record with entries e0, e1, ..."""
    whole = (person(),) if persons is None else persons
    return Record(tuple(whole), tuple(entry(number, one) for number, one in enumerate(contents)))
