"""Small data that models of molecules are fitted on in tests: made up, in the formats of the real ones."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PHENETOLES = [
    f"CCOc1ccc({group})cc1" for group in ("C", "F", "Cl", "CC", "C#N", "CCC", "Br", "C(C)C", "OCC", "CCO")
]
AMINES = [
    f"CN(C)CC{group}" for group in ("c1ccccc1", "C1CCCCC1", "Oc1ccccc1", "c1ccncc1", "c1ccc(F)cc1", "CC(C)C")
]


def write_metabolism(data: Path) -> None:
    """Sites and pairs: ethers and dimethylamines lose their alkyl groups."""
    from rdkit import Chem

    (data / "som").mkdir(parents=True)
    (data / "metabolites").mkdir()
    for isoform in ("2D6", "3A4"):
        records = []
        for smiles in PHENETOLES + AMINES:
            mol = Chem.MolFromSmiles(smiles)
            # The carbon beside oxygen is the second atom, that beside nitrogen the first.
            site, lesser = (2, None) if "Oc1ccc" in smiles[:8] else (1, 3)
            block = Chem.MolToMolBlock(mol)
            more = f"> <SECONDARY_SOM>\n{lesser}\n\n" if lesser else ""
            records.append(f"{block}> <PRIMARY_SOM>\n{site}\n\n{more}$$$$\n")
        (data / "som" / f"zaretzki_{isoform}.sdf.gz").write_bytes(gzip.compress("".join(records).encode()))
    rows = ["split,parent,metabolite"]
    rows += [f"train,{smiles},{smiles.replace('CCOc1', 'Oc1', 1)}" for smiles in PHENETOLES]
    rows += [f"train,{smiles},{smiles.replace('CN(C)', 'CN', 1)}" for smiles in AMINES]
    rows += ["train,nonsense,CCO", "train,CCCCCCCC,CCCCCCCC"]
    table = gzip.compress("\n".join(rows).encode())
    (data / "metabolites" / "metatrans_pairs.csv.gz").write_bytes(table)


def write_harm(data: Path) -> None:
    """Two tables: nitro compounds are harmful, and what is known of some is missing."""
    for folder in ("admet", "moleculenet"):
        (data / folder).mkdir(parents=True)
    chains = ["C" * number for number in range(1, 11)]
    rings = ("c1ccc({0})cc1", "c1ccnc({0})c1", "C1CCC({0})CC1", "c1ccc2cc({0})ccc2c1", "c1coc({0})c1")
    bad = [f"{chain}{ring.format('[N+](=O)[O-]')}" for chain in chains for ring in rings]
    good = [f"{chain}{ring.format('O')}" for chain in chains for ring in rings]
    rows = [f"{smiles},1" for smiles in bad] + [f"{smiles},0" for smiles in good] + ["nonsense,1"]
    (data / "admet" / "ames.csv.gz").write_bytes(gzip.compress("\n".join(["Smiles,Class", *rows]).encode()))
    lines = ["smiles,Liver,Heart"]
    lines += [f"{smiles},1,{number % 2}" for number, smiles in enumerate(bad)]
    lines += [f"{smiles},0," for smiles in good]
    (data / "moleculenet" / "sider.csv.gz").write_bytes(gzip.compress("\n".join(lines).encode()))


def write_body(data: Path) -> None:
    """Lipophilicity that grows with the chain, a half-life over orders of magnitude, and a yes or no."""
    (data / "admet").mkdir(parents=True)
    rings = ("c1ccccc1", "C1CCCCC1", "c1ccncc1", "c1ccc2ccccc2c1", "C1CCNC1", "c1ccoc1", "C1CC1", "c1ccsc1")
    chains = [("C" * number, number) for number in range(1, 13)]
    molecules = [(f"{chain}{ring}", number) for chain, number in chains for ring in rings]
    tables = {
        "lipophilicity": [f"x,{smiles},{number / 2}" for smiles, number in molecules],
        "half-life": [f"x,{smiles},{10 ** (number / 4)}" for smiles, number in molecules]
        + ["x,CCO,0", "x,CC,"],
        "bbb": [f"x,{smiles},{int(number > 6)}" for smiles, number in molecules] + ["x,nonsense,1"],
    }
    for name, rows in tables.items():
        text = "\n".join(["Drug_ID,Drug,Y", *rows])
        (data / "admet" / f"{name}.csv.gz").write_bytes(gzip.compress(text.encode()))
