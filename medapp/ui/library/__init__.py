"""Patients, studies and series of the library, import and what could not be read."""
