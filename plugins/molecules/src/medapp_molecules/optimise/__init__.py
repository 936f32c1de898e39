"""Search for molecules that reach a goal, with every molecule that is scored counted."""
