"""Tables with one row a patient or one row a measurement, read by a mapping that a person has confirmed."""
