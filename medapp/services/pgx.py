"""From a VCF, and reports of other methods, to what each gene says of medicines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from medapp.domain.record import Refusal
from medapp.formats.vcf import open_vcf
from medapp.library.record.genomes import GenomeEntry, GenomeLines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from medapp.domain.genome import GeneCall, Variant
    from medapp.formats.vcf import VcfReader
    from medapp.knowledge.pgx import OutsideCall
    from medapp.knowledge.pgx.seen import Lines
    from medapp.library import Library


class TablesMissingError(Exception):
    """The tables of alleles and phenotypes are not installed; the message says where to put them."""


class SampleError(ValueError):
    """The sample that was named is not in the file, or one has to be named; the message lists them."""


@dataclass(frozen=True)
class Pharmacogenome:
    """What was called of one sample.

    Attributes:
        problems: What the rules of VCF advise against in the file (where it was called in spite of faults:
            those too), and lines of outside calls that were not read.
        tables: Folder of the tables that were applied.
        lines: Where the sample differs from the reference, or was not called, at the places of the tables.
    """

    path: Path
    sample: str
    assembly: str
    calls: tuple[GeneCall, ...]
    problems: tuple[str, ...]
    tables: str
    lines: GenomeLines | None = None


def call_genes(
    path: Path,
    *,
    sample: str = "",
    outside: Path | None = None,
    data_folder: Path | None = None,
    research: bool = False,
    strict: bool = True,
    on_line: Callable[[int, float], None] | None = None,
) -> Pharmacogenome:
    """Call every gene of one sample.

    Args:
        path: A VCF; one error in it and nothing is called, as a call from what is wrong would be believed.
        sample: Its name in the header; needed where there are several.
        outside: Calls of other methods (CYP2D6, HLA), one a line: gene, diplotype, phenotype, score.
        data_folder: The program's own, where tables may be installed.
        research: Whether combinations and partial alleles are called too.
        strict: Otherwise only lines whose genotypes cannot be trusted are left out; to be kept it has to be.
        on_line: Given the number of lines read, and which share of the file, now and then; what it raises
            ends the calling.

    Raises:
        TablesMissingError: Where there are no tables.
        SampleError: Where it is not clear which sample is meant.
        UnreadableError: Where the file departs from the specification, with the line and the reason.
        OSError: Where it cannot be read.
    """
    from medapp.knowledge.pgx import call_sample, load_tables, relevant

    folder = _tables_in(data_folder)
    tables = load_tables(folder)
    reader = open_vcf(path, path.name, strict=strict, progress=on_line)
    column = _column(reader, sample)
    lines = relevant(reader, tables)
    reported, problems = _reported(outside)
    told = (*[one.sentence for one in reader.problems], *problems)
    assembly = reader.file.assembly
    calls = call_sample(lines, tables, sample=column, assembly=assembly, outside=reported, research=research)
    name = reader.file.samples[column] if reader.file.samples else ""
    kept = GenomeLines(reader.file, tuple(_of_sample(lines, column)))
    return Pharmacogenome(path, name, assembly or "", calls, told, str(folder), kept)


def _tables_in(data_folder: Path | None) -> Path:
    from medapp.knowledge.pgx import find_tables

    folder = find_tables(data_folder)
    if folder is None:
        named = "the folder that MEDAPP_PGX_TABLES names"
        place = data_folder / "knowledge" / "pgx" if data_folder else named
        message = (
            "the tables of alleles and phenotypes are not installed: put PharmCAT's folders of allele "
            f"definitions and phenotypes into {place}"
        )
        raise TablesMissingError(message)
    return folder


def _reported(outside: Path | None) -> tuple[list[OutsideCall], list[str]]:
    """Calls of other methods, and the lines that are none."""
    from medapp.knowledge.pgx import read_outside

    calls: list[OutsideCall] = []
    told: list[str] = []
    for item in read_outside(outside, outside.name) if outside is not None else ():
        if isinstance(item, Refusal):
            told.append(f"{item.source.file} {item.source.place}: {item.reason}")
        else:
            calls.append(item)
    return calls, told


def _of_sample(lines: Lines, column: int) -> Iterator[Variant]:
    for found in lines.values():
        for one in found:
            if column < len(one.genotypes) and any(index != 0 for index in one.genotypes[column].alleles):
                yield replace(one, genotypes=(one.genotypes[column],))


def _column(reader: VcfReader, sample: str) -> int:
    names = reader.file.samples
    if sample:
        if sample not in names:
            message = f"there is no sample {sample!r}; the file has {', '.join(names) or 'none'}"
            raise SampleError(message)
        return names.index(sample)
    if len(names) != 1:
        message = f"name the sample: the file has {', '.join(names) or 'none'}"
        raise SampleError(message)
    return 0


def keep(library: Library, person: str, found: Pharmacogenome) -> None:
    """Keep the calls as those of a patient, because a person has said so.

    Raises:
        KeyError: Where there is nobody of this key.
    """
    genome = GenomeEntry(found.path, found.sample, found.assembly, found.calls, found.lines)
    library.records.put_genome(person, genome)
