"""Reads, checks and writes VCF 4.1 to 4.5 (samtools/hts-specs)."""

from medapp.formats.vcf.checking import check
from medapp.formats.vcf.problem import Problem
from medapp.formats.vcf.reading import VcfReader, looks_like, open_vcf
from medapp.formats.vcf.writing import write_vcf

__all__ = ["Problem", "VcfReader", "check", "looks_like", "open_vcf", "write_vcf"]
