"""record.phenotype: groups of a cohort, and where a patient lies among them."""
