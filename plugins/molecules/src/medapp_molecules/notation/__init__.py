"""How molecules are written: SMILES, and the pieces a network reads them in."""
