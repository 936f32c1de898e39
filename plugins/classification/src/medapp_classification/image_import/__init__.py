"""Classifiers that a clinic has, by a manifest of their own."""
