"""Tables whose columns are published: Synthea's CSV export, MIMIC-III and IV, the eICU database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from medapp.domain.record.coding import CVX, ICD9CM, ICD10CM, LOINC, NDC, RXNORM, SNOMED

if TYPE_CHECKING:
    from medapp.formats.tables.mapping import Content, Role

SYSTEMS = {
    "snomed": SNOMED, "loinc": LOINC, "rxnorm": RXNORM, "cvx": CVX, "ndc": NDC, "icd9cm": ICD9CM,
    "icd10cm": ICD10CM, "icd9pcs": "urn:oid:2.16.840.1.113883.6.104",
    "icd10pcs": "http://www.cms.gov/Medicare/Coding/ICD10", "unii": "http://fdasis.nlm.nih.gov",
    "MR": "MR", "SS": "SS", "DL": "DL", "PPN": "PPN",
}  # fmt: skip
"""Short words of the lists below."""

SEXES = {
    "m": "male", "male": "male", "man": "male", "f": "female", "female": "female", "woman": "female",
    "other": "other", "unknown": "unknown", "u": "unknown",
}  # fmt: skip

SYSTEM_WORDS = (
    ("SNOMED-CT", SNOMED), ("SNOMED", SNOMED), ("http://snomed.info/sct", SNOMED), ("RxNorm", RXNORM),
    ("RXNORM", RXNORM), (RXNORM, RXNORM), ("LOINC", LOINC), (LOINC, LOINC), ("CVX", CVX), (CVX, CVX),
    ("Unknown", ""),
)  # fmt: skip
_DIAGNOSIS_VERSIONS = (("9", ICD9CM), ("10", ICD10CM))
_PROCEDURE_VERSIONS = (("9", SYSTEMS["icd9pcs"]), ("10", SYSTEMS["icd10pcs"]))


@dataclass(frozen=True, slots=True)
class Layout:
    """A published table.

    Attributes:
        name: ``family.table``.
        content: What a row is.
        needs: Columns that tell it from others; case does not matter.
        lacks: Columns that it never has.
        roles: ``column:role`` or ``column:role@system`` (``@unit`` for values); other columns are not read.
        words: What cells of a column stand for.
    """

    name: str
    content: Content
    needs: str
    roles: str
    lacks: str = ""
    words: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    undotted: bool = False
    medication: str = "statement"

    def fits(self, headers: set[str]) -> bool:
        """Whether columns, in lower case, are those of this table."""
        return set(self.needs.split()) <= headers and not set(self.lacks.split()) & headers

    def role(self, header: str) -> tuple[Role, str]:
        """Role of a column with its system or unit; ignored where the list does not name it."""
        for item in self.roles.split():
            name, _, rest = item.partition(":")
            if name == header.casefold():
                role, _, more = rest.partition("@")
                return cast("Role", role), SYSTEMS.get(more, more)
        return "ignore", ""


_EVENT = "patient:subject encounter:encounter code:code@{} description:name "
_REASON = "reasoncode:reason_code@snomed reasondescription:reason_name "
_SYSTEM = (("system", SYSTEM_WORDS),)

SYNTHEA = (
    Layout(
        "synthea.patients", "person", "id birthdate gender first last",
        "id:subject birthdate:birth deathdate:death ssn:identifier@SS drivers:identifier@DL "
        "passport:identifier@PPN prefix:prefix first:given middle:given last:family suffix:suffix "
        "marital:fact race:fact ethnicity:fact gender:sex birthplace:fact address:line city:city "
        "state:state zip:postal",
    ),
    Layout(
        "synthea.encounters", "encounter", "id start stop patient encounterclass code description",
        "id:id start:start stop:end patient:subject encounterclass:category code:code@snomed "
        "description:name " + _REASON,
    ),
    Layout(
        "synthea.medications", "medication", "start stop patient encounter code description dispenses",
        "start:start stop:end " + _EVENT.format("rxnorm") + _REASON, medication="request",
    ),
    Layout(
        "synthea.allergies", "allergy", "start stop patient encounter code description reaction1",
        "start:start stop:end type:flag category:category system:system severity1:severity "
        "description1:comment " + _EVENT.format("snomed"), words=_SYSTEM,
    ),
    Layout(
        "synthea.devices", "other", "start stop patient encounter code description udi",
        "start:start stop:end udi:fact " + _EVENT.format("snomed"),
    ),
    Layout(
        "synthea.observations", "observation", "date patient encounter code description value units type",
        "date:start category:category value:value units:unit " + _EVENT.format("loinc"),
    ),
    Layout(
        "synthea.careplans", "other", "id start stop patient encounter code description reasoncode",
        "id:id start:start stop:end " + _EVENT.format("snomed"), lacks="base_cost totalcost",
    ),
    Layout(
        "synthea.imaging", "study", "id date patient encounter bodysite_code modality_code sop_code",
        "date:start patient:subject encounter:encounter bodysite_description:site "
        "modality_code:modality procedure_code:code@snomed",
    ),
    Layout(
        "synthea.procedures", "procedure", "patient encounter code description base_cost reasoncode",
        "date:start start:start stop:end system:system " + _EVENT.format("snomed") + _REASON,
        lacks="dispenses id", words=_SYSTEM,
    ),
    Layout(
        "synthea.immunizations", "immunization", "date patient encounter code description",
        "date:start " + _EVENT.format("cvx"), lacks="value reasoncode id",
    ),
    Layout(
        "synthea.conditions", "problem", "start stop patient encounter code description",
        "start:start stop:end system:system " + _EVENT.format("snomed"),
        lacks="id base_cost dispenses udi reaction1 quantity", words=_SYSTEM,
    ),
    Layout(
        "synthea.supplies", "other", "date patient encounter code description quantity",
        "date:start quantity:fact " + _EVENT.format("snomed"),
    ),
)  # fmt: skip

_STAY = "subject_id:subject hadm_id:encounter "

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
        _STAY + "icd9_code:code@icd9cm", undotted=True,
    ),
    Layout(
        "mimic.diagnoses_icd", "problem", "subject_id hadm_id seq_num icd_code icd_version",
        _STAY + "icd_code:code icd_version:system", lacks="chartdate",
        words=(("icd_version", _DIAGNOSIS_VERSIONS),), undotted=True,
    ),
    Layout(
        "mimic.procedures_icd", "procedure", "subject_id hadm_id seq_num chartdate icd_code icd_version",
        _STAY + "chartdate:start icd_code:code icd_version:system",
        words=(("icd_version", _PROCEDURE_VERSIONS),), undotted=True,
    ),
    Layout(
        "mimic.prescriptions", "medication", "subject_id hadm_id drug dose_val_rx dose_unit_rx",
        _STAY + "startdate:start enddate:end starttime:start stoptime:end drug:name ndc:code@ndc "
        "dose_val_rx:dose dose_unit_rx:dose_unit route:route doses_per_24_hrs:frequency "
        "prod_strength:comment",
        medication="request",
    ),
    Layout(
        "mimic.labevents", "observation", "subject_id itemid charttime value valuenum valueuom flag",
        _STAY + "labevent_id:id itemid:code charttime:start valuenum:value value:words valueuom:unit "
        "flag:flag ref_range_lower:low ref_range_upper:high comments:comment",
        words=(("flag", (("abnormal", "A"), ("delta", "A"))),),
    ),
    Layout(
        "mimic.chartevents", "observation", "subject_id itemid charttime value valuenum valueuom",
        _STAY + "itemid:code charttime:start valuenum:value value:words valueuom:unit",
    ),
    Layout(
        "mimic.outputevents", "observation", "subject_id itemid charttime value valueuom",
        _STAY + "itemid:code charttime:start value:value valueuom:unit",
    ),
    Layout(
        "mimic.noteevents", "note", "subject_id hadm_id chartdate charttime category text",
        _STAY + "chartdate:start category:name description:title text:text",
    ),
    Layout(
        "mimic.note", "note", "note_id subject_id hadm_id note_type charttime text",
        "note_id:id note_type:name charttime:start text:text " + _STAY,
    ),
    Layout("mimic.items", "none", "itemid label category", "", lacks="subject_id"),
    Layout("mimic.codes", "none", "icd9_code short_title long_title", ""),
    Layout("mimic.codes", "none", "icd_code icd_version long_title", "", lacks="subject_id"),
)  # fmt: skip

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

LAYOUTS = (*SYNTHEA, *MIMIC, *EICU)


def known(headers: list[str], name: str) -> Layout | None:
    """The published table that columns are of; None where they are of none, or of two that look alike.

    Args:
        headers: As written.
        name: Of the file: decides only between published tables with the same columns (diagnoses and
            procedures of MIMIC-III, problems and allergies of older Synthea), and a person confirms it.
    """
    columns = {header.strip().casefold() for header in headers}
    found = next((layout for layout in LAYOUTS if layout.fits(columns)), None)
    words = name.casefold()
    if found is None:
        return None
    if found.name == "mimic.diagnoses_icd" and "icd9_code" in columns and "procedure" in words:
        roles = _STAY + "icd9_code:code@icd9pcs"
        return Layout("mimic.procedures_icd", "procedure", found.needs, roles, undotted=True)
    if found.name == "synthea.conditions" and "allerg" in words:
        return Layout("synthea.allergies", "allergy", found.needs, found.roles, words=found.words)
    return found
