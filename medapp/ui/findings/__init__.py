"""The Findings workspace: what models say of the patient, with reasons, until a person decides."""
