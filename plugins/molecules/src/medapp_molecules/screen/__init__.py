"""molecules.screen: what follows from a structure, and which patterns in it chemists are wary of."""
