"""Who the sample patient is. Nobody: every value is made up."""

from __future__ import annotations

FAMILY = "Sample"
GIVEN = "Robin"
PATIENT_ID = "SAMPLE-0001"
ISSUER = "urn:medapp:sample"
BIRTH_DATE = "1964-05-17"
SEX = "F"
STUDY_DATE = "2026-03-12"
STUDY_TIME = "101500"
