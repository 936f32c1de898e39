"""The Plan page: what is taken, what the checks say, options of treatment, plans decided line by line."""
