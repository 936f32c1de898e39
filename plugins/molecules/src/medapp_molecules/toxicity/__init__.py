"""molecules.toxicity: harm that a molecule, and what the body makes of it, may do."""
