"""Files and messages to domain objects and back."""
