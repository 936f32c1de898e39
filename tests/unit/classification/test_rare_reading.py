"""rare.disease: what is read of the ontology, of a record and of a genome, and what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from medapp.domain.genome import Genome, Genotype, Variant, VariantFile
from medapp.domain.record import (
    Code,
    CodedValue,
    Concept,
    Entry,
    Observation,
    Problem,
    Record,
    Source,
)
from medapp_classification.rare_disease.cases import DataError, allele_name, read_cases
from medapp_classification.rare_disease.ontology import Ontology, OntologyError, as_term, read_obo
from medapp_classification.rare_disease.patient import has_phenotypes, patient_of, years
from medapp_classification.rare_disease.variants import candidates_of
from tests.unit.classification import rare_world as world

if TYPE_CHECKING:
    from pathlib import Path

HPO = "http://human-phenotype-ontology.org"


@pytest.fixture
def ontology(tmp_path: Path) -> Ontology:
    path = tmp_path / "hp.obo"
    path.write_text(world.obo(), encoding="utf-8")
    return read_obo(path)


def test_the_ontology_holds_phenotypic_abnormalities_alone(ontology: Ontology) -> None:
    assert ontology.version == world.RELEASE
    assert len(ontology.ids) == len(world.ORGANS) * (world.KINDS + 1)
    assert "HP:0000006" not in ontology.places
    assert ontology.is_outside("HP:0000006")
    kind = ontology.places[world.term(2, 3)]
    assert {ontology.ids[one] for one in ontology.upward(kind)} == {world.term(2, 3), world.term(2, 0)}
    assert len(ontology.downward(ontology.places[world.term(2, 0)])) == world.KINDS + 1


def test_old_ids_lead_to_what_stands_for_them_now(ontology: Ontology) -> None:
    assert ontology.place("HP:0008888") == ontology.places[world.term(1, 1)]
    assert ontology.place("HP:0009001") == ontology.places[world.term(0, 2)]
    assert ontology.place("HP:0009002") is None
    assert not ontology.is_outside("HP:0009002")


def test_ids_are_told_as_sources_write_them() -> None:
    assert as_term("hp_0001250") == "HP:0001250"
    assert as_term("http://purl.obolibrary.org/obo/HP_0001250") == "HP:0001250"
    assert not as_term("HP:12")
    assert not as_term("OMIM:0001250")


@pytest.mark.parametrize("text", ["", "format-version: 1.2\n\n[Term]\nid: GO:0000001\nname: no\n", "{}"])
def test_what_is_no_ontology_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "hp.obo"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OntologyError):
        read_obo(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(OntologyError):
        read_obo(path)


def test_terms_of_a_packet_come_with_their_entries(tmp_path: Path, ontology: Ontology) -> None:
    one = world.packet(
        "p", (world.term(0, 1), "HP:0008888"), excluded=(world.term(3, 2),), sex="MALE", age="P1Y6M"
    )
    patient = patient_of(world.record_of(one, tmp_path), ontology)
    assert {ontology.ids[place] for place in patient.present} == {world.term(0, 1), world.term(1, 1)}
    assert [ontology.ids[place] for place in patient.excluded] == [world.term(3, 2)]
    assert patient.written == {ontology.places[world.term(1, 1)]: "HP:0008888"}
    assert patient.entries[ontology.places[world.term(0, 1)]] == ("p/p/phenotypicFeatures[0]",)
    assert (patient.sex, patient.age) == ("male", 1.5)


def test_unknown_and_foreign_terms_are_listed(tmp_path: Path, ontology: Ontology) -> None:
    one = world.packet("p", (world.term(0, 1), "HP:7777777", "HP:0000006", "HP:0009002"))
    patient = patient_of(world.record_of(one, tmp_path), ontology)
    assert [code for code, _ in patient.unknown] == ["HP:7777777", "HP:0009002"]
    assert [code for code, _ in patient.outside] == ["HP:0000006"]
    assert len(patient.present) == 1


def test_what_is_there_is_not_absent_too(tmp_path: Path, ontology: Ontology) -> None:
    one = world.packet("p", (world.term(0, 1),), excluded=(world.term(0, 0), world.term(0, 2)))
    patient = patient_of(world.record_of(one, tmp_path), ontology)
    assert [ontology.ids[place] for place in patient.contradicted] == [world.term(0, 0)]
    assert [ontology.ids[place] for place in patient.excluded] == [world.term(0, 2)]


def _entry(content: Problem | Observation, number: int = 0, file_format: str = "fhir") -> Entry:
    source = Source("f", file_format, "here")  # type: ignore[arg-type]
    return Entry(f"e{number}", "s", source, content)


def test_observations_count_by_what_they_found(ontology: Ontology) -> None:
    def coded(organ: int) -> Concept:
        return Concept((Code(HPO, world.term(organ, 1), "sign"),))

    absent = CodedValue(Concept((Code("http://snomed.info/sct", "2667000", "Absent"),)))
    entries = (
        _entry(Observation(coded(0), value=True), 0),
        _entry(Observation(coded(1), value=False), 1),
        _entry(Observation(coded(2), value=absent), 2),
        _entry(Observation(coded(3)), 3),
        _entry(Observation(Concept(text="finding"), value=CodedValue(coded(4))), 4),
        _entry(Observation(coded(5), status="entered-in-error", value=True), 5),
        _entry(Problem(coded(6), certainty="entered-in-error"), 6),
    )
    patient = patient_of(Record((), entries), ontology)
    assert [ontology.ids[place] for place in patient.present] == [world.term(0, 1), world.term(4, 1)]
    assert [ontology.ids[place] for place in patient.excluded] == [world.term(1, 1), world.term(2, 1)]


def test_a_disease_of_a_packet_is_no_phenotype_whatever_its_code(ontology: Ontology) -> None:
    concept = Concept((Code(HPO, world.term(0, 1), "sign"),))
    record = Record((), (_entry(Problem(concept), file_format="phenopacket"),))
    assert not has_phenotypes(record)
    assert patient_of(record, ontology).present == ()
    assert has_phenotypes(Record((), (_entry(Problem(concept)),)))


def test_ages_are_told() -> None:
    assert years("P3Y") == 3
    assert years("P6M") == 0.5
    assert years("often") is None
    assert years("P") is None


def test_an_allele_has_one_name_however_it_is_padded() -> None:
    assert allele_name("1", 100, "CAA", "CA") == allele_name("chr1", 100, "CA", "C")
    assert allele_name("MT", "5", "a", "g") == "chrM-5-A-G"


def test_cases_without_a_diagnosis_or_terms_are_counted(tmp_path: Path, ontology: Ontology) -> None:
    good = world.packet("a", (world.term(0, 1),), disease="OMIM:1", gene="G", paper="PMID:9")
    packets = [good, world.packet("b", (world.term(0, 1),)), world.packet("c", (), disease="OMIM:1")]
    found = read_cases(world.folder(tmp_path / "data", packets), ontology)
    assert [case.publication for case in found.cases] == ["PMID:9"]
    assert found.cases[0].genes == ("G",)
    assert found.left_out == {"no diagnosis": 1, "no term of a phenotypic abnormality": 1}
    with pytest.raises(DataError, match="ndjson"):
        read_cases(world.folder(tmp_path / "empty", packets[1:]), ontology)


FILE = VariantFile(Source("v.vcf", "vcf"), "4.2", "GRCh38", ("s",))


def _variant(info: dict[str, str], alleles: tuple[int | None, ...] = (0, 1), **others: object) -> Variant:
    parts: dict[str, object] = {
        "chromosome": "chr1",
        "position": 100,
        "ids": (),
        "reference": "A",
        "alternates": ("G",),
        "quality": None,
        "filters": (),
        "genotypes": (Genotype(alleles),),
        "info": tuple(info.items()),
    }
    return Variant(**(parts | others))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("info", "genes"),
    [
        ({"ANN": "G|missense_variant|MODERATE|BRCA2|ENSG1|t"}, ("BRCA2",)),
        ({"ANN": "G|synonymous_variant|LOW|BRCA2|ENSG1|t"}, ()),
        ({"CSQ": "G|stop_gained|HIGH|TTN|ENSG2,G|intron_variant|MODIFIER|OTHER|ENSG3"}, ("TTN",)),
        ({"GENEINFO": "ABCA4:24|OTHER:3"}, ("ABCA4", "OTHER")),
        ({"GENE": "B3GALT6", "DISEASE": "OMIM:271640"}, ("B3GALT6",)),
        ({"Gene.refGene": "AAA\\x3bBBB"}, ("AAA", "BBB")),
        ({"GENE": "<script>"}, ()),
        ({}, ()),
    ],
)
def test_genes_are_those_that_the_file_names(info: dict[str, str], genes: tuple[str, ...]) -> None:
    (found,) = candidates_of(None, Genome(FILE, (_variant(info),))).found
    assert found.genes == genes


def test_common_and_failed_variants_are_left_out_and_counted() -> None:
    genome = Genome(
        FILE,
        (
            _variant({"GENE": "A", "gnomAD_AF": "0.2"}),
            _variant({"GENE": "A", "AF": "0.5", "gnomADe_AF": "."}),  # AF alone is that of the file's samples
            _variant({"GENE": "A"}, filters=("q10",)),
            _variant({"GENE": "A"}, (0, 0)),
        ),
    )
    found = candidates_of(None, genome)
    assert len(found.found) == 1
    assert sum(found.left_out.values()) == 2


@pytest.mark.parametrize(
    ("alleles", "copies"), [((0, 1), "one"), ((1, 1), "all"), ((1,), "all"), ((1, None), "unknown")]
)
def test_copies_are_told_by_the_genotype(alleles: tuple[int | None, ...], copies: str) -> None:
    (found,) = candidates_of(None, Genome(FILE, (_variant({"GENE": "A"}, alleles),))).found
    assert found.copies == copies


def test_places_of_another_assembly_are_not_used() -> None:
    file = VariantFile(Source("v.vcf", "vcf"), "4.2", "GRCh37", ("s",))
    (found,) = candidates_of(None, Genome(file, (_variant({"GENE": "A"}),))).found
    assert (found.allele, found.position, found.genes) == ("", 0, ("A",))


def test_variants_of_a_diagnosis_count_only_where_that_is_asked(tmp_path: Path) -> None:
    one = world.packet("p", (world.term(0, 1),), disease="OMIM:1", gene="GENE1", position=77)
    record = world.record_of(one, tmp_path)
    found = candidates_of(record, None)
    assert found.found == []
    assert found.left_out == {"the record names it as the cause of a diagnosis": 1}
    (taken,) = candidates_of(record, None, causative=True).found
    assert (taken.genes, taken.allele, taken.copies) == (("GENE1",), "chr1-77-A-G", "one")
    assert taken.entry.endswith("genomicInterpretations[0]")


@pytest.mark.parametrize(("status", "count"), [("CANDIDATE", 1), ("UNKNOWN_STATUS", 1), ("REJECTED", 0)])
def test_candidates_of_a_record_count_unless_they_were_rejected(
    tmp_path: Path, status: str, count: int
) -> None:
    one = world.packet("p", (world.term(0, 1),), disease="OMIM:1", gene="GENE1", status=status)
    assert len(candidates_of(world.record_of(one, tmp_path), None).found) == count
