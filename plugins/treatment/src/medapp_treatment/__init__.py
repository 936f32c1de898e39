"""Proposals of medicines for the current visit of a patient, with reasons."""
