"""What every molecule has at least that holds a part: heavy atoms, their weight, rings, donors.

Only what is certain: a part may grow together with itself, so that it has fewer hydrogens and rotatable bonds
in a molecule than alone, and an atom of which several elements are allowed counts as the lightest of them.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_LINE: Final = re.compile(r"( *)(\w+)(?: (-?\d+))?(.*)")
_ELEMENTS: Final = ("AtomAtomicNum", "AtomType")
_AROMATIC: Final = 1000
"""Added by rdkit to the element of an atom that is written in small letters."""
_DONORS: Final = frozenset({7, 8})

_Known: TypeAlias = frozenset[int] | None


@dataclass(frozen=True)
class _Node:
    """A query as rdkit describes it: its name, value, whether it must be so, and what it is made of."""

    name: str
    value: int | None = None
    is_so: bool = True
    inner: list[_Node] = field(default_factory=list)


def least(part: Any) -> dict[str, float]:  # noqa: ANN401 - rdkit's molecules have no useful type
    """By the names of the screening; of a molecule or of a pattern as rdkit reads it.

    Donors are counted for neutral atoms, as all are in what is made.
    """
    from rdkit import Chem

    elements = [_elements(atom) for atom in part.GetAtoms()]
    heavy = [one for one in elements if one is not None and 1 not in one]
    weigh = Chem.GetPeriodicTable().GetAtomicWeight
    loose = len(Chem.GetMolFrags(part))
    return {
        "weight": math.fsum(min(map(weigh, some), default=0.0) for some in heavy),
        "heavy atoms": float(len(heavy)),
        "rings": float(part.GetNumBonds() - part.GetNumAtoms() + loose),
        "donors": float(sum(map(_gives_hydrogen, part.GetAtoms()))),
    }


def _elements(atom: Any) -> _Known:  # noqa: ANN401
    """Which ones it may be; None for any."""
    if not atom.HasQuery():
        return frozenset({atom.GetAtomicNum()})
    return _of(_tree(atom), lambda name, value: _element(value) if name in _ELEMENTS else None)


def _element(value: int) -> frozenset[int] | None:
    return frozenset({value % _AROMATIC}) if value > 0 else None


def _gives_hydrogen(atom: Any) -> bool:  # noqa: ANN401
    """Whether a pattern asks for hydrogen at nitrogen or oxygen; in a molecule it may be replaced."""
    elements = _elements(atom)
    if not atom.HasQuery() or elements is None or not elements <= _DONORS:
        return False
    counts = _of(_tree(atom), lambda name, value: frozenset({value}) if name == "AtomHCount" else None)
    return counts is not None and min(counts, default=0) > 0


def _tree(atom: Any) -> _Node:  # noqa: ANN401
    root = _Node("AtomAnd")
    above = [root]
    for line in atom.DescribeQuery().splitlines():
        found = _LINE.fullmatch(line)
        assert found is not None  # noqa: S101 - every line has a name
        indent, name, value, rest = found.groups()
        node = _Node(name, None if value is None else int(value), "!=" not in rest and "not" not in rest)
        del above[len(indent) // 2 + 1 :]
        above[-1].inner.append(node)
        above.append(node)
    return root


def _of(node: _Node, leaf: Callable[[str, int], _Known]) -> _Known:
    """All values that `leaf` names and a query allows; None where it says nothing of them."""
    if not node.is_so:
        return None
    if not node.inner:
        return None if node.value is None else leaf(node.name, node.value)
    found = [_of(one, leaf) for one in node.inner]
    known = [one for one in found if one is not None]
    if node.name == "AtomAnd":
        return frozenset.intersection(*known) if known else None
    return _together(known) if node.name == "AtomOr" and len(known) == len(found) else None


def _together(some: Iterable[frozenset[int]]) -> frozenset[int]:
    return frozenset().union(*some)
