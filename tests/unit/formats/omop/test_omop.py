from __future__ import annotations

import gzip
from collections import Counter

import pytest

from medapp.domain.record import Entry, Person, Refusal
from medapp.domain.record.coding import Code, Quantity
from medapp.domain.record.person import Address
from medapp.formats.omop import looks_like, read

PERSON = """person_id,gender_concept_id,year_of_birth,month_of_birth,day_of_birth,birth_datetime,\
race_concept_id,ethnicity_concept_id,person_source_value,gender_source_value,race_source_value
1,8507,1950,4,9,1950-04-09 00:00:00,0,0,A-1,M,white
2,8532,1960,,,1960-01-01 00:00:00,0,0,,F,
3,0,1970,2,31,,0,0,,,
"""
CONCEPT = """CONCEPT_ID\tCONCEPT_NAME\tDOMAIN_ID\tVOCABULARY_ID\tCONCEPT_CLASS_ID\tCONCEPT_CODE
3004249\tSystolic blood pressure\tMeasurement\tLOINC\tObs\t8480-6
8876\tmillimeter mercury column\tUnit\tUCUM\tUnit\tmm[Hg]
9201\tInpatient Visit\tVisit\tVisit\tVisit\tIP
201826\tType 2 diabetes\tCondition\tSNOMED\tFinding\t44054006
1567956\tType 2 diabetes\tCondition\tICD10CM\tCode\tE11
40213154\tinfluenza vaccine\tDrug\tCVX\tCVX\t140
1545958\tatorvastatin\tDrug\tRxNorm\tIngredient\t83367
"""
MEASUREMENT = """measurement_id;person_id;measurement_concept_id;measurement_date;measurement_datetime;\
measurement_time;operator_concept_id;value_as_number;value_as_concept_id;unit_concept_id;range_low;range_high;\
visit_occurrence_id;measurement_source_value;unit_source_value;value_source_value
1;1;3004249;2020-01-02;2020-01-02 08:30:00;;4171756;140;0;8876;90;130;7;SBP;mmHg;
2;1;3004249;2020-01-02;2020-01-02 00:00:00;09:15:00;0;120;;0;;;;;;
3;1;3004249;2020-13-02;;;0;120;;0;;;;;;
4;;3004249;2020-01-02;;;0;120;;0;;;;;;
5;1;3004249;2020-01-02;;;0;many;;0;;;;;;
6;1;3004249;2020-01-02
7;1;0;2020-01-02;;;0;;201826;0;;;;ZZZ;;
"""
OTHERS = {
    "cond.csv": (
        "condition_occurrence_id,person_id,condition_concept_id,condition_start_date,condition_end_date,"
        "condition_type_concept_id,condition_source_value,condition_source_concept_id,visit_occurrence_id\n"
        "1,1,201826,2019-05-05,,32840,E11,1567956,7\n"
    ),
    "visit.csv": (
        "visit_occurrence_id,person_id,visit_concept_id,visit_start_date,visit_start_datetime,visit_end_date\n"
        "7,1,9201,2020-01-01,2020-01-01 10:00:00,2020-01-04\n"
    ),
    "drug.csv": (
        "drug_exposure_id,person_id,drug_concept_id,drug_exposure_start_date,drug_type_concept_id,sig,lot_number\n"
        "1,1,1545958,2020-01-01,32838,one a day,\n2,1,40213154,2020-01-02,32818,,L9\n"
    ),
    "note.csv": (
        "note_id,person_id,note_date,note_class_concept_id,note_title,note_text\n"
        '1,1,2020-01-03,0,Summary,"Well.\nHome."\n'
    ),
    "death.csv": "person_id,death_date,cause_concept_id\n2,2021-03-04,201826\n",
    "readme.txt": "not a table\n",
}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "p.csv").write_text(PERSON)
    (tmp_path / "c.csv.gz").write_bytes(gzip.compress(CONCEPT.encode()))
    (tmp_path / "m.csv").write_text(MEASUREMENT)
    for name, text in OTHERS.items():
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def items(folder):
    return list(read(folder, "cdm"))


def content(items, key):
    return next(item.content for item in items if isinstance(item, Entry) and item.id == key)


def test_people_are_as_exact_as_their_columns(items):
    first, second, third = (item for item in items if isinstance(item, Person))
    assert (first.birth_date.text, first.sex, first.deceased) == ("1950-04-09", "male", None)
    assert first.identifiers[0].value == "A-1"
    assert ("race", "white") in first.facts
    assert (second.birth_date.text, second.sex, second.deceased.text) == ("1960", "female", "2021-03-04")
    # A birth date that is none does not take the person away.
    assert (third.subject, third.birth_date, third.sex) == ("3", None, None)


def test_a_measurement_has_its_code_unit_range_and_moment(items):
    found = content(items, "MEASUREMENT/1")
    assert found.concept.code("http://loinc.org") == "8480-6"
    assert Code("", "SBP") in found.concept.codes
    assert found.value == Quantity(140, "mmHg", "mm[Hg]", "<")
    assert found.ranges[0].high == Quantity(130, "mmHg", "mm[Hg]")
    assert found.effective.start.text == "2020-01-02T08:30:00"
    second = content(items, "MEASUREMENT/2")
    assert second.value == Quantity(120)
    assert second.effective.start.text == "2020-01-02T09:15:00"
    assert content(items, "MEASUREMENT/7").value.concept.code("http://snomed.info/sct") == "44054006"


def test_entries_name_their_visit(items):
    entry = next(item for item in items if isinstance(item, Entry) and item.id == "CONDITION_OCCURRENCE/1")
    assert entry.encounter == "VISIT_OCCURRENCE/7"
    assert entry.content.category == "problem-list-item"
    assert entry.content.concept.code("http://hl7.org/fhir/sid/icd-10-cm") == "E11"
    visit = content(items, "VISIT_OCCURRENCE/7")
    assert (visit.kind, visit.during.end.text) == ("IMP", "2020-01-04")


def test_drugs_vaccines_notes_and_deaths(items):
    drug = content(items, "DRUG_EXPOSURE/1")
    assert (drug.kind, drug.instruction, drug.dose) == ("request", "one a day", None)
    assert content(items, "DRUG_EXPOSURE/2").lot == "L9"
    assert content(items, "NOTE/1").text == "Well.\nHome."
    assert content(items, "DEATH/2").during.start.text == "2021-03-04"


def test_rows_that_are_wrong_are_refused_with_their_line_and_no_more(items):
    refusals = [item for item in items if isinstance(item, Refusal)]
    assert Counter(one.code for one in refusals) == {"invalid": 3, "no-subject": 1, "malformed": 1}
    assert all("line " in one.reason for one in refusals)
    assert not any("many" in one.reason or "2020-13" in one.reason for one in refusals)


def test_version_six_is_refused_with_a_sentence(folder):
    (folder / "source.csv").write_text("cdm_source_name,cdm_version\nX,v6.0\n")
    (refusal,) = read(folder, "cdm")
    assert (refusal.code, refusal.whole) == ("version", True)
    assert "6" in refusal.reason


def test_a_large_vocabulary_is_held_in_part(folder, monkeypatch):
    before = list(read(folder, "cdm"))
    monkeypatch.setattr("medapp.formats.omop.reading._LARGE_VOCABULARY", 10)
    assert list(read(folder, "cdm")) == before


def test_a_damaged_file_leaves_the_rest(folder):
    whole = gzip.compress(MEASUREMENT.encode() * 3000)
    (folder / "m.csv").write_bytes(whole[: len(whole) // 2])
    items = list(read(folder, "cdm"))
    (damaged,) = (item for item in items if isinstance(item, Refusal) and "damaged" in item.reason)
    assert not damaged.whole
    assert damaged.source.place.startswith("m.csv after row ")
    (folder / "m.csv").write_bytes(whole[:10])
    items = list(read(folder, "cdm"))
    assert any(isinstance(item, Refusal) and item.whole for item in items)
    assert content(items, "VISIT_OCCURRENCE/7")


def test_addresses_care_sites_and_parts_of_visits(folder):
    (folder / "p.csv").write_text(
        "person_id,gender_concept_id,year_of_birth,location_id\n1,8507,1950,5\n2,8507,1950,\n"
    )
    (folder / "l.csv").write_text(
        "location_id,address_1,address_2,city,state,zip,country_source_value\n5,1 Way,,Rome,RM,00100,Italy\n"
    )
    (folder / "s.csv").write_text("care_site_id,care_site_name,place_of_service_concept_id\n8,Ward 2,0\n")
    (folder / "visit.csv").write_text(
        "visit_occurrence_id,person_id,visit_concept_id,visit_start_date,visit_end_date,care_site_id\n"
        "7,1,9201,2020-01-01,2020-01-04,8\n"
    )
    (folder / "d.csv").write_text(
        "visit_detail_id,person_id,visit_detail_concept_id,visit_detail_start_date,visit_detail_end_date,"
        "care_site_id,visit_occurrence_id,admitted_from_source_value\n3,1,9201,2020-01-02,2020-01-03,8,7,home\n"
    )
    items = list(read(folder, "cdm"))
    first, second = (item for item in items if isinstance(item, Person))
    assert first.addresses == (Address(("1 Way",), "Rome", "RM", "00100", "Italy"),)
    assert second.addresses == ()
    assert content(items, "VISIT_OCCURRENCE/7").place == "Ward 2"
    detail = next(item for item in items if isinstance(item, Entry) and item.id == "VISIT_DETAIL/3")
    assert (detail.encounter, detail.content.kind) == ("VISIT_OCCURRENCE/7", "VISIT_DETAIL")
    assert detail.content.facts == (("care site", "Ward 2"), ("admitted from", "home"))


def test_tables_that_are_not_read_are_told_once(folder):
    (folder / "era.csv").write_text("drug_era_id,person_id,drug_concept_id\n1,1,2\n")
    (folder / "cost.csv").write_text("cost_id,cost_event_id,cost_type_concept_id\n1,1,2\n")
    (folder / "empty.csv").write_text("condition_era_id,person_id,condition_concept_id\n")
    (folder / "v.csv").write_text("vocabulary_id,vocabulary_name,vocabulary_concept_id\nLOINC,LOINC,1\n")
    (told,) = (item for item in read(folder, "cdm") if isinstance(item, Refusal) and item.code == "unread")
    assert told.reason == (
        "known OMOP tables that are not read: COST; DRUG_ERA (derived from tables that are read); "
        "VOCABULARY (about concepts, not about people)"
    )


def test_tables_about_nobody_are_refused(tmp_path):
    (tmp_path / "c.csv").write_text(CONCEPT)
    (refusal,) = read(tmp_path, "cdm")
    assert (refusal.code, refusal.whole) == ("unknown-kind", True)


def test_progress_goes_over_all_tables(folder):
    told: list[float] = []
    list(read(folder, "cdm", progress=told.append))
    assert told == sorted(told)
    assert told[0] < 0.5 < told[-1] <= 1


def test_reading_ends_when_it_is_cancelled(folder):
    assert not [item for item in read(folder, "cdm", cancelled=lambda: True) if not isinstance(item, Refusal)]


def test_a_folder_is_recognised_by_the_columns_of_its_files():
    assert looks_like(["x", "y"], [b"a,b\n1,2\n", PERSON.encode()])
    assert not looks_like(["PERSON.csv"], [b"a,b\n1,2\n"])
    assert not looks_like([], [])
