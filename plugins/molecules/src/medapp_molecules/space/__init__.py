"""molecules.space: clusters of molecules, a plane on which they lie, and the nearest of a known set."""
