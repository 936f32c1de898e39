"""Writes small VCFs: the sample patient's, and cases of tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.formats.vcf.contigs import chromosome, length_of
from medapp.formats.vcf.header import FIXED_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from medapp.domain.genome import Genotype, Variant, VariantFile

_FORMATS = {
    "GT": ("1", "String", "Genotype"),
    "DP": ("1", "Integer", "Read depth"),
    "GQ": ("1", "Integer", "Conditional genotype quality"),
    "PS": ("1", "Integer", "Phase set"),
    "PSL": ("P", "String", "Phase set list"),
}


def write_vcf(path: Path, file: VariantFile, variants: Iterable[Variant]) -> None:
    """Write variants as plain text that `open_vcf` reads back as the same.

    Args:
        path: Replaced where it exists.
        file: Version, assembly and samples; with an assembly, contigs get their lengths.
        variants: In the order that the specification asks for: by chromosome, then by position. All are
            held until the contigs and filters that they use are known.
    """
    held = list(variants)
    keys = _keys(held)
    lines = [*_meta(file, held, keys), "\t".join(_columns(file)), *(_line(one, keys) for one in held)]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")


def _meta(file: VariantFile, variants: list[Variant], keys: list[str]) -> Iterable[str]:
    yield f"##fileformat={file.version}"
    if file.assembly:
        yield f"##reference={file.assembly}"
    yield '##FILTER=<ID=PASS,Description="All filters passed">'
    for name in dict.fromkeys(name for variant in variants for name in variant.filters or ()):
        yield f'##FILTER=<ID={name},Description="{name}">'
    for name in dict.fromkeys(variant.chromosome for variant in variants):
        if name.startswith("<"):
            continue
        length = length_of(chromosome(name), file.assembly) if file.assembly else None
        yield f"##contig=<ID={name},length={length}>" if length else f"##contig=<ID={name}>"
    for key in keys:
        number, kind, description = _FORMATS[key]
        yield f'##FORMAT=<ID={key},Number={number},Type={kind},Description="{description}">'


def _columns(file: VariantFile) -> tuple[str, ...]:
    return (*FIXED_COLUMNS, "FORMAT", *file.samples) if file.samples else FIXED_COLUMNS


def _keys(variants: list[Variant]) -> list[str]:
    """Keys of FORMAT that any genotype needs."""
    genotypes = [genotype for variant in variants for genotype in variant.genotypes]
    needed = {
        "GT": True,
        "DP": any(one.depth is not None for one in genotypes),
        "GQ": any(one.quality is not None for one in genotypes),
        "PS": any(one.phase_set is not None for one in genotypes),
        "PSL": any(one.phase_sets for one in genotypes),
    }
    return [key for key, is_needed in needed.items() if is_needed]


def _line(variant: Variant, keys: list[str]) -> str:
    quality = variant.quality
    cells = [
        variant.chromosome,
        str(variant.position),
        ";".join(variant.ids) or ".",
        variant.reference,
        ",".join(variant.alternates) or ".",
        "." if quality is None else f"{quality:.10g}",
        "." if variant.filters is None else ";".join(variant.filters) or "PASS",
        ";".join(f"{key}={value}" if value else key for key, value in variant.info) or ".",
    ]
    if variant.genotypes:
        cells += [":".join(keys), *(_sample(genotype, keys) for genotype in variant.genotypes)]
    return "\t".join(cells)


def _sample(genotype: Genotype, keys: list[str]) -> str:
    values = {
        "GT": _genotype(genotype),
        "DP": _text(genotype.depth),
        "GQ": _text(genotype.quality),
        "PS": _text(genotype.phase_set),
        "PSL": ",".join(one or "." for one in genotype.phase_sets) or ".",
    }
    return ":".join(values[key] for key in keys)


def _genotype(genotype: Genotype) -> str:
    """GT; the phase before the first allele only where it does not follow from the others (4.4)."""
    if not genotype.alleles:
        return "."
    alleles = [_text(one) for one in genotype.alleles]
    phases = genotype.phases or (genotype.phased,) * len(alleles)
    implied = all(phases[1:])
    text = alleles[0] + "".join(
        ("|" if phased else "/") + allele for phased, allele in zip(phases[1:], alleles[1:], strict=True)
    )
    if len(alleles) == 1 or phases[0] == implied:
        return text
    return ("|" if phases[0] else "/") + text


def _text(value: float | None) -> str:
    return "." if value is None else f"{value:.10g}"
