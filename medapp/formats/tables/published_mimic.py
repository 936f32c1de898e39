"""MIMIC-III and MIMIC-IV, as PhysioNet publishes their tables."""

from __future__ import annotations

from medapp.domain.record.coding import ICD9CM, ICD10CM
from medapp.formats.tables.layout import SYSTEMS, Layout

DIAGNOSIS_VERSIONS = (("9", ICD9CM), ("10", ICD10CM))
PROCEDURE_VERSIONS = (("9", SYSTEMS["icd9pcs"]), ("10", SYSTEMS["icd10pcs"]))


STAY = "subject_id:subject hadm_id:encounter "

MIMIC = (
    Layout(
        "mimic.patients", "person", "subject_id gender dod",
        "subject_id:subject gender:sex dob:birth dod:death anchor_age:age anchor_year:fact "
        "anchor_year_group:fact",
    ),
    Layout(
        "mimic.admissions", "encounter", "subject_id hadm_id admittime dischtime",
        "subject_id:subject hadm_id:id admittime:start dischtime:end admission_type:category "
        "diagnosis:reason_name admission_location:site "
        "hospital_expire_flag:outcome",
    ),
    Layout(
        "mimic.icustays", "encounter", "subject_id intime outtime first_careunit",
        "subject_id:subject icustay_id:id stay_id:id intime:start outtime:end first_careunit:name "
        "last_careunit:site",
    ),
    Layout(
        "mimic.diagnoses_icd", "problem", "subject_id hadm_id seq_num icd9_code",
        STAY + "icd9_code:code@icd9cm", undotted=True,
    ),
    Layout(
        "mimic.diagnoses_icd", "problem", "subject_id hadm_id seq_num icd_code icd_version",
        STAY + "icd_code:code icd_version:system", lacks="chartdate",
        words=(("icd_version", DIAGNOSIS_VERSIONS),), undotted=True,
    ),
    Layout(
        "mimic.procedures_icd", "procedure", "subject_id hadm_id seq_num chartdate icd_code icd_version",
        STAY + "chartdate:start icd_code:code icd_version:system",
        words=(("icd_version", PROCEDURE_VERSIONS),), undotted=True,
    ),
    Layout(
        "mimic.prescriptions", "medication", "subject_id hadm_id drug dose_val_rx dose_unit_rx",
        STAY + "startdate:start enddate:end starttime:start stoptime:end drug:name ndc:code@ndc "
        "dose_val_rx:dose dose_unit_rx:dose_unit route:route doses_per_24_hrs:frequency "
        "prod_strength:comment",
        medication="request",
    ),
    Layout(
        "mimic.labevents", "observation", "subject_id itemid charttime value valuenum valueuom flag",
        STAY + "labevent_id:id itemid:code charttime:start valuenum:value value:words valueuom:unit "
        "flag:flag ref_range_lower:low ref_range_upper:high comments:comment",
        words=(("flag", (("abnormal", "A"), ("delta", "A"))),),
    ),
    Layout(
        "mimic.chartevents", "observation", "subject_id itemid charttime value valuenum valueuom",
        STAY + "itemid:code charttime:start valuenum:value value:words valueuom:unit",
    ),
    Layout(
        "mimic.outputevents", "observation", "subject_id itemid charttime value valueuom",
        STAY + "itemid:code charttime:start value:value valueuom:unit", lacks="warning",
    ),
    Layout(
        "mimic.noteevents", "note", "subject_id hadm_id chartdate charttime category text",
        STAY + "chartdate:start category:name description:title text:text",
    ),
    Layout(
        "mimic.note", "note", "note_id subject_id hadm_id note_type charttime text",
        "note_id:id note_type:name charttime:start text:text " + STAY,
    ),
    Layout(
        "mimic.omr", "observation", "subject_id chartdate seq_num result_name result_value",
        "subject_id:subject chartdate:start result_name:name result_value:value",
    ),
    Layout(
        "mimic.microbiologyevents", "observation", "subject_id microevent_id spec_type_desc test_name",
        STAY + "microevent_id:ignore chartdate:start charttime:start test_name:name org_name:words "
        "spec_type_desc:comment ab_name:comment interpretation:flag comments:comment",
    ),
    Layout(
        "mimic.emar", "medication", "subject_id emar_id charttime medication event_txt",
        STAY + "emar_id:id charttime:start medication:name event_txt:status", medication="administration",
        words=(("event_txt", (("Administered", "completed"), ("Not Given", "not-done"))),),
    ),
    Layout(
        "mimic.inputevents", "medication", "subject_id stay_id starttime endtime itemid amount amountuom",
        STAY + "itemid:code starttime:start endtime:end amount:dose amountuom:dose_unit "
        "statusdescription:comment", medication="administration",
    ),
    Layout(
        "mimic.procedureevents", "procedure", "subject_id stay_id starttime endtime itemid ordercategoryname",
        STAY + "itemid:code starttime:start endtime:end location:site statusdescription:comment",
    ),
    Layout(
        "mimic.hcpcsevents", "procedure", "subject_id hadm_id chartdate hcpcs_cd short_description",
        STAY + "chartdate:start hcpcs_cd:code@hcpcs short_description:name",
    ),
    Layout(
        "mimic.transfers", "other", "subject_id hadm_id transfer_id eventtype careunit intime outtime",
        STAY + "transfer_id:id intime:start outtime:end careunit:name eventtype:fact",
    ),
    Layout(
        "mimic.services", "other", "subject_id hadm_id transfertime prev_service curr_service",
        STAY + "transfertime:start curr_service:name prev_service:fact",
    ),
    Layout(
        "mimic.d_items", "labels", "itemid label category",
        "itemid:id label:name fluid:site loinc_code:code@loinc", lacks="subject_id",
    ),
    Layout(
        "mimic.d_icd_diagnoses", "labels", "icd9_code short_title long_title", "icd9_code:id long_title:name",
        lacks="subject_id", labels="problem",
    ),
    Layout(
        "mimic.d_icd_diagnoses", "labels", "icd_code icd_version long_title",
        "icd_code:id icd_version:system long_title:name", lacks="subject_id", labels="problem",
        words=(("icd_version", DIAGNOSIS_VERSIONS),),
    ),
    Layout("mimic.drgcodes", "none", "subject_id hadm_id drg_type drg_code description", ""),
    Layout("mimic.pharmacy", "none", "subject_id hadm_id pharmacy_id medication proc_type", ""),
    Layout("mimic.poe", "none", "poe_id poe_seq subject_id order_type", ""),
    Layout("mimic.poe_detail", "none", "poe_id poe_seq subject_id field_name field_value", ""),
    Layout("mimic.emar_detail", "none", "subject_id emar_id emar_seq parent_field_ordinal", ""),
    Layout("mimic.d_hcpcs", "none", "code category long_description short_description", ""),
)  # fmt: skip
"""Those without roles say what others say better, or are about money: known, and not read."""
