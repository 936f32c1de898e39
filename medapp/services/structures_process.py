"""A process that knows chemistry: it draws, compares and writes structures, one line of JSON a question.

Started by `medapp.services.structures`; rdkit is loaded here and never in the window's process.
"""

from __future__ import annotations

import base64
import json
import sys
from typing import Any, Final

_RADIUS: Final = 0.32
_PADDING: Final = 0.08
_BOND_PX: Final = 40
_NOTES: Final = 0.6
_COMMON: Final = 3
"""Atoms that two molecules share at least, to speak of a common part."""
Color = tuple[float, float, float]


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """What is asked: ``svg``, ``png`` (base64), ``molfile``, ``smiles`` or ``differences``, or ``error``."""
    from rdkit import Chem, rdBase

    with rdBase.BlockLogs():
        if question["kind"] == "smiles":
            return {"smiles": [_smiles(molfile) for molfile in question["molfiles"]]}
        mol = Chem.MolFromSmiles(question["smiles"])
        if mol is None:
            return {"error": "no SMILES"}
        try:
            if question["kind"] == "molfile":
                return {"molfile": _molfile(mol, question.get("name", ""))}
            if question["kind"] == "differences":
                return _differences(mol, question)
            return _drawn(mol, question)
        except (RuntimeError, ValueError, KeyError) as error:
            return {"error": (str(error).strip().splitlines() or [type(error).__name__])[0]}


def _smiles(molfile: str) -> str:
    """Of a molfile; empty where it is none."""
    from rdkit import Chem

    try:
        mol = Chem.MolFromMolBlock(molfile, strictParsing=False)
    except RuntimeError:
        mol = None
    return "" if mol is None else str(Chem.MolToSmiles(mol))


def _molfile(mol: Any, name: str) -> str:  # noqa: ANN401 - rdkit's molecules have no useful type
    from rdkit import Chem
    from rdkit.Chem import rdDepictor

    rdDepictor.Compute2DCoords(mol)
    mol.SetProp("_Name", name)
    return str(Chem.MolToMolBlock(mol))


def _differences(mol: Any, question: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401
    """Atoms of two molecules that are not in their largest common part, found within ``seconds``.

    Where the time runs out, ``in_time`` is false and no atoms are told: a part found so far would mark what
    does not differ.
    """
    from rdkit import Chem
    from rdkit.Chem import rdFMCS

    other = Chem.MolFromSmiles(question["other"])
    if other is None:
        return {"error": "no SMILES"}
    found = rdFMCS.FindMCS(
        [mol, other], timeout=int(question["seconds"]), ringMatchesRingOnly=True, completeRingsOnly=True
    )
    if found.canceled:
        return {"in_time": False, "common": 0, "own": [], "other": []}
    if found.numAtoms < _COMMON:
        return {"in_time": True, "common": 0, "own": [], "other": []}
    parts = [set(one.GetSubstructMatch(found.queryMol)) for one in (mol, other)]
    own, others = (
        [at for at in range(one.GetNumAtoms()) if at not in part]
        for one, part in zip((mol, other), parts, strict=True)
    )
    return {"in_time": True, "common": found.numAtoms, "own": own, "other": others}


def _drawn(mol: Any, question: dict[str, Any]) -> dict[str, str]:  # noqa: ANN401
    from rdkit.Chem.Draw import rdMolDraw2D

    width, height = int(question["width"]), int(question["height"])
    is_svg = question["kind"] == "svg"
    canvas = rdMolDraw2D.MolDraw2DSVG if is_svg else rdMolDraw2D.MolDraw2DCairo
    drawer = canvas(width, height)
    _set_look(drawer, question)
    colors = {int(at): _color(color) for at, color in question.get("atoms", ())}
    colors = {at: color for at, color in colors.items() if at < mol.GetNumAtoms()}
    rdMolDraw2D.PrepareAndDrawMolecule(
        drawer, mol, highlightAtoms=list(colors), highlightBonds=[], highlightAtomColors=colors,
        highlightAtomRadii=dict.fromkeys(colors, _RADIUS),
    )  # fmt: skip
    drawer.FinishDrawing()
    text: Any = drawer.GetDrawingText()
    return {"svg": text} if is_svg else {"png": base64.b64encode(text).decode()}


def _set_look(drawer: Any, question: dict[str, Any]) -> None:  # noqa: ANN401
    options = drawer.drawOptions()
    options.clearBackground = bool(question.get("paper"))
    options.padding = _PADDING
    options.fixedBondLength = _BOND_PX
    options.addAtomIndices = bool(question.get("numbers"))
    palette = {int(number): _color(color) for number, color in question.get("palette", {}).items()}
    if palette:
        options.setAtomPalette(palette)
    if question.get("notes"):
        options.setAtomNoteColour(_color(question["notes"]))
        options.setAnnotationColour(_color(question["notes"]))
    options.annotationFontScale = _NOTES


def _color(text: str) -> Color:
    """Of ``#rrggbb``."""
    red, green, blue = (int(text[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def main() -> None:
    """Answer lines until there are no more."""
    out = sys.stdout.buffer
    for line in sys.stdin.buffer:
        out.write(json.dumps(answer(json.loads(line))).encode() + b"\n")
        out.flush()


if __name__ == "__main__":
    main()
