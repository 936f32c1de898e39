"""Medicines with the same ingredient, or of the same class."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final

from medapp.domain.recommendation import Check, Citation
from medapp.domain.record.coding import ATC
from medapp.knowledge.therapy.recognise import CLASS
from medapp.knowledge.therapy.saying import clear

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from medapp.domain.medicines import Medicine
    from medapp.domain.recommendation import Severity

_ATC: Final = Citation("table", "ATC classification (WHO), codes of this program's table", "ingredients.tsv")
_LOCAL: Final = ("D", "S", "R01", "G01", "A01", "M02", "C05")
"""Beginnings of ATC codes of medicines that are applied locally."""
_MEANT: Final = frozenset({"A12BA", "A12AA", "A12CC", "A12CB", "B05XA", "B05CB", "V03AB"})
"""Classes of salts and antidotes that several are given of on purpose."""
_ANTICOAGULANTS: Final = ("B01AA", "B01AB", "B01AE", "B01AF")
"""Two of a class are hardly ever meant, and make people bleed."""
_ONE_OF: Final = (
    *("A02BC", "A10BB", "A10BG", "A10BH", "A10BJ", "A10BK", "C07A", "C08CA", "C08D", "C09AA"),
    *("C09CA", "C10AA", "M01A", "N05BA", "N05CD", "N05CF", "N06AB", "N06AF"),
)
"""Of these classes one is taken, and a second is a mistake more often than not: this program's choice."""
_LEVEL: Final = "ATC level 4"


def check_duplicates(medicines: Sequence[Medicine]) -> Iterator[Check]:
    """One check for each pair of medicines with an ingredient in common, else for each with a class."""
    known = [one for one in medicines if one.drug.is_known]
    seen = False
    for one, other in combinations(known, 2):
        found = _of_pair(one, other)
        if found is not None:
            seen = True
            yield found
    if len(known) > 1 and not seen:
        text = f"No two of these {len(known)} medicines share an ingredient or a class of {_LEVEL}."
        yield clear("duplicate", known, text, _ATC)


def _of_pair(one: Medicine, other: Medicine) -> Check | None:
    same = [name for name in one.drug.ingredients if name in other.drug.ingredients]
    if same:
        text = f"Both contain {' and '.join(same)}."
        if one.is_local != other.is_local:
            text += " One of them seems to be applied locally."
        return _check(one, other, "ingredient", text, "significant")
    shared = [code for code in classes(one) if code in classes(other) and code not in _MEANT]
    if not shared:
        return None
    text = f"Both are of the class {', '.join(shared)} ({_LEVEL})."
    if any(code.startswith(_ANTICOAGULANTS) for code in shared):
        return _check(one, other, "class", text, "critical")
    if any(code.startswith(_ONE_OF) for code in shared):
        return _check(one, other, "class", f"{text} One of the class is what is taken.", "significant")
    return _check(one, other, "class", text, "minor")


def classes(medicine: Medicine) -> tuple[str, ...]:
    """Classes of the form that a medicine has: local ones for a cream, the others for a tablet."""
    codes = [code.value for code in medicine.drug.codes if code.system == ATC]
    here = [code for code in codes if code.startswith(_LOCAL) == medicine.is_local]
    return tuple(dict.fromkeys(code[:CLASS] for code in here or codes))


def _check(one: Medicine, other: Medicine, part: str, text: str, severity: Severity) -> Check:
    both = (one.drug.name, other.drug.name)
    entries = tuple(each.drug.entry for each in (one, other) if each.drug.entry)
    return Check(
        f"duplicate:{part}:{both[0]}:{both[1]}",
        "duplicate",
        "found",
        severity,
        both,
        text,
        _ATC,
        advice="Ask whether both are meant.",
        entries=entries,
        vetoes=severity == "critical",
    )
