"""Names of coding systems (HL7 table 0396) and of assigning authorities, as URIs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from medapp.domain.record import coding

if TYPE_CHECKING:
    from medapp.formats.hl7v2.segments import Field

SYSTEMS = {
    "LN": coding.LOINC, "LOINC": coding.LOINC,
    "SCT": coding.SNOMED, "SNM": "http://terminology.hl7.org/CodeSystem/SNM", "SNOMED": coding.SNOMED,
    "SNOMED-CT": coding.SNOMED, "SNOMEDCT": coding.SNOMED, "SCT2": coding.SNOMED,
    "RXNORM": coding.RXNORM, "ATC": coding.ATC, "WC": coding.ATC, "NDC": coding.NDC, "CVX": coding.CVX,
    "MVX": "http://hl7.org/fhir/sid/mvx",
    "I9": "http://hl7.org/fhir/sid/icd-9", "I9C": coding.ICD9CM, "I9CDX": coding.ICD9CM,
    "I9CP": coding.ICD9CM,
    "I10": "http://hl7.org/fhir/sid/icd-10", "I10C": coding.ICD10CM, "ICD10CM": coding.ICD10CM,
    "ICD-10-CM": coding.ICD10CM, "ICD10": "http://hl7.org/fhir/sid/icd-10",
    "I10P": "http://www.cms.gov/Medicare/Coding/ICD10",
    "C4": "http://www.ama-assn.org/go/cpt", "CPT": "http://www.ama-assn.org/go/cpt",
    "CPT4": "http://www.ama-assn.org/go/cpt", "CPT-4": "http://www.ama-assn.org/go/cpt",
    "HPC": "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
    "HCPCS": "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
    "UCUM": coding.UCUM, "NCIT": "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl",
    "CDCREC": "urn:oid:2.16.840.1.113883.6.238", "UNII": "http://fdasis.nlm.nih.gov", "HGNC": coding.HGNC,
    "OMIM": coding.OMIM, "HPO": coding.HPO, "ICDO": "http://terminology.hl7.org/CodeSystem/icd-o-3",
    "ICDO3": "http://terminology.hl7.org/CodeSystem/icd-o-3", "GPI": "http://terminology.hl7.org/CodeSystem/medispan-gpi",
    "DCM": "http://dicom.nema.org/resources/ontology/DCM", "ISO3166_1": "urn:iso:std:iso:3166",
}  # fmt: skip

_TABLE = re.compile(r"HL7[-_ ]?(\d{4})", re.IGNORECASE)
_OID = re.compile(r"[0-2](\.(0|[1-9]\d*))+")


def system(name: str) -> str:
    """URI of a coding system; a name that no table knows is kept as it is written."""
    known = SYSTEMS.get(name.upper())
    if known is not None:
        return known
    table = _TABLE.fullmatch(name)
    if table is not None:
        return f"http://terminology.hl7.org/CodeSystem/v2-{table[1]}"
    return f"urn:oid:{name}" if _OID.fullmatch(name) else name


def authority(name: Field) -> str:
    """Issuer of an identifier (HD): its universal id as a URI, else its own name for itself."""
    namespace, universal, kind = name.part(1), name.part(2), name.part(3).upper()
    if universal and kind == "UUID":
        return f"urn:uuid:{universal.lower()}"
    if _OID.fullmatch(universal) and kind in {"ISO", ""}:
        return f"urn:oid:{universal}"
    if universal and kind == "URI":
        return universal
    return namespace or universal
