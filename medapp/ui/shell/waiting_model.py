"""What an import has to tell and to ask, without widgets: refusals to copy, mappings to confirm."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, get_args

from medapp.formats.tables.mapping import Content, DateFormat, Mapping, Role
from medapp.services.records import NOTED, place_beside
from medapp.ui.shell.waiting_words import unreadable_words
from medapp.ui.text import tr
from medapp.ui.wording import day, person_name, sex

if TYPE_CHECKING:
    from collections.abc import Iterable

    from medapp.formats.tables.mapping import Column
    from medapp.library.record.pairs import Subject
    from medapp.services.records import RecordsImport
    from medapp.services.tables import TableProposal
    from medapp.services.waiting import Answered, MatchQuestion

MOST_COLUMNS: Final = 200
"""As many are shown; the others of a wider table are read as proposed."""
ROLES: Final[tuple[Role, ...]] = get_args(Role)
CONTENTS: Final[tuple[Content, ...]] = get_args(Content)
DATES: Final[tuple[DateFormat, ...]] = ("iso", "compact", "day-first", "month-first", "named")

_NOT_MEASURED: Final = frozenset({"subject", "identifier", "encounter", "id", "code"})


def summary(found: RecordsImport) -> str:
    """What came of an import, in one line: first what the user has to do, as the end may be cut off."""
    parts = []
    asked = len(found.waiting) + len(found.doubtful)
    if asked:
        parts.append(
            tr("1 waits for an answer") if asked == 1 else tr("{count} wait for an answer", count=asked)
        )
    refused, noted = counts(found.refused)
    if refused:
        parts.append(
            tr("1 thing in records was refused")
            if refused == 1
            else tr("{count} things in records were refused", count=refused)
        )
    if found.unreadable:
        parts.append(unreadable_words(found.unreadable))
    if noted:
        parts.append(
            tr("1 thing is to note") if noted == 1 else tr("{count} things are to note", count=noted)
        )
    if found.by_answers:
        again = found.by_answers
        parts.append(
            tr("1 table was read as answered before")
            if again == 1
            else tr("{count} tables were read as answered before", count=again)
        )
    if found.counts:
        parts.append(tr("{count} entries of records were taken in", count=sum(found.counts.values())))
    return f"{', '.join(parts)}." if parts else ""


def counts(refused: Iterable[tuple[str, str, str, str]]) -> tuple[int, int]:
    """How much was refused, and how much is only told of what was read."""
    codes = [code for _, _, code, _ in refused]
    noted = sum(code in NOTED for code in codes)
    return len(codes) - noted, noted


def refused_title(refused: Iterable[tuple[str, str, str, str]]) -> str:
    """Heads the list of what was refused and what is to note."""
    count, noted = counts(refused)
    parts = [tr("Not read {count}", count=count)] if count else []
    parts += [tr("To note {count}", count=noted)] if noted else []
    return ", ".join(parts)


def by_file(refused: Iterable[tuple[str, str, str, str]]) -> dict[str, list[tuple[str, str]]]:
    """Places and reasons of what was not read, by file."""
    files: dict[str, list[tuple[str, str]]] = {}
    for file, place, _, reason in refused:
        files.setdefault(file, []).append(_apart(place, reason))
    return files


def _apart(place: str, reason: str) -> tuple[str, str]:
    """Place and reason, where the reason begins with its place: what is wrong must not be cut off by it."""
    where, mark, what = reason.partition(": ")
    if mark and place and place in where:
        return where, what
    return place_beside(place, reason), reason


def answered_words(answer: Answered) -> tuple[str, str]:
    """Of what something was said, and what."""
    kinds = {
        "table": tr("Table"),
        "vcf": tr("Genome"),
        "pair": tr("Two records"),
        "match": tr("Record and images"),
    }
    said = {
        "read": tr("read as was said"),
        "called": tr("called and kept"),
        "left-out": tr("left out"),
        "same": tr("the same person"),
        "different": tr("two people"),
    }
    told = said[answer.said]
    if answer.whose:
        told = tr("{answer} for {name}", answer=told, name=answer.whose)
    return kinds[answer.kind], told


Side = tuple[str, str, str]
"""A title, and what both sides say."""


def pair_sides(one: Subject, other: Subject) -> tuple[Side, ...]:
    """What two records say of who somebody is."""

    def numbers(subject: Subject) -> str:
        return "\n".join(f"{value} ({issuer})" if issuer else value for issuer, value in subject.numbers)

    return (
        (tr("Name"), one.name, other.name),
        (tr("Born"), one.birth_date, other.birth_date),
        (tr("Sex"), one.sex, other.sex),
        (tr("Numbers"), numbers(one), numbers(other)),
        (tr("From"), base_name(one.path), base_name(other.path)),
    )


def match_sides(asked: MatchQuestion) -> tuple[Side, ...]:
    """What a record and the images say of who somebody is."""
    person, patient = asked.person, asked.patient
    number = f"{patient.id} ({patient.issuer})" if patient.issuer else patient.id
    words = {"male": tr("male"), "female": tr("female"), "other": tr("other")}
    return (
        (tr("Name"), person.name, person_name(patient.name) if patient.name else ""),
        (tr("Born"), person.birth_date, day(patient.birth_date) if patient.birth_date else ""),
        (tr("Sex"), words.get(person.sex, person.sex), sex(patient.sex) if patient.sex else ""),
        (tr("Numbers"), "\n".join(person.identifiers), number),
    )


def base_name(path: str) -> str:
    """The name of a file without its folders."""
    return path.replace("\\", "/").rpartition("/")[2]


def copied(refused: Iterable[tuple[str, str, str, str]]) -> str:
    """Refusals as text that may be passed on: a file may be named as a patient is, so it is a number."""
    lines = []
    numbers: dict[str, int] = {}
    for file, place, code, reason in refused:
        number = numbers.setdefault(file, len(numbers) + 1)
        lines.append(f"file {number}\t{code}\t{place}\t{reason}")
    return "\n".join(lines)


@dataclass
class MappingForm:
    """A mapping while a person looks at it."""

    proposal: TableProposal
    mapping: Mapping

    @property
    def questions(self) -> tuple[str, ...]:
        """What has to be answered before the table can be read."""
        return self.mapping.questions

    @property
    def shares(self) -> str:
        """What is asked of numbers that other tables hold too; empty where one has said, or none do."""
        one = self.proposal
        return one.meeting.question(one.file.name) if one.asked and one.meeting is not None else ""

    @property
    def answer(self) -> TableProposal:
        """The table as it stands now, with what is still asked of it."""
        return replace(self.proposal, mapping=self.mapping)

    @property
    def is_answered(self) -> bool:
        """Whether nothing is asked of it any more."""
        return not (self.questions or self.shares)

    def columns(self) -> list[Column]:
        """The columns that are shown: those with a question first, those that are not read last."""
        return sorted(self.mapping.columns, key=lambda one: (not one.question, one.role == "ignore"))[
            :MOST_COLUMNS
        ]

    def set_content(self, content: str) -> None:
        """Say what a row is."""
        self.mapping = replace(self.mapping, content=content)  # type: ignore[arg-type]

    def set_shared(self, shared: bool) -> None:
        """Say whether a number is the same patient in all tables of the folder."""
        self.proposal = self.proposal.answered(shared=shared)

    def set_role(self, header: str, role: str) -> None:
        """Say what a column is."""
        self.mapping = self.mapping.with_column(header, role=role)

    def set_unit(self, header: str, unit: str) -> None:
        """Say the unit of all values of a column, or of each thing that was measured (``hdl = mg/dL``).

        Empty where it is not said, ``unknown`` where nobody knows it.
        """
        if "=" not in unit:
            self.mapping = self.mapping.with_column(header, unit=unit.strip())
            return
        asked = next(dict(one.units) for one in self.mapping.columns if one.header == header)
        parts = (part.partition("=") for part in unit.split(";"))
        said = {name.strip(): word.strip() for name, sign, word in parts if sign and name.strip()}
        self.mapping = self.mapping.with_column(header, unit="", units=tuple((asked | said).items()))

    def set_form(self, header: str, form: str) -> None:
        """Say how dates are written, or what the comma of a number is."""
        name = "decimal" if form in {".", ","} else "date"
        self.mapping = self.mapping.with_column(header, **{name: form})

    def set_words(self, header: str, text: str) -> None:
        """Say what cells stand for: ``1 = male; 2 = female``."""
        self.mapping = self.mapping.with_column(header, words=words_from(text))


def words_from(text: str) -> tuple[tuple[str, str], ...]:
    """What cells stand for, as it was typed; what is no pair is left out."""
    pairs = (part.partition("=") for part in text.split(";"))
    return tuple((cell.strip(), word.strip()) for cell, sign, word in pairs if sign and word.strip())


def units_as(column: Column) -> str:
    """The unit of a column, or those of all that was measured where its values differ in it."""
    if column.unit or not column.units:
        return column.unit
    return "; ".join(f"{name} = {unit}" for name, unit in column.units)


def words_as(column: Column) -> str:
    """What cells stand for, to be typed over."""
    return "; ".join(f"{cell} = {word}" for cell, word in column.words)


def role_words(role: str) -> str:
    """A role in the reader's words."""
    words = {
        "subject": tr("patient's number"),
        "identifier": tr("another number"),
        "encounter": tr("visit's number"),
        "id": tr("row's number"),
        "start": tr("date, start"),
        "end": tr("end date"),
        "time": tr("time of day"),
        "offset": tr("time since an event"),
        "birth": tr("birth date"),
        "death": tr("date of death"),
        "given": tr("given name"),
        "family": tr("family name"),
        "prefix": tr("title before name"),
        "suffix": tr("title after name"),
        "line": tr("street"),
        "fact": tr("fact about patient"),
        "system": tr("code system"),
        "words": tr("value in words"),
        "low": tr("lower limit"),
        "high": tr("upper limit"),
        "uid": tr("study UID"),
        "ignore": tr("not read"),
    }
    return words.get(role, role.replace("_", " "))


def content_words(content: str) -> str:
    """What a row is, in the reader's words."""
    words = {
        "person": tr("a patient"),
        "wide": tr("a patient with measurements"),
        "other": tr("something else"),
        "labels": tr("what codes stand for"),
        "none": tr("not about patients"),
        "study": tr("an imaging study"),
    }
    return words.get(content, content)


def forms_of(column: Column) -> tuple[str, ...]:
    """Which forms a column may have: of dates, or of numbers; none for words."""
    if column.kind == "date":
        return DATES
    return (".", ",") if column.decimal and column.role not in _NOT_MEASURED else ()


def form_words(form: str) -> str:
    """A form in the reader's words."""
    words = {
        "iso": tr("2020-12-31"),
        "compact": tr("20201231"),
        "day-first": tr("31.12.2020, day first"),
        "month-first": tr("12/31/2020, month first"),
        "named": tr("31 Dec 2020"),
        ".": tr("1,234.5"),
        ",": tr("1.234,5"),
        "?": tr("Choose"),
    }
    return words.get(form, form)
