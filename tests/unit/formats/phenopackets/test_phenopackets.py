from __future__ import annotations

import gzip
import json

import pytest

from medapp.domain.record import Entry, Person, Refusal
from medapp.domain.record.coding import Quantity
from medapp.formats.phenopackets import looks_like, read

META = {
    "created": "2024-01-02T03:04:05Z",
    "phenopacketSchemaVersion": "2.0.2",
    "resources": [{"namespacePrefix": "XX", "url": "http://example.org/xx.owl"}],
}


def packet(**more):
    subject = {"id": "p1", "sex": "FEMALE", "vitalStatus": {"status": "ALIVE"}}
    return {"id": "k1", "subject": subject, "metaData": META, **more}


@pytest.fixture
def items(tmp_path):
    def made(*packets, raw=None):
        path = tmp_path / "packets"
        if raw is None:
            raw = "\n".join(json.dumps(one) for one in packets).encode()
        path.write_bytes(raw)
        return list(read(path, "f"))

    return made


def contents(found):
    return [item.content for item in found if isinstance(item, Entry)]


def test_a_subject_is_a_person(items):
    individual = {
        "id": "p1", "alternateIds": ["q"], "sex": "MALE", "dateOfBirth": "1980-05-06T00:00:00Z",
        "timeAtLastEncounter": {"age": {"iso8601duration": "P33Y"}}, "karyotypicSex": "XXY",
        "vitalStatus": {"status": "DECEASED", "timeOfDeath": {"age": {"iso8601duration": "P40Y2M"}}},
    }  # fmt: skip
    (who,) = items(packet(subject=individual))
    assert isinstance(who, Person)
    assert (who.subject, who.sex, who.birth_date.text, who.deceased.text) == (
        "k1/p1", "male", "1980-05-06", "2020-07",
    )  # fmt: skip
    assert [one.value for one in who.identifiers] == ["p1", "q"]
    assert ("age at last encounter", "P33Y") in who.facts
    assert ("karyotypic sex", "XXY") in who.facts


def test_a_feature_that_was_looked_for_and_not_found_is_refuted(items):
    features = [
        {"type": {"id": "HP:0001250", "label": "Seizure"}, "onset": {"age": {"iso8601duration": "P3Y"}}},
        {"type": {"id": "HP:0000252", "label": "Microcephaly"}, "excluded": True},
        {"type": {"id": "XX:1", "label": "Odd"}, "severity": {"id": "HP:0012828", "label": "Severe"}},
    ]
    first, second, third = contents(items(packet(phenotypicFeatures=features)))
    assert (first.category, first.certainty, first.comment) == ("phenotype", "", "onset P3Y")
    assert first.onset.start is None
    assert first.concept.code("http://human-phenotype-ontology.org") == "HP:0001250"
    assert second.certainty == "refuted"
    assert (third.severity, third.concept.code("http://example.org/xx.owl")) == ("Severe", "XX:1")


@pytest.mark.parametrize(
    ("onset", "start", "comment"),
    [
        ({"timestamp": "2001-02-03T00:00:00Z"}, "2001-02-03", ""),
        ({"timestamp": "2001-02-03T10:20:30.5Z"}, "2001-02-03T10:20:30Z", ""),
        ({"age": {"iso8601duration": "P3Y"}}, "2003", "onset P3Y"),
        ({"age": {"iso8601duration": "P3Y2M"}}, "2003-03", "onset P3Y2M"),
        ({"age": {"iso8601duration": "P1W"}}, "2000-01-22", "onset P1W"),
        ({"ageRange": {"start": {"iso8601duration": "P3Y"}, "end": {"iso8601duration": "P5Y"}}}, None,
         "onset P3Y to P5Y"),
        ({"ontologyClass": {"id": "HP:0003577", "label": "Congenital onset"}}, None,
         "onset Congenital onset"),
        ({"gestational_age": {"weeks": 20}}, None, "onset gestational age 20 weeks 0 days"),
    ],
)  # fmt: skip
def test_onset_is_as_exact_as_it_is_stated(items, onset, start, comment):
    subject = {"id": "p", "dateOfBirth": "2000-01-15T00:00:00Z"}
    disease = {"term": {"id": "OMIM:1", "label": "D"}, "onset": onset}
    (found,) = contents(items(packet(subject=subject, diseases=[disease])))
    assert (found.onset.start.text if found.onset.start else None) == start
    assert found.comment == comment


def test_a_measurement_has_its_unit_and_range(items):
    gram = {"id": "UCUM:g/L", "label": "gram per litre"}
    value = {"quantity": {"value": 5, "unit": gram, "referenceRange": {"unit": gram, "low": 6, "high": 8}}}
    parts = [{"type": {"id": "LOINC:8480-6"}, "quantity": {"value": 120, "unit": {"id": "UCUM:mm[Hg]"}}}]
    first, second = contents(
        items(
            packet(
                measurements=[
                    {"assay": {"id": "LOINC:718-7", "label": "Hb"}, "value": value},
                    {"assay": {"id": "LOINC:85354-9"}, "complexValue": {"typedQuantities": parts}},
                ]
            )
        )
    )
    assert first.value == Quantity(5, "g/L", "g/L")
    assert first.ranges[0].low == Quantity(6, "g/L", "g/L")
    assert first.concept.code("http://loinc.org") == "718-7"
    assert second.components[0].value == Quantity(120, "mm[Hg]", "mm[Hg]")


def test_medical_actions_are_told_apart(items):
    dose = {
        "quantity": {"value": 2, "unit": {"id": "UCUM:mg", "label": "mg"}},
        "scheduleFrequency": {"id": "NCIT:C64496", "label": "Twice Daily"},
        "interval": {"start": "2020-01-01T00:00:00Z", "end": "2020-02-01T00:00:00Z"},
    }
    actions = [
        {"treatment": {"agent": {"id": "CHEBI:1", "label": "X"}, "drugType": "PRESCRIPTION",
                       "doseIntervals": [dose]}},
        {"procedure": {"code": {"id": "NCIT:C1", "label": "Biopsy"}, "bodySite": {"label": "Skin"}}},
        {"radiationTherapy": {"modality": {"id": "NCIT:C2"}, "dosage": 30, "fractions": 10}},
        {"therapeuticRegimen": {"ontologyClass": {"id": "NCIT:C3"}, "regimenStatus": "COMPLETED"}},
        {},
    ]  # fmt: skip
    found = items(packet(medicalActions=actions))
    drug, procedure, radiation, regimen = contents(found)
    assert (drug.kind, drug.dose, drug.frequency) == ("request", Quantity(2, "mg", "mg"), "Twice Daily")
    assert drug.taken.end.text == "2020-02-01"
    assert procedure.body_site == "Skin"
    assert ("dosage in Gy", "30") in radiation.facts
    assert regimen.status == "completed"
    assert [item.code for item in found if isinstance(item, Refusal)] == ["invalid"]


def test_variants_are_kept_with_their_names_and_their_place(items):
    descriptor = {
        "id": "v", "geneContext": {"valueId": "HGNC:34", "symbol": "ABCA4"},
        "expressions": [{"syntax": "hgvs.c", "value": "NM_000350.3:c.6088C>T"}],
        "vcfRecord": {"genomeAssembly": "hg38", "chrom": "chr1", "pos": 94005500, "ref": "G", "alt": "A"},
        "allelicState": {"id": "GENO:0000136", "label": "homozygous"},
    }  # fmt: skip
    call = {"acmgPathogenicityClassification": "PATHOGENIC", "variationDescriptor": descriptor}
    genomic = {"interpretationStatus": "CAUSATIVE", "variantInterpretation": call}
    diagnosis = {"disease": {"id": "OMIM:1", "label": "D"}, "genomicInterpretations": [genomic]}
    whole, variant = contents(
        items(packet(interpretations=[{"progressStatus": "SOLVED", "diagnosis": diagnosis}]))
    )
    assert (whole.kind, whole.status) == ("Interpretation", "solved")
    facts = dict(variant.facts)
    assert variant.kind == "GenomicInterpretation"
    assert facts["hgvs.c"] == "NM_000350.3:c.6088C>T"
    assert (facts["vcf.chromosome"], facts["vcf.position"]) == ("chr1", "94005500")
    assert (facts["zygosity"], facts["acmg"], facts["gene"]) == ("homozygous", "PATHOGENIC", "ABCA4")


def test_samples_and_files_are_kept_and_nothing_is_opened(items):
    sample, file = contents(
        items(
            packet(
                biosamples=[{"id": "s", "sampledTissue": {"id": "UBERON:1", "label": "skin"}}],
                files=[{"uri": "file:///etc/passwd", "fileAttributes": {"fileFormat": "VCF"}}],
            )
        )
    )
    assert (sample.kind, sample.concept.display) == ("Biosample", "skin")
    assert ("uri", "file:///etc/passwd") in file.facts


def test_snake_case_is_read_as_well(items):
    raw = json.dumps(
        {
            "id": "k",
            "subject": {"id": "p", "vital_status": {"status": "ALIVE"}},
            "phenotypic_features": [{"type": {"id": "HP:1"}}],
            "meta_data": {"phenopacket_schema_version": "2.0"},
        }
    )
    who, entry = items(raw=raw.encode())
    assert who.deceased is False
    assert entry.content.concept.display == "HP:1"


@pytest.mark.parametrize("version", ["1.0.0", "3.0", "", "two"])
def test_other_versions_are_refused_with_a_sentence(items, version):
    (refusal,) = items(packet(metaData={"phenopacketSchemaVersion": version}))
    assert (refusal.code, refusal.whole) == ("version", True)
    assert "version" in refusal.reason


def test_a_family_gives_everyone(items):
    found = items({"id": "fam", "proband": packet(), "relatives": [packet(id="k2")]})
    assert [item.subject for item in found if isinstance(item, Person)] == ["k1/p1", "k2/p1"]


def test_a_broken_line_leaves_the_others(items):
    whole = json.dumps(packet())
    found = items(raw=f"{whole}\n{whole[:-5]}\n\n[]\n{json.dumps(packet(id='k3'))}\n".encode())
    assert [item.subject for item in found if isinstance(item, Person)] == ["k1/p1", "k3/p1"]
    reasons = [item.reason for item in found if isinstance(item, Refusal)]
    assert reasons[0].startswith("line 2")
    assert reasons[1].startswith("line 4")
    found = items(raw=f"{whole[:-5]}\n{whole}\n".encode())
    assert [type(item) for item in found] == [Refusal, Person]


@pytest.mark.parametrize(
    "more",
    [
        {"phenotypicFeatures": {}}, {"phenotypicFeatures": [1]}, {"phenotypicFeatures": [{"type": []}]},
        {"phenotypicFeatures": [{}]}, {"diseases": [{"term": {"id": "X:1"}, "onset": {"timestamp": "now"}}]},
        {"measurements": [{"value": {"quantity": {"value": "NaN"}}}]},
        {"diseases": [{"term": {"id": {}}}]}, {"diseases": [{"term": {"id": "X:1"}, "excluded": "no"}]},
        {"subject": {}}, {"subject": []}, {"metaData": []},
        {"subject": {"id": "p", "dateOfBirth": "2000-02-31T00:00:00Z"}},
    ],
)  # fmt: skip
def test_what_is_not_as_the_schema_says_is_refused_with_its_place(items, more):
    refusals = [item for item in items(packet(**more)) if isinstance(item, Refusal)]
    assert len(refusals) == 1
    assert refusals[0].code in {"invalid", "no-subject"}


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"7", b'{"a":1}', b"null\nnull"])
def test_nothing_is_raised_for_what_is_no_packet(items, raw):
    assert all(isinstance(item, Refusal) for item in items(raw=raw))


def test_gzip_and_indented_documents_and_lists_are_read(items):
    text = json.dumps([packet(), packet(id="k2")], indent=1).encode()
    assert len(items(raw=gzip.compress(text))) == 2
    assert len(items(raw=b"\xef\xbb\xbf" + json.dumps(packet(), indent=2).encode())) == 1
    (refusal,) = items(raw=gzip.compress(text)[:-30])
    assert refusal.whole


def test_packets_are_recognised_by_content():
    assert looks_like(json.dumps(packet(phenotypicFeatures=[])).encode())
    assert not looks_like(b'{"resourceType": "Patient"}')
    assert not looks_like(b"phenotypicFeatures,metaData\n")
