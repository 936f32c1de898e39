"""The eICU Collaborative Research Database."""

from __future__ import annotations

from medapp.formats.tables.layout import Layout

_UNIT_STAY = "patientunitstayid:subject "

EICU = (
    Layout(
        "eicu.patient", "wide", "patientunitstayid gender age uniquepid hospitalid",
        "patientunitstayid:subject uniquepid:identifier patienthealthsystemstayid:fact gender:sex age:age "
        "ethnicity:fact hospitalid:fact unittype:fact apacheadmissiondx:words admissionheight:value@cm "
        "admissionweight:value@kg dischargeweight:value@kg hospitaldischargestatus:outcome "
        "unitdischargestatus:outcome",
    ),
    Layout(
        "eicu.lab", "observation", "patientunitstayid labresultoffset labname labresult",
        "labid:id labresultoffset:offset labname:name labresult:value labresulttext:words "
        "labmeasurenamesystem:unit labmeasurenameinterface:unit " + _UNIT_STAY,
    ),
    Layout(
        "eicu.diagnosis", "problem", "patientunitstayid diagnosisoffset diagnosisstring icd9code",
        "diagnosisid:id diagnosisoffset:offset diagnosisstring:name icd9code:code "
        "diagnosispriority:category " + _UNIT_STAY,
    ),
    Layout(
        "eicu.medication", "medication", "patientunitstayid drugstartoffset drugname routeadmin",
        "medicationid:id drugstartoffset:offset drugstopoffset:offset drugname:name dosage:dose "
        "routeadmin:route frequency:frequency drugordercancelled:status " + _UNIT_STAY,
        words=(("drugordercancelled", (("Yes", "cancelled"), ("No", ""))),), medication="request",
    ),
    Layout(
        "eicu.treatment", "procedure", "patientunitstayid treatmentoffset treatmentstring",
        "treatmentid:id treatmentoffset:offset treatmentstring:name " + _UNIT_STAY,
    ),
    Layout(
        "eicu.admissiondx", "problem", "patientunitstayid admitdxenteredoffset admitdxpath admitdxname",
        "admissiondxid:id admitdxenteredoffset:offset admitdxname:name admitdxpath:comment " + _UNIT_STAY,
    ),
    Layout(
        "eicu.physicalexam", "observation", "patientunitstayid physicalexamoffset physicalexampath",
        "physicalexamid:id physicalexamoffset:offset physicalexampath:name physicalexamvalue:words "
        + _UNIT_STAY,
    ),
    Layout(
        "eicu.vitalperiodic", "wide", "patientunitstayid observationoffset heartrate sao2 respiration",
        "observationoffset:offset temperature:value sao2:value heartrate:value respiration:value "
        "cvp:value etco2:value systemicsystolic:value systemicdiastolic:value systemicmean:value "
        "pasystolic:value padiastolic:value pamean:value st1:value st2:value st3:value icp:value "
        + _UNIT_STAY,
    ),
    Layout("eicu.hospital", "none", "hospitalid numbedscategory teachingstatus region", ""),
)  # fmt: skip
