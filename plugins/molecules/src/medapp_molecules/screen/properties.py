"""Properties that follow from the structure: rdkit's descriptors, drug-likeness, how hard it is to make."""

from __future__ import annotations

import importlib.util
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from medapp.domain.molecule import Property

if TYPE_CHECKING:
    from collections.abc import Callable

LIPINSKI: Final = {"weight": 500.0, "logp": 5.0, "donors": 5.0, "acceptors": 10.0}
"""Above which the rule of five counts a violation (Lipinski et al. 1997)."""
VEBER: Final = {"rotatable bonds": 10.0, "polar surface": 140.0}
"""Likewise Veber et al. 2002."""
_SYNTHESIS: Final = "synthetic accessibility"
_KEPT: Final = "_medapp_logp"


def properties_of(mol: Any) -> tuple[Property, ...]:  # noqa: ANN401 - rdkit's molecules have no useful type
    """All of them, in the same order for every molecule; what rdkit cannot compute is None with a note."""
    found = [_property(name, unit, say, mol) for name, unit, say in _table()]
    values = {one.name: one.value for one in found}
    for name, limits in (("lipinski violations", LIPINSKI), ("veber violations", VEBER)):
        known = [(values[key], limit) for key, limit in limits.items()]
        if any(value is None for value, _ in known):
            found.append(Property(name, None, note="a property that it counts is not known"))
        else:
            found.append(Property(name, float(sum((value or 0) > limit for value, limit in known))))
    return tuple(found)


def property_of(mol: Any, name: str) -> Property:  # noqa: ANN401
    """One of them alone; its value is None where rdkit cannot compute it.

    Raises:
        KeyError: Where there is none of this name.
    """
    for known, unit, say in _table():
        if known == name:
            return _property(name, unit, say, mol)
    raise KeyError(name)


def value_of(mol: Any, name: str) -> float | None:  # noqa: ANN401
    """The value of `property_of`."""
    return property_of(mol, name).value


def names() -> tuple[str, ...]:
    """Of what `value_of` can tell."""
    return tuple(name for name, _, _ in _table())


def _property(name: str, unit: str, say: Callable[[Any], float], mol: Any) -> Property:  # noqa: ANN401
    try:
        return Property(name, float(say(mol)), unit)
    except (RuntimeError, ValueError, ZeroDivisionError, KeyError) as error:
        return Property(name, None, unit, note=f"cannot be computed: {type(error).__name__}")


@lru_cache(maxsize=1)
def _table() -> tuple[tuple[str, str, Callable[[Any], float]], ...]:
    from rdkit.Chem import rdMolDescriptors

    return (
        ("weight", "g/mol", rdMolDescriptors._CalcMolWt),  # noqa: SLF001 - the public name is an alias of it
        ("logp", "", _logp),
        ("polar surface", "Å²", rdMolDescriptors.CalcTPSA),
        ("donors", "", rdMolDescriptors.CalcNumHBD),
        ("acceptors", "", rdMolDescriptors.CalcNumHBA),
        ("rotatable bonds", "", rdMolDescriptors.CalcNumRotatableBonds),
        ("rings", "", rdMolDescriptors.CalcNumRings),
        ("aromatic rings", "", rdMolDescriptors.CalcNumAromaticRings),
        ("heavy atoms", "", lambda mol: mol.GetNumHeavyAtoms()),
        ("sp3 share", "", rdMolDescriptors.CalcFractionCSP3),
        ("stereocentres", "", rdMolDescriptors.CalcNumAtomStereoCenters),
        ("drug-likeness", "", _drug_likeness),
        (_SYNTHESIS, "", lambda mol: _sascorer().calculateScore(mol)),
    )


def _logp(mol: Any) -> float:  # noqa: ANN401
    """Crippen's; kept with the molecule, for drug-likeness asks for it again."""
    from rdkit.Chem import rdMolDescriptors

    if not mol.HasProp(_KEPT):
        mol.SetDoubleProp(_KEPT, rdMolDescriptors.CalcCrippenDescriptors(mol)[0])
    return float(mol.GetDoubleProp(_KEPT))


def _drug_likeness(mol: Any) -> float:  # noqa: ANN401
    """QED (Bickerton et al. 2012) as rdkit has it, which would compute again what is known already."""
    from rdkit import Chem
    from rdkit.Chem import QED, rdMolDescriptors

    bare = mol if mol.GetNumAtoms() == mol.GetNumHeavyAtoms() else Chem.RemoveHs(mol)
    strict = rdMolDescriptors.NumRotatableBondsOptions.Strict
    rings = Chem.GetSSSR(Chem.DeleteSubstructs(Chem.Mol(bare), QED.AliphaticRings))
    known = QED.QEDproperties(
        MW=rdMolDescriptors._CalcMolWt(bare),  # noqa: SLF001 - see above
        ALOGP=_logp(mol),
        HBA=sum(len(bare.GetSubstructMatches(one)) for one in QED.Acceptors),
        HBD=rdMolDescriptors.CalcNumHBD(bare),
        PSA=rdMolDescriptors.CalcTPSA(bare),
        ROTB=rdMolDescriptors.CalcNumRotatableBonds(bare, strict),
        AROM=len(rings),
        ALERTS=sum(1 for one in QED.StructuralAlerts if bare.HasSubstructMatch(one)),
    )
    return float(QED.qed(bare, qedProperties=known))


@lru_cache(maxsize=1)
def _sascorer() -> Any:  # noqa: ANN401
    """Ertl and Schuffenhauer 2009, as rdkit carries it beside its package; 1 is easy to make, 10 hard.

    Raises:
        RuntimeError: Where this rdkit does not carry it.
    """
    import rdkit
    from rdkit import RDConfig

    folders = (Path(RDConfig.RDContribDir), Path(rdkit.__file__).parent / "Contrib")
    paths = [folder / "SA_Score" / "sascorer.py" for folder in folders]
    path = next((path for path in paths if path.is_file()), None)
    spec = None if path is None else importlib.util.spec_from_file_location("sascorer", path)
    if spec is None or spec.loader is None:
        message = "this rdkit carries no score of synthetic accessibility"
        raise RuntimeError(message)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
