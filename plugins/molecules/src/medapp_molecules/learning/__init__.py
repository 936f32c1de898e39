"""Models that are fitted here and kept as numbers and text, never as code."""
