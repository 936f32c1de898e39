"""Questions over the whole library: asked in words, answered as a table of patients, kept under a name."""
