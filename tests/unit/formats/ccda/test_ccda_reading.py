"""C-CDA documents and fragments, written here."""

# ruff: noqa: E501  the XML is easier to read whole

from __future__ import annotations

import base64
import gzip
import time

import pytest

from medapp.domain.record import (
    Allergy,
    CodedValue,
    Encounter,
    Entry,
    Immunization,
    Medication,
    Note,
    Observation,
    Other,
    Person,
    Problem,
    Procedure,
    Quantity,
    Refusal,
    Report,
    StudyReference,
    When,
)
from medapp.domain.record.coding import CVX, LOINC, RXNORM, SNOMED
from medapp.formats.ccda import looks_like, read

E = "2.16.840.1.113883.10.20.22.4."
SCT = 'codeSystem="2.16.840.1.113883.6.96"'
LN = 'codeSystem="2.16.840.1.113883.6.1"'
PATIENT = """<recordTarget><patientRole><id root="1.2.3" extension="77"/><id root="2.16.840.1.113883.4.1" extension="1"/>
<addr><streetAddressLine>1 A St</streetAddressLine><city>Town</city></addr><patient>
<name use="L"><prefix>Dr</prefix><given>Jane</given><given>Q</given><family>Doe</family></name>
<administrativeGenderCode code="F"/><birthTime value="19800229"/><sdtc:deceasedInd value="false"/>
<raceCode code="1" displayName="White"/><languageCommunication><languageCode code="en"/></languageCommunication>
</patient></patientRole></recordTarget>"""


def document(*sections, body="", patient=PATIENT):
    inner = (
        body
        or f"<structuredBody>{''.join(f'<component>{one}</component>' for one in sections)}</structuredBody>"
    )
    return (
        '<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:sdtc="urn:hl7-org:sdtc" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><code code="34133-9" '
        f'{LN}/><title>Summary</title><effectiveTime value="20260101"/>{patient}<component>{inner}</component>'
        "</ClinicalDocument>"
    )


def section(*entries, code="", text=""):
    inner = "".join(f"<entry>{one}</entry>" for one in entries)
    return f'<section><code code="{code}" {LN}/><title>T</title><text>{text}</text>{inner}</section>'


def items(tmp_path, text):
    path = tmp_path / "x.xml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(read(path, "x.xml"))


def of(found, kind):
    return [item.content for item in found if isinstance(item, Entry) and isinstance(item.content, kind)]


def refusals(found):
    return [item for item in found if isinstance(item, Refusal)]


def test_person(tmp_path):
    person = items(tmp_path, document(section(text="<paragraph>a</paragraph>")))[0]
    assert isinstance(person, Person)
    assert [(one.value, one.issuer, one.kind) for one in person.identifiers] == [
        ("77", "urn:oid:1.2.3", ""), ("1", "http://hl7.org/fhir/sid/us-ssn", "SS"),
    ]  # fmt: skip
    assert (person.name.display, person.sex, person.birth_date) == (
        "Doe, Jane Q",
        "female",
        When("1980-02-29"),
    )
    assert person.deceased is False
    assert ("race", "White") in person.facts


def test_section_without_entries_is_a_note(tmp_path):
    text = "<paragraph>First\n line</paragraph><list><item>one</item><item>two</item></list>"
    table = "<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>"
    found = items(tmp_path, document(section(code="10164-2", text=text + table)))
    (note,) = of(found, Note)
    assert note.text == "First line\none\ntwo\na | b"
    assert (note.concept.code(LOINC), note.written) == ("10164-2", When("2026-01-01"))


ALLERGY = f"""<act><templateId root="{E}30"/><statusCode code="active"/><entryRelationship><observation {{negation}}>
<templateId root="{E}7"/><id root="9.9" extension="a"/><effectiveTime><low value="2010"/></effectiveTime>
<value xsi:type="CD" code="414285001" {SCT}/>{{substance}}
<entryRelationship inversionInd="true"><observation><templateId root="{E}9"/>
<value xsi:type="CD" code="247472004" displayName="Hives" {SCT}/>
<entryRelationship><observation><templateId root="{E}8"/><value xsi:type="CD" code="6736007" {SCT}/></observation>
</entryRelationship></observation></entryRelationship>
</observation></entryRelationship></act>"""
EGG = f"""<participant typeCode="CSM"><participantRole><playingEntity><code code="102263004" {SCT}>
<originalText><reference value="#egg"/></originalText><translation code="E" codeSystem="1.2"/></code></playingEntity>
</participantRole></participant>"""


def test_allergies(tmp_path):
    entry = ALLERGY.format(negation="", substance=EGG)
    found = items(
        tmp_path, document(section(entry, code="48765-2", text='<content ID="egg">Eggs!</content>'))
    )
    (allergy,) = of(found, Allergy)
    assert (allergy.concept.text, allergy.concept.code(SNOMED), allergy.concept.code("urn:oid:1.2")) == (
        "Eggs!", "102263004", "E",
    )  # fmt: skip
    assert (allergy.category, allergy.kind, allergy.status, allergy.negated) == (
        "food",
        "allergy",
        "active",
        False,
    )
    assert allergy.reactions[0].manifestations[0].display == "Hives"
    assert allergy.reactions[0].severity == "moderate"
    assert found[1].id == "9.9/a"
    assert found[1].subject == found[0].subject
    (none,) = of(
        items(tmp_path, document(section(ALLERGY.format(negation='negationInd="true"', substance="")))),
        Allergy,
    )
    assert none.negated


def problem(value, high="", negation=""):
    return (
        f'<act><templateId root="{E}3"/><statusCode code="active"/><entryRelationship><observation {negation}>'
        f'<templateId root="{E}4"/><effectiveTime><low value="20100101"/>{high}</effectiveTime>{value}</observation>'
        "</entryRelationship></act>"
    )


def test_problems(tmp_path):
    value = f'<value xsi:type="CD" code="195967001" displayName="Asthma" {SCT}/>'
    unknown = '<value xsi:type="CD" nullFlavor="UNK"/>'
    found = of(
        items(
            tmp_path,
            document(
                section(
                    problem(value),
                    problem(value, '<high nullFlavor="UNK"/>'),
                    problem(value, negation='negationInd="true"'),
                    problem(unknown),
                    code="11450-4",
                )
            ),
        ),
        Problem,
    )
    assert [(one.status, one.certainty, one.category) for one in found] == [
        ("active", "", "problem-list-item"), ("resolved", "", "problem-list-item"), ("", "refuted", "problem-list-item"),
    ]  # fmt: skip
    assert found[1].onset.end is None


def observation(value, extra="", negation="", template="2"):
    return (
        f'<observation {negation} moodCode="EVN"><templateId root="{E}{template}"/><id root="5.5"/>'
        f'<code code="718-7" {LN}/><statusCode code="completed"/><effectiveTime value="202601020304-0500"/>'
        f"{value}{extra}</observation>"
    )


RANGE = """<interpretationCode code="H"/><referenceRange><observationRange><value xsi:type="IVL_PQ">
<low value="12" unit="g/dL"/><high value="16" unit="g/dL"/></value></observationRange></referenceRange>"""


def test_results(tmp_path):
    inner = "".join(
        f"<component>{one}</component>"
        for one in (
            observation('<value xsi:type="PQ" value="13.5" unit="g/dL"/>', RANGE),
            observation('<value xsi:type="PQ" nullFlavor="ASKU"/>'),
            observation(f'<value xsi:type="CD" code="1" displayName="Seen" {SCT}/>'),
            observation(
                f'<value xsi:type="CD" code="1" displayName="Seen" {SCT}/>', negation='negationInd="true"'
            ),
            observation('<value xsi:type="IVL_PQ"><low value="5" unit="mg" inclusive="false"/></value>'),
            observation('<value xsi:type="ST">text</value>'),
            observation(
                '<value xsi:type="RTO_PQ_PQ"><numerator value="1"/><denominator value="64"/></value>'
            ),
        )
    )
    panel = (
        f'<organizer><templateId root="{E}1"/><code code="58410-2" {LN}/><statusCode code="completed"/>'
        f"{inner}</organizer>"
    )
    found = items(tmp_path, document(section(panel, code="30954-2")))
    values = of(found, Observation)
    first = values[0]
    assert first.value == Quantity(13.5, "g/dL", "g/dL")
    assert (first.flags, first.status, first.category) == (("H",), "final", "laboratory")
    assert first.ranges[0].high == Quantity(16, "g/dL", "g/dL")
    assert first.effective.start == When("2026-01-02T03:04-05:00")
    assert (values[1].value, values[1].absent) == (None, "asked-unknown")
    assert isinstance(values[2].value, CodedValue)
    assert values[3].value == "not Seen"
    assert values[4].value == Quantity(5, "mg", "mg", ">")
    assert [one.value for one in values[5:]] == ["text", "1:64"]
    (report,) = of(found, Report)
    assert report.results[:2] == ("5.5", "5.5#2")
    assert len(report.results) == 7


def test_medicines_and_vaccines(tmp_path):
    medicine = f"""<substanceAdministration moodCode="EVN"><templateId root="{E}16"/><statusCode code="active"/>
    <effectiveTime xsi:type="IVL_TS"><low value="20260101"/></effectiveTime>
    <effectiveTime xsi:type="PIVL_TS" operator="A"><period value="6" unit="h"/></effectiveTime>
    <routeCode code="PO" displayName="Oral"/><doseQuantity value="2"/><rateQuantity value="10" unit="mL/h"/>
    <administrationUnitCode code="C48542" displayName="Tablet"/>
    <consumable><manufacturedProduct><manufacturedMaterial><code code="197380" codeSystem="2.16.840.1.113883.6.88"/>
    </manufacturedMaterial></manufacturedProduct></consumable><precondition/>
    <entryRelationship><supply moodCode="EVN"><templateId root="{E}18"/><product><manufacturedProduct>
    <manufacturedMaterial><code code="9" codeSystem="2.16.840.1.113883.6.88"/></manufacturedMaterial>
    </manufacturedProduct></product></supply></entryRelationship></substanceAdministration>"""
    vaccine = f"""<substanceAdministration moodCode="EVN" negationInd="true"><templateId root="{E}52"/>
    <statusCode code="completed"/><effectiveTime value="201311"/><consumable><manufacturedProduct>
    <manufacturedMaterial><code code="88" codeSystem="2.16.840.1.113883.12.292"/><lotNumberText>L1</lotNumberText>
    </manufacturedMaterial></manufacturedProduct></consumable></substanceAdministration>"""
    found = items(tmp_path, document(section(medicine, vaccine)))
    taken, dispensed = of(found, Medication)
    assert (taken.kind, taken.concept.code(RXNORM), taken.dose) == (
        "statement",
        "197380",
        Quantity(2, "Tablet"),
    )
    assert (taken.frequency, taken.route, taken.instruction) == ("every 6 h", "Oral", "rate 10 mL/h")
    assert (taken.as_needed, taken.taken.start, dispensed.kind) == (True, When("2026-01-01"), "dispense")
    (given,) = of(found, Immunization)
    assert (given.status, given.concept.code(CVX), given.given, given.lot) == (
        "not-done",
        "88",
        When("2013-11"),
        "L1",
    )


def test_procedures_encounters_and_plans(tmp_path):
    def procedure(mood):
        return (
            f'<procedure moodCode="{mood}"><templateId root="{E}14"/><code code="6025007" {SCT}/>'
            '<statusCode code="completed"/></procedure>'
        )

    visit = f"""<encounter moodCode="EVN"><templateId root="{E}49"/><id root="7.7"/><code code="99213"
    codeSystem="2.16.840.1.113883.6.12"><translation code="AMB" codeSystem="2.16.840.1.113883.5.4"/></code>
    <effectiveTime value="20260101"/><entryRelationship><act><templateId root="{E}80"/><entryRelationship><observation>
    <templateId root="{E}4"/><value xsi:type="CD" code="1" {SCT}/></observation></entryRelationship></act>
    </entryRelationship></encounter>"""
    family = f"""<organizer><templateId root="{E}45"/><subject><relatedSubject><code code="FTH" displayName="Father"/>
    </relatedSubject></subject><component><observation><value xsi:type="CD" code="1" displayName="MI"/></observation>
    </component></organizer>"""
    found = items(tmp_path, document(section(procedure("EVN"), procedure("RQO"), visit, family)))
    assert of(found, Procedure)[0].status == "completed"
    assert of(found, Encounter)[0].kind == "AMB"
    (diagnosis,) = [item for item in found if isinstance(item, Entry) and isinstance(item.content, Problem)]
    assert (diagnosis.encounter, diagnosis.content.category) == ("7.7", "encounter-diagnosis")
    planned, relative = of(found, Other)
    assert (planned.kind, relative.kind, relative.facts) == (
        "ServiceRequest", "FamilyMemberHistory", (("condition", "MI"),),
    )  # fmt: skip


def test_studies_nested_findings_and_notes(tmp_path):
    catalog = """<act moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.6.2.6"/><id root="1.2.840.1"/>
    <effectiveTime value="20060828"/><entryRelationship><act><id root="1.2.840.2"/><code code="113015"><qualifier>
    <value code="CR"/></qualifier></code></act></entryRelationship></act>"""
    nested = observation(
        '<value xsi:type="ST">outer</value>',
        f"<entryRelationship>{observation('<value xsi:type=&quot;ST&quot;>inner</value>'.replace('&quot;', chr(34)))}"
        f'</entryRelationship><entryRelationship><observation><templateId root="{E}8"/><code code="SEV"/>'
        "</observation></entryRelationship>",
        template="67",
    )
    done = f"""<observation moodCode="EVN"><templateId root="{E}13"/><code code="1" {SCT}/>
    <value xsi:type="CD" code="2" {SCT}/></observation>"""
    note = f"""<act moodCode="EVN"><templateId root="{E}202"/><code code="34109-9" {LN}/><text>Words</text>
    <statusCode code="completed"/><author><time value="2026"/><assignedAuthor><assignedPerson><name>A B</name>
    </assignedPerson></assignedAuthor></author></act>"""
    found = items(tmp_path, document(section(catalog, nested, done, note)))
    (study,) = of(found, StudyReference)
    assert (study.uid, study.modalities, study.series) == ("1.2.840.1", ("CR",), 1)
    assert [one.value for one in of(found, Observation)][:2] == ["outer", "inner"]
    assert (len(of(found, Observation)), len(of(found, Procedure))) == (3, 1)
    assert (of(found, Note)[0].text, of(found, Note)[0].author) == ("Words", "A B")


def test_values_that_are_none_are_named_with_their_place(tmp_path):
    wrong = observation('<value xsi:type="PQ" value="high" unit="m"/>').replace(
        "202601020304-0500", "20269999"
    )
    found = items(tmp_path, document(section(wrong)))
    assert [item.code for item in refusals(found)] == ["invalid", "invalid"]
    assert refusals(found)[0].source.place.endswith("section/entry/observation/effectiveTime")
    assert not any("high" in item.reason for item in refusals(found))
    assert of(found, Observation)[0].value is None


def test_unstructured_documents(tmp_path):
    data = base64.b64encode(b"Hello").decode()
    plain = document(
        body=f'<nonXMLBody><text mediaType="text/plain" representation="B64">{data}</text></nonXMLBody>'
    )
    assert of(items(tmp_path, plain), Note)[0].text == "Hello"
    linked = document(
        body='<nonXMLBody><text mediaType="application/pdf"><reference value="../x.pdf"/></text></nonXMLBody>'
    )
    (note,) = of(items(tmp_path, linked), Note)
    assert (note.text, note.link, note.media_type) == ("", "../x.pdf", "application/pdf")
    broken = document(
        body='<nonXMLBody><text mediaType="text/plain" representation="B64">%%</text></nonXMLBody>'
    )
    assert [item.code for item in refusals(items(tmp_path, broken))] == ["malformed"]


def test_fragments_have_no_patient(tmp_path):
    fragment = "<!-- one --> " + observation('<value xsi:type="PQ" value="1" unit="m" sdtc:x="1"/>')
    assert looks_like(fragment.encode())
    (entry,) = items(tmp_path, fragment * 1)
    assert (entry.subject, entry.content.value) == ("", Quantity(1, "m", "m"))
    assert len(items(tmp_path, fragment * 2)) == 2
    (nothing,) = items(tmp_path, "<author><time value='2026'/><assignedAuthor/></author>")
    assert (nothing.code, nothing.whole) == ("unknown-kind", True)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><ClinicalDocument xmlns="urn:hl7-org:v3"/>',
            "entity",
        ),
        ("<a>" * 5000 + "</a>" * 5000, "too-large"),
        ("<ClinicalDocument><x></ClinicalDocument>", "malformed"),
        ("<other/>", "unknown-kind"),
        ("", "unknown-kind"),
    ],
)
def test_hostile_files_are_refused_whole(tmp_path, text, code):
    (refusal,) = items(tmp_path, text)
    assert (refusal.code, refusal.whole) == (code, True)
    assert "passwd" not in refusal.reason


def test_document_type_in_utf_16(tmp_path):
    text = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE r [<!ENTITY x "y">]><ClinicalDocument/>'
    (refusal,) = items(tmp_path, text.encode("utf-16"))
    assert refusal.code == "entity"


def test_recognised_by_content():
    assert looks_like(document().encode())
    assert looks_like(b'<?xml version="1.0"?><!-- <a> --><n1:ClinicalDocument xmlns:n1="urn:hl7-org:v3">')
    assert not looks_like(b"<Bundle xmlns='http://hl7.org/fhir'/>")
    assert not looks_like(b"<section>chapter</section>")
    assert not looks_like(b"MSH|^~\\&")


def test_no_subject_compressed_and_cancelled(tmp_path):
    found = items(tmp_path, gzip.compress(document(patient="").encode()))
    assert [item.code for item in refusals(found)] == ["no-subject"]
    path = tmp_path / "c.xml"
    path.write_text(document(section(text="<paragraph>a</paragraph>")))
    assert [type(item) for item in read(path, "c", cancelled=lambda: True)] == [Person]
    assert [item.code for item in read(tmp_path / "none", "c")] == ["malformed"]


def test_many_sections_take_no_more_than_their_share_of_time(tmp_path):
    many = "".join(section(text="<paragraph>a</paragraph>") for _ in range(6000))
    start = time.process_time()
    found = items(tmp_path, document(many))
    assert sum(isinstance(item, Entry) for item in found) == 6000
    assert time.process_time() - start < 10


def test_text_that_is_referred_to_again_and_again_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr("medapp.formats.ccda.scope.MOST_REPEATED", 1000)
    entry = (
        '<observation classCode="OBS" moodCode="EVN"><id root="{n}"/><code code="1" codeSystem="2">'
        '<originalText><reference value="#t"/></originalText></code></observation>'
    )
    entries = [entry.format(n=number) for number in range(20)]
    text = f'<paragraph ID="t">{"word " * 50}</paragraph>'
    found = items(tmp_path, document(section(*entries, text=text)))
    assert [item.code for item in refusals(found)] == ["too-large"]
    assert sum(len(item.content.concept.text) for item in found if isinstance(item, Entry)) < 2000
