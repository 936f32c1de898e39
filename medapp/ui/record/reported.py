"""Variants that a record reports: of a phenopacket, or of the genomics profile of FHIR."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from medapp.domain.record import CodedValue, Observation, Other
from medapp.domain.record.coding import LOINC
from medapp.ui.record.facts import is_error, source_text, title_of
from medapp.ui.record.tables import Column, Row, Table, text
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from medapp.domain.record import Entry, Value

_PHENOPACKET = "GenomicInterpretation"
_LOINC = {
    "48018-6": "gene",
    "48004-6": "coding",
    "48005-3": "protein",
    "81290-9": "genomic",
    "53034-5": "zygosity",
    "53037-8": "meaning",
    "84413-4": "genotype",
    "81259-4": "condition",
}
"""Components of a genomic observation (HL7 FHIR Genomics Reporting, STU 2)."""
_OF_A_VARIANT = {"48004-6", "48005-3", "81290-9", "84413-4"}


class Reported(NamedTuple):
    """What is said of one variant, each as it is written; empty where it is not stated."""

    gene: str = ""
    coding: str = ""
    protein: str = ""
    genomic: str = ""
    zygosity: str = ""
    meaning: str = ""
    genotype: str = ""
    condition: str = ""


def reported_table(entries: Iterable[Entry]) -> Table:
    """One row a variant that a source reports, by gene."""
    columns = (
        Column(tr("Gene"), 14),
        Column(tr("Change"), 0),
        Column(tr("Protein"), 26, optional=True),
        Column(tr("Place"), 26, optional=True),
        Column(tr("Zygosity or genotype"), 20),
        Column(tr("Meaning"), 24),
        Column(tr("Condition"), 30, optional=True),
    )
    rows = [_row(entry, found) for entry in entries for found in (reported_of(entry),) if found is not None]
    return Table(columns, tuple(sorted(rows, key=lambda row: row.cells[0].text.casefold())))


def reported_of(entry: Entry) -> Reported | None:
    """The variant that an entry reports; None for all others, and for those that were made in error."""
    content = entry.content
    if is_error(content):
        return None
    if isinstance(content, Other) and content.kind == _PHENOPACKET:
        return _of_phenopacket(dict(content.facts), title_of(content))
    if isinstance(content, Observation):
        parts = {part.concept.code(LOINC): part.value for part in content.components}
        if _OF_A_VARIANT & parts.keys():
            return Reported(
                **{_LOINC[code]: _words(value) for code, value in parts.items() if code in _LOINC}
            )
    return None


def _of_phenopacket(facts: Mapping[str, str], title: str) -> Reported:
    place = ""
    if facts.get("vcf.position"):
        change = f"{facts.get('vcf.reference', '')} \u2192 {facts.get('vcf.alternate', '')}"
        place = f"{facts.get('vcf.chromosome', '')}:{facts['vcf.position']} {change}"
        place += f" ({facts['vcf.assembly']})" if facts.get("vcf.assembly") else ""
    return Reported(
        gene=facts.get("gene") or title,
        coding=facts.get("hgvs.c", ""),
        protein=facts.get("hgvs.p", ""),
        genomic=place or facts.get("hgvs.g", ""),
        zygosity=facts.get("zygosity", ""),
        meaning=facts.get("acmg", "") or facts.get("interpretation", ""),
        condition=facts.get("disease", ""),
    )


def _words(value: Value) -> str:
    if isinstance(value, CodedValue):
        return value.concept.display
    return value if isinstance(value, str) else ""


def _row(entry: Entry, found: Reported) -> Row:
    cells = (
        text(found.gene),
        text(found.coding or found.genomic or found.genotype),
        text(found.protein),
        text(found.genomic),
        text(found.zygosity or found.genotype),
        text(found.meaning.replace("_", " ").casefold() if found.meaning.isupper() else found.meaning),
        text(found.condition),
    )
    return Row(cells, entry, "", source_text(entry))
