"""Synthea's CSV export (its CSV File Data Dictionary, old and new columns)."""

from __future__ import annotations

from medapp.formats.tables.layout import SYSTEM_WORDS, Layout

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
        "description1:comment severity2:severity description2:comment " + _EVENT.format("snomed"),
        words=_SYSTEM,
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
        "date:start " + _EVENT.format("cvx"), lacks="value reasoncode id quantity",
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
    Layout("synthea.organizations", "none", "id name address city state zip utilization", "",
           lacks="birthdate"),
    Layout("synthea.providers", "none", "id organization name gender address", "", lacks="birthdate"),
    Layout("synthea.payers", "none", "id name amount_covered amount_uncovered revenue", ""),
    Layout("synthea.payer_transitions", "none", "patient payer ownership", ""),
    Layout("synthea.claims", "none", "id patientid providerid primarypatientinsuranceid", ""),
    Layout("synthea.claims_transactions", "none", "id claimid chargeid patientid type", ""),
)  # fmt: skip
"""Those without roles are about institutions and money: known, and not read."""
