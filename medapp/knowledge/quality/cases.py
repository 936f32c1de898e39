"""Findings put together by what they are about, with what each rule would change."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from medapp.domain.record import Entry
from medapp.knowledge.quality.audit import Audit
from medapp.knowledge.quality.findings import ALLOWED, KINDS, Finding
from medapp.knowledge.quality.proposing import propose_all
from medapp.knowledge.quality.remedies import Remedies
from medapp.knowledge.quality.rules import rule_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from medapp.domain.record import Item
    from medapp.knowledge.quality.findings import Action, Kind, Rule
    from medapp.knowledge.quality.known import Key, Known

MOST: Final = 200
"""Places of a case that are named; all are counted."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was found.

    Attributes:
        entry: None for what is about a person.
        who: Key of the patient, where several are looked at.
    """

    finding: Finding
    entry: Entry | None
    who: str = ""


@dataclass(slots=True)
class Case:
    """One kind of finding about one variable.

    Attributes:
        variable: What was measured, in words; empty where it is not about a value.
        reasons: How often each word of `Finding.reason`.
        changed: How many findings an action would change; none that it only keeps or flags.
        dropped: Numbers of the entries that would be left out whole.
        places: No more than some.
    """

    kind: Kind
    variable: str
    reasons: Counter[str] = field(default_factory=Counter)
    changed: Counter[Action] = field(default_factory=Counter)
    dropped: set[int] = field(default_factory=set)
    places: list[Place] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many there are."""
        return self.reasons.total()

    def left(self, action: Action) -> int:
        """How many are left as they were after an action."""
        return self.count - self.changed[action]


class Cases:
    """What is wrong with records, patient by patient."""

    def __init__(self, *, today: date | None = None, known: Mapping[Key, Known] | None = None) -> None:
        """Start with nothing.

        Args:
            today: For dates that are yet to come.
            known: What the values of all patients said of variables; without it those of each by themselves.
        """
        self._today, self._known = today, known
        self._cases: dict[tuple[Kind, str], Case] = {}
        self.persons = 0
        self.entries = 0
        self._dated = 0

    def add(self, items: Iterable[Item], who: str = "", show: Callable[[Entry], Entry] | None = None) -> None:
        """Look through the whole record of one patient.

        Args:
            items: All of them under one name of the patient.
            who: Key of the patient.
            show: Gives the entry to show for one of `items`.
        """
        held = tuple(items)
        audit = Audit(self._known)
        for item in held:
            audit.add(item)
        entries = [item for item in held if isinstance(item, Entry)]
        found = audit.findings(self._today)
        remedies = Remedies(entries, found, self._known)
        for one in found:
            entry = entries[one.entry] if one.entry >= 0 else None
            case = self._cases.setdefault((one.kind, one.variable), Case(one.kind, one.variable))
            case.reasons[one.reason] += 1
            for action in ALLOWED[one.kind]:
                case.changed[action] += remedies.can(action, one, entry)
            if entry is not None and one.part < 0:
                case.dropped.add(self.entries + one.entry)
            if len(case.places) < MOST:
                shown = show(entry) if show is not None and entry is not None else entry
                case.places.append(Place(one, shown, who))
        self.persons += 1
        self.entries += len(entries)
        self._dated += audit.dated

    def all(self) -> tuple[Case, ...]:
        """Every case, by kind, the commonest first."""
        order = {kind: place for place, kind in enumerate(KINDS)}
        return tuple(
            sorted(self._cases.values(), key=lambda one: (order[one.kind], -one.count, one.variable))
        )

    def counts(self) -> dict[Kind, int]:
        """How many of each kind; all kinds are named."""
        found: Counter[Kind] = Counter()
        for one in self._cases.values():
            found[one.kind] += one.count
        return {kind: found[kind] for kind in KINDS}

    def proposed(self) -> tuple[Rule, ...]:
        """A rule for every kind, by what was found."""
        reasons: Counter[str] = Counter()
        for one in self._cases.values():
            reasons.update({f"{one.kind}/{reason}": count for reason, count in one.reasons.items()})
        return propose_all(self.counts(), reasons, dated=self._dated)

    def left(self, rules: Sequence[Rule]) -> int:
        """How many entries are left after rules."""
        gone: set[int] = set()
        for one in self._cases.values():
            rule = rule_for(rules, one.kind, one.variable)
            if rule is not None and rule.action in _leaving(one.kind):
                gone |= one.dropped
        return self.entries - len(gone)


def _leaving(kind: Kind) -> frozenset[Action]:
    """Actions that leave an entry out of a record: what a model fills is predicted in the frame."""
    return frozenset({"drop", "model"}) if kind in {"outlier", "impossible"} else frozenset({"drop"})
