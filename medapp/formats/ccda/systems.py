"""OIDs of code systems as the URIs that FHIR gives them (terminology.hl7.org)."""

from __future__ import annotations

import re

from medapp.domain.record import coding

OIDS = {
    "2.16.840.1.113883.6.1": coding.LOINC,
    "2.16.840.1.113883.6.96": coding.SNOMED,
    "2.16.840.1.113883.6.88": coding.RXNORM,
    "2.16.840.1.113883.6.73": coding.ATC,
    "2.16.840.1.113883.6.69": coding.NDC,
    "2.16.840.1.113883.12.292": coding.CVX,
    "2.16.840.1.113883.6.59": coding.CVX,
    "2.16.840.1.113883.6.90": coding.ICD10CM,
    "2.16.840.1.113883.6.3": "http://hl7.org/fhir/sid/icd-10",
    "2.16.840.1.113883.6.4": "http://www.cms.gov/Medicare/Coding/ICD10",
    "2.16.840.1.113883.6.103": coding.ICD9CM,
    "2.16.840.1.113883.6.104": coding.ICD9CM,
    "2.16.840.1.113883.6.42": "http://hl7.org/fhir/sid/icd-9",
    "2.16.840.1.113883.6.12": "http://www.ama-assn.org/go/cpt",
    "2.16.840.1.113883.6.285": "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
    "2.16.840.1.113883.6.8": coding.UCUM,
    "2.16.840.1.113883.6.24": "urn:iso:std:iso:11073:10101",
    "2.16.840.1.113883.3.26.1.1": "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl",
    "2.16.840.1.113883.4.9": "http://fdasis.nlm.nih.gov",
    "2.16.840.1.113883.3.26.1.5": "http://hl7.org/fhir/ndfrt",
    "2.16.840.1.113883.6.209": "http://hl7.org/fhir/ndfrt",
    "2.16.840.1.113883.6.281": coding.HGNC,
    "2.16.840.1.113883.6.174": coding.OMIM,
    "2.16.840.1.113883.6.101": "http://nucc.org/provider-taxonomy",
    "2.16.840.1.113883.6.238": "urn:oid:2.16.840.1.113883.6.238",
    "2.16.840.1.113883.6.13": "http://www.ada.org/cdt",
    "1.2.840.10008.2.16.4": "http://dicom.nema.org/resources/ontology/DCM",
    "2.16.840.1.113883.5.1": "http://terminology.hl7.org/CodeSystem/v3-AdministrativeGender",
    "2.16.840.1.113883.5.2": "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus",
    "2.16.840.1.113883.5.4": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
    "2.16.840.1.113883.5.6": "http://terminology.hl7.org/CodeSystem/v3-ActClass",
    "2.16.840.1.113883.5.8": "http://terminology.hl7.org/CodeSystem/v3-ActReason",
    "2.16.840.1.113883.5.83": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
    "2.16.840.1.113883.5.85": "http://terminology.hl7.org/CodeSystem/v3-orderableDrugForm",
    "2.16.840.1.113883.5.111": "http://terminology.hl7.org/CodeSystem/v3-RoleCode",
    "2.16.840.1.113883.5.112": "http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration",
    "2.16.840.1.113883.5.1063": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
    "2.16.840.1.113883.5.1076": "http://terminology.hl7.org/CodeSystem/v3-ReligiousAffiliation",
    "2.16.840.1.113883.12.112": "http://terminology.hl7.org/CodeSystem/v2-0112",
    "2.16.840.1.113883.6.259": "https://www.cdc.gov/nhsn/cdaportal/terminology/codesystem/hsloc.html",
    "2.16.840.1.113883.6.301.3": "https://www.nubc.org/CodeSystem/RevenueCodes",
}

US_SSN = "2.16.840.1.113883.4.1"
AUTHORITIES = {
    US_SSN: "http://hl7.org/fhir/sid/us-ssn",
    "2.16.840.1.113883.4.6": "http://hl7.org/fhir/sid/us-npi",
    "2.16.840.1.113883.4.572": "http://hl7.org/fhir/sid/us-medicare",
}
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def uri(root: str) -> str:
    """An OID or UUID as a URI."""
    if _UUID.fullmatch(root):
        return f"urn:uuid:{root.lower()}"
    return f"urn:oid:{root}" if root else ""


def system(oid: str) -> str:
    """URI of a code system."""
    return OIDS.get(oid) or uri(oid)


def authority(root: str) -> str:
    """URI of who gave an identifier."""
    return AUTHORITIES.get(root) or uri(root)
