"""Tables that wait for an answer: their mapping proposed, confirmed by a person, read, and kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from medapp.domain.record import Entry, Observation, Person, Quantity
from medapp.formats.errors import UnreadableError
from medapp.formats.stream import open_bytes
from medapp.formats.tables import Mapping, propose, read
from medapp.formats.tables.delimited import Dialect, Row, records
from medapp.formats.tables.encodings import words
from medapp.library.record.rows import subject_key
from medapp.services import table_scope
from medapp.services.import_sources import Options, identity_of, size_of
from medapp.services.records import Progress, RecordsImport, Steps, put_source
from medapp.services.table_labels import ListsBeside
from medapp.services.table_numbers import keep_answer, kept_apart
from medapp.services.waiting import was_answered

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Iterator, Sequence

    from medapp.domain.record import Item
    from medapp.formats.recognise import RecordFile
    from medapp.formats.tables import Column
    from medapp.formats.tables.labels import Labels
    from medapp.library import Library
    from medapp.services.table_numbers import Meeting

_PEOPLE: Final = frozenset({"person", "wide"})
_NO_UNIT: Final = frozenset({"outcome", "demographics"})
PREVIEW: Final = 10


@dataclass(frozen=True)
class TableProposal:
    """A table and what its columns seem to mean.

    Attributes:
        mapping: None where no table can be read of the file.
        kept: Whether the mapping is one that was confirmed before for the same columns.
        shared: Whether a number is the same patient in all tables of the folder.
        problem: Why there is no mapping.
        meeting: Numbers that other tables of the folder hold too (`medapp.services.table_numbers`).
        asked: Whether a person has to say first if those are the same patients.
    """

    file: RecordFile
    mapping: Mapping | None
    kept: bool = False
    shared: bool = False
    problem: str = ""
    meeting: Meeting | None = None
    asked: bool = False

    @property
    def questions(self) -> tuple[str, ...]:
        """What has to be answered before the table is read."""
        found = self.mapping.questions if self.mapping is not None else ()
        if self.asked and self.meeting is not None:
            return (*found, self.meeting.question(self.file.name))
        return found

    def answered(self, *, shared: bool) -> TableProposal:
        """The table, of which a person has said whether its numbers are the same patients in the folder."""
        return replace(self, shared=shared, asked=False)


def propose_table(library: Library | None, file: RecordFile) -> TableProposal:
    """What the columns of a table seem to mean, or were said to mean where a person has confirmed it before.

    Nothing is read with it before a person has confirmed it for this file.
    """
    try:
        mapping = propose(file.path, file.name)
    except UnreadableError as error:
        return TableProposal(file, None, problem=error.reason)
    except OSError as error:
        return TableProposal(file, None, problem=(error.strerror or str(error)).lower())
    shared = bool(mapping.layout)
    text = library.records.mapping(header_key(mapping)) if library is not None else ""
    if text:
        try:
            return TableProposal(file, _again(Mapping.from_json(text), mapping), kept=True, shared=shared)
        except ValueError:
            pass  # kept by another version of the program: asked anew
    return TableProposal(file, mapping, shared=shared)


def header_key(mapping: Mapping) -> str:
    """Identity of what the columns of a table are called."""
    names = "\0".join([mapping.layout, *(column.header for column in mapping.columns)])
    return hashlib.blake2b(names.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _again(kept: Mapping, found: Mapping) -> Mapping:
    """Answers that were given before, with what this file shows: how it is written, how much is missing."""
    columns = tuple(_column(one, other) for one, other in zip(kept.columns, found.columns, strict=True))
    return replace(
        kept,
        columns=columns,
        encoding=found.encoding,
        delimiter=found.delimiter,
        rows_seen=found.rows_seen,
    )


def _column(kept: Column, found: Column) -> Column:
    """Where the values of this file leave no doubt about the order of a date, they are believed."""
    return replace(
        found,
        role=kept.role,
        certainty=1.0,
        reason="as it was confirmed before",
        system=kept.system,
        unit=kept.unit,
        units=tuple({**dict(found.units), **dict(kept.units)}.items()),
        event=kept.event,
        date=kept.date if found.date == "?" else found.date,
        decimal=kept.decimal if found.decimal == "?" else found.decimal,
        words=tuple({**dict(found.words), **dict(kept.words)}.items()),
        undotted=kept.undotted,
    )


def preview(file: RecordFile, mapping: Mapping, count: int = PREVIEW) -> list[list[str]]:
    """The first rows of a table as they are written; fewer where it is damaged."""
    rows: list[list[str]] = []
    try:
        with open_bytes(file.path) as stream:
            found = records(stream, Dialect(mapping.encoding, mapping.delimiter))
            rows = [row.cells for row in islice((one for one in found if isinstance(one, Row)), count + 1)]
    except (UnreadableError, OSError, LookupError):
        pass
    return rows[1:]


def scope_of(file: RecordFile, mapping: Mapping, *, shared: bool) -> str:
    """Inside of what a number is the same patient; empty for this file alone."""
    return table_scope.scope_of(file, mapping.layout, shared=shared)


def read_tables(
    library: Library, answers: Sequence[TableProposal], progress: Progress | None = None
) -> RecordsImport:
    """Read tables by mappings that a person has confirmed; those with an open question are refused.

    Args:
        library: Where they go; their mappings are kept there too.
        answers: With a mapping each.
        progress: Told how far it is, by the sizes of the files; a table that is being read when it says that
            the user has cancelled is left out.
    """
    progress = progress or Progress()
    done = RecordsImport()
    tables = sorted(answers, key=_people_first)
    steps = Steps(progress, [(_title(answer.file), size_of(answer.file)) for answer in tables])
    lists = ListsBeside(
        library,
        ((one.file, one.mapping) for one in tables if one.mapping is not None),
        lambda file: propose_table(library, file).mapping,
        progress.cancelled,
    )
    for number, answer in enumerate(tables):
        if progress.cancelled():
            done.cancelled = True
        if done.cancelled:
            break
        share = steps.share_of(number)
        share(0.0)
        mapping = answer.mapping
        if mapping is None:
            done.refused.append((identity_of(answer.file), "", "malformed", answer.problem))
        elif answer.questions:
            path = identity_of(answer.file)
            done.refused += [(path, "", "question", question) for question in answer.questions]
        else:
            labels = lists.of(scope_of(answer.file, mapping, shared=answer.shared))
            _read(library, answer, mapping, labels, done, Options(progress.cancelled, share))
        done.files += not done.cancelled
    if not done.cancelled:
        done.apart = kept_apart(one for one in tables if not one.questions)
    return done


def _title(file: RecordFile) -> str:
    return file.name.replace("!", "/").rpartition("/")[2]


def _people_first(answer: TableProposal) -> bool:
    return answer.mapping is None or answer.mapping.content not in _PEOPLE


def _read(
    library: Library,
    answer: TableProposal,
    mapping: Mapping,
    labels: Labels | None,
    done: RecordsImport,
    options: Options,
) -> None:
    file = answer.file
    scope = scope_of(file, mapping, shared=answer.shared)
    items: Iterable[Item] = read(
        file.path, mapping, file.name, labels=labels, cancelled=options.cancelled, progress=options.progress
    )
    if scope and mapping.content not in _PEOPLE:
        items = _without_known(items, library.records.named(), scope)
    items = _counted(items, done.unitless)
    identity = (identity_of(file), file.name, "table")
    put_source(library, identity, items, done, scope=scope, cancelled=options.cancelled)
    if words(mapping.encoding):
        done.encodings[identity_of(file)] = words(mapping.encoding)
    if not done.cancelled:
        library.records.keep_mapping(header_key(mapping), mapping.to_json())
        if answer.meeting is not None:
            keep_answer(library, file, shared=answer.shared)
        was_answered(library, file)


def _counted(items: Iterable[Item], unitless: Counter[str]) -> Iterator[Item]:
    """Count measured numbers that have no unit; outcomes and ages are told without one."""
    for item in items:
        content = item.content if isinstance(item, Entry) else None
        if (
            isinstance(content, Observation)
            and isinstance(content.value, Quantity)
            and not content.value.unit
            and content.category not in _NO_UNIT
        ):
            unitless[content.concept.display] += 1
        yield item


def _without_known(items: Iterable[Item], named: frozenset[str], scope: str) -> Iterator[Item]:
    """Leave out what a table of events says of people: a number, where another table has told their name."""
    for item in items:
        if not isinstance(item, Person) or subject_key(item.subject, scope) not in named:
            yield item
