"""Named alleles, diplotypes and phenotypes of genes that act on medicines, by the rules of CPIC."""

from __future__ import annotations

from medapp.knowledge.pgx.calling import ALSO_POSSIBLE, call_gene, call_sample, relevant
from medapp.knowledge.pgx.guidelines import Guidelines, by_drug, load_guidelines
from medapp.knowledge.pgx.loading import find_tables, load_phenotypes, load_tables
from medapp.knowledge.pgx.outside import OutsideCall, read_outside
from medapp.knowledge.pgx.tables import Tables
from medapp.knowledge.pgx.text import printed_lines, recommended, source_lines

__all__ = [
    "ALSO_POSSIBLE",
    "Guidelines",
    "OutsideCall",
    "Tables",
    "by_drug",
    "call_gene",
    "call_sample",
    "find_tables",
    "load_guidelines",
    "load_phenotypes",
    "load_tables",
    "printed_lines",
    "read_outside",
    "recommended",
    "relevant",
    "source_lines",
]
