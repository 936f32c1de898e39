"""Goes through a record or a table once and tells what is wrong with it; nothing is changed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from medapp.domain.record import Entry, Observation, Person, Quantity, When
from medapp.knowledge.quality import contradictions, dates
from medapp.knowledge.quality.completeness import lacking
from medapp.knowledge.quality.facts import facts_of
from medapp.knowledge.quality.findings import KINDS, Finding, Kind, QualityReport, VariableQuality
from medapp.knowledge.quality.known import Known
from medapp.knowledge.quality.proposing import propose, propose_all
from medapp.knowledge.quality.repeats import Repeats
from medapp.knowledge.quality.variables import Variable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from medapp.domain.record import Item, Source
    from medapp.knowledge.quality.findings import Rule
    from medapp.knowledge.quality.known import Key
    from medapp.knowledge.quality.variables import Place

MOST: Final = 1000
"""Findings of a kind, and patients, that a report names; all are counted."""


def examine(items: Iterable[Item], *, today: date | None = None) -> QualityReport:
    """What is wrong with the entries of a record, by the part of the stream that is read.

    Args:
        items: Of any number of patients; held by their numbers and dates alone.
        today: For dates that are yet to come.
    """
    audit = Audit()
    for item in items:
        audit.add(item)
    return audit.report(today=today)


class Audit:
    """Takes items one after the other, then tells."""

    def __init__(self, known: Mapping[Key, Known] | None = None) -> None:
        """Start with nothing.

        Args:
            known: What training data said of variables; without it the data that is looked at tells itself.
        """
        self.entries = 0
        self._known = known
        self._persons: dict[tuple[str, str], Person] = {}
        self._variables: dict[tuple[str, str, str], Variable] = {}
        self._repeats = Repeats()
        self._found: list[Finding] = []
        self._dated: list[tuple[dates.Dated, tuple[str, str], Place, str]] = []
        self._subjects: dict[tuple[str, str], int] = {}
        self._names: dict[str, list[str]] = {}
        self._rows: dict[str, dict[str, int]] = {}
        self._row: tuple[str, str] = ("", "")
        self._row_entries: list[tuple[int, Entry]] = []

    def expect(self, file: str, titles: Iterable[str]) -> None:
        """Say that a file is a table with one row a patient and these variables: what it lacks is missing."""
        self._rows.setdefault(file, {})
        for title in titles:
            self._variable((file, "", title), title)

    def add(self, item: Item, scope: str = "") -> None:
        """Take one item in.

        Args:
            item: Of a reader; refusals are passed over.
            scope: Inside of what the number of a patient is one patient (a folder, a server).
        """
        if isinstance(item, Person):
            self._turn(item.source)
            self._add_person(item, scope)
        elif isinstance(item, Entry):
            self._turn(item.source)
            self._add_entry(item, scope)

    def findings(self, today: date | None = None) -> list[Finding]:
        """All that was found, in the order of kinds."""
        self._end_row()
        self._row = ("", "")
        found = [*self._found, *self._of_dates(today or datetime.now(UTC).date())]
        for variable in self._variables.values():
            found.extend(_of_variable(variable))
        order = {kind: place for place, kind in enumerate(KINDS)}
        return sorted(found, key=lambda one: (order[one.kind], one.entry))

    def proposed(self, today: date | None = None) -> tuple[Rule, ...]:
        """A rule for every kind, by what was found."""
        found = self.findings(today)
        counts = Counter(one.kind for one in found)
        reasons = Counter(f"{one.kind}/{one.reason}" for one in found)
        return propose_all(counts, reasons, dated=self.dated)

    def report(self, today: date | None = None, most: int = MOST) -> QualityReport:
        """What was found, with no more than `most` places of each kind."""
        found = self.findings(today)
        variables = [self._summary(key, one) for key, one in self._variables.items()]
        missing = sum(one.missing for one in variables)
        counts = Counter(one.kind for one in found)
        reasons = Counter(f"{one.kind}/{one.reason}" for one in found)
        counts["missing"] = missing
        if missing:
            reasons["missing/no-value"] = missing
        shown: Counter[Kind] = Counter()
        kept = []
        for one in found:
            if shown[one.kind] < most:
                shown[one.kind] += 1
                kept.append(one)
        return QualityReport(
            persons=sum(bool(who) for _scope, who in {*self._persons, *self._subjects}),
            entries=self.entries,
            counts=tuple((kind, counts[kind]) for kind in KINDS),
            reasons=tuple(sorted(reasons.items())),
            variables=tuple(sorted(variables, key=lambda one: (-one.entries, one.title))),
            findings=tuple(kept),
            shown=tuple((kind, shown[kind]) for kind in KINDS),
            incomplete=tuple(self._incomplete(most)),
            proposed=propose(counts, reasons, dated=self.dated),
        )

    @property
    def dated(self) -> int:
        """Number of entries with a date that may not be yet to come."""
        return sum(not one[0].is_planned for one in self._dated)

    def _add_person(self, person: Person, scope: str) -> None:
        key = (scope, person.subject)
        if person.source.file in self._rows:
            self._occasion(person.source, person.subject)
        else:
            self._subjects.setdefault(key, len(self._subjects))
        before = self._persons.setdefault(key, person)
        wrong = contradictions.died_before_birth(person) or (
            before is not person and contradictions.of_person(before, person)
        )
        if wrong:
            self._found.append(_finding("contradiction", "person", person.source))

    def _add_entry(self, entry: Entry, scope: str) -> None:
        number = self.entries
        self.entries += 1
        file, place = entry.source.file, entry.source.place
        facts = list(facts_of(entry))
        occasion = -1
        if file in self._rows:
            self._row_entries.append((number, entry))
            occasion = self._occasion(entry.source, entry.subject)
        else:
            self._add_alone(number, entry, scope)
            # An organisation or a practitioner is of no patient, and no patient either.
            if entry.subject or facts:
                occasion = self._subjects.setdefault((scope, entry.subject), len(self._subjects))
        for fact in facts:
            key = (file if file in self._rows else "", fact.system, fact.code)
            self._variable(key, fact.title).add(fact, (number, fact.part, file, place), occasion)
        dated = dates.dated(entry)
        if dated is not None:
            self._dated.append((dated, (scope, entry.subject), (number, -1, file, place), _title(entry)))

    def _variable(self, key: tuple[str, str, str], title: str) -> Variable:
        found = self._variables.get(key)
        if found is None:
            _file, system, code = key
            known = None
            if self._known is not None:
                # Of what training did not have nothing is usual: that is not made up for by other data.
                known = self._known.get((system, code)) or Known(system, code, title)
            found = self._variables[key] = Variable(system, code, title, known=known)
        return found

    def variables(self) -> list[Variable]:
        """All variables, those of one name in several tables each by itself."""
        return list(self._variables.values())

    def _occasion(self, source: Source, subject: str) -> int:
        """Number of a row of a table with one row a patient."""
        rows = self._rows[source.file]
        if source.place not in rows:
            rows[source.place] = len(rows)
            self._names.setdefault(source.file, []).append(subject)
        return rows[source.place]

    def _add_alone(self, number: int, entry: Entry, scope: str) -> None:
        reason = self._repeats.reason(entry, scope)
        name = _title(entry)
        if reason == "same":
            self._found.append(_finding("duplicate", reason, entry.source, number, name))
        elif reason:
            self._found.append(_finding("contradiction", reason, entry.source, number, name))
        for word in contradictions.of_entry(entry):
            self._found.append(_finding("contradiction", word, entry.source, number, name))

    def _turn(self, source: Source) -> None:
        """Note that another row has begun."""
        if (source.file, source.place) == self._row:
            return
        self._end_row()
        self._row = (source.file, source.place)

    def _end_row(self) -> None:
        row, self._row_entries = self._row_entries, []
        if not row:
            return
        first = row[0][1]
        if self._repeats.is_row_seen([entry for _number, entry in row]):
            # Every value of it is one too many.
            self._found.append(_finding("duplicate", "same", first.source, row[0][0]))
        values = {
            _title(entry): entry.content.value.value
            for _number, entry in row
            if isinstance(entry.content, Observation) and isinstance(entry.content.value, Quantity)
        }
        for title in contradictions.of_row(values):
            number = next(number for number, entry in row if _title(entry) == title)
            self._found.append(_finding("contradiction", "order", first.source, number, title))

    def _of_dates(self, today: date) -> Iterator[Finding]:
        for dated, whose, place, title in self._dated:
            person = self._persons.get(whose)
            death = person.deceased if person and isinstance(person.deceased, When) else None
            life = (person.birth_date if person else None, death)
            for word in dates.faults(dated, life, today):
                yield _of("date", word, title, place)

    def _summary(self, key: tuple[str, str, str], one: Variable) -> VariableQuality:
        rows = self._rows.get(key[0])
        occasions = len(self._subjects) if rows is None else len(rows)
        without = occasions - len(one.where)
        return VariableQuality(
            one.system,
            one.code,
            one.title,
            tuple(one.units.most_common()),
            one.entries,
            len(one.values),
            without if rows is not None else len(one.empty),
            round(without / occasions, 4) if occasions else 0.0,
            len(one.outliers()),
            len(one.impossible()),
            one.median(),
            without,
            occasions,
            "patients" if rows is None else "rows",
        )

    def _incomplete(self, most: int) -> Sequence[tuple[str, int]]:
        found: Counter[str] = Counter()
        for file, names in self._names.items():
            own = [one for key, one in self._variables.items() if key[0] == file]
            found += lacking(names, own, is_wide=True)
        names = [subject for _scope, subject in self._subjects]
        others = [one for key, one in self._variables.items() if not key[0]]
        found += lacking(names, others, is_wide=False)
        return found.most_common(most)


def _of_variable(one: Variable) -> Iterator[Finding]:
    for reason, place in one.impossible():
        yield _of("impossible", reason, one.title, place)
    for place in one.outliers():
        yield _of("outlier", "far", one.title, place)
    for reason, place in one.mismatches():
        yield _of("unit", reason, one.title, place)
    for place in one.empty:
        yield _of("missing", "no-value", one.title, place)


def _of(kind: Kind, reason: str, title: str, place: Place) -> Finding:
    entry, part, file, name = place
    return Finding(kind, reason, title, file, name, entry, part)


def _finding(kind: Kind, reason: str, source: Source, entry: int = -1, title: str = "") -> Finding:
    return Finding(kind, reason, title, source.file, source.place, entry)


def _title(entry: Entry) -> str:
    concept = getattr(entry.content, "concept", None)
    return concept.display if concept else ""
