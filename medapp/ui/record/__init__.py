"""The workspace "Record": a patient's record as a time line and tables, and the genome beside it."""
