"""Rank rare diseases by a patient's phenotype terms and the genes that their genome points to."""
