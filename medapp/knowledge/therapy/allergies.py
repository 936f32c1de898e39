"""Allergies of a record against medicines: the ingredient itself, its group, and groups that cross-react."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from medapp.domain.recommendation import Check, Citation, Drug
from medapp.domain.record.clinical import Allergy
from medapp.domain.record.coding import RXNORM
from medapp.knowledge.therapy.allergy_words import denies
from medapp.knowledge.therapy.facts import NOTHING
from medapp.knowledge.therapy.names import key
from medapp.knowledge.therapy.recognise import recognise
from medapp.knowledge.therapy.saying import clear, not_checked, own_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from medapp.domain.medicines import Medicine
    from medapp.domain.recommendation import Severity
    from medapp.domain.record import Concept, Entry, Record
    from medapp.knowledge.therapy.loading import DrugTables
    from medapp.knowledge.therapy.own import Group
    from medapp.knowledge.therapy.rows import Row

_AROUND: Final = re.compile(
    r"\b(?:allergy|allergic|allergies|hypersensitivity|intolerance|adverse|reaction|anaphylaxis|drug|disorder|"
    r"finding|to|of|caused by|due|allergenic extract|product|propensity|substance|status|medication|agent|"
    r"agents)\b"
)
_KIND: Final = re.compile(
    r"\b(?:class|antibiotics?|antibacterials?|antimicrobials?|derivatives?|containing)\b"
)
_NO_MEDICINE: Final = frozenset({"food", "environment"})
_OVER: Final = frozenset({"inactive", "resolved"})
_DENIED: Final = frozenset({"refuted", "entered-in-error"})
_TABLES: Final = own_table("allergy_groups", "allergy_cross")


@dataclass(frozen=True, slots=True)
class Sensitive:
    """What an entry of the record is an allergy to; both empty where that was not recognised."""

    entry: Entry
    name: str
    drugs: frozenset[str]
    groups: tuple[Group, ...]
    severe: bool = False

    @property
    def is_known(self) -> bool:
        """Whether it can be checked at all."""
        return bool(self.drugs or self.groups)


def sensitivities(record: Record, tables: DrugTables) -> tuple[list[Sensitive], bool]:
    """Allergies that may concern a medicine, and whether the record says that there are none."""
    found = []
    none = False
    for entry in record.entries:
        allergy = entry.content
        if not isinstance(allergy, Allergy) or allergy.certainty in _DENIED or allergy.status in _OVER:
            continue
        if allergy.negated or denies(allergy.concept.display):
            none = True
            continue
        one = _sensitive(entry, allergy, tables)
        if one.is_known or allergy.category not in _NO_MEDICINE:
            found.append(one)
    return found, none


def check_allergies(
    medicines: Sequence[Medicine], record: Record | None, tables: DrugTables
) -> Iterator[Check]:
    """Every medicine against every allergy, the gravest reason of each pair."""
    known = [one for one in medicines if one.drug.is_known]
    if not known:
        return
    if record is None:
        yield not_checked("allergy", known, NOTHING, _TABLES)
        return
    stated, none = sensitivities(record, tables)
    if not stated and not none and not any(isinstance(one.content, Allergy) for one in record.entries):
        reason = "the record names no allergy and does not say that there is none"
        yield not_checked("allergy", known, reason, _TABLES)
        return
    for one in stated:
        if not one.is_known:
            reason = f"the allergy “{one.name}” was not recognised as a medicine or a group of medicines"
            unknown = not_checked("allergy", known, reason, _TABLES, part=one.entry.id)
            yield replace(unknown, entries=(one.entry.id,))
    seen = False
    for medicine in known:
        for one in stated:
            check = _check(medicine, one, tables)
            if check is not None:
                seen = True
                yield check
    if not seen and all(one.is_known for one in stated):
        said = "the record says that there is none" if none else "it names some of other things only"
        said = ", ".join(listed(stated)) or said
        yield clear("allergy", known, f"No medicine fits an allergy of the record: {said}.", _TABLES)


def _sensitive(entry: Entry, allergy: Allergy, tables: DrugTables) -> Sensitive:
    name = allergy.concept.display or "without a name"
    words = _bare(name)
    groups = _groups(allergy.concept, tables)
    drug = Drug(words, codes=allergy.concept.codes)
    drugs = frozenset(() if groups else recognise(drug, tables.vocabulary).drug.ingredients)
    severe = allergy.criticality == "high" or any(one.severity == "severe" for one in allergy.reactions)
    return Sensitive(entry, name, drugs, groups, severe)


def _groups(concept: Concept, tables: DrugTables) -> tuple[Group, ...]:
    """Groups that the words name, or the names that the mapping has for the codes."""
    said = [concept.display, *[code.display for code in concept.codes]]
    for code in concept.codes:
        if code.system == RXNORM:
            said += tables.vocabulary.rxnorm.get(code.value, ())
    words = {_bare(text) for text in said}
    words |= {" ".join(_KIND.sub(" ", one).split()) for one in words}
    return tuple(group for group in tables.own.groups.values() if words & group.words)


def _bare(text: str) -> str:
    return " ".join(_AROUND.sub(" ", key(text)).split())


def _check(medicine: Medicine, one: Sensitive, tables: DrugTables) -> Check | None:
    """The gravest of: the ingredient, its group, a group that cross-reacts."""
    ingredients = frozenset(medicine.drug.ingredients)
    same = ingredients & one.drugs
    if same:
        text = f"The record states “{one.name}”: it contains {', '.join(sorted(same))}."
        return _say(
            medicine, one, "critical", text, Citation("record", "allergies of the record", one.entry.id)
        )
    for group in one.groups:
        if ingredients & group.drugs:
            text = f"The record states “{one.name}”: it is one of the {group.title}."
            return _say(medicine, one, "critical", text, own_table("allergy_groups"))
    rows = _crossing(ingredients, one, tables)
    if rows:
        return _crossed(medicine, one, rows[0])
    shared = [
        group for group in tables.own.groups.values() if one.drugs & group.drugs and ingredients & group.drugs
    ]
    if not shared:
        return None
    text = f"The record states “{one.name}”; both are {shared[0].title}. How often they cross-react "
    return _say(medicine, one, "significant", text + "is not in the table.", own_table("allergy_groups"))


def _crossing(ingredients: frozenset[str], one: Sensitive, tables: DrugTables) -> list[Row]:
    order = ("critical", "significant", "minor", "info")
    found = []
    for row in tables.own.cross:
        for left, right in ((row["one"], row["other"]), (row["other"], row["one"])):
            if _is_of(left, one, tables) and ingredients & _members(right, tables):
                found.append(row)
    return sorted(found, key=lambda row: order.index(row["severity"]))


def _is_of(name: str, one: Sensitive, tables: DrugTables) -> bool:
    """Whether an allergy is to a group, or to a medicine of it."""
    wide = {group.key for group in one.groups}
    return name in wide or bool(one.drugs & _members(name, tables))


def _members(name: str, tables: DrugTables) -> frozenset[str]:
    """Of a group; a row may also name a single medicine."""
    group = tables.own.groups.get(name)
    return group.drugs if group else frozenset({name})


def _crossed(medicine: Medicine, one: Sensitive, row: Row) -> Check:
    severity: Severity = row["severity"]  # type: ignore[assignment]  # of the program's own table
    text = f"The record states “{one.name}”; cross-reactions are {row['strength']}. {row['text']}"
    return _say(medicine, one, severity, text, replace(row.citation, strength=row["strength"]))


def _say(medicine: Medicine, one: Sensitive, severity: Severity, text: str, citation: Citation) -> Check:
    if one.severe:
        text += " The reaction is stated as severe."
    own = (medicine.drug.entry,) if medicine.drug.entry else ()
    return Check(
        f"allergy:{one.entry.id}:{medicine.drug.name}",
        "allergy",
        "found",
        severity,
        (medicine.drug.name,),
        text,
        citation,
        entries=(*own, one.entry.id),
        vetoes=severity == "critical",
    )


def listed(found: Iterable[Sensitive]) -> tuple[str, ...]:
    """Names of allergies, each once."""
    return tuple(dict.fromkeys(one.name for one in found))
