"""A small good file of every kind of record, to lie between the broken ones; all are of made-up people."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PATIENT = {
    "resourceType": "Patient",
    "id": "good-1",
    "identifier": [{"system": "urn:oid:1.2.3.4", "value": "G1"}],
    "name": [{"family": "Goodbundle", "given": ["Ada"]}],
    "gender": "female",
    "birthDate": "1950-05-05",
}
OBSERVATION = {
    "resourceType": "Observation",
    "id": "o1",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "2160-0"}]},
    "subject": {"reference": "Patient/good-1"},
    "effectiveDateTime": "2020-05-05",
    "valueQuantity": {
        "value": 1.1,
        "unit": "mg/dL",
        "system": "http://unitsofmeasure.org",
        "code": "mg/dL",
    },
}
BUNDLE = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [{"resource": PATIENT}, {"resource": OBSERVATION}],
}
LINES = (
    {**PATIENT, "id": "good-2", "name": [{"family": "Goodlines"}]},
    {**OBSERVATION, "subject": {"reference": "Patient/good-2"}},
)
HL7 = (
    "MSH|^~\\&|LAB|HOSP|||20200101||ORU^R01|1|P|2.5\r"
    "PID|1||77^^^GOOD^MR||Goodmessage^John||19800101|M\r"
    "OBR|1|||24323-8^CMP^LN|||20200101\r"
    "OBX|1|NM|2160-0^Creatinine^LN||1.7|mg/dL|0.6-1.2|H|||F\r"
)
CDA = """<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<code code="34133-9" codeSystem="2.16.840.1.113883.6.1"/><title>Summary</title>
<effectiveTime value="20200101"/>
<recordTarget><patientRole><id root="1.2.3.5" extension="G3"/>
<patient><name><given>Eve</given><family>Gooddocument</family></name>
<administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1"/><birthTime value="19400404"/></patient>
</patientRole></recordTarget>
<component><structuredBody>{sections}</structuredBody></component></ClinicalDocument>
"""
SECTION = (
    '<component><section><code code="10164-2" codeSystem="2.16.840.1.113883.6.1"/><title>T</title>'
    "<text>Words of a doctor.</text></section></component>"
)
PACKET = {
    "id": "good-packet",
    "subject": {"id": "Goodpacket", "sex": "MALE"},
    "phenotypicFeatures": [{"type": {"id": "HP:0001250", "label": "Seizure"}}],
    "metaData": {"phenopacketSchemaVersion": "2.0.2"},
}
VCF = (
    "##fileformat=VCFv4.2\n##contig=<ID=chr1,length=248956422>\n"
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">\n'
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS1\n"
    "chr1\t100\t.\tA\tG\t.\tPASS\t.\tGT\t0/1\n"
)
OMOP = {
    "PERSON.csv": "person_id,gender_concept_id,year_of_birth,person_source_value\n1,8507,1950,Goodomop\n",
    "MEASUREMENT.csv": (
        "measurement_id,person_id,measurement_concept_id,measurement_date,value_as_number\n"
        "1,1,3016723,2020-01-02,1.2\n"
    ),
}
TABLE = "patient_id,date,creatinine\n1,2020-01-05,1.2\n2,2020-02-06,1.4\n"
PEOPLE = ("Goodbundle", "Goodlines", "Goodmessage", "Gooddocument", "Goodpacket", "Goodomop")
"""A word by which each good person is found: their name, or their number where the kind has no names."""


def write_good(folder: Path) -> None:
    """Write them below `folder`, each kind once; some compressed, and with names that say nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "a.dat").write_text(json.dumps(BUNDLE))
    (folder / "b.dat").write_bytes(gzip.compress("\n".join(map(json.dumps, LINES)).encode()))
    (folder / "c.dat").write_bytes(HL7.encode())
    (folder / "d.dat").write_text(CDA.format(sections=SECTION))
    (folder / "e.dat").write_text(json.dumps(PACKET))
    (folder / "f.dat").write_text(VCF)
    (folder / "g.dat").write_text(TABLE)
    inner = folder / "tables"
    inner.mkdir()
    for name, text in OMOP.items():
        (inner / name).write_text(text)
