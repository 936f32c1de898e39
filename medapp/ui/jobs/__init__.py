"""What runs now, how far it is, and how to stop it."""
