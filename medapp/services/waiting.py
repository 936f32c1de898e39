"""What waits for a person's answer: tables, genomes, and who is who; and what has been answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from medapp.domain.patient import Patient
    from medapp.formats.recognise import RecordFile
    from medapp.library import Library
    from medapp.library.record import PersonEntry
    from medapp.library.record.matching import Match
    from medapp.library.record.pairs import Subject
    from medapp.library.record.questions import FileQuestion

MOST: Final = 500
"""Pairs and refusals that are looked for."""


@dataclass(frozen=True)
class MatchQuestion:
    """Whether a record and a patient of the images are of the same person."""

    match: Match
    person: PersonEntry
    patient: Patient


@dataclass(frozen=True)
class Answered:
    """Something that a person has said, which can be taken back.

    Attributes:
        kind: What it was said of.
        title: A file or a name.
        said: What was said: ``read``, ``called``, ``left-out``, ``same``, ``different``.
        keys: Identity of the file, or keys of both who were compared.
        whose: Name of whom a genome was kept for; empty for all else, and where nobody knows the name.
    """

    kind: Literal["table", "vcf", "pair", "match"]
    title: str
    said: str
    keys: tuple[str, str]
    whose: str = ""


@dataclass(frozen=True)
class Questions:
    """All that waits in a library, and all that has been said."""

    tables: tuple[FileQuestion, ...] = ()
    genomes: tuple[FileQuestion, ...] = ()
    pairs: tuple[tuple[Subject, Subject], ...] = ()
    matches: tuple[MatchQuestion, ...] = ()
    answered: tuple[Answered, ...] = ()
    refused: tuple[tuple[str, str, str, str], ...] = ()
    unreadable: int = 0
    """Files of the whole library that are neither images nor records that can be read."""

    @property
    def count(self) -> int:
        """How many wait."""
        return len(self.tables) + len(self.genomes) + len(self.pairs) + len(self.matches)


def wait_for(library: Library, files: Iterable[RecordFile]) -> None:
    """Keep files until a person has said what they are."""
    from medapp.services.import_sources import identity_of

    library.questions.ask((identity_of(file), file) for file in files)


def was_answered(library: Library, file: RecordFile, *, person: str = "", sample: str = "") -> None:
    """A file has been read as a person has said."""
    from medapp.services.import_sources import identity_of

    library.questions.answered(identity_of(file), person=person, sample=sample)


def count_questions(library: Library) -> int:
    """How many wait; takes long enough to be called in a thread."""
    files = sum(one.state == "open" for one in library.questions.all())
    matches = sum(one.verdict in {"proposal", "conflict"} for one in library.records.matches())
    return files + matches + len(library.questions.pairs(MOST))


def questions(library: Library) -> Questions:
    """All that waits and was answered, to be shown; takes long enough to be called in a thread."""
    files = library.questions.all()
    waiting = [one for one in files if one.state == "open"]
    matches = library.records.matches()
    patients = {one.key: one.patient for one in library.patients()} if matches else {}
    asked, said = [], []
    for match in matches:
        person, patient = library.records.listed(match.person), patients.get(match.patient)
        if person is None or patient is None:
            continue
        if match.verdict in {"proposal", "conflict"}:
            asked.append(MatchQuestion(match, person, patient))
        elif match.said:
            said.append(Answered("match", person.name, _same(match.verdict), (match.person, match.patient)))
    pairs = [
        Answered("pair", f"{one.name}, {two.name}", "same" if same else "different", (one.key, two.key))
        for one, two, same in library.questions.said_pairs()
    ]
    return Questions(
        tuple(one for one in waiting if one.file.kind == "table"),
        tuple(one for one in waiting if one.file.kind != "table"),
        library.questions.pairs(MOST),
        tuple(asked),
        (*(_of_file(library, one) for one in files if one.state != "open"), *pairs, *said),
        library.questions.refusals(MOST),
        len(library.rejected()),
    )


def take_back(library: Library, answer: Answered) -> None:
    """Let a question wait again, and take out all that was read because of its answer."""
    first, second = answer.keys
    if answer.kind == "pair":
        library.records.answer_pair(first, second, same=None)
    elif answer.kind == "match":
        library.records.answer_match(first, second, same=None)
    else:
        library.questions.take_back(first)


def _same(verdict: str) -> str:
    return "same" if verdict == "same" else "different"


def _of_file(library: Library, one: FileQuestion) -> Answered:
    table = one.file.kind == "table"
    said = "left-out" if one.state == "left-out" else "read" if table else "called"
    title = f"{one.file.name}, {one.sample}" if one.sample else one.file.name
    person = library.records.listed(one.person) if one.person else None
    whose = " · ".join(part for part in (person.name, person.shown_number) if part) if person else ""
    return Answered("table" if table else "vcf", title, said, (one.identity, ""), whose)
