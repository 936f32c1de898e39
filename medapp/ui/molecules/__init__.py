"""The Molecules workspace: what is given, what is run on it, and what is known of each molecule."""
