"""molecules.metabolise: where enzymes change a molecule, and into what."""
