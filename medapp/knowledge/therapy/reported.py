"""Genes as a record reports them: genotypes and phenotypes among its observations (FHIR, LOINC)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from medapp.domain.record.clinical import CodedValue, Observation
from medapp.domain.record.coding import HGNC, LOINC
from medapp.domain.record.summary import WITHDRAWN
from medapp.knowledge.pgx.outside import OutsideCall, outside_call, standard_phenotype
from medapp.knowledge.pgx.rules import HLA_MARKERS, OF_REFERENCES
from medapp.knowledge.pgx.text import recommended

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from medapp.domain.genome import GeneCall
    from medapp.domain.record import Record, Value
    from medapp.knowledge.pgx import Tables

_GENE_STUDIED: Final = "48018-6"
_METABOLISM: Final = "53040-2"
_DIPLOTYPE: Final = re.compile(
    r"(\*[0-9A-Za-z:.]+(?:x\d+|x≥\d+)?)\s*[/+|]\s*(\*[0-9A-Za-z:.]+(?:x\d+|x≥\d+)?)"
)
_PHENOTYPE: Final = re.compile(r"metaboli[sz]er|\bfunction\b|\bdeficien", re.IGNORECASE)
_ALLELE: Final = re.compile(r"\*\d{2,3}:\d{2,3}")
_NEGATIVE: Final = re.compile(r"negative|not detected|absent", re.IGNORECASE)
_POSITIVE: Final = re.compile(r"positive|detected|present", re.IGNORECASE)
_WORD: Final = re.compile(r"[A-Z][A-Z0-9]+(?:-[A-Z0-9]+)?")
_LONGEST: Final = 300


def reported_calls(record: Record, tables: Tables) -> tuple[tuple[GeneCall, ...], dict[str, str]]:
    """What observations say of genes, and the entry that each gene is from.

    Several observations of one gene are all kept: where they contradict each other, each is possible.
    """
    genes = frozenset((*tables.phenotypes, *HLA_MARKERS, *OF_REFERENCES))
    named = re.compile("|".join(map(re.escape, sorted(genes))))
    lines: dict[str, list[OutsideCall]] = {}
    entries: dict[str, str] = {}
    for entry in record.entries:
        content = entry.content
        if isinstance(content, Observation) and content.status not in WITHDRAWN:
            about = content.components or named.search(content.concept.display)
            found = _line(content, genes) if about else None
            if found is not None:
                lines.setdefault(found.gene, []).append(found)
                entries.setdefault(found.gene, entry.id)
    return tuple(outside_call(tables, gene, said) for gene, said in lines.items()), entries


def joined(calls: Sequence[GeneCall], reported: Iterable[GeneCall]) -> tuple[GeneCall, ...]:
    """Calls of a genome and those of a record; where both name a gene, what either says is possible."""
    found = {call.gene: call for call in calls}
    for call in reported:
        known = found.get(call.gene)
        if known is None or not recommended(known):
            found[call.gene] = call
        else:
            both = (*recommended(known), *recommended(call))
            found[call.gene] = replace(known, recommended=tuple(dict.fromkeys(both)))
    return tuple(found.values())


def _line(content: Observation, genes: frozenset[str]) -> OutsideCall | None:
    gene = _gene(content, genes)
    if not gene:
        return None
    text = _text(content.value)
    alleles = _DIPLOTYPE.search(re.sub(rf"(?:{re.escape(gene)}|HLA-?[A-Z]*)\s*:?(?=\*|\d)", "", text))
    if alleles is not None:
        return OutsideCall(gene, f"{alleles[1]}/{alleles[2]}")
    if gene in HLA_MARKERS:
        return _presence(gene, content.concept.display, text)
    said = next(
        (_text(part.value) for part in content.components if part.concept.code(LOINC) == _METABOLISM), ""
    )
    for phenotype in (text, said):
        if _PHENOTYPE.search(phenotype):
            return OutsideCall(gene, phenotype=standard_phenotype(phenotype))
    return None


def _presence(gene: str, title: str, text: str) -> OutsideCall | None:
    """Whether an allele of HLA is there, as tests of one allele report it."""
    allele = _ALLELE.search(f"{text} {title}"[:_LONGEST])
    said = _NEGATIVE.search(text), _POSITIVE.search(text)
    if allele is None or not any(said) or allele[0] not in HLA_MARKERS[gene]:
        return None
    return OutsideCall(gene, phenotype=f"{allele[0]} {'negative' if said[0] else 'positive'}")


def _gene(content: Observation, genes: frozenset[str]) -> str:
    """The gene that a component names, else one that the title names; empty for none that guidelines know."""
    for part in content.components:
        if part.concept.code(LOINC) == _GENE_STUDIED and isinstance(part.value, CodedValue):
            named = [code.display for code in part.value.concept.codes if code.system == HGNC]
            return next((name for name in (*named, part.value.concept.display) if name in genes), "")
    found = {word for word in _WORD.findall(content.concept.display[:_LONGEST]) if word in genes}
    return found.pop() if len(found) == 1 else ""


def _text(value: Value) -> str:
    if isinstance(value, CodedValue):
        concept = value.concept
        shown = (concept.text, *(one.display for one in concept.codes), *(one.value for one in concept.codes))
        return next((text for text in shown if text), "")[:_LONGEST]
    return value[:_LONGEST] if isinstance(value, str) else ""
