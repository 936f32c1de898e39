"""Goals that rdkit alone can score, from 0 to 1: the tasks of GuacaMol as PMO takes them over.

Definitions: Brown et al. 2019 (GuacaMol, table 3) and Gao et al. 2022 (PMO), whose scores of isomers count
hydrogens, and whose limit of the similarity tasks is 0.75. Names are those of PMO.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_FORMULA: Final = re.compile(r"([A-Z][a-z]?)(\d*)")
_TARGETS: Final = {
    "celecoxib": "CC1=CC=C(C=C1)C1=CC(=NN1C1=CC=C(C=C1)S(N)(=O)=O)C(F)(F)F",
    "troglitazone": "Cc1c(C)c2OC(C)(COc3ccc(CC4SC(=O)NC4=O)cc3)CCc2c(C)c1O",
    "thiothixene": "CN(C)S(=O)(=O)c1ccc2Sc3ccccc3C(=CCCN4CCN(C)CC4)c2c1",
    "albuterol": "CC(C)(C)NCC(O)c1ccc(O)c(CO)c1",
    "mestranol": "COc1ccc2[C@H]3CC[C@@]4(C)[C@@H](CC[C@@]4(O)C#C)[C@@H]3CCc2c1",
    "camphor": "CC1(C)C2CCC1(C)C(=O)C2",
    "menthol": "CC(C)C1CCC(C)CC1O",
    "tadalafil": "O=C1N(CC(N2C1CC3=C(C2C4=CC5=C(OCO5)C=C4)NC6=C3C=CC=C6)=O)C",
    "sildenafil": "CCCC1=NN(C2=C1N=C(NC2=O)C3=C(C=CC(=C3)S(=O)(=O)N4CCN(CC4)C)OCC)C",
    "osimertinib": "COc1cc(N(C)CCN(C)C)c(NC(=O)C=C)cc1Nc2nccc(n2)c3cn(C)c4ccccc34",
    "fexofenadine": "CC(C)(C(=O)O)c1ccc(cc1)C(O)CCCN2CCC(CC2)C(O)(c3ccccc3)c4ccccc4",
    "ranolazine": "COc1ccccc1OCC(O)CN2CCN(CC(=O)Nc3c(C)cccc3C)CC2",
    "perindopril": "O=C(OCC)C(NC(C(=O)N1C(C(=O)O)CC2CCCCC12)C)CCC",
    "amlodipine": r"Clc1ccccc1C2C(=C(/N/C(=C2/C(=O)OCC)COCCN)C)\C(=O)OC",
    "sitagliptin": "Fc1cc(c(F)cc1F)CC(N)CC(=O)N3Cc2nnc(n2CC3)C(F)(F)F",
    "zaleplon": "O=C(C)N(CC)C1=CC=CC(C2=CC=NC3=C(C=NN23)C#N)=C1",
}


@dataclass(frozen=True)
class Part:
    """A number of a molecule, what it is worth from 0 to 1, and how much that counts among all parts."""

    say: Callable[[Any], float]
    worth: Callable[[float], float] = lambda value: value
    weight: float = 1.0


class Goal:
    """The geometric mean of its parts, weighted."""

    def __init__(self, *parts: Part) -> None:
        """In any order."""
        self._parts = parts

    def __call__(self, mol: Any) -> float:  # noqa: ANN401 - rdkit's molecules have no useful type
        """From 0 to 1."""
        found = [part.worth(part.say(mol)) for part in self._parts]
        if min(found) <= 0:
            return 0.0
        weights = [part.weight for part in self._parts]
        logs = [weight * math.log(one) for weight, one in zip(weights, found, strict=True)]
        return math.exp(sum(logs) / sum(weights))


def goal(name: str) -> Goal:
    """The goal of a name.

    Raises:
        KeyError: Where there is none.
    """
    return _GOALS[name]()


def names() -> tuple[str, ...]:
    """Of all goals, in order."""
    return tuple(sorted(_GOALS))


# ---- worth ------------------------------------------------------------------------------------------
def bell(middle: float, width: float) -> Callable[[float], float]:
    """1 at `middle`, a normal curve of standard deviation `width` around it."""
    return lambda value: math.exp(-0.5 * ((value - middle) / width) ** 2)


def at_most(middle: float, width: float) -> Callable[[float], float]:
    """1 up to `middle`, falling above it as `bell` does."""
    return lambda value: bell(middle, width)(max(value, middle))


def at_least(middle: float, width: float) -> Callable[[float], float]:
    """1 from `middle`, falling below it as `bell` does."""
    return lambda value: bell(middle, width)(min(value, middle))


def clipped(highest: float) -> Callable[[float], float]:
    """Grows from 0 to 1 at `highest`, and no more."""
    return lambda value: min(1.0, max(0.0, value / highest))


# ---- numbers ----------------------------------------------------------------------------------------
def like(target: str, kind: str) -> Callable[[Any], float]:
    """Tanimoto similarity of counted fingerprints to a target: ``ECFP4``, ``ECFP6``, ``FCFP4``, ``AP``."""
    from rdkit import Chem
    from rdkit.DataStructs import TanimotoSimilarity

    generator = _fingerprints(kind)
    wanted = generator.GetSparseCountFingerprint(Chem.MolFromSmiles(_TARGETS[target]))
    return lambda mol: float(TanimotoSimilarity(wanted, generator.GetSparseCountFingerprint(mol)))


@lru_cache(maxsize=8)
def _fingerprints(kind: str) -> Any:  # noqa: ANN401
    from rdkit.Chem import rdFingerprintGenerator

    if kind == "AP":
        return rdFingerprintGenerator.GetAtomPairGenerator(maxDistance=10)
    radius = int(kind[-1]) // 2
    if kind.startswith("FCFP"):
        features = rdFingerprintGenerator.GetMorganFeatureAtomInvGen()
        return rdFingerprintGenerator.GetMorganGenerator(radius=radius, atomInvariantsGenerator=features)
    return rdFingerprintGenerator.GetMorganGenerator(radius=radius)


def logp(mol: Any) -> float:  # noqa: ANN401
    """Crippen's."""
    from rdkit.Chem import rdMolDescriptors

    return float(rdMolDescriptors.CalcCrippenDescriptors(mol)[0])


def polar_surface(mol: Any) -> float:  # noqa: ANN401
    """In Å²."""
    from rdkit.Chem import rdMolDescriptors

    return float(rdMolDescriptors.CalcTPSA(mol))


def _qed(mol: Any) -> float:  # noqa: ANN401
    from rdkit.Chem import QED

    return float(QED.qed(mol))


def _rings(mol: Any) -> float:  # noqa: ANN401
    return float(mol.GetRingInfo().NumRings())


def _aromatic_rings(mol: Any) -> float:  # noqa: ANN401
    from rdkit.Chem import rdMolDescriptors

    return float(rdMolDescriptors.CalcNumAromaticRings(mol))


def _fluorines(mol: Any) -> float:  # noqa: ANN401
    return float(sum(atom.GetAtomicNum() == 9 for atom in mol.GetAtoms()))  # noqa: PLR2004


def counts(formula: str) -> dict[str, int]:
    """Atoms of a formula by element."""
    found: dict[str, int] = {}
    for element, count in _FORMULA.findall(formula):
        found[element] = found.get(element, 0) + int(count or 1)
    return found


def isomer(formula: str) -> Callable[[Any], float]:
    """How near the formula of a molecule is: each element, and all atoms; a geometric mean."""
    from rdkit.Chem import rdMolDescriptors

    wanted = counts(formula)
    whole = bell(sum(wanted.values()), 2.0)

    def say(mol: Any) -> float:  # noqa: ANN401
        seen = counts(rdMolDescriptors.CalcMolFormula(mol))
        found = [bell(count, 1.0)(seen.get(element, 0)) for element, count in wanted.items()]
        found.append(whole(sum(seen.values())))
        return math.prod(found) ** (1 / len(found))

    return say


# ---- goals ------------------------------------------------------------------------------------------
def _of_target(name: str, say: Callable[[Any], float], spread: float) -> Part:
    """A number as the target itself has it."""
    from rdkit import Chem

    return Part(say, bell(say(Chem.MolFromSmiles(_TARGETS[name])), spread))


_GOALS: Final[dict[str, Callable[[], Goal]]] = {
    "qed": lambda: Goal(Part(_qed)),
    "celecoxib_rediscovery": lambda: Goal(Part(like("celecoxib", "ECFP4"))),
    "troglitazone_rediscovery": lambda: Goal(Part(like("troglitazone", "ECFP4"))),
    "thiothixene_rediscovery": lambda: Goal(Part(like("thiothixene", "ECFP4"))),
    "albuterol_similarity": lambda: Goal(Part(like("albuterol", "FCFP4"), clipped(0.75))),
    "mestranol_similarity": lambda: Goal(Part(like("mestranol", "AP"), clipped(0.75))),
    "isomers_c7h8n2o2": lambda: Goal(Part(isomer("C7H8N2O2"))),
    "isomers_c9h10n2o2pf2cl": lambda: Goal(Part(isomer("C9H10N2O2PF2Cl"))),
    "median1": lambda: Goal(Part(like("camphor", "ECFP4")), Part(like("menthol", "ECFP4"))),
    "median2": lambda: Goal(Part(like("tadalafil", "ECFP6")), Part(like("sildenafil", "ECFP6"))),
    "osimertinib_mpo": lambda: Goal(
        Part(like("osimertinib", "FCFP4"), clipped(0.8)),
        Part(like("osimertinib", "ECFP6"), at_most(0.85, 0.1)),
        Part(polar_surface, at_least(100, 10)),
        Part(logp, at_most(1, 1)),
    ),
    "fexofenadine_mpo": lambda: Goal(
        Part(like("fexofenadine", "AP"), clipped(0.8)),
        Part(polar_surface, at_least(90, 10)),
        Part(logp, at_most(4, 1)),
    ),
    "ranolazine_mpo": lambda: Goal(
        Part(like("ranolazine", "AP"), clipped(0.7)),
        Part(polar_surface, at_least(95, 20)),
        Part(logp, at_least(7, 1)),
        Part(_fluorines, bell(1, 1)),
    ),
    "perindopril_mpo": lambda: Goal(
        Part(like("perindopril", "ECFP4")), Part(_aromatic_rings, bell(2, 0.5))
    ),
    "amlodipine_mpo": lambda: Goal(Part(like("amlodipine", "ECFP4")), Part(_rings, bell(3, 0.5))),
    "sitagliptin_mpo": lambda: Goal(
        Part(like("sitagliptin", "ECFP4"), bell(0, 0.1)),
        _of_target("sitagliptin", logp, 0.2),
        _of_target("sitagliptin", polar_surface, 5),
        Part(isomer("C16H15F6N5O")),
    ),
    "zaleplon_mpo": lambda: Goal(Part(like("zaleplon", "ECFP4")), Part(isomer("C19H17N3O2"))),
}  # fmt: skip
