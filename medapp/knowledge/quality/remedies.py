"""What can take the place of a value: the same in another unit, a median, the patient's last one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.domain.record import Quantity
from medapp.knowledge.quality.facts import facts_of
from medapp.knowledge.quality.known import Known
from medapp.knowledge.quality.scaling import line
from medapp.knowledge.quality.variables import Variable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from medapp.domain.record import Entry
    from medapp.knowledge.quality.facts import Fact
    from medapp.knowledge.quality.findings import Action, Finding
    from medapp.knowledge.quality.known import Key

MEDIAN = "median of all"
CARRIED = "last value carried forward"


class Remedies:
    """Units, medians and earlier values, of the values against which nothing was found."""

    def __init__(
        self, entries: Sequence[Entry], found: Sequence[Finding], known: Mapping[Key, Known] | None = None
    ) -> None:
        """Look through entries.

        Args:
            entries: In the order by which findings number them.
            found: What is wrong with them.
            known: What training data said of variables: then units and medians are those.
        """
        self._known = known
        self._all: dict[Key, Variable] = {}
        self._good: dict[Key, Variable] = {}
        self._timed: dict[tuple[str, Key], list[tuple[float, int, Quantity]]] = {}
        bad = {(one.entry, one.part) for one in found}
        for number, entry in enumerate(entries):
            for fact in facts_of(entry):
                self._add(number, fact, is_good=(number, fact.part) not in bad)

    def can(self, action: Action, one: Finding, entry: Entry | None) -> bool:
        """Whether an action changes anything about a finding; to keep changes nothing.

        What a model fills is left out of the record, and predicted in the frame; what is missing already is
        predicted there alone.
        """
        if entry is None or action in {"keep", "indicator"}:
            return False
        if action == "model":
            return one.kind != "missing"
        return action == "drop" or self.instead(action, one, entry) is not None

    def instead(self, action: Action, one: Finding, entry: Entry) -> tuple[Quantity, str] | None:
        """What takes the place of a value, and a note where it is not the patient's own; None for nothing.

        Args:
            action: ``convert``, ``median`` or ``locf``.
            one: What was found.
            entry: As it is now, after what was done about other findings.
        """
        fact = next((fact for fact in facts_of(entry) if fact.part == one.part), None)
        if fact is None:
            return None
        if action == "convert":
            found = self._converted(fact)
            return None if found is None else (found, "")
        if action == "median":
            found = self._median(fact)
            return None if found is None else (found, MEDIAN)
        found = self._before(one.entry, fact)
        return None if found is None else (found, CARRIED)

    def _add(self, number: int, fact: Fact, *, is_good: bool) -> None:
        key = (fact.system, fact.code)
        place = (number, fact.part, "", "")
        for kept in (self._all, self._good) if is_good else (self._all,):
            kept.setdefault(key, Variable(*key, fact.title)).add(fact, place, number)
        if fact.value is None or not fact.when or not is_good:
            return
        quantity = Quantity(fact.value, fact.unit, fact.unit, fact.comparator)
        moment = fact.when.instant.timestamp()
        self._timed.setdefault((fact.subject, key), []).append((moment, number, quantity))

    def _converted(self, fact: Fact) -> Quantity | None:
        key = (fact.system, fact.code)
        unit = self._known_of(fact).unit if self._known is not None else self._all[key].main_unit
        scale = line(fact.unit, unit, fact.code)
        if fact.value is None or scale is None:
            return None
        return Quantity(fact.value * scale[0] + scale[1], unit, unit, fact.comparator)

    def _median(self, fact: Fact) -> Quantity | None:
        good = self._known_of(fact)
        return None if good.median is None else Quantity(good.median, good.unit, good.unit)

    def _known_of(self, fact: Fact) -> Known:
        """Unit and median of what nothing was found against."""
        key = (fact.system, fact.code)
        if self._known is not None:
            return self._known.get(key) or Known(*key, fact.title)
        one = self._good.get(key)
        return Known(*key, fact.title, one.main_unit, None, one.median()) if one else Known(*key, fact.title)

    def _before(self, number: int, fact: Fact) -> Quantity | None:
        """The patient's last value before; none for an entry whose time is not known."""
        if not fact.when:
            return None
        moment = fact.when.instant.timestamp()
        timed = self._timed.get((fact.subject, (fact.system, fact.code)), ())
        earlier = [one for one in timed if one[0] < moment and one[1] != number]
        return max(earlier, key=lambda one: one[:2])[2] if earlier else None
