"""Changes of a molecule's graph: two are crossed, one is mutated (after Jensen 2019).

Molecules come and go without stereochemistry. A move that leads to no molecule, or to one that is not worth
a look (too large, odd rings), gives None.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

LARGEST: Final = 50
_LARGEST_RING: Final = 7
_SMALL_RING: Final = 4
_TRIES: Final = 8
_ELEMENTS: Final = ((6, 40), (7, 20), (8, 20), (9, 8), (16, 6), (17, 6), (35, 2), (15, 2))
"""Atomic numbers and how often they are taken."""
_GROUPS: Final = (
    "C", "CC", "C(C)C", "C(C)(C)C", "C1CC1", "O", "OC", "OCC", "N", "NC", "N(C)C", "F", "Cl", "Br", "C#N",
    "C(F)(F)F", "C(=O)O", "C(=O)N", "C(=O)NC", "NC(C)=O", "C(C)=O", "C(=O)OCC", "S(N)(=O)=O", "S(C)(=O)=O",
    "c1ccccc1", "c1ccncc1", "c1cccnc1", "c1ccc(F)cc1", "c1ccc(OC)cc1", "c1ccc(Cl)cc1", "c1ccsc1", "c1ccco1",
    "c1c[nH]cn1", "[nH]1cccn1", "N1CCCC1", "N1CCCCC1", "N1CCOCC1", "N1CCN(C)CC1", "C1CCNCC1", "Cc1ccccc1",
    "CCN", "CO", "COC", "[N+](=O)[O-]", "C#C", "C=C",
)  # fmt: skip
"""What is put onto a molecule as a whole; the first atom is bound."""


def ready(smiles: str) -> Any:  # noqa: ANN401 - rdkit's molecules have no useful type
    """A molecule without stereochemistry; None where it is none or not worth a look."""
    from rdkit import Chem

    mol = Chem.MolFromSmiles(smiles)
    if mol is None:
        return None
    Chem.RemoveStereochemistry(mol)
    return mol if sound(mol) else None


def sound(mol: Any) -> bool:  # noqa: ANN401
    """Whether it is of one part, not too large, and without strained or large rings."""
    from rdkit import Chem

    if not 0 < mol.GetNumAtoms() <= LARGEST or len(Chem.GetMolFrags(mol)) > 1:
        return False
    if any(atom.GetNumRadicalElectrons() for atom in mol.GetAtoms()):
        return False
    rings = mol.GetRingInfo().AtomRings()
    if any(len(ring) > _LARGEST_RING for ring in rings):
        return False
    return not any(mol.HasSubstructMatch(one) for one in _strained())


@lru_cache(maxsize=1)
def _strained() -> tuple[Any, ...]:
    from rdkit import Chem

    # Allenes and triple bonds within rings, double bonds in rings of three and four, chains of heteroatoms.
    patterns = ("[R]=[R]=[R]", "[R]#[R]", "[r3,r4]=[r3,r4]", "[N,O;!$(*=*);!a]-[O,S;X2]-[N,O;!a]", "OO")
    # Sulphur of four or six bonds with hydrogens or a double bond to carbon, which rdkit alone would allow.
    sulphur = ("[#16;v4,v6;!H0]", "[#16;v4,v6]=[#6]")
    return tuple(Chem.MolFromSmarts(one) for one in (*patterns, *sulphur))


def crossed(first: Any, second: Any, random: random.Random) -> Any:  # noqa: ANN401
    """A part of each, joined by a bond, or by two where rings were cut."""
    for _ in range(_TRIES):
        cut = _cut_ring if random.random() < 0.5 else _cut_chain  # noqa: PLR2004
        parts = cut(first, random), cut(second, random)
        if parts[0] and parts[1]:
            found = _joined(random.choice(parts[0]), random.choice(parts[1]), random)
            if found is not None:
                return found
    return None


def mutated(mol: Any, random: random.Random) -> Any:  # noqa: ANN401
    """One change; tried again where it leads to nothing."""
    from rdkit import Chem

    for _ in range(_TRIES):
        (change,) = random.choices([one for one, _ in _CHANGES], [weight for _, weight in _CHANGES])
        free = Chem.RWMol(mol)
        Chem.Kekulize(free, clearAromaticFlags=True)
        for atom in free.GetAtoms():
            if not atom.GetFormalCharge():
                atom.SetNoImplicit(False)  # noqa: FBT003 - as rdkit has it
                atom.SetNumExplicitHs(0)
        free.UpdatePropertyCache(strict=False)
        if change(free, random) and (found := _finished(free)) is not None:
            return found
    return None


def _finished(free: Any) -> Any:  # noqa: ANN401
    from rdkit import Chem

    mol = free.GetMol()
    if Chem.SanitizeMol(mol, catchErrors=True) != Chem.SanitizeFlags.SANITIZE_NONE:
        return None
    # Through text, so that nothing of the way it was made is left in it.
    mol = Chem.MolFromSmiles(Chem.MolToSmiles(mol))
    return mol if mol is not None and sound(mol) else None


# ---- crossing ---------------------------------------------------------------------------------------
def _cut_chain(mol: Any, random: random.Random) -> tuple[Any, ...]:  # noqa: ANN401
    bonds = [
        bond.GetIdx() for bond in mol.GetBonds() if not bond.IsInRing() and bond.GetBondTypeAsDouble() == 1
    ]
    return _parts(mol, [random.choice(bonds)]) if bonds else ()


def _cut_ring(mol: Any, random: random.Random) -> tuple[Any, ...]:  # noqa: ANN401
    from rdkit import Chem

    rings = mol.GetRingInfo().BondRings()
    if not rings:
        return ()
    whole = Chem.RWMol(mol)
    Chem.Kekulize(whole, clearAromaticFlags=True)
    ring = random.choice(rings)
    single = [at for at in ring if whole.GetBondWithIdx(at).GetBondTypeAsDouble() == 1]
    if len(single) < 2:  # noqa: PLR2004
        return ()
    return _parts(whole.GetMol(), random.sample(single, 2))


def _parts(mol: Any, bonds: list[int]) -> tuple[Any, ...]:  # noqa: ANN401
    """Both parts, with dummy atoms at the cuts; nothing where they hang together still."""
    from rdkit import Chem

    cut = Chem.FragmentOnBonds(mol, bonds, addDummies=True, dummyLabels=[(1, 1)] * len(bonds))
    parts = Chem.GetMolFrags(cut, asMols=True, sanitizeFrags=False)
    if len(parts) != 2 or any(len(_dummies(part)) != len(bonds) for part in parts):  # noqa: PLR2004
        return ()
    return tuple(parts)


def _dummies(mol: Any) -> list[int]:  # noqa: ANN401
    return [atom.GetIdx() for atom in mol.GetAtoms() if atom.GetAtomicNum() == 0]


def _joined(first: Any, second: Any, random: random.Random) -> Any:  # noqa: ANN401
    from rdkit import Chem

    ends = _dummies(first), [at + first.GetNumAtoms() for at in _dummies(second)]
    if len(ends[0]) != len(ends[1]):
        return None
    random.shuffle(ends[1])
    both = Chem.RWMol(Chem.CombineMols(first, second))
    for one, other in zip(*ends, strict=True):
        begin, end = (both.GetAtomWithIdx(at).GetNeighbors()[0].GetIdx() for at in (one, other))
        if begin == end or both.GetBondBetweenAtoms(begin, end) is not None:
            return None
        both.AddBond(begin, end, Chem.BondType.SINGLE)
    for at in sorted((*ends[0], *ends[1]), reverse=True):
        both.RemoveAtom(at)
    return _finished(both)


# ---- mutations: each changes a molecule with single and double bonds only, and says whether it could ---
def _element(random: random.Random) -> int:
    return random.choices([one for one, _ in _ELEMENTS], [weight for _, weight in _ELEMENTS])[0]


def _order(random: random.Random) -> Any:  # noqa: ANN401
    from rdkit import Chem

    kinds = (Chem.BondType.SINGLE, Chem.BondType.DOUBLE, Chem.BondType.TRIPLE)
    return random.choices(kinds, (60, 35, 5))[0]


def _open(free: Any) -> list[int]:  # noqa: ANN401
    """Atoms with a hydrogen to give."""
    return [atom.GetIdx() for atom in free.GetAtoms() if atom.GetTotalNumHs() > 0]


def _append(free: Any, random: random.Random) -> bool:  # noqa: ANN401
    from rdkit import Chem

    places = _open(free)
    if not places:
        return False
    new = free.AddAtom(Chem.Atom(_element(random)))
    free.AddBond(random.choice(places), new, _order(random))
    return True


def _attach(free: Any, random: random.Random) -> bool:  # noqa: ANN401
    from rdkit import Chem

    places = _open(free)
    if not places:
        return False
    group = Chem.MolFromSmiles(random.choice(_GROUPS))
    Chem.Kekulize(group, clearAromaticFlags=True)
    first = free.GetNumAtoms()
    free.InsertMol(group)
    atom = free.GetAtomWithIdx(first)
    if atom.GetNumExplicitHs():
        atom.SetNumExplicitHs(0)
        atom.SetNoImplicit(False)  # noqa: FBT003
    free.AddBond(random.choice(places), first, Chem.BondType.SINGLE)
    return True


def _insert(free: Any, random: random.Random) -> bool:  # noqa: ANN401
    from rdkit import Chem

    bonds = [bond for bond in free.GetBonds() if bond.GetBondTypeAsDouble() == 1]
    if not bonds:
        return False
    bond = random.choice(bonds)
    begin, end = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
    free.RemoveBond(begin, end)
    new = free.AddAtom(Chem.Atom(_element(random)))
    free.AddBond(begin, new, Chem.BondType.SINGLE)
    free.AddBond(new, end, Chem.BondType.SINGLE)
    return True


def _delete(free: Any, random: random.Random) -> bool:  # noqa: ANN401
    from rdkit import Chem

    if free.GetNumAtoms() < 3:  # noqa: PLR2004
        return False
    places = [atom.GetIdx() for atom in free.GetAtoms() if atom.GetDegree() <= 2]  # noqa: PLR2004
    if not places:
        return False
    at = random.choice(places)
    around = [one.GetIdx() for one in free.GetAtomWithIdx(at).GetNeighbors()]
    if len(around) == 2:  # noqa: PLR2004
        if free.GetBondBetweenAtoms(*around) is not None:
            return False
        free.AddBond(*around, Chem.BondType.SINGLE)
    free.RemoveAtom(at)
    return True


def _prune(free: Any, random: random.Random) -> bool:  # noqa: ANN401
    """Take off the smaller part at a bond of a chain."""
    from rdkit import Chem

    bonds = [bond for bond in free.GetBonds() if not bond.IsInRing() and bond.GetBondTypeAsDouble() == 1]
    if not bonds:
        return False
    bond = random.choice(bonds)
    free.RemoveBond(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx())
    smallest = min(Chem.GetMolFrags(free), key=len)
    for at in sorted(smallest, reverse=True):
        free.RemoveAtom(at)
    return True


def _change_bond(free: Any, random: random.Random) -> bool:  # noqa: ANN401
    bonds = list(free.GetBonds())
    if not bonds:
        return False
    bond, order = random.choice(bonds), _order(random)
    if bond.GetBondType() == order:
        return False
    bond.SetBondType(order)
    return True


def _change_atom(free: Any, random: random.Random) -> bool:  # noqa: ANN401
    places = [atom for atom in free.GetAtoms() if not atom.GetFormalCharge()]
    if not places:
        return False
    atom, element = random.choice(places), _element(random)
    if atom.GetAtomicNum() == element:
        return False
    atom.SetAtomicNum(element)
    return True


def _open_ring(free: Any, random: random.Random) -> bool:  # noqa: ANN401
    bonds = [bond for bond in free.GetBonds() if bond.IsInRing()]
    if not bonds:
        return False
    bond = random.choice(bonds)
    free.RemoveBond(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx())
    return True


def _close_ring(free: Any, random: random.Random) -> bool:  # noqa: ANN401
    from rdkit import Chem

    places = set(_open(free))
    size = random.choices((3, 4, 5, 6, 7), (5, 5, 40, 45, 5))[0]
    if not places:
        return False
    first = random.choice(sorted(places))
    distances = Chem.GetDistanceMatrix(free)[first]
    ends = [at for at in sorted(places) if distances[at] == size - 1]
    if not ends:
        return False
    free.AddBond(first, random.choice(ends), Chem.BondType.SINGLE)
    return True


def _flatten(free: Any, random: random.Random) -> bool:  # noqa: ANN401
    """Make a ring of six carbons and nitrogens aromatic."""
    from rdkit import Chem

    rings = [ring for ring in free.GetRingInfo().AtomRings() if len(ring) == 6]  # noqa: PLR2004
    if not rings:
        return False
    ring = random.choice(rings)
    start = random.randrange(2)
    for place in range(6):
        bond = free.GetBondBetweenAtoms(ring[place], ring[(place + 1) % 6])
        bond.SetBondType(Chem.BondType.DOUBLE if place % 2 == start else Chem.BondType.SINGLE)
    return True


_CHANGES: Final[tuple[tuple[Callable[[Any, random.Random], bool], int], ...]] = (
    (_append, 15), (_attach, 15), (_insert, 12), (_delete, 14), (_prune, 8), (_change_bond, 12),
    (_change_atom, 16), (_open_ring, 5), (_close_ring, 10), (_flatten, 4),
)  # fmt: skip
