"""record.risk: what may come of a patient, by the record."""
