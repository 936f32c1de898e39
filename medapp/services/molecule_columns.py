"""What is said of molecules as the columns of a table, in an order that no file and no molecule changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from medapp.services.result_file import WARNING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from medapp.domain.molecule import Alert, MoleculeRow, Property

WARNED: Final = "warned of"
_WHO: Final = ("number", "given", "name", "smiles")
_WHAT: Final = ("refused", "notes")
_LAST: Final = ("nearest", "nearest_similarity", "warning")
_LIKELIEST: Final = (
    "metabolites", "likeliest metabolite", "likeliest metabolite score", "likeliest metabolite enzyme"
)  # fmt: skip


class Columns:
    """The columns of a file: every row is seen before the first is written. Memory does not grow with it.

    Properties and harms stand in the order in which the task says them, patterns in that of their names,
    whatever the first molecule has. Of harm every question has the same columns, filled or not.
    """

    def __init__(self, rows: Iterable[MoleculeRow]) -> None:
        """See all rows."""
        self._others, self._properties, self._harms, self._enzymes = _Order(), _Order(), _Order(), _Order()
        self._of_properties: dict[str, dict[str, None]] = {}
        self._patterns: set[str] = set()
        self._noted: set[str] = set()
        self._has_metabolites = self._has_nearest = self._has_likeliest = False
        for row in rows:
            self._see(row)
        own = self._own()
        self._renamed = renamed(self._others.names, (*_WHO, *_WHAT, *own, *_LAST))
        self.names: tuple[str, ...] = (*_WHO, *self._renamed.values(), *_WHAT, *own, *_LAST)

    def cells(self, row: MoleculeRow) -> dict[str, object]:
        """What a row says, by column; what it does not say is left out."""
        found: dict[str, object] = {
            "number": row.number, "given": row.given, "name": row.name, "smiles": row.smiles,
            "refused": row.refused, "notes": "; ".join(row.notes), "warning": WARNING,
        }  # fmt: skip
        found |= {self._renamed[name]: text for name, text in row.others}
        if row.nearest is not None:
            found |= {"nearest": row.nearest[0], "nearest_similarity": f"{row.nearest[1]:.3f}"}
        for one in row.properties:
            found |= of_property(one)
        return found | of_harm(row.alerts) | of_patterns(row.alerts) | _of_metabolism(row)

    def _see(self, row: MoleculeRow) -> None:
        self._others.take([name for name, _ in row.others])
        self._properties.take([one.name for one in row.properties])
        for one in row.properties:
            self._of_properties.setdefault(one.name, {}).update(dict.fromkeys(of_property(one)))
        harms = [one for one in row.alerts if one.probability is not None]
        self._harms.take([one.name for one in harms])
        self._patterns |= of_patterns(row.alerts).keys()
        self._noted |= {one.name for one in harms if one.note and not one.of}
        self._has_nearest = self._has_nearest or any(one.nearest is not None for one in harms)
        looked = bool(harms and row.metabolites) or any(one.of for one in harms)
        self._has_metabolites = self._has_metabolites or looked
        self._enzymes.take([site.enzyme for site in row.sites])
        self._has_likeliest = self._has_likeliest or bool(row.metabolites)

    def _own(self) -> list[str]:
        found: list[str] = []
        for name in self._properties.names:
            # Of some molecules there is an interval or a note, of others there is none.
            ends = [f"{name} {end}" for end in ("low", "high", "note")]
            said = self._of_properties[name]
            found += [column for column in said if column not in ends]
            found += [column for column in ends if column in said]
        for name in self._harms.names:
            columns = _harm_columns(name, nearest=self._has_nearest, metabolites=self._has_metabolites)
            found += [columns[0], f"{name} note", *columns[1:]] if name in self._noted else columns
        found += sorted(self._patterns)
        found += [f"atoms of {enzyme}" for enzyme in self._enzymes.names]
        return found + (list(_LIKELIEST) if self._has_likeliest else [])


def renamed(others: Sequence[str], own: Collection[str]) -> dict[str, str]:
    """Columns of a user's file by their names beside our `own`: ``logp`` becomes ``given logp``."""
    taken = {name.casefold() for name in own}
    found = {}
    for name in others:
        free = name
        while free.casefold() in taken:
            free = f"given {free}"
        taken.add(free.casefold())
        found[name] = free
    return found


def of_property(one: Property) -> dict[str, object]:
    """Number with unit, interval and note of a property."""
    found: dict[str, object] = {
        f"{one.name} ({one.unit})" if one.unit else one.name: "" if one.value is None else f"{one.value:.6g}"
    }
    if one.low is not None and one.high is not None:
        found |= {f"{one.name} low": f"{one.low:.6g}", f"{one.name} high": f"{one.high:.6g}"}
    if one.note:
        found[f"{one.name} note"] = one.note
    return found


def of_harm(alerts: Iterable[Alert]) -> dict[str, object]:
    """Probabilities of harm, of the molecule and of the worst of its metabolites, each with its nearness."""
    found: dict[str, object] = {}
    # By the probability, for a column of each metabolite would have no end in a long file.
    for one in sorted((one for one in alerts if one.probability is not None), key=_probability):
        names = _harm_columns(one.name, nearest=True, metabolites=True)
        number, near = (names[2], names[4]) if one.of else (names[0], names[1])
        found[number] = f"{_probability(one):.4g}"
        if one.nearest is not None:
            found[near] = f"{one.nearest:.3f}"
        if one.of:
            found[names[3]] = one.of
        elif one.note:
            found[f"{one.name} note"] = one.note
    return found


def of_patterns(alerts: Iterable[Alert]) -> dict[str, object]:
    """Structures that are warned of without a number."""
    found: dict[str, object] = {}
    for one in alerts:
        if one.probability is None and one.of:
            found |= {f"{one.name} of a metabolite": WARNED, f"{one.name} metabolite": one.of}
        elif one.probability is None:
            found[one.name] = WARNED
    return found


def _harm_columns(name: str, *, nearest: bool, metabolites: bool) -> list[str]:
    found = [name, f"{name} similarity to known"] if nearest else [name]
    if metabolites:
        found += [f"{name} of a metabolite", f"{name} metabolite"]
        found += [f"{name} of a metabolite similarity to known"] if nearest else []
    return found


def _of_metabolism(row: MoleculeRow) -> dict[str, object]:
    found: dict[str, object] = {}
    for enzyme in dict.fromkeys(site.enzyme for site in row.sites):
        first = " ".join(str(site.atom) for site in row.sites if site.enzyme == enzyme and site.rank == 1)
        found[f"atoms of {enzyme}"] = first
    if row.metabolites:
        best = max(row.metabolites, key=lambda one: one.score)
        said = (len(row.metabolites), best.smiles, f"{best.score:.4g}", best.enzyme)
        found |= dict(zip(_LIKELIEST, said, strict=True))
    return found


def _probability(alert: Alert) -> float:
    return alert.probability or 0.0


class _Order:
    """Names in the order that all rows agree on: a new one stands behind the one before it in its row."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._known: set[str] = set()

    def take(self, names: Sequence[str]) -> None:
        if self._known.issuperset(names):
            return
        at = 0
        for name in names:
            if name in self._known:
                at = self.names.index(name) + 1
            else:
                self.names.insert(at, name)
                self._known.add(name)
                at += 1
