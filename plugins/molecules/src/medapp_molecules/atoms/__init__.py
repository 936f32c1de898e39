"""What stands around an atom, as numbers."""
