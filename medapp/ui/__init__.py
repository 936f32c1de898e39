"""The window; the only room that imports Qt."""

from medapp.ui.garbage import collect_rarely

# Loading the binding makes much that stays.
collect_rarely()
