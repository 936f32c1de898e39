"""New molecules: an autoencoder over SMILES, and a generator of its codes trained against a critic."""
