"""Rules applied to entries: a new view with a log; what is stored stays as it was."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from medapp.domain.record import Entry, Observation
from medapp.knowledge.quality.audit import Audit
from medapp.knowledge.quality.remedies import Remedies
from medapp.knowledge.quality.rules import rule_for

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date

    from medapp.domain.record import Item, Quantity
    from medapp.knowledge.quality.findings import Action, Finding, Kind, Rule
    from medapp.knowledge.quality.known import Key, Known


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
        marks: The same with the number of the component, -1 for the entry itself or its value.
    """

    items: tuple[Item, ...]
    flagged: dict[int, tuple[Kind, ...]]
    log: tuple[Change, ...]
    marks: tuple[tuple[int, Kind, int], ...] = ()


def clean(
    items: Iterable[Item],
    rules: Sequence[Rule],
    *,
    today: date | None = None,
    wide: Iterable[str] = (),
    known: Mapping[Key, Known] | None = None,
) -> View:
    """Apply rules to a record.

    Args:
        items: Of a reader, held whole.
        rules: The last that fits a finding is the one that is applied; without one it is kept.
        today: For dates that are yet to come.
        wide: Files that are tables with one row a patient.
        known: What training data said of variables; without it the record itself tells units and medians.

    Raises:
        ValueError: Where a rule asks for a model: that fills a frame (`fit_rules`), not a record.
    """
    if any(rule.action == "model" for rule in rules):
        message = "a model fills a frame of features, not a record"
        raise ValueError(message)
    held = tuple(items)
    wide = frozenset(wide)
    audit = Audit(known)
    for file in wide:
        audit.expect(file, ())
    for item in held:
        audit.add(item)
    return _View(held, rules, audit.findings(today), wide, known).made()


class _View:
    """A view while it is made."""

    def __init__(
        self,
        items: Sequence[Item],
        rules: Sequence[Rule],
        found: Sequence[Finding],
        wide: Collection[str],
        known: Mapping[Key, Known] | None,
    ) -> None:
        self._items, self._rules, self._wide = items, rules, wide
        self._entries = [item for item in items if isinstance(item, Entry)]
        self._dropped: set[int] = set()
        self._new: dict[int, Entry] = {}
        self._flags: dict[int, dict[tuple[Kind, int], None]] = {}
        self._rows: dict[tuple[str, str], list[int]] | None = None
        self._counts: dict[tuple[Kind, Action, str], list[int]] = {}
        self._remedies = Remedies(self._entries, found, known)
        self._found = found

    def made(self) -> View:
        for one in self._found:
            rule = rule_for(self._rules, one.kind, one.variable)
            if rule is None:
                continue
            count = self._counts.setdefault((rule.kind, rule.action, rule.variable), [0, 0])
            count[0] += 1
            if one.entry >= 0:
                count[1] += self._apply(rule.action, one)
        items: list[Item] = []
        flagged: dict[int, tuple[Kind, ...]] = {}
        marks: list[tuple[int, Kind, int]] = []
        number = -1
        for item in self._items:
            if isinstance(item, Entry):
                number += 1
                if number in self._dropped:
                    continue
                if number in self._flags:
                    flagged[len(items)] = tuple(dict.fromkeys(kind for kind, _part in self._flags[number]))
                    marks += [(len(items), kind, part) for kind, part in self._flags[number]]
                items.append(self._new.get(number, item))
            else:
                items.append(item)
        log = tuple(Change(*key, *count) for key, count in self._counts.items())
        return View(tuple(items), flagged, log, tuple(marks))

    def _apply(self, action: Action, one: Finding) -> bool:
        if action == "indicator":
            self._flags.setdefault(one.entry, {})[one.kind, one.part] = None
        elif action == "drop":
            self._drop(one)
        elif action != "keep":
            return self._replace(action, one)
        return action == "drop"

    def _drop(self, one: Finding) -> None:
        if one.part >= 0:
            self._put(one, None, "left out")
        elif one.kind == "duplicate" and not one.variable and one.file in self._wide:
            self._dropped.update(self._row(one.file, one.place))
        else:
            self._dropped.add(one.entry)

    def _row(self, file: str, place: str) -> list[int]:
        """Entries of a whole row of a table with one row a patient."""
        if self._rows is None:
            self._rows = {}
            for number, entry in enumerate(self._entries):
                self._rows.setdefault((entry.source.file, entry.source.place), []).append(number)
        return self._rows[file, place]

    def _replace(self, action: Action, one: Finding) -> bool:
        # The entry as other rules left it: what was replaced may not come back in another unit.
        found = self._remedies.instead(action, one, self._new.get(one.entry, self._entries[one.entry]))
        if found is None:
            return False
        self._put(one, *found)
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
