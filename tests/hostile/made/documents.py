"""Broken and malicious CDA documents, and XML that is none."""

from __future__ import annotations

from tests.hostile.made.kind import MEGABYTE, Files
from tests.hostile.record_good import CDA, SECTION

NAMESPACE = 'xmlns="urn:hl7-org:v3"'
BODY = "<component><structuredBody>"
LINK = '<component><nonXMLBody><text><reference value="@FILE@"/></text></nonXMLBody></component>'
INCLUDED = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="@FILE@" parse="text"/>'
SECOND = "<recordTarget><patientRole><id root='9'/></patientRole></recordTarget>"
UTF16 = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE r [<!ENTITY x "y">]>'
ATTRIBUTE = '<!DOCTYPE r [<!ENTITY x SYSTEM "@FILE@"><!ATTLIST title a CDATA "&x;">]>'


def _cda(inside: str = SECTION, head: str = "") -> str:
    return CDA.format(sections=inside).replace("<ClinicalDocument", f"{head}<ClinicalDocument", 1)


def _bare(inside: str = "") -> str:
    return f"<ClinicalDocument {NAMESPACE}>{inside}</ClinicalDocument>"


DOCUMENTS: Files = {
    "external_dtd": ("refused", _cda(head='<!DOCTYPE ClinicalDocument SYSTEM "@URL@/evil.dtd">')),
    "public_dtd": ("refused", _cda(head='<!DOCTYPE ClinicalDocument PUBLIC "x" "@FILE@">')),
    "parameter_entity": ("refused", _cda(head='<!DOCTYPE r [<!ENTITY % p SYSTEM "@URL@/p.dtd"> %p;]>')),
    "entity_in_attribute": ("refused", ATTRIBUTE + _bare("<title>&x;</title>")),
    "undeclared_entity": ("refused", _bare("<title>&nobody;</title>")),
    "xinclude": ("any", _cda(SECTION.replace("Words of a doctor.", INCLUDED))),
    "stylesheet": ("read", _cda(head='<?xml-stylesheet type="text/xsl" href="@URL@/style.xsl"?>')),
    "schema": ("read", _cda().replace(NAMESPACE, f'{NAMESPACE} xsi:schemaLocation="a @URL@/a.xsd"')),
    "link": ("read", _cda().replace(BODY, LINK + BODY)),
    "utf16_entity": ("refused", (UTF16 + _bare()).encode("utf-16")),
    "utf7": ("refused", '<?xml version="1.0" encoding="utf-7"?>+ADw-ClinicalDocument+AD4-'),
    "no_such_encoding": ("refused", f'<?xml version="1.0" encoding="x-evil"?>{_bare()}'),
    "not_utf8": ("refused", _cda().encode().replace(b"Words", b"W\xf6rds\xff\xfe")),
    "cut": ("refused", _cda()[:700]),
    "nul": ("refused", _cda().replace("Words", "Wo\0rds")),
    "controls": ("refused", _cda().replace("Words", "Wo\x01rds")),
    "deep": ("refused", _bare("<a>" * 5000 + "</a>" * 5000)),
    "deep_sections": ("refused", _cda("<component><section>" * 400 + "</section></component>" * 400)),
    "many_attributes": ("any", _bare("<a " + " ".join(f'a{n}="{n}"' for n in range(50_000)) + "/>")),
    "long_text": ("any", lambda: _cda(SECTION.replace("Words", "word " * 3 * MEGABYTE)).encode()),
    "many_sections": ("read", lambda: _cda(SECTION * 3000).encode()),
    "nobody": ("refused", _bare()),
    "impossible_dates": ("told", _cda().replace("19400404", "00000000").replace("20200101", "20201399")),
    "two_patients": ("told", _cda().replace("<recordTarget>", SECOND + "<recordTarget>", 1)),
    "processing": ("read", _cda(head='<?php system("touch /tmp/x"); ?>')),
    "fhir_in_xml": ("refused", '<Patient xmlns="http://hl7.org/fhir"><id value="x"/></Patient>'),
    "other_xml": ("refused", "<note><to>Jane</to></note>"),
    "two_roots": ("any", _bare() * 2),
}
