"""The genome of the sample patient: genotypes at well-known pharmacogenetic positions, GRCh38, VCF 4.3."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from medapp.services.sample import person

if TYPE_CHECKING:
    from pathlib import Path


class Variant(NamedTuple):
    """One line of the file."""

    chromosome: str
    position: int
    name: str
    reference: str
    alternate: str
    gene: str
    genotype: str


VARIANTS = (
    Variant("chr1", 97450058, "rs3918290", "C", "T", "DPYD", "0/0"),
    Variant("chr6", 18130687, "rs1142345", "T", "C", "TPMT", "0/1"),
    Variant("chr6", 18138997, "rs1800460", "C", "T", "TPMT", "0/0"),
    Variant("chr10", 94761900, "rs12248560", "C", "T", "CYP2C19", "0/0"),
    Variant("chr10", 94781859, "rs4244285", "G", "A", "CYP2C19", "1/1"),
    Variant("chr10", 94942290, "rs1799853", "C", "T", "CYP2C9", "0/1"),
    Variant("chr10", 94981296, "rs1057910", "A", "C", "CYP2C9", "0/0"),
    Variant("chr12", 21178615, "rs4149056", "T", "C", "SLCO1B1", "0/1"),
    Variant("chr16", 31096368, "rs9923231", "C", "T", "VKORC1", "0/1"),
    Variant("chr22", 42128945, "rs3892097", "C", "T", "CYP2D6", "0/1"),
)
_LENGTHS = {
    "chr1": 248956422,
    "chr6": 170805979,
    "chr10": 133797422,
    "chr12": 133275309,
    "chr16": 90338345,
    "chr22": 50818468,
}


def write_genome(path: Path) -> Path:
    """Write the file.

    Raises:
        OSError: Where it cannot be written.
    """
    lines = ["##fileformat=VCFv4.3", "##source=medapp sample patient, made up", "##reference=GRCh38"]
    lines += [f"##contig=<ID={name},length={length},assembly=GRCh38>" for name, length in _LENGTHS.items()]
    lines += [
        '##FILTER=<ID=PASS,Description="All filters passed">',
        '##INFO=<ID=GENE,Number=1,Type=String,Description="Gene symbol">',
        '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
        '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Read depth">',
        f"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t{person.PATIENT_ID}",
    ]
    lines += [
        f"{v.chromosome}\t{v.position}\t{v.name}\t{v.reference}\t{v.alternate}\t99\tPASS"
        f"\tGENE={v.gene}\tGT:DP\t{v.genotype}:34"
        for v in VARIANTS
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return path
