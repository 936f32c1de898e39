"""Rules applied to entries: a new view with a log; what is stored stays as it was."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from medapp.domain.record import Entry, Observation, Quantity
from medapp.knowledge.quality.audit import Audit
from medapp.knowledge.quality.facts import facts_of
from medapp.knowledge.quality.scaling import line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from medapp.domain.record import Item
    from medapp.knowledge.quality.findings import Action, Finding, Kind, Rule

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """What one rule did.

    Attributes:
        changed: Values or entries that are other than before, or left out.
        found: How many there were; what could not be changed is the difference.
    """

    kind: Kind
    action: Action
    variable: str
    found: int
    changed: int


@dataclass(frozen=True, slots=True)
class View:
    """Items after the rules.

    Attributes:
        items: New ones where a rule changed them, the very same ones elsewhere.
        flagged: Kinds of what was found, by the place in `items`; of rules that keep with an indicator.
    """

    items: tuple[Item, ...]
    flagged: dict[int, tuple[Kind, ...]]
    log: tuple[Change, ...]


def clean(
    items: Iterable[Item], rules: Sequence[Rule], *, today: date | None = None, wide: Iterable[str] = ()
) -> View:
    """Apply rules to a record.

    Args:
        items: Of a reader, held whole.
        rules: The last that fits a finding is the one that is applied; without one it is kept.
        today: For dates that are yet to come.
        wide: Files that are tables with one row a patient.

    Raises:
        ValueError: Where a rule asks for a model: that fills a frame (`fit_rules`), not a record.
    """
    if any(rule.action == "model" for rule in rules):
        message = "a model fills a frame of features, not a record"
        raise ValueError(message)
    held = tuple(items)
    audit = Audit()
    for file in wide:
        audit.expect(file, ())
    for item in held:
        audit.add(item)
    return _View(held, rules, audit.findings(today)).made()


class _View:
    """A view while it is made."""

    def __init__(self, items: Sequence[Item], rules: Sequence[Rule], found: Sequence[Finding]) -> None:
        self._items, self._rules = items, rules
        self._entries = [item for item in items if isinstance(item, Entry)]
        self._dropped: set[int] = set()
        self._new: dict[int, Entry] = {}
        self._flags: dict[int, dict[Kind, None]] = {}
        self._counts: dict[tuple[Kind, Action, str], list[int]] = {}
        self._typical = _Typical(self._entries, {(one.entry, one.part) for one in found})
        self._found = found

    def made(self) -> View:
        for one in self._found:
            rule = next(
                (r for r in reversed(self._rules) if r.kind == one.kind and r.variable in {"", one.variable}),
                None,
            )
            if rule is None:
                continue
            count = self._counts.setdefault((rule.kind, rule.action, rule.variable), [0, 0])
            count[0] += 1
            if one.entry >= 0:
                count[1] += self._apply(rule.action, one)
        items: list[Item] = []
        flagged: dict[int, tuple[Kind, ...]] = {}
        number = -1
        for item in self._items:
            if isinstance(item, Entry):
                number += 1
                if number in self._dropped:
                    continue
                if number in self._flags:
                    flagged[len(items)] = tuple(self._flags[number])
                items.append(self._new.get(number, item))
            else:
                items.append(item)
        log = tuple(Change(*key, *count) for key, count in self._counts.items())
        return View(tuple(items), flagged, log)

    def _apply(self, action: Action, one: Finding) -> bool:
        if action == "indicator":
            self._flags.setdefault(one.entry, {})[one.kind] = None
        elif action == "drop":
            self._drop(one)
        elif action != "keep":
            return self._replace(action, one)
        return action == "drop"

    def _drop(self, one: Finding) -> None:
        if one.part >= 0:
            self._put(one, None, "left out")
        elif one.kind == "duplicate" and not one.variable:
            # A whole row of a table with one row a patient.
            self._dropped.update(
                number
                for number, entry in enumerate(self._entries)
                if (entry.source.file, entry.source.place) == (one.file, one.place)
            )
        else:
            self._dropped.add(one.entry)

    def _replace(self, action: Action, one: Finding) -> bool:
        fact = next((f for f in facts_of(self._entries[one.entry]) if f.part == one.part), None)
        if fact is None:
            return False
        if action == "convert":
            unit = self._typical.unit((fact.system, fact.code))
            scale = line(fact.unit, unit, fact.code)
            if fact.value is None or scale is None:
                return False
            self._put(one, Quantity(fact.value * scale[0] + scale[1], unit, unit, fact.comparator), "")
            return True
        found = (
            self._typical.median((fact.system, fact.code))
            if action == "median"
            else self._typical.before(one.entry, fact.subject, (fact.system, fact.code))
        )
        if found is None:
            return False
        self._put(one, found, "median of all" if action == "median" else "last value carried forward")
        return True

    def _put(self, one: Finding, value: Quantity | None, note: str) -> None:
        entry = self._new.get(one.entry, self._entries[one.entry])
        content = entry.content
        if not isinstance(content, Observation):
            return
        absent = note if value is None else ""
        if one.part >= 0:
            parts = list(content.components)
            parts[one.part] = replace(parts[one.part], value=value, absent=absent)
            content = replace(content, components=tuple(parts))
        else:
            content = replace(content, value=value, absent=absent)
        if note:
            content = replace(content, comment="; ".join(part for part in (content.comment, note) if part))
        self._new[one.entry] = replace(entry, content=content)


class _Typical:
    """Units, medians and earlier values, of the values against which nothing was found."""

    def __init__(self, entries: Sequence[Entry], bad: set[tuple[int, int]]) -> None:
        from medapp.knowledge.quality.variables import Variable

        self._all: dict[Key, Variable] = {}
        self._good: dict[Key, Variable] = {}
        self._timed: dict[tuple[str, Key], list[tuple[float, int, Quantity]]] = {}
        self._at: dict[int, float | None] = {}
        for number, entry in enumerate(entries):
            for fact in facts_of(entry):
                key = (fact.system, fact.code)
                place = (number, fact.part, "", "")
                self._at[number] = fact.when.instant.timestamp() if fact.when else None
                for kept in (self._all, self._good) if (number, fact.part) not in bad else (self._all,):
                    kept.setdefault(key, Variable(*key, fact.title)).add(fact, place, number)
                if fact.value is None or not fact.when or (number, fact.part) in bad:
                    continue
                quantity = Quantity(fact.value, fact.unit, fact.unit, fact.comparator)
                moment = fact.when.instant.timestamp()
                self._timed.setdefault((fact.subject, key), []).append((moment, number, quantity))

    def unit(self, key: Key) -> str:
        """The commonest unit."""
        return self._all[key].main_unit

    def median(self, key: Key) -> Quantity | None:
        """Of all patients."""
        found = self._good[key].median() if key in self._good else None
        return (
            None if found is None else Quantity(found, self._good[key].main_unit, self._good[key].main_unit)
        )

    def before(self, number: int, subject: str, key: Key) -> Quantity | None:
        """The patient's last value before an entry."""
        moment = self._at.get(number)
        earlier = [
            one for one in self._timed.get((subject, key), ()) if moment is not None and one[0] < moment
        ]
        return max(earlier, key=lambda one: one[:2])[2] if earlier else None
