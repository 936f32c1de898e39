"""What holds for single genes beside their tables, as CPIC's guidelines and PharmCAT's methods state it."""

from __future__ import annotations

from typing import Final

UNDOCUMENTED_AS_REFERENCE: Final = frozenset({"CACNA1S", "DPYD", "G6PD", "NUDT15", "RYR1", "TPMT"})
"""Genes of toxicity: an allele that no definition knows does not hide those that are known."""

LOWEST_FUNCTION: Final = frozenset({"DPYD", "RYR1"})
"""Genes whose variants are told one by one; the two of the lowest function decide."""

OUTSIDE_ONLY: Final = {
    "CYP2D6": "copies and hybrids with CYP2D7 cannot be told from the lines of a VCF",
    "HLA-A": "HLA types cannot be told from single positions",
    "HLA-B": "HLA types cannot be told from single positions",
    "MT-RNR1": "the tables have no positions of mitochondrial DNA",
}
"""Genes that are taken from another method's report only, and why."""

ELSEWHERE: Final = {
    "CYP2D6": (
        " PharmCAT's folder v2.12.0_phenotype_cpic has them (CYP2D6.json): put it beside the others and call "
        "again."
    )
}
"""Where phenotypes of a gene are that PharmCAT's newest folders lack."""

HLA_MARKERS: Final = {"HLA-A": ("*31:01",), "HLA-B": ("*15:02", "*57:01", "*58:01")}
"""Alleles whose presence or absence the guidelines ask for."""

FALLBACK: Final = {"SLCO1B1": "rs4149056"}
"""One position that stands for a gene where no diplotype fits (CPIC's statin guideline)."""

PLAIN_REFERENCE: Final = {"CFTR": "Reference"}
"""How reports write the reference where its name in the tables is about one medicine."""

OF_REFERENCES: Final = {"G6PD": "Normal", "RYR1": "Uncertain Susceptibility"}
"""Phenotype of references alone, for genes without a table (CPIC's guidelines for G6PD and RYR1)."""

HAPLOID_ALLOWED: Final = frozenset({"chrX", "chrY", "chrM"})
