"""Interpretations: which variant or gene is held to explain which disease (VRSATILE descriptors)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.domain.record.clinical import Other
from medapp.formats.phenopackets.fields import messages, one, text
from medapp.formats.phenopackets.terms import concept, label

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from medapp.domain.record.coding import Concept
    from medapp.formats.phenopackets.fields import Message

_UNSAID = frozenset({"", "UNKNOWN_ACTIONABILITY", "NOT_PROVIDED", "unspecified_molecule_context"})


def interpretation(message: Message, systems: Mapping[str, str]) -> Iterator[tuple[str, Other]]:
    """An Interpretation and each of its genomic interpretations, with the place of each within it.

    Raises:
        ShapeError: Where it is not as the schema says.
    """
    diagnosis = one(message, "diagnosis")
    disease = concept(one(diagnosis, "disease"), systems)
    facts = (("id", text(message, "id")), ("summary", text(message, "summary")))
    status = text(message, "progressStatus").lower().replace("_", "-")
    yield "", Other("Interpretation", disease, status=status, facts=_said(facts))
    for number, item in enumerate(messages(diagnosis, "genomicInterpretations")):
        place = f".diagnosis.genomicInterpretations[{number}]"
        yield place, _genomic(item, disease, systems)


def _genomic(message: Message, disease: Concept, systems: Mapping[str, str]) -> Other:
    call = one(message, "variantInterpretation")
    descriptor = one(call, "variationDescriptor")
    gene = one(descriptor, "geneContext") or one(message, "gene")
    facts = [
        ("disease", disease.display),
        ("disease id", next((code.value for code in disease.codes), "")),
        ("interpretation", text(message, "interpretationStatus")),
        ("sample", text(message, "subjectOrBiosampleId")),
        ("gene", text(gene, "symbol")),
        ("acmg", text(call, "acmgPathogenicityClassification")),
        ("actionability", text(call, "therapeuticActionability")),
        *_variant(descriptor),
    ]
    named = concept({"id": text(gene, "valueId"), "label": text(gene, "symbol")}, systems)
    status = text(message, "interpretationStatus").lower().replace("_", "-")
    return Other("GenomicInterpretation", named, status=status, facts=_said(facts))


def _variant(descriptor: Message) -> Iterator[tuple[str, str]]:
    for expression in messages(descriptor, "expressions"):
        yield text(expression, "syntax") or "expression", text(expression, "value")
    record = one(descriptor, "vcfRecord")
    for name, key in (
        ("assembly", "genomeAssembly"), ("chromosome", "chrom"), ("position", "pos"), ("id", "id"),
        ("reference", "ref"), ("alternate", "alt"), ("quality", "qual"),
        ("filter", "filter"), ("info", "info"),
    ):  # fmt: skip
        yield f"vcf.{name}", text(record, key)
    yield "zygosity", label(one(descriptor, "allelicState"))
    yield "structural type", label(one(descriptor, "structuralType"))
    yield "molecule", text(descriptor, "moleculeContext")
    yield "variant id", text(descriptor, "id")
    yield "variant", text(descriptor, "label")
    yield "description", text(descriptor, "description")


def _said(facts: tuple[tuple[str, str], ...] | list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in facts if value not in _UNSAID)
