from __future__ import annotations

import gzip
import json
from dataclasses import replace

import pytest

from medapp.domain.record import Entry, Person, Refusal
from medapp.domain.record.coding import CVX, ICD9CM, ICD10CM, LOINC, RXNORM, SNOMED, Quantity
from medapp.formats.errors import UnreadableError
from medapp.formats.tables import Mapping, looks_like, propose, read
from medapp.formats.tables.layouts import LAYOUTS
from medapp.formats.tables.mapping import Role


@pytest.fixture
def table(tmp_path):
    def made(text, name="t.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return made


def roles(mapping):
    return {column.header: column.role for column in mapping.columns}


def people(items):
    return [item for item in items if isinstance(item, Person)]


def contents(items):
    return [item.content for item in items if isinstance(item, Entry)]


def refusals(items):
    return [item for item in items if isinstance(item, Refusal)]


# ------------------------------------------------------------------------------------- any table


def test_a_wide_table_is_a_patient_a_row_and_a_measurement_a_column(table):
    path = table("patient_id;age;sex;creatinine;sampled;death\nA1;60;F;1,2;2020-01-31;0\nA2;NA;M;<0,5;;1\n")
    mapping = propose(path)
    assert roles(mapping) == {
        "patient_id": "subject", "age": "age", "sex": "sex", "creatinine": "value", "sampled": "fact",
        "death": "outcome",
    }  # fmt: skip
    assert (mapping.content, mapping.delimiter, mapping.questions) == ("wide", ";", ())
    column = mapping.columns[3]
    assert (column.decimal, column.kind, column.missing) == (",", "number", 0.0)
    assert column.reason
    assert mapping.columns[0].examples == ()
    assert mapping.columns[1].missing == 0.5
    items = list(read(path, mapping.with_column("creatinine", unit="mg/dL")))
    first, second = people(items)
    assert (first.subject, first.sex, second.sex) == ("A1", "female", "male")
    values = {entry.id: entry.content for entry in items if isinstance(entry, Entry)}
    assert values["t.csv/line 2/creatinine"].value == Quantity(1.2, "mg/dL")
    assert values["t.csv/line 3/creatinine"].value == Quantity(0.5, "mg/dL", "", "<")
    assert values["t.csv/line 3/death"].category == "outcome"
    assert "t.csv/line 3/age" not in values


def test_a_long_table_is_a_measurement_a_row(table):
    path = table(
        "id,date,test,result,unit,low,high\n"
        "1,2020-01-02,HbA1c,6.5,%,4,6\n1,2020-02-02,CRP,negative,,,\n2,2020-01-02,HbA1c,5,%,4,6\n"
    )
    mapping = propose(path)
    assert mapping.content == "observation"
    assert roles(mapping) == {
        "id": "subject", "date": "start", "test": "name", "result": "value", "unit": "unit", "low": "low",
        "high": "high",
    }  # fmt: skip
    items = list(read(path, mapping))
    assert [one.subject for one in people(items)] == ["1", "2"]
    first, second, _third = contents(items)
    assert first.value == Quantity(6.5, "%")
    assert first.ranges[0].high == Quantity(6, "%")
    assert first.effective.start.text == "2020-01-02"
    assert (second.value, second.ranges) == ("negative", ())
    assert not people(read(path, mapping, people=False))


def test_codes_are_recognised_by_their_form(table):
    path = table("pid,loinc,value\n1,2345-7,5\n2,718-7,6\n")
    mapping = propose(path)
    assert mapping.columns[1].system == LOINC
    assert contents(read(path, mapping))[0].concept.code(LOINC) == "2345-7"


def test_a_table_without_numbers_of_patients_makes_each_row_one(table):
    path = table("age,bp\n50,120\n60,130\n")
    found = people(read(path, propose(path)))
    assert [one.subject for one in found] == ["row 2", "row 3"]
    assert found[0].identifiers == ()


@pytest.mark.parametrize(
    ("text", "header", "answer"),
    [
        ("id,date,test,value\n1,03/04/2020,a,1\n", "date", {"date": "day-first"}),
        ("id;test;value\n1;a;1,234\n2;a;5,678\n", "value", {"decimal": ","}),
        ("id,sex,bp\n1,1,3\n2,2,4\n", "sex", {"words": (("1", "male"), ("2", "female"))}),
        ("test,value\na,1\nb,2\n", "test", {"role": "subject"}),
    ],
)
def test_what_cannot_be_told_is_asked_and_nothing_read_before(table, text, header, answer):
    path = table(text)
    mapping = propose(path)
    assert len(mapping.questions) == 1
    (refusal,) = read(path, mapping)
    assert refusal.whole
    answered = mapping.with_column(header, **answer)
    assert answered.questions == ()
    assert not refusals(read(path, answered))


def test_day_first_is_read_as_answered(table):
    path = table("id,date,test,value\n1,03/04/2020,a,1\n1,13/04/2020,a,2\n1,04/13/2020,a,3\n")
    mapping = propose(path).with_column("date", role="start", date="day-first")
    items = list(read(path, mapping))
    assert [one.effective.start.text for one in contents(items)] == ["2020-04-03", "2020-04-13"]
    (refusal,) = refusals(items)
    assert (refusal.code, refusal.source.place) == ("invalid", "line 4")
    assert "04/13" not in refusal.reason


def test_a_column_named_male_says_what_its_numbers_stand_for(table):
    path = table("id,male,x\n1,0,3\n2,1,4\n")
    assert [one.sex for one in people(read(path, propose(path)))] == ["female", "male"]


def test_formulas_stay_text(table):
    path = table("id,name,value\n1,=1+1,\"=cmd|'/c calc'!A1\"\n2,@SUM(A1),+2\n3,-x,-3\n")
    mapping = propose(path)
    found = contents(read(path, mapping))
    assert [one.concept.text for one in found] == ["=1+1", "@SUM(A1)", "-x"]
    assert found[0].value == "=cmd|'/c calc'!A1"
    assert found[2].value == Quantity(-3)


def test_rows_of_another_width_are_refused_with_their_line(table):
    path = table("id,a,b\n1,2,3\n4,5\n6,7,8,9\n10,11,12,\n\n,1,2\n")
    items = list(read(path, propose(path)))
    assert [(one.code, one.source.place) for one in refusals(items)] == [
        ("malformed", "line 3"), ("malformed", "line 4"), ("no-subject", "line 7"),
    ]  # fmt: skip
    assert [one.subject for one in people(items)] == ["1", "10"]


def test_equal_and_empty_headers_are_told_apart(table):
    path = table("id,bp,bp,\n1,2,3,4\n5,6,7,8\n")
    mapping = propose(path)
    assert [column.header for column in mapping.columns] == ["id", "bp", "bp (2)", "column 4"]
    assert len(contents(read(path, mapping))) == 6


def test_another_table_than_the_one_that_was_confirmed_is_refused(table):
    mapping = propose(table("id,bp\n1,2\n"))
    (refusal,) = read(table("id,hr\n1,2\n"), mapping)
    assert (refusal.code, refusal.whole) == ("invalid", True)


def test_a_repeated_patient_is_told_once(table):
    path = table("id,day,bp\n1,0,120\n2,0,130\n1,30,125\n")
    items = list(read(path, propose(path)))
    assert len(people(items)) == 2
    assert contents(items)[-1].comment == "day=30"


def test_a_mapping_survives_json_and_others_are_refused(table):
    mapping = propose(table("id,sex,x\n1,F,3\n2,M,4\n"))
    assert Mapping.from_json(mapping.to_json()) == mapping
    wrong = json.loads(mapping.to_json())
    for change in (
        {"version": 9},
        {"columns": [{"header": "x", "role": "king"}]},
        {"content": "cake"},
        {"x": 1},
    ):
        with pytest.raises(ValueError, match=r"mapping|role|row"):
            Mapping.from_json(json.dumps({**wrong, **change}))
    with pytest.raises(ValueError, match="mapping"):
        Mapping.from_json("[]")
    with pytest.raises(KeyError):
        mapping.with_column("nothing", role="ignore")


def test_gzip_and_other_encodings_are_read(table):
    text = "id;größe;wert\n1;Höhe;1,5\n2;Höhe;2,5\n"
    for data in (gzip.compress(text.encode()), text.encode("latin-1"), text.encode("utf-16")):
        path = table(data)
        items = list(read(path, propose(path)))
        assert contents(items)[0].value == "Höhe"
        assert contents(items)[1].value == Quantity(1.5)


def test_damage_is_told_and_raises_nothing_while_reading(table):
    text = "id,x\n" + "".join(f"{number},{number * 7919 % 1009}\n" for number in range(20_000))
    whole = gzip.compress(text.encode())
    mapping = propose(table(whole))
    damaged = table(whole[: len(whole) // 2])
    items = list(read(damaged, mapping))
    assert people(items)
    assert len(refusals(items)) == 1
    with pytest.raises(UnreadableError):
        propose(table(b""))
    assert refusals(read(table("id,x\n1,2\n"), replace(mapping, encoding="no-such")))
    assert refusals(read(table("id,x\n1,2\n").with_name("none.csv"), mapping))


def test_reading_ends_when_it_is_cancelled(table):
    path = table("id,x\n1,2\n")
    assert not list(read(path, propose(path), cancelled=lambda: True))


def test_tables_are_recognised_by_content():
    assert looks_like(b"id,age\n1,2\n3,4\n")
    assert looks_like("Größe;Wert\n1;2\n".encode("utf-16"))
    assert looks_like(b'a,b\n"x,y,z","1,2,3,4"\n')
    for head in (b"", b"{}", b'{"a": 1, "b": 2}\n', b"<a,b>\n", b"MSH|^~\\&|A|B\n", b"##fileformat=VCFv4.2\n",
                 b"a text\nof lines\n", bytes(range(256)) * 9, b"1,2,3\n4,5,6\n"):  # fmt: skip
        assert not looks_like(head), head


# ---------------------------------------------------------------------------------- known tables


def test_the_lists_of_known_tables_name_roles_that_exist():
    known = set(Role.__args__)
    for layout in LAYOUTS:
        for item in layout.roles.split():
            assert item.partition(":")[2].partition("@")[0] in known, item


@pytest.mark.parametrize(
    ("header", "row", "layout", "kind", "code"),
    [
        ("START,STOP,PATIENT,ENCOUNTER,CODE,DESCRIPTION", "2020-01-02,,p,e,44054006,Diabetes",
         "synthea.conditions", "Problem", (SNOMED, "44054006")),
        ("DATE,PATIENT,ENCOUNTER,CATEGORY,CODE,DESCRIPTION,VALUE,UNITS,TYPE",
         "2020-01-02T03:04:05Z,p,e,laboratory,2345-7,Glucose,95.1,mg/dL,numeric",
         "synthea.observations", "Observation", (LOINC, "2345-7")),
        (("START,STOP,PATIENT,PAYER,ENCOUNTER,CODE,DESCRIPTION,BASE_COST,PAYER_COVERAGE,DISPENSES,TOTALCOST,"
         "REASONCODE,REASONDESCRIPTION"), "2020-01-02T03:04:05Z,,p,y,e,83367,atorvastatin,1,0,3,3,55822004,H",
         "synthea.medications", "Medication", (RXNORM, "83367")),
        ("START,STOP,PATIENT,ENCOUNTER,SYSTEM,CODE,DESCRIPTION,BASE_COST,REASONCODE,REASONDESCRIPTION",
         "2020-01-02T03:04:05Z,,p,e,http://snomed.info/sct,73761001,Colonoscopy,1,,",
         "synthea.procedures", "Procedure", (SNOMED, "73761001")),
        ("DATE,PATIENT,ENCOUNTER,CODE,DESCRIPTION,BASE_COST", "2020-01-02T03:04:05Z,p,e,140,Influenza,140.5",
         "synthea.immunizations", "Immunization", (CVX, "140")),
        (("START,STOP,PATIENT,ENCOUNTER,CODE,SYSTEM,DESCRIPTION,TYPE,CATEGORY,REACTION1,DESCRIPTION1,SEVERITY1,"
         "REACTION2,DESCRIPTION2,SEVERITY2"),
         "2020-01-02,,p,e,111088007,SNOMED-CT,Latex,allergy,environment,1,Rash,MILD,,,",
         "synthea.allergies", "Allergy", (SNOMED, "111088007")),
        ("Id,START,STOP,PATIENT,ORGANIZATION,PROVIDER,PAYER,ENCOUNTERCLASS,CODE,DESCRIPTION,REASONCODE",
         "e,2020-01-02T03:04:05Z,2020-01-02T04:04:05Z,p,o,d,y,ambulatory,162673000,Check,",
         "synthea.encounters", "Encounter", (SNOMED, "162673000")),
        ("Id,START,STOP,PATIENT,ENCOUNTER,CODE,DESCRIPTION,REASONCODE,REASONDESCRIPTION",
         "c,2020-01-02,,p,e,53950000,Therapy,,", "synthea.careplans", "Other", (SNOMED, "53950000")),
        ("START,STOP,PATIENT,ENCOUNTER,CODE,DESCRIPTION,UDI", "2020-01-02,,p,e,72506001,ICD,(01)1",
         "synthea.devices", "Other", (SNOMED, "72506001")),
        ("row_id,subject_id,hadm_id,seq_num,icd9_code", "1,p,e,1,25000", "mimic.diagnoses_icd", "Problem",
         (ICD9CM, "250.00")),
        ("subject_id,hadm_id,seq_num,icd_code,icd_version", "p,e,1,E119,10", "mimic.diagnoses_icd", "Problem",
         (ICD10CM, "E11.9")),
        ("subject_id,hadm_id,starttime,stoptime,drug,ndc,dose_val_rx,dose_unit_rx,route",
         "p,e,2150-01-02 03:00:00,2150-01-03 03:00:00,Aspirin,0,1-2,TAB,PO", "mimic.prescriptions",
         "Medication", None),
        (("labevent_id,subject_id,hadm_id,specimen_id,itemid,charttime,value,valuenum,valueuom,ref_range_lower,"
         "ref_range_upper,flag"), "7,p,e,1,50912,2150-01-02 03:04:00,___,1.4,mg/dL,0.5,1.2,abnormal",
         "mimic.labevents", "Observation", ("", "50912")),
        ("subject_id,hadm_id,stay_id,itemid,charttime,value,valuenum,valueuom",
         "p,e,s,220045,2150-01-02 03:04:00,88,88,bpm", "mimic.chartevents", "Observation", ("", "220045")),
        ("subject_id,hadm_id,chartdate,charttime,category,description,text",
         '"p","e",2150-01-02,,Nursing,Report,"Well.\nHome"', "mimic.noteevents", "Note", None),
        (("labid,patientunitstayid,labresultoffset,labtypeid,labname,labresult,labresulttext,"
         "labmeasurenamesystem"), "1,p,-5,1,BUN,31,31,mg/dL", "eicu.lab", "Observation", None),
        ("diagnosisid,patientunitstayid,activeupondischarge,diagnosisoffset,diagnosisstring,icd9code",
         '1,p,True,5,sepsis,"995.92, R65.20"', "eicu.diagnosis", "Problem", (ICD10CM, "R65.20")),
    ],
)  # fmt: skip
def test_published_tables_are_recognised_by_their_header(table, header, row, layout, kind, code):
    path = table(f"{header}\n{row}\n")
    mapping = propose(path)
    assert (mapping.layout, mapping.questions) == (layout, ())
    items = list(read(path, mapping))
    assert not refusals(items)
    (entry,) = (item for item in items if isinstance(item, Entry))
    assert entry.subject == "p"
    assert type(entry.content).__name__ == kind
    if code:
        assert entry.content.concept.code(code[0]) == code[1]
    assert entry.encounter == ("e" if kind != "Encounter" and "eicu" not in layout else "")


def test_details_of_known_tables(table):
    path = table(
        "Id,BIRTHDATE,DEATHDATE,SSN,PREFIX,FIRST,LAST,MARITAL,RACE,GENDER,ADDRESS,CITY,STATE,ZIP\n"
        "p,1950-01-02,2020-03-04,999,Mr.,Jo,Doe,M,white,M,1 Road,Town,MA,01001\n"
    )
    (who,) = read(path, propose(path))
    assert (who.name.display, who.sex, who.birth_date.text) == ("Doe, Jo", "male", "1950-01-02")
    assert (who.deceased.text, who.addresses[0].postal_code) == ("2020-03-04", "01001")
    assert ("SS", "999") in [(one.kind, one.value) for one in who.identifiers]
    path = table(
        "subject_id,hadm_id,itemid,charttime,value,valuenum,valueuom,flag\n"
        "p,e,1,2150-01-02 03:04:00,POS,,,abnormal\n"
    )
    (found,) = contents(read(path, propose(path)))
    assert (found.value, found.flags) == ("POS", ("A",))
    path = table(
        "subject_id,hadm_id,drug,dose_val_rx,dose_unit_rx,startdate,enddate\n"
        "p,e,X,1-2,TAB,2150-01-02 00:00:00,2150-01-03 00:00:00\n"
    )
    (found,) = contents(read(path, propose(path)))
    assert (found.dose, found.instruction, found.taken.start.text) == (None, "1-2 TAB", "2150-01-02")


def test_the_name_of_a_file_decides_only_between_tables_that_look_alike(table):
    text = "row_id,subject_id,hadm_id,seq_num,icd9_code\n1,p,e,1,3605\n"
    mapping = propose(table(text, "PROCEDURES_ICD.csv"))
    assert (mapping.layout, mapping.content) == ("mimic.procedures_icd", "procedure")
    text = "START,STOP,PATIENT,ENCOUNTER,CODE,DESCRIPTION\n2020-01-02,,p,e,1,Nuts\n"
    assert propose(table(text), "allergies.csv").content == "allergy"


def test_a_dictionary_of_codes_tells_of_no_patient(table):
    path = table("itemid,label,fluid,category\n1,Glucose,Blood,Chemistry\n")
    mapping = propose(path)
    assert mapping.content == "labels"
    assert not list(read(path, mapping))


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("id,afb,death,days\n1,0,1,371\n2,1,0,2178\n3,0,1,12\n", "outcome"),
        ("id,ldh,death,days\n1,0,1,0\n1,1,1,217\n2,0,0,0\n", "offset"),
        ("id,ldh,days\n1,10.5,0\n2,11.5,217\n3,7.25,0\n", "offset"),
    ],
)
def test_a_time_beside_an_outcome_with_one_row_a_patient_is_its_follow_up(table, text, role):
    assert roles(propose(table(text)))["days"] == role


def test_outcomes_of_research_are_known_by_their_names(table):
    path = table("id,os_months,vital status,followup_days,ldh\n1,5,1,30,10.5\n2,6,0,20,11.5\n3,8,1,10,9.5\n")
    mapping = propose(path)
    named = {name for name, role in roles(mapping).items() if role == "outcome"}
    assert named == {"os_months", "vital status", "followup_days"}
    assert mapping.without_unit == ("ldh",)


def test_a_unit_is_that_of_the_row_then_of_the_name_then_of_the_column(table):
    path = table("id,days,test,value\n1,-3,hdl,75\n1,0,chol,210\n1,4,crp,5\n")
    mapping = propose(path).with_column("days", event="inclusion")
    assert mapping.without_unit == ("chol", "crp", "hdl")
    said = mapping.with_column("value", unit="mmol/L", units=(("HDL", "mg/dL"), ("crp", "unknown")))
    items = [item for item in read(path, said) if isinstance(item, Entry)]
    assert [item.content.value.unit for item in items] == ["mg/dL", "mmol/L", ""]
    assert [item.since.text for item in items] == [
        "day -3 from inclusion", "day 0 from inclusion", "day 4 from inclusion"
    ]  # fmt: skip
    again = Mapping.from_json(said.to_json())
    assert again == said
    stated = table("id,test,value,unit\n1,hdl,75,mmol/L\n", "u.csv")
    mapping = propose(stated).with_column("value", units=(("hdl", "mg/dL"),))
    assert contents(read(stated, mapping))[0].value.unit == "mmol/L"
    assert propose(stated).without_unit == ()


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("weight_kg", "kg"), ("height (cm)", "cm"), ("SBP [mmHg]", "mm[Hg]"), ("weight", ""), ("bkg", ""),
        ("kg", ""), ("dose_mg", ""),
    ],
)  # fmt: skip
def test_a_unit_that_a_name_ends_in_is_proposed(tmp_path, header, unit):
    rows = "".join(f"{n},{60 + n}.5\n" for n in range(30))
    (tmp_path / "t.csv").write_text(f"patient_id,{header}\n{rows}")
    column = propose(tmp_path / "t.csv").columns[1]
    assert column.unit == unit
    assert ("unit by its name" in column.reason) == bool(unit)
