"""What of a record is asked about: phenotype terms, sex and age. What was diagnosed is never read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from medapp.domain.record import CodedValue, Observation, Problem
from medapp_classification.rare_disease.ontology import as_term

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from medapp.domain.record import Concept, Entry, Person, Record
    from medapp_classification.rare_disease.ontology import Ontology

_PHENOTYPE: Final = "phenotype"
_AGE: Final = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?.*")
_ABSENT: Final = frozenset({"2667000", "272519000", "LA9634-2", "N", "NEG", "ND"})
"""SNOMED CT absent, absence findings; LOINC's answer; HL7 table 0078."""
_PRESENT: Final = frozenset({"52101004", "LA9633-4", "Y", "POS", "DET"})
_VOID: Final = frozenset({"entered-in-error", "cancelled"})


@dataclass(frozen=True)
class Patient:
    """One patient as the model sees them.

    Attributes:
        present, excluded: Places of terms in the ontology, as observed, without those above or below.
        sex: ``male`` or ``female``; None where it is neither or not known.
        age: In years when last seen; None where it is not known.
        entries: Ids of the entries that a term comes from, by its place.
        written: The id that the source has, by place, where it is an old one.
        unknown: Ids that the ontology does not have, with the source's words.
        outside: Ids that are no phenotypic abnormality, with the source's words.
        contradicted: Places of terms that are said to be there and not to be there.
    """

    present: tuple[int, ...]
    excluded: tuple[int, ...] = ()
    sex: str | None = None
    age: float | None = None
    entries: dict[int, tuple[str, ...]] = field(default_factory=dict)
    written: dict[int, str] = field(default_factory=dict)
    unknown: tuple[tuple[str, str], ...] = ()
    outside: tuple[tuple[str, str], ...] = ()
    contradicted: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Said:
    code: str
    words: str
    excluded: bool
    entry: str


def patient_of(record: Record, ontology: Ontology) -> Patient:
    """The patient of a record.

    Phenotypes are problems and observations coded with the Human Phenotype Ontology. Diseases,
    interpretations and every other code are left alone: what was diagnosed must not lead the answer.
    """
    present: dict[int, None] = {}
    excluded: dict[int, None] = {}
    entries: dict[int, list[str]] = {}
    written: dict[int, str] = {}
    unknown: dict[str, str] = {}
    outside: dict[str, str] = {}
    for said in (one for entry in record.entries for one in _phenotypes(entry)):
        place = ontology.place(said.code)
        if place is None:
            (outside if ontology.is_outside(said.code) else unknown).setdefault(said.code, said.words)
            continue
        (excluded if said.excluded else present)[place] = None
        entries.setdefault(place, []).append(said.entry)
        if said.code != ontology.ids[place]:
            written[place] = said.code
    kept, contradicted = agreeing(present, excluded, ontology)
    return Patient(
        tuple(present),
        kept,
        _sex(record.persons),
        _age(record.persons),
        {place: tuple(dict.fromkeys(names)) for place, names in entries.items()},
        written,
        tuple(unknown.items()),
        tuple(outside.items()),
        contradicted,
    )


def agreeing(
    present: Iterable[int], excluded: Iterable[int], ontology: Ontology
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Of terms that are said not to be there: those that may be so, and those of which a kind is there."""
    above = {up for place in present for up in ontology.upward(place)}
    listed = tuple(excluded)
    return (
        tuple(place for place in listed if place not in above),
        tuple(place for place in listed if place in above),
    )


def has_phenotypes(record: Record) -> bool:
    """Whether any entry is coded with the ontology."""
    return any(True for entry in record.entries for _ in _phenotypes(entry))


def _phenotypes(entry: Entry) -> Iterator[_Said]:
    content = entry.content
    if isinstance(content, Problem):
        # A disease of a phenopacket is a diagnosis, whatever it is coded with.
        if entry.source.format == "phenopacket" and content.category != _PHENOTYPE:
            return
        if content.certainty not in _VOID:
            yield from _coded(content.concept, entry, excluded=content.certainty == "refuted")
    elif isinstance(content, Observation) and content.status not in _VOID:
        verdict = _verdict(content)
        if verdict is not None:
            yield from _coded(content.concept, entry, excluded=not verdict)
        if isinstance(content.value, CodedValue):
            yield from _coded(content.value.concept, entry, excluded=False)


def _coded(concept: Concept, entry: Entry, *, excluded: bool) -> Iterator[_Said]:
    for code in concept.codes:
        term = as_term(code.value)
        if term:
            yield _Said(term, concept.display, excluded, entry.id)
            return


def _verdict(content: Observation) -> bool | None:
    """Whether what was looked for is there; None where the observation does not say."""
    value = content.value
    if isinstance(value, bool):
        return value
    said = {flag.upper() for flag in content.flags}
    if isinstance(value, CodedValue):
        said |= {code.value.upper() for code in value.concept.codes}
    if said & _ABSENT:
        return False
    return True if said & _PRESENT else None


def _sex(persons: tuple[Person, ...]) -> str | None:
    found = {person.sex for person in persons if person.sex in {"male", "female"}}
    return str(found.pop()) if len(found) == 1 else None


def _age(persons: tuple[Person, ...]) -> float | None:
    for person in persons:
        for name, value in person.facts:
            if name == "age at last encounter":
                return years(value)
    return None


def years(duration: str) -> float | None:
    """An ISO 8601 duration in years; None where it is none."""
    found = _AGE.fullmatch(duration)
    if found is None or not any(found.groups()):
        return None
    parts = [int(part or 0) for part in found.groups()]
    return parts[0] + parts[1] / 12 + parts[2] / 52.18 + parts[3] / 365.25
