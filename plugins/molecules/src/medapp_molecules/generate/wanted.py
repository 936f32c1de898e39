"""What molecules shall be like: ranges of properties, parts they have or have not, what they resemble."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from medapp.domain.notice import Notice
from medapp_molecules.generate.ranges import RANGES, Range, WantedError, range_of
from medapp_molecules.generate.seeds import seed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from medapp_molecules.generate.seeds import Seed

__all__ = ["RANGES", "Judge", "Range", "Wanted", "WantedError", "fingerprint", "range_of"]

SIMILARITY: Final = 0.4
"""Where none is given."""


@dataclass(frozen=True)
class Wanted:
    """What is wanted of every molecule.

    Attributes:
        required, forbidden: SMARTS.
        like, similarity: SMILES of a molecule, and the least Tanimoto similarity to it.
        scaffold: SMILES of what is kept.
        taken: Where a molecule is not taken as it was given, a sentence each.
    """

    ranges: tuple[Range, ...] = ()
    required: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    like: str = ""
    similarity: float = 0.0
    scaffold: str = ""
    taken: tuple[str, ...] = ()

    @property
    def anything(self) -> bool:
        """Whether anything is wanted at all."""
        return bool(self.ranges or self.required or self.forbidden or self.like or self.scaffold)

    @classmethod
    def of(cls, parameters: Mapping[str, object]) -> Wanted:
        """From parameters of the task; molecules are brought into the form of what is made.

        Raises:
            WantedError: Where one of them cannot be read.
        """
        texts = {name: str(parameters.get(name, "") or "").strip() for name in RANGES}
        ranges = tuple(range_of(RANGES[name][0], text) for name, text in texts.items() if text)
        required, forbidden = (
            tuple(str(parameters.get(name, "") or "").split()) for name in ("required", "forbidden")
        )
        for pattern in (*required, *forbidden):
            _pattern(pattern)
        like, scaffold = (str(parameters.get(name, "") or "").strip() for name in ("like", "scaffold"))
        taken: list[str] = []
        if like:
            like = _taken("The molecule to resemble", seed(like, whole=True), taken)
        if scaffold:
            scaffold = _taken("The scaffold", seed(scaffold, whole=False), taken)
        similarity = float(str(parameters.get("similarity", SIMILARITY)))
        if similarity != SIMILARITY and not like:
            message = (
                f"similarity {similarity:g} is that to a molecule to resemble (like), and there is none."
            )
            raise WantedError(message)
        return cls(ranges, required, forbidden, like, similarity if like else 0.0, scaffold, tuple(taken))

    def contradictions(self) -> Iterator[str]:
        """Pairs of wishes that no molecule can fulfil, a sentence each."""
        limits = {name: (least, most) for name, least, most in RANGES.values()}
        for one in self.ranges:
            least, most = limits.get(one.name, (-math.inf, math.inf))
            if one.least > one.most:
                yield f"{one.name}: at least {one.least:g} contradicts at most {one.most:g}."
            elif one.least > most or one.most < least:
                yield f"{one} contradicts what it can be, {_in_words(least, most)}."
        yield from self._parts()
        yield from self._of_scaffold()

    def _parts(self) -> Iterator[str]:
        for forbidden in self.forbidden:
            for required in self.required:
                if forbidden == required or _holds(_pattern(required), forbidden):
                    yield f"required {required} contradicts forbidden {forbidden}."
        for required in self.required:
            yield from self._too_much(f"required {required}", _pattern(required))

    def _of_scaffold(self) -> Iterator[str]:
        if not self.scaffold:
            return
        mol = _molecule(self.scaffold)
        for forbidden in self.forbidden:
            if _holds(mol, forbidden):
                yield f"the scaffold {self.scaffold} contradicts forbidden {forbidden}, which it holds."
        yield from self._too_much(f"the scaffold {self.scaffold}", mol)

    def _too_much(self, name: str, part: Any) -> Iterator[str]:  # noqa: ANN401
        """What a part alone has more of than a range allows the whole."""
        from medapp_molecules.generate.least import least

        has = least(part)
        for one in self.ranges:
            value = has.get(one.name, 0.0)
            if value > max(one.most, 0.0):
                counted = one.name.removesuffix("s") if value == 1 else one.name
                what = f"{value:.1f} g/mol" if one.name == "weight" else f"{value:g} {counted}"
                yield f"{name} alone has at least {what}, which contradicts {one}."

    def notices(self) -> tuple[Notice, ...]:
        """What the user should know: how molecules are taken; what one to resemble breaks, lacks or has."""
        told = tuple(Notice("seed-form", one, "info") for one in self.taken)
        if not self.like:
            return told
        mol = _molecule(self.like)
        broken = [str(one) for one in self.ranges if one.outside(_value(mol, one.name)) > 0]
        broken += [f"required {one}" for one in self.required if not mol.HasSubstructMatch(_pattern(one))]
        broken += [f"forbidden {one}" for one in self.forbidden if mol.HasSubstructMatch(_pattern(one))]
        return told + tuple(
            Notice("seed", f"The molecule to resemble does not itself fulfil: {one}.", "info")
            for one in broken
        )


class Judge:
    """How far molecules are from what is wanted; patterns are read once."""

    def __init__(self, wanted: Wanted) -> None:
        """Of what is wanted."""
        self.wanted = wanted
        self._required = [_pattern(one) for one in wanted.required]
        self._forbidden = [_pattern(one) for one in wanted.forbidden]
        self._scaffold = _molecule(wanted.scaffold) if wanted.scaffold else None
        self._like = fingerprint(_molecule(wanted.like)) if wanted.like else None

    def miss(self, mol: Any) -> float:  # noqa: ANN401 - rdkit's molecules have no useful type
        """0 where all is fulfilled; else the sum of what is missed, 1 for each wish at most."""
        found: float = sum(not mol.HasSubstructMatch(one) for one in self._required)
        found += sum(mol.HasSubstructMatch(one) for one in self._forbidden)
        if self._scaffold is not None:
            found += not mol.HasSubstructMatch(self._scaffold)
        if self._like is not None:
            from rdkit.DataStructs import TanimotoSimilarity

            short = self.wanted.similarity - TanimotoSimilarity(self._like, fingerprint(mol))
            found += max(0.0, short) / max(self.wanted.similarity, 1e-6)
        found += sum(one.outside(_value(mol, one.name)) for one in self.wanted.ranges)
        return found


def fingerprint(mol: Any) -> Any:  # noqa: ANN401
    """Morgan's, radius 2, 2,048 bits."""
    from rdkit.Chem import rdFingerprintGenerator

    global _generator  # noqa: PLW0603 - made once, for that takes longer than to use it
    if _generator is None:
        _generator = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048)
    return _generator.GetFingerprint(mol)


_generator: Any = None


def _in_words(least: float, most: float) -> str:
    if math.isinf(most):
        return f"{least:g} or more"
    return f"{least:g}..{most:g}"


def _pattern(smarts: str) -> Any:  # noqa: ANN401
    from rdkit import Chem, rdBase

    with rdBase.BlockLogs():
        found = Chem.MolFromSmarts(smarts)
    if found is None:
        # Both mean something within brackets and between bonds, so that nothing is split there.
        apart = re.search(r"[,;]", re.sub(r"\[[^\]]*\]", "", smarts))
        message = f"{smarts} is no SMARTS{'; parts are separated by spaces' if apart else ''}."
        raise WantedError(message)
    return found


def _taken(name: str, found: Seed, taken: list[str]) -> str:
    taken += [f"{name} {note}" for note in found.notes]
    return found.smiles


def _molecule(smiles: str) -> Any:  # noqa: ANN401
    """Of what `seed` gave."""
    from rdkit import Chem

    return Chem.MolFromSmiles(smiles)


def _holds(part: Any, forbidden: str) -> bool:  # noqa: ANN401
    """Whether all that holds `part` holds `forbidden` too; patterns that ask for hydrogens are left open."""
    if re.search(r"[HDXRrvh!]", forbidden.replace("Br", "")):
        return False
    from rdkit import Chem

    part.UpdatePropertyCache(strict=False)
    Chem.FastFindRings(part)
    return bool(part.HasSubstructMatch(_pattern(forbidden)))


def _value(mol: Any, name: str) -> float | None:  # noqa: ANN401
    from medapp_molecules.screen.properties import value_of

    return value_of(mol, name)
