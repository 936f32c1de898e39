"""The records of the library: import, list, read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Collection, Iterable, Sequence

    from sqlalchemy import Engine

    from medapp.domain.cohort import Cohort, CohortQuery
    from medapp.domain.record import Entry, Item, Person
    from medapp.library.record.cohort import Convert
    from medapp.library.record.genomes import GenomeEntry
    from medapp.library.record.matching import Match
    from medapp.library.record.pairs import Subject


@dataclass(frozen=True)
class PersonEntry:
    """Somebody whose record the library holds.

    Attributes:
        key: Identity in the library.
        birth_date: ISO, as exact as stated; empty where it is not.
        identifiers: All numbers, the hospital's own first.
        entries: How many there are.
        number: The one to show: never that of an insurance, a passport, a licence.
        other: Where there is no such number, the best there is of another kind: kind in words, and number.
    """

    key: str
    name: str
    birth_date: str
    sex: str
    identifiers: tuple[str, ...]
    entries: int
    number: str = ""
    other: tuple[str, str] = ("", "")

    @property
    def shown_number(self) -> str:
        """The number to show, with its kind where it is none of a hospital; empty where there is none."""
        return self.number or " ".join(part for part in self.other if part)


@dataclass(frozen=True)
class RecordReport:
    """What came of one source.

    Attributes:
        counts: Persons and entries by kind.
        refused: Places, codes and reasons of what was not read.
        persons: Keys of whom it spoke of.
        doubtful: Pairs of keys with the same number and issuer that contradict each other in name, birth
            date or sex: they are kept apart until a person says what holds.
    """

    counts: Counter[str]
    refused: tuple[tuple[str, str, str], ...]
    persons: tuple[str, ...]
    doubtful: tuple[tuple[str, str], ...] = ()


class RecordStore:
    """Thread-safe; a part of the `Library`, in the same database."""

    def __init__(self, engine: Engine, writing: threading.RLock) -> None:
        """See `Library.records`."""
        self._engine, self._writing = engine, writing

    def put(
        self,
        path: str,
        form: str,
        items: Iterable[Item],
        *,
        scope: str = "",
        between: Callable[[], None] | None = None,
    ) -> RecordReport:
        """Write all that one source says, or nothing of it where that fails.

        Args:
            path: Identity of the source: what it said before is replaced.
            form: What it is read as, see `medapp.domain.record.entry.Format`.
            items: What its reader yields.
            scope: Inside of what names of subjects are the same person; by default the source.
            between: Called now and then once all is read; what it raises takes everything back.
        """
        from sqlalchemy import select

        from medapp.library.record import schema
        from medapp.library.record.joining import join_by_identifier
        from medapp.library.record.writing import Writer

        counts: Counter[str] = Counter()
        with self._writing, self._engine.begin() as connection:
            writer = Writer(connection, path, form, scope or path)
            keys = writer.put(items, counts)
            doubtful = join_by_identifier(connection, sorted(keys), between)
            column = schema.subjects.c
            persons = connection.scalars(
                select(column.person).where(column.key.in_(keys), column.payload.is_not(None)).distinct()
            ).all()
            refused = connection.execute(
                select(schema.refusals.c.place, schema.refusals.c.code, schema.refusals.c.reason)
                .join(schema.sources)
                .where(schema.sources.c.path == path)
                .order_by(schema.refusals.c.id)
            ).all()
        rows = tuple((row.place, row.code, row.reason) for row in refused)
        return RecordReport(counts, rows, tuple(persons), tuple(doubtful))

    def persons(self, query: str = "") -> tuple[PersonEntry, ...]:
        """Everybody whose name or numbers hold all words of `query`, by name."""
        from medapp.library.record import reading

        with self._engine.connect() as connection:
            return reading.persons(connection, query)

    def page(
        self, query: str = "", *, without: Collection[str] = (), first: int = 0, count: int = 200
    ) -> tuple[tuple[PersonEntry, ...], int]:
        """Some of whom `persons` lists, and how many there are in all: who has no name comes last.

        Args:
            query: As of `persons`.
            without: Keys of persons who are left out.
            first: How many are passed over.
            count: How many are wanted at most.
        """
        from medapp.library.record import reading

        with self._engine.connect() as connection:
            return reading.page(connection, query, without, first, count)

    def listed(self, key: str) -> PersonEntry | None:
        """One of whom `persons` lists; None where there is nobody of this key."""
        from medapp.library.record import reading

        with self._engine.connect() as connection:
            return reading.listed(connection, key)

    def with_images(self) -> frozenset[str]:
        """Keys of persons who are known to be a patient of the images: by their number, or as was said."""
        from medapp.library.record import matching

        with self._engine.connect() as connection:
            return matching.with_images(connection)

    def same(self) -> tuple[tuple[str, str], ...]:
        """Keys of a person and of a patient of the images that are known to be the same, as `with_images`."""
        from medapp.library.record import matching

        with self._engine.connect() as connection:
            return matching.same(connection)

    def holding(self, word: str) -> frozenset[str]:
        """Keys of whom `persons` lists for one word."""
        from medapp.library.record import reading

        with self._engine.connect() as connection:
            return reading.holding(connection, word)

    def person(self, key: str) -> tuple[Person, ...]:
        """What each source says of who this is.

        Raises:
            KeyError: Where there is nobody of this key.
        """
        from medapp.api.codec import load
        from medapp.domain.record import Person
        from medapp.library.record import reading

        with self._engine.connect() as connection:
            texts = reading.payloads(connection, key)
        return tuple(load(text, Person) for text in texts)

    def entries(self, key: str, *kinds: str) -> tuple[Entry, ...]:
        """Entries of a person in order of time, those without one first; of some kinds or all."""
        from medapp.api.codec import load
        from medapp.domain.record import Entry
        from medapp.library.record import reading

        with self._engine.connect() as connection:
            texts = reading.entry_payloads(connection, key, kinds)
        return tuple(load(text, Entry) for text in texts)

    def source_path(self, persons: Sequence[str], entry: Entry) -> str:
        """Identity of the source that an entry of one of these persons came from; empty where it has gone."""
        from medapp.library.record import reading

        with self._engine.connect() as connection:
            return reading.source_path(connection, persons, entry)

    def matches(self, *, patient: str = "", person: str = "") -> tuple[Match, ...]:
        """Which records and patients of the images are, or may be, of the same person."""
        from medapp.library.record import matching

        with self._engine.connect() as connection:
            return matching.matches(connection, patient=patient, person=person)

    def answer_match(self, person: str, patient: str, *, same: bool | None) -> None:
        """Say whether they are the same person; None takes the answer back.

        Raises:
            KeyError: Where there is nobody of this key.
        """
        from medapp.library.record import matching

        with self._writing, self._engine.begin() as connection:
            matching.answer(connection, person, patient, same=same)

    def subject(self, key: str) -> Subject:
        """Somebody as one source names them, by a key of `RecordReport.doubtful`.

        Raises:
            KeyError: Where there is nobody of this key.
        """
        from medapp.library.record import pairs

        with self._engine.connect() as connection:
            return pairs.subject(connection, key)

    def named(self) -> frozenset[str]:
        """Keys of all subjects of whom a source says who they are."""
        from sqlalchemy import select

        from medapp.library.record.schema import subjects

        with self._engine.connect() as connection:
            return frozenset(
                connection.scalars(select(subjects.c.key).where(subjects.c.payload.is_not(None)))
            )

    def answer_pair(self, one: str, other: str, *, same: bool | None) -> None:
        """Say whether two subjects with the same number are one person; None takes the answer back.

        Raises:
            KeyError: Where there is nobody of one of the keys.
        """
        from medapp.library.record import pairs

        with self._writing, self._engine.begin() as connection:
            pairs.answer(connection, one, other, same=same)

    def mapping(self, header: str) -> str:
        """The mapping that was confirmed for tables with these columns, as JSON; empty where none was."""
        from medapp.library.record import mappings

        with self._engine.connect() as connection:
            return mappings.of(connection, header)

    def keep_mapping(self, header: str, text: str | None) -> None:
        """Keep a mapping that a person has confirmed; None takes it out."""
        from medapp.library.record import mappings

        with self._writing, self._engine.begin() as connection:
            mappings.keep(connection, header, text)

    def cohort(self, query: CohortQuery, convert: Convert) -> Cohort:
        """Everybody who fits a question.

        Args:
            query: What is asked.
            convert: Brings a value from one unit to another, see `medapp.library.record.cohort`.
        """
        from medapp.library.record import cohort

        with self._engine.connect() as connection:
            return cohort.search(connection, query, convert)

    def queries(self) -> tuple[tuple[str, str], ...]:
        """Names and words of the questions that were kept."""
        from sqlalchemy import select

        from medapp.library.record.schema import queries

        with self._engine.connect() as connection:
            rows = connection.execute(select(queries.c.name, queries.c.text).order_by(queries.c.name)).all()
        return tuple((row.name, row.text) for row in rows)

    def keep_query(self, name: str, text: str | None) -> None:
        """Keep a question under a name; None takes it out."""
        import time

        from sqlalchemy import delete, insert

        from medapp.library.record.schema import queries

        with self._writing, self._engine.begin() as connection:
            connection.execute(delete(queries).where(queries.c.name == name))
            if text is not None:
                connection.execute(insert(queries).values(name=name, text=text, changed=time.time()))

    def put_genome(self, person: str, genome: GenomeEntry) -> None:
        """Keep what was called from a genome of a person; what was called from it before is replaced.

        Raises:
            KeyError: Where there is nobody of this key.
        """
        from medapp.library.record import genomes

        with self._writing, self._engine.begin() as connection:
            genomes.put(connection, person, genome)

    def genomes(self, person: str) -> tuple[GenomeEntry, ...]:
        """Genomes of a person, the latest first."""
        from medapp.library.record import genomes

        with self._engine.connect() as connection:
            return genomes.of(connection, person)

    def forget(self, path: str) -> None:
        """Take out all that one source said; people of whom nothing is left then go too."""
        from medapp.library.record.sweeping import sweep, take_out

        with self._writing, self._engine.begin() as connection:
            sweep(connection, take_out(connection, path), path)
