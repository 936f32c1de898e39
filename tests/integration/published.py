"""Small tables of made-up people, with the columns that Synthea and MIMIC-IV publish."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

P1, P2 = "0f2c1ab4-1111-4a4a-9c9c-000000000001", "0f2c1ab4-1111-4a4a-9c9c-000000000002"
E1 = "aa2c1ab4-2222-4a4a-9c9c-000000000001"
PROVIDER, PAYER = "bb2c1ab4-3333-4a4a-9c9c-000000000001", "cc2c1ab4-4444-4a4a-9c9c-000000000001"

SYNTHEA = {
    "patients": (
        (
            "Id,BIRTHDATE,DEATHDATE,SSN,DRIVERS,PASSPORT,PREFIX,FIRST,MIDDLE,LAST,SUFFIX,MAIDEN,MARITAL,RACE,"
            "ETHNICITY,GENDER,BIRTHPLACE,ADDRESS,CITY,STATE,COUNTY,FIPS,ZIP,LAT,LON,HEALTHCARE_EXPENSES,"
            "HEALTHCARE_COVERAGE,INCOME"
        ),
        (
            f"{P1},1950-02-03,,999-11-1111,S99911111,X1X,Mrs.,Ada,Bea,Roe,,Coe,M,"
            f"white,nonhispanic,F,Rome,1 Way,"
            "Boston,Massachusetts,Suffolk,25025,02108,42.1,-71.1,1000.5,200.5,50000"
        ),
        (
            f"{P2},1980-10-11,2020-01-02,999-22-2222,,,,Ben,,Poe,,,,black,hispanic,M,Oslo,2 Way,Lynn,"
            "Massachusetts,Essex,25009,01901,42.2,-71.2,1.0,2.0,100"
        ),
    ),
    "encounters": (
        (
            "Id,START,STOP,PATIENT,ORGANIZATION,PROVIDER,PAYER,ENCOUNTERCLASS,CODE,DESCRIPTION,"
            "BASE_ENCOUNTER_COST,TOTAL_CLAIM_COST,PAYER_COVERAGE,REASONCODE,REASONDESCRIPTION"
        ),
        (
            f"{E1},2019-05-06T07:08:09Z,2019-05-06T08:08:09Z,{P1},{PROVIDER},{PROVIDER},{PAYER},ambulatory,"
            "185349003,Encounter for check up,129.16,129.16,89.16,44054006,Diabetes mellitus type 2"
        ),
    ),
    "conditions": (
        "START,STOP,PATIENT,ENCOUNTER,SYSTEM,CODE,DESCRIPTION",
        f"2019-05-06,,{P1},{E1},SNOMED-CT,44054006,Diabetes mellitus type 2 (disorder)",
        f"2010-01-01,2010-01-20,{P2},,SNOMED-CT,10509002,Acute bronchitis (disorder)",
    ),
    "medications": (
        (
            "START,STOP,PATIENT,PAYER,ENCOUNTER,CODE,DESCRIPTION,BASE_COST,"
            "PAYER_COVERAGE,DISPENSES,TOTALCOST,"
            "REASONCODE,REASONDESCRIPTION"
        ),
        (
            f"2019-05-06T07:08:09Z,,{P1},{PAYER},{E1},860975,24 HR metformin 500 MG Oral Tablet,1,0,12,12,"
            "44054006,Diabetes mellitus type 2"
        ),
    ),
    "observations": (
        "DATE,PATIENT,ENCOUNTER,CATEGORY,CODE,DESCRIPTION,VALUE,UNITS,TYPE",
        f"2019-05-06T07:08:09Z,{P1},{E1},laboratory,2160-0,Creatinine,1.7,mg/dL,numeric",
        f"2019-05-06T07:08:09Z,{P1},{E1},social-history,72166-2,Tobacco smoking status,Never smoker,,text",
        f"2020-01-01T00:00:00Z,{P2},,,QALY,QALY,20.0,a,numeric",
    ),
    "allergies": (
        (
            "START,STOP,PATIENT,ENCOUNTER,CODE,SYSTEM,DESCRIPTION,TYPE,CATEGORY,"
            "REACTION1,DESCRIPTION1,SEVERITY1,"
            "REACTION2,DESCRIPTION2,SEVERITY2"
        ),
        (
            f"1970-01-01,,{P1},{E1},7980,RxNorm,Penicillin G,allergy,medication,247472004,Wheal,MILD,"
            "271807003,Rash,SEVERE"
        ),
        f"1990-01-01,,{P2},,419199007,SNOMED-CT,Allergy to substance,allergy,environment,,,,,,",
    ),
    "procedures": (
        "START,STOP,PATIENT,ENCOUNTER,SYSTEM,CODE,DESCRIPTION,BASE_COST,REASONCODE,REASONDESCRIPTION",
        f"2019-05-06T07:20:00Z,2019-05-06T07:40:00Z,{P1},{E1},SNOMED-CT,73761001,Colonoscopy,500,,",
    ),
    "immunizations": (
        "DATE,PATIENT,ENCOUNTER,CODE,DESCRIPTION,BASE_COST",
        f"2019-05-06T07:08:09Z,{P1},{E1},140,Influenza seasonal injectable preservative free,140.52",
    ),
    "supplies": (
        "DATE,PATIENT,ENCOUNTER,CODE,DESCRIPTION,QUANTITY",
        f"2019-05-06,{P1},{E1},463659001,Wheelchair device (physical object),1",
    ),
    "organizations": (
        "Id,NAME,ADDRESS,CITY,STATE,ZIP,LAT,LON,PHONE,REVENUE,UTILIZATION",
        f"{PROVIDER},Town Hospital,3 Way,Boston,MA,02108,42.1,-71.1,555,1000,5",
    ),
    "providers": (
        "Id,ORGANIZATION,NAME,GENDER,SPECIALITY,ADDRESS,CITY,STATE,ZIP,LAT,LON,ENCOUNTERS,PROCEDURES",
        f"{PROVIDER},{PROVIDER},Doctor Who,F,GENERAL PRACTICE,3 Way,Boston,MA,02108,42.1,-71.1,5,2",
    ),
    "payer_transitions": (
        "PATIENT,MEMBERID,START_DATE,END_DATE,PAYER,SECONDARY_PAYER,PLAN_OWNERSHIP,OWNER_NAME,OWNERSHIP",
        f"{P1},{P1},2019-01-01T00:00:00Z,2020-01-01T00:00:00Z,{PAYER},,Self,Ada,Self",
    ),
}

MIMIC = {
    "hosp/patients": (
        "subject_id,gender,anchor_age,anchor_year,anchor_year_group,dod",
        "10001,F,61,2150,2011 - 2013,",
        "10002,M,47,2160,2014 - 2016,2161-02-03",
    ),
    "hosp/admissions": (
        (
            "subject_id,hadm_id,admittime,dischtime,deathtime,admission_type,admit_provider_id,"
            "admission_location,discharge_location,insurance,language,"
            "marital_status,race,edregtime,edouttime,"
            "hospital_expire_flag"
        ),
        (
            "10001,20001,2150-03-04 05:06:00,2150-03-09 10:00:00,,URGENT,P1,"
            "EMERGENCY ROOM,HOME,Other,ENGLISH,"
            "MARRIED,WHITE,,,0"
        ),
        (
            "10002,20002,2161-02-01 01:00:00,2161-02-03 02:00:00,2161-02-03 02:00:00,EW EMER.,P2,"
            "PHYSICIAN REFERRAL,DIED,Medicare,ENGLISH,SINGLE,BLACK,,,1"
        ),
    ),
    "hosp/labevents": (
        (
            "labevent_id,subject_id,hadm_id,specimen_id,itemid,order_provider_id,charttime,storetime,value,"
            "valuenum,valueuom,ref_range_lower,ref_range_upper,flag,priority,comments"
        ),
        (
            "1,10001,20001,501,50912,P1,2150-03-04 06:00:00,2150-03-04 07:00:00,"
            "1.7,1.7,mg/dL,0.4,1.1,abnormal,"
            "ROUTINE,"
        ),
        "2,10001,20001,502,51478,P1,2150-03-04 06:00:00,2150-03-04 07:00:00,NEG,,mg/dL,,,,STAT,___",
        "3,10002,20002,503,59999,P1,2161-02-01 06:00:00,2161-02-01 07:00:00,5,5,K/uL,4,11,,ROUTINE,",
    ),
    "hosp/d_labitems": (
        "itemid,label,fluid,category",
        "50912,Creatinine,Blood,Chemistry",
        "51478,Glucose,Urine,Hematology",
    ),
    "hosp/prescriptions": (
        (
            "subject_id,hadm_id,pharmacy_id,poe_id,poe_seq,order_provider_id,"
            "starttime,stoptime,drug_type,drug,"
            "formulary_drug_cd,gsn,ndc,prod_strength,form_rx,dose_val_rx,dose_unit_rx,form_val_disp,"
            "form_unit_disp,doses_per_24_hrs,route"
        ),
        (
            "10001,20001,1,10001-1,1,P1,2150-03-04 08:00:00,2150-03-06 08:00:00,MAIN,Heparin,HEPA5I,006549,"
            "63323026201,5000 Units / mL- 1mL Vial,,5000,UNIT,1,mL,2,SC"
        ),
    ),
    "hosp/diagnoses_icd": (
        "subject_id,hadm_id,seq_num,icd_code,icd_version",
        "10001,20001,1,5723,9",
        "10001,20001,2,E119,10",
        "10002,20002,1,0010,9",
    ),
    "hosp/d_icd_diagnoses": (
        "icd_code,icd_version,long_title",
        "5723,9,Portal hypertension",
        "E119,10,Type 2 diabetes mellitus without complications",
        "0010,9,Cholera due to vibrio cholerae",
    ),
    "hosp/procedures_icd": (
        "subject_id,hadm_id,seq_num,chartdate,icd_code,icd_version",
        "10001,20001,1,2150-03-05,0010,9",
    ),
    "hosp/d_icd_procedures": (
        "icd_code,icd_version,long_title",
        "0010,9,Implantation of chemotherapeutic agent",
        "02HV33Z,10,Insertion of infusion device into superior vena cava",
    ),
    "hosp/poe": (
        "poe_id,poe_seq,subject_id,hadm_id,ordertime,order_type,order_subtype,transaction_type",
        "10001-1,1,10001,20001,2150-03-04 07:00:00,Medications,,New",
    ),
    "icu/icustays": (
        "subject_id,hadm_id,stay_id,first_careunit,last_careunit,intime,outtime,los",
        (
            "10001,20001,30001,Medical Intensive Care Unit (MICU),Medical Intensive Care Unit (MICU),"
            "2150-03-04 09:00:00,2150-03-06 09:00:00,2.0"
        ),
    ),
    "icu/chartevents": (
        "subject_id,hadm_id,stay_id,caregiver_id,charttime,storetime,itemid,value,valuenum,valueuom,warning",
        "10001,20001,30001,7,2150-03-04 10:00:00,2150-03-04 10:05:00,220045,88,88,bpm,0",
    ),
    "icu/d_items": (
        "itemid,label,abbreviation,linksto,category,unitname,param_type,lownormalvalue,highnormalvalue",
        "220045,Heart Rate,HR,chartevents,Routine Vital Signs,bpm,Numeric,,",
    ),
}


def write(folder: Path, tables: dict[str, tuple[str, ...]], *, packed: bool = False) -> None:
    """Write tables as CSV, or as CSV in gzip."""
    for name, lines in tables.items():
        text = "".join(f"{line}\n" for line in lines).encode()
        path = folder / f"{name}.csv{'.gz' if packed else ''}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(text) if packed else text)
