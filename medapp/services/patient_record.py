"""All that is known of one patient: the records that are theirs, their imaging, their genomes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from medapp.domain.record import Allergy, Entry, Quantity, Source, StudyReference, When
from medapp.domain.record.summary import death_of
from medapp.library.keys import RECORD_ONLY
from medapp.library.record.matching import iso_moment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from medapp.domain.genome import GeneCall
    from medapp.domain.patient import Patient
    from medapp.domain.record import Person
    from medapp.library import Library, StudyEntry
    from medapp.library.record.genomes import GenomeEntry, GenomeLines
    from medapp.library.record.matching import Match


@dataclass(frozen=True)
class PatientRecord:
    """What the workspace and the plugins get.

    Attributes:
        persons: What each source says of who this is; empty where no record is theirs.
        entries: In order of time, with studies of the library that no source names.
        calls: Of their latest genome.
        open_matches: Records that may be theirs, or that carry their number and contradict them.
        lines: Variants of that genome at the places that were looked at.
        said: Records that a person or their number said are theirs.
        genomes: All that are kept of them, the latest of each record first.
        named: What is said of the people of `said`, by their keys.
    """

    persons: tuple[Person, ...]
    entries: tuple[Entry, ...]
    calls: tuple[GeneCall, ...]
    open_matches: tuple[tuple[Match, tuple[Person, ...]], ...] = ()
    said: tuple[Match, ...] = ()
    lines: GenomeLines | None = None
    genomes: tuple[GenomeEntry, ...] = ()
    named: Mapping[str, tuple[Person, ...]] = field(default_factory=dict)

    def of(self, match: Match) -> tuple[Person, ...]:
        """Who the record of a match of `said` is about."""
        return self.named.get(match.person, ())


def record_of(library: Library, patient_key: str) -> PatientRecord:
    """Read everything of a patient of the library; takes long enough to be called in a thread."""
    records = library.records
    if patient_key.startswith(RECORD_ONLY):
        matches: tuple[Match, ...] = ()
        keys = [patient_key.removeprefix(RECORD_ONLY)]
    else:
        matches = records.matches(patient=patient_key)
        keys = [match.person for match in matches if match.verdict == "same"]
    persons = tuple(person for key in keys for person in records.person(key))
    entries = [entry for key in keys for entry in records.entries(key)]
    genomes = tuple(genome for key in keys for genome in records.genomes(key))
    genome = genomes[0] if genomes else None
    said = tuple(match for match in matches if match.verdict in {"same", "different"})
    undecided = [match for match in matches if match.verdict in {"proposal", "conflict"}]
    return PatientRecord(
        persons,
        _with_studies(entries, library.studies(patient_key)),
        genome.calls if genome else (),
        tuple((match, records.person(match.person)) for match in undecided),
        said,
        genome.lines if genome else None,
        genomes,
        {match.person: records.person(match.person) for match in said},
    )


def _with_studies(entries: list[Entry], studies: tuple[StudyEntry, ...]) -> tuple[Entry, ...]:
    """Entries, and what the library has of imaging besides."""
    named = {entry.content.uid for entry in entries if isinstance(entry.content, StudyReference)}
    found = [_imaging(study) for study in studies if study.uid not in named]
    return tuple(sorted([*found, *entries], key=in_time))


def _imaging(study: StudyEntry) -> Entry:
    content = StudyReference(
        study.uid,
        _when(iso_moment(study.date, study.time)),
        study.modalities,
        study.description,
        study.study.accession,
        study.series,
    )
    return Entry(study.key, "", Source("images", "dicom", f"Study {study.uid}"), content)


def _when(text: str) -> When | None:
    """A moment; None for a day that no calendar has, which must not keep the rest from being shown."""
    try:
        return When(text)
    except ValueError:
        return None


def moment(entry: Entry) -> float:
    """When an entry begins, to sort by; those without a time come first."""
    from medapp.domain.record.facts import period_of
    from medapp.library.record.rows import seconds

    start = period_of(entry.content).start or entry.recorded
    found = seconds(start)
    return float("-inf") if found is None else found


def in_time(entry: Entry) -> tuple[float, float]:
    """To sort by: first what has no time, then what is counted from an event, then by date."""
    return moment(entry), float("-inf") if entry.since is None else entry.since.days


def person_in_library(library: Library, person: str) -> tuple[str, Patient | None, tuple[str, ...]]:
    """Key and identity of a patient, and the series of their images where there are any; None for nobody."""
    for match in library.records.matches(person=person):
        if match.verdict == "same":
            studies = library.studies(match.patient)
            series = tuple(one.key for study in studies for one in library.series_of(study.key))
            if series:
                return match.patient, studies[0].patient, series
    from medapp.services.library_list import identity_of

    found = library.records.listed(person)
    return (RECORD_ONLY + person, identity_of(found), ()) if found is not None else ("", None, ())


@dataclass(frozen=True)
class BannerFacts:
    """What the banner says of a record.

    Attributes:
        allergies: In words; None where there is no record that could name any.
        alerts: Sentences that must not be overlooked.
        died: When, as exact as it is stated, ``yes`` where no date is; empty where no source says so.
        number: As the library lists it, with its kind where it is none of a hospital.
    """

    allergies: tuple[str, ...] | None
    alerts: tuple[str, ...] = ()
    died: str = ""
    number: str = ""


def banner_facts(library: Library, patient_key: str) -> BannerFacts:
    """Allergies of a patient of the library, and whether record and images contradict each other."""
    if patient_key.startswith(RECORD_ONLY):
        keys, alerts = [patient_key.removeprefix(RECORD_ONLY)], []
    else:
        same = [one for one in library.records.matches(patient=patient_key) if one.verdict == "same"]
        keys = [match.person for match in same]
        alerts = [f"record and images differ in {', '.join(one.differs)}" for one in same if one.differs]
    if not keys:
        return BannerFacts(None)
    found = [entry.content for key in keys for entry in library.records.entries(key, "Allergy")]
    named = dict.fromkeys(
        content.concept.display
        for content in found
        if isinstance(content, Allergy)
        and not content.negated
        and content.status not in {"inactive", "resolved"}
        and content.certainty not in {"refuted", "entered-in-error"}
    )
    alerts += _risk_alleles(library, keys)
    listed = (library.records.listed(key) for key in keys)
    number = next((one.shown_number for one in listed if one and one.shown_number), "")
    return BannerFacts(tuple(named), tuple(dict.fromkeys(alerts)), _died(library, keys), number)


def _risk_alleles(library: Library, keys: list[str]) -> list[str]:
    """HLA alleles of the latest genome of each record that guidelines warn of, such as HLA-B*57:01."""
    latest = (library.records.genomes(key)[:1] for key in keys)
    return [
        f"{call.gene}{found}"
        for genomes in latest
        for genome in genomes
        for call in genome.calls
        if call.gene.startswith("HLA-")
        for diplotype in call.diplotypes
        for found in diplotype.phenotype.split("; ")
        if found.endswith(" positive")
    ]


def _died(library: Library, keys: list[str]) -> str:
    """The most exact of what the sources say."""
    return death_of(person for key in keys for person in library.records.person(key))


def convert(quantity: Quantity, unit: str, loinc: str) -> Quantity | None:
    """An amount in another unit, by the molar mass of what a LOINC code measures where that is needed."""
    from medapp.knowledge.units import analyte
    from medapp.knowledge.units import convert as bring

    known = analyte(loinc)
    return bring(
        quantity,
        unit,
        molar_mass=known.molar_mass if known else None,
        charge=known.charge if known else None,
    )
