"""What the words mean: frozen dataclasses over numpy, no Qt, no torch, no files."""
