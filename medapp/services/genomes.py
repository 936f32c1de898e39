"""Genomes that wait to be told whose they are: looked at, called, and kept for a patient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from medapp.domain.record import HumanName, Identifier, Person, Source, When
from medapp.formats.errors import UnreadableError
from medapp.library.keys import RECORD_ONLY
from medapp.library.record.matching import iso_date
from medapp.services.pgx import call_genes, keep
from medapp.services.waiting import was_answered

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from medapp.domain.patient import Patient
    from medapp.formats.recognise import RecordFile
    from medapp.library import Library
    from medapp.services.pgx import Pharmacogenome

_SEXES = {"M": "male", "F": "female", "O": "other"}


@dataclass(frozen=True)
class GenomeFile:
    """What the header of a VCF says.

    Attributes:
        assembly: Empty where it cannot be told.
        problem: Why it cannot be read; empty where it can.
        tables: Whether the tables of alleles and phenotypes are installed.
        place: Where they are put.
    """

    file: RecordFile
    samples: tuple[str, ...] = ()
    assembly: str = ""
    problem: str = ""
    tables: bool = True
    place: str = ""

    @property
    def obstacle(self) -> str:
        """Why nothing can be called; empty where it can."""
        if self.problem:
            return self.problem
        if not self.samples:
            return "the file has no sample"
        if self.assembly and self.assembly != "GRCh38":
            return (
                f"the file is on {self.assembly}; the tables are on GRCh38, so nothing can be called. "
                "Bring it to GRCh38 first (lift over), or call the genes from a file on GRCh38"
            )
        if not self.tables:
            return (
                "the tables of alleles and phenotypes are not installed: put PharmCAT's folders of allele "
                f"definitions and phenotypes into {self.place}"
            )
        return ""

    @property
    def warning(self) -> str:
        """What has to be known before anything is called; empty where nothing has."""
        if self.assembly or self.problem:
            return ""
        return (
            "the file does not say its assembly; genes are called only where its reference bases are those "
            "of GRCh38"
        )


def look_at(file: RecordFile, data_folder: Path | None = None) -> GenomeFile:
    """Read the header of a VCF."""
    from medapp.formats.vcf import open_vcf
    from medapp.knowledge.pgx import find_tables

    has_tables = find_tables(data_folder) is not None
    place = str(data_folder / "knowledge" / "pgx") if data_folder else "the folder MEDAPP_PGX_TABLES names"
    try:
        header = open_vcf(file.path, file.name).file
    except UnreadableError as error:
        return GenomeFile(file, problem=error.reason, tables=has_tables, place=place)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        return GenomeFile(file, problem=reason, tables=has_tables, place=place)
    return GenomeFile(file, header.samples, header.assembly or "", "", has_tables, place)


@dataclass(frozen=True)
class GenomeWish:
    """What a person has said of a genome.

    Attributes:
        patient: Key of a patient as the library lists them, or of a person of the records.
        identity: Of a patient of the images, who may have no record yet; None for a person of the records.
    """

    file: RecordFile
    sample: str
    patient: str
    identity: Patient | None = None
    outside: Path | None = None


def call_and_keep(
    library: Library,
    wish: GenomeWish,
    *,
    data_folder: Path | None = None,
    on_line: Callable[[int, float], None] | None = None,
) -> Pharmacogenome:
    """Call the genes of a sample and keep them as those of a patient, because a person has said so.

    Args:
        library: Where the patient is.
        wish: Whose genome it is.
        data_folder: Where tables may be installed.
        on_line: Given the number of lines read, and which share of the file, now and then; what it raises
            ends the calling.

    Raises:
        TablesMissingError, SampleError, UnreadableError, OSError: As `medapp.services.pgx.call_genes` does.
        KeyError: Where there is nobody of this key.
    """
    found = call_genes(
        wish.file.path, sample=wish.sample, outside=wish.outside, data_folder=data_folder, on_line=on_line
    )
    person = person_of(library, wish)
    keep(library, person, found)
    was_answered(library, wish.file, person=person, sample=found.sample)
    return found


def person_of(library: Library, wish: GenomeWish) -> str:
    """Key of the person of the records that a genome is kept for.

    A patient of whom there are images alone becomes one: with the genome as the source that names them.
    """
    key = wish.patient.removeprefix(RECORD_ONLY)
    if wish.identity is None or wish.patient.startswith(RECORD_ONLY):
        return key
    same = [one for one in library.records.matches(patient=key) if one.verdict == "same"]
    if same:
        return same[0].person
    patient, name = wish.identity, wish.file.name
    family, _, given = patient.name.partition("=")[0].partition("^")
    born = iso_date(patient.birth_date)
    person = Person(
        subject=key,
        source=Source(name, "vcf"),
        identifiers=(Identifier(patient.id, patient.issuer),) if patient.id else (),
        names=(HumanName(family, tuple(given.replace("^", " ").split())),) if patient.name else (),
        birth_date=When(born) if born else None,
        sex=_SEXES.get(patient.sex.upper()),  # type: ignore[arg-type]
    )
    (made,) = library.records.put(f"{wish.file.path}#{key}", "vcf", [person]).persons
    library.records.answer_match(made, key, same=True)
    return made


def patients_to_choose(library: Library, query: str = "", count: int = 50) -> tuple[tuple[str, Patient], ...]:
    """Keys and identities of some whose a genome may be: of the images, then of the records alone."""
    from medapp.services.library_list import list_patients

    found = list_patients(library, query, count=count).patients
    return tuple((one.key, one.patient) for one in found[:count])
