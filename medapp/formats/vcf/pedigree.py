"""Rules for ``##SAMPLE`` and ``##PEDIGREE``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from medapp.formats.vcf.edition import KEYS_SINCE
from medapp.formats.vcf.names import contig_fault, has_space

if TYPE_CHECKING:
    from medapp.formats.vcf.header import Header
    from medapp.formats.vcf.meta import Field
    from medapp.formats.vcf.problem import Findings

    Fields = dict[str, Field]

_GENOME = re.compile(r"[0-9A-Za-z_.-]+")


def sample_line(fields: Fields, header: Header, found: Findings) -> None:
    """``##SAMPLE``: ID; up to 4.2 as many proportions as genomes."""
    place, named = "##SAMPLE", fields.get("ID")
    if named is not None and named.form != '"':
        if header.edition.minor >= KEYS_SINCE:
            fault = contig_fault(named.value, header.edition)
        else:
            fault = "contains whitespace" if has_space(named.value) else ""
        if fault and fault != "is reserved for symbolic alleles":
            found.error(place, f"the ID {fault}")
    genomes, mixture = fields.get("Genomes"), fields.get("Mixture")
    if genomes and mixture and genomes.value.count(";") != mixture.value.count(";"):
        found.error(place, "there are not as many values in Mixture as in Genomes")


def pedigree_line(fields: Fields, header: Header, found: Findings) -> None:
    """``##PEDIGREE``: names of genomes; from 4.3 on with an ID (see `MetaRules`)."""
    place = "##PEDIGREE"
    for field in fields.values():
        if field.form == '"':
            continue
        if not field.value:
            found.error(place, f"the value of {field.name} is empty")
        elif has_space(field.value):
            found.error(place, f"the value of {field.name} contains whitespace")
        elif not _GENOME.fullmatch(field.value):
            found.error(place, f"the value of {field.name} contains an illegal character")
    if header.edition.minor >= KEYS_SINCE and set(fields) == {"ID"}:
        found.error(place, "no relation is stated")
