"""Use cases, each a few lines over the rooms below; the window and the command line call the same ones."""
